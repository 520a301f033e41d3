"""Write, change and end the staff-only warnings on a patient, and answer what they call somebody to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from checkin.actions import audit
from checkin.actions.permissions import require_permission
from checkin.actions.record_locks import lock_standing_patient
from checkin.actions.refusals import Refused
from checkin.actions.visit_locks import lock_open_visits, update_visit_and_boards
from checkin.actions.write_queue import write_in_turn
from checkin.models import CareAlert, CareAlertAnswer, CareAlertVersion, Patient, Staff, Visit
from checkin.rules.care_alerts import (
    LONGEST_PERSON_TEXT,
    MOST_ALERT_WORDS,
    AlertKind,
    AlertStatus,
    NamedAdult,
    names_somebody,
)
from checkin.rules.roles import StaffAct, may_role_act
from checkin.rules.short_lines import put_on_one_line

_ALERT_ELSEWHERE = "That record belongs to another clinic."
_SAYS_NOTHING = "Write what staff should know, so that they can act on it. Nothing was saved."
_NAMES_NOBODY = "Write the name of the person or their relationship to the child. Nothing was saved."
_NAME_TOO_LONG = (
    "The name is longer than {longest} characters, so nothing was saved. Shorten it here, "
    "and write the rest under “What staff should know and do”."
)
_RELATIONSHIP_TOO_LONG = (
    "The relationship is longer than {longest} characters, so nothing was saved. Shorten it here, "
    "and write the rest under “What staff should know and do”."
)
_NO_SUCH_KIND = "Choose what kind of warning it is. Nothing was saved."
_NO_SUCH_COLLEAGUE = "Choose somebody of this clinic who sees patients' pages. Nothing was saved."
_CHANGED_SINCE = "{who} changed this at {when}, so nothing was saved. Open it again to see how it is now."
_ENDED = "It has ended already, so nothing was saved."


@dataclass(frozen=True, slots=True)
class AlertWords:
    """What somebody writes in a warning."""

    kind: str
    person_name: str = ""
    relationship: str = ""
    words: str = ""
    colleague: Staff | None = None
    """Who is told when that person comes; the managers, if nobody."""


def write_care_alert(*, patient: Patient, said: AlertWords, by: Staff, at: dt.datetime) -> CareAlert:
    """Put a warning on the patient. The same words again by the same person are one warning."""
    require_permission(StaffAct.KEEP_CARE_ALERTS, by)
    _refuse_words(said, by)
    if patient.clinic_id != by.clinic_id:
        raise Refused(_ALERT_ELSEWHERE)
    with write_in_turn():
        visits = lock_open_visits([patient.pk])
        held = lock_standing_patient(patient)
        for one in CareAlert.objects.active().filter(patient=held).select_related("current"):
            if one.current and one.current.by_id == by.pk and _says_the_same(one.current, said):
                return one
        made = CareAlert.objects.create(clinic_id=held.clinic_id, patient=held)
        _write_version(made, said, AlertStatus.ACTIVE, by=by, at=at)
        _finish(made, "care_alert.written", visits, by=by, at=at)
        return made


def change_care_alert(
    *, alert: CareAlert, said: AlertWords, seen: int | None, by: Staff, at: dt.datetime
) -> CareAlert:
    """Write what the warning says from now on. `seen`: id of the version that the page showed.

    Raises Refused if somebody else changed it since, or it has ended; and NotAllowed.
    """
    require_permission(StaffAct.KEEP_CARE_ALERTS, by)
    _refuse_words(said, by)
    with write_in_turn():
        held, visits = _lock_alert(alert, by)
        if _says_the_same(_now(held), said):
            return held
        _refuse_stale(held, seen)
        _write_version(held, said, AlertStatus.ACTIVE, by=by, at=at)
        _finish(held, "care_alert.changed", visits, by=by, at=at)
        return held


def end_care_alert(
    *, alert: CareAlert, by: Staff, at: dt.datetime, in_error: bool = False, seen: int | None = None
) -> CareAlert:
    """End the warning; its history stays. `in_error`: it was never true of this patient. Safe to repeat."""
    require_permission(StaffAct.KEEP_CARE_ALERTS, by)
    status = AlertStatus.ENTERED_IN_ERROR if in_error else AlertStatus.INACTIVE
    with write_in_turn():
        held, visits = _lock_alert(alert, by)
        now = _now(held)
        if now.status == status:
            return held
        _refuse_stale(held, seen)
        _write_version(held, _words_of(now), status, by=by, at=at)
        _finish(held, "care_alert.ended", visits, by=by, at=at)
        return held


def undo_care_alert_end(
    *, alert: CareAlert, by: Staff, at: dt.datetime, seen: int | None = None
) -> CareAlert:
    """Put an ended warning back with the words it had. `seen`: id of the version that ended it.

    Safe to repeat. It is a version of its own, so who was called to an open visit is called again.
    """
    require_permission(StaffAct.KEEP_CARE_ALERTS, by)
    with write_in_turn():
        held, visits = _lock_alert(alert, by)
        now = _now(held)
        if now.status == AlertStatus.ACTIVE:
            return held
        _refuse_changed(held, seen)
        _write_version(held, _words_of(now), AlertStatus.ACTIVE, by=by, at=at)
        _finish(held, "care_alert.end_undone", visits, by=by, at=at)
        return held


def answer_care_alert(
    *, version: CareAlertVersion, visit: Visit, by: Staff, at: dt.datetime
) -> CareAlertAnswer:
    """Record that this person looked at the visit. Safe to repeat, also by another of those called."""
    require_permission(StaffAct.READ_CHARTS, by)
    if visit.clinic_id != by.clinic_id or version.alert.clinic_id != by.clinic_id:
        raise Refused(_ALERT_ELSEWHERE)
    with write_in_turn():
        made, is_new = CareAlertAnswer.objects.get_or_create(
            version=version, visit=visit, defaults={"at": at, "by": by}
        )
        if is_new:
            audit.write_audit_event(
                action="care_alert.answered", subject=visit, at=at, by=by, patient_id=version.alert.patient_id
            )
        return made


def _refuse_words(said: AlertWords, by: Staff) -> None:
    if said.kind not in AlertKind.values:
        raise Refused(_NO_SUCH_KIND)
    _refuse_long_person(said)
    named = NamedAdult(said.person_name, said.relationship)
    if said.kind == AlertKind.NOT_WITH and not names_somebody(named):
        raise Refused(_NAMES_NOBODY)
    if said.kind == AlertKind.OTHER and not said.words.strip():
        raise Refused(_SAYS_NOTHING)
    told = said.colleague
    if told is not None and not (
        told.clinic_id == by.clinic_id and told.is_active and may_role_act(told.role, StaffAct.READ_CHARTS)
    ):
        raise Refused(_NO_SUCH_COLLEAGUE)


def _refuse_long_person(said: AlertWords) -> None:
    for text, refusal in ((said.person_name, _NAME_TOO_LONG), (said.relationship, _RELATIONSHIP_TOO_LONG)):
        if len(put_on_one_line(text)) > LONGEST_PERSON_TEXT:
            raise Refused(refusal.format(longest=LONGEST_PERSON_TEXT))


def _columns(said: AlertWords) -> dict[str, str]:
    return {
        "kind": said.kind,
        "person_name": put_on_one_line(said.person_name),
        "relationship": put_on_one_line(said.relationship),
        "words": said.words.strip()[:MOST_ALERT_WORDS],
    }


def _says_the_same(version: CareAlertVersion, said: AlertWords) -> bool:
    same = all(getattr(version, name) == value for name, value in _columns(said).items())
    whom = said.colleague.pk if said.colleague else None
    return same and version.colleague_id == whom and version.status == AlertStatus.ACTIVE


def _now(alert: CareAlert) -> CareAlertVersion:
    assert alert.current is not None  # noqa: S101  # written in the transaction that made the alert
    return alert.current


def _words_of(version: CareAlertVersion) -> AlertWords:
    said = (version.kind, version.person_name, version.relationship, version.words, version.colleague)
    return AlertWords(*said)


def _lock_alert(alert: CareAlert, by: Staff) -> tuple[CareAlert, list[Visit]]:
    """Return the alert as it is now, and the patient's open visits, all locked."""
    if alert.clinic_id != by.clinic_id:
        raise Refused(_ALERT_ELSEWHERE)
    visits = lock_open_visits([CareAlert.objects.values_list("patient_id", flat=True).get(pk=alert.pk)])
    held = CareAlert.objects.select_for_update(of=("self",)).get(pk=alert.pk)
    return held, visits


def _refuse_stale(alert: CareAlert, seen: int | None) -> None:
    _refuse_changed(alert, seen)
    if _now(alert).status != AlertStatus.ACTIVE:
        raise Refused(_ENDED)


def _refuse_changed(alert: CareAlert, seen: int | None) -> None:
    now = _now(alert)
    if seen is not None and now.pk != seen:
        raise Refused(_CHANGED_SINCE.format(who=now.by, when=alert.clinic.time_words(now.at)))


def _write_version(alert: CareAlert, said: AlertWords, status: str, *, by: Staff, at: dt.datetime) -> None:
    made = CareAlertVersion.objects.create(
        alert=alert, at=at, by=by, status=status, colleague=said.colleague, **_columns(said)
    )
    alert.current = made
    alert.save(update_fields=["current"])


def _finish(alert: CareAlert, action: str, visits: list[Visit], *, by: Staff, at: dt.datetime) -> None:
    """Redraw the open visits, which show a mark, and write the line of the trail."""
    for one in visits:
        update_visit_and_boards(one)
    audit.write_audit_event(action=action, subject=alert, at=at, by=by, patient_id=alert.patient_id)
