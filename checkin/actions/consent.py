"""Record consents and written proxies. They appear as next steps and block nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from checkin.actions import audit, needs, urgent_signs
from checkin.actions.permissions import require_permission
from checkin.actions.record_locks import lock_record_and_visit
from checkin.actions.refusals import Refused
from checkin.actions.visit_locks import lock_patient_visits, update_visit_and_boards
from checkin.actions.write_queue import write_in_turn
from checkin.models import ConsentRecord, Patient, Staff, StandingProxy, Visit
from checkin.models.consent import ConsentQuerySet
from checkin.rules.consent_adults import CareKind, ConsentBasis, ConsentChannel
from checkin.rules.consent_forms import basis_channel_contradiction
from checkin.rules.consent_items import count_unnamed_items
from checkin.rules.need_types import NeedOutcome
from checkin.rules.roles import StaffAct
from checkin.rules.short_lines import put_on_one_line
from checkin.rules.urgent_signs import UrgentSource

_CONSENT_FIELD_LIMITS = {
    "who": 200,
    "name": 200,
    "granted_by": 200,
    "witness": 200,
    "to_what": 300,
    "phone": 60,
}
_LONGEST_CONSENT_TEXT = 500


def record_consent(
    *,
    patient: Patient | None,
    care: str,
    agreed: bool,
    basis: str,
    how: str,
    who: str,
    heard_by: Staff,
    at: dt.datetime,
    visit: Visit | None = None,
    to_what: str = "",
    relationship: str = "",
    phone: str = "",
    witness: str = "",
    until: dt.date | None = None,
    limits: str = "",
) -> ConsentRecord:
    """Record somebody's yes or no to one kind of care and recompute the next steps; return the record.

    `to_what` names one item ("flu vaccine"); blank means all of that care. The answer is valid on the
    clinic's day of `at`, or through `until`. The same answer heard again by the same person is one record.
    Without a patient it is recorded at the visit, whose child is unknown yet. Raises Refused and NotAllowed.
    """
    require_permission(StaffAct.RECORD_CONSENT, heard_by)
    said: dict[str, Any] = _cut_consent_texts(
        to_what=to_what, who=who, relationship=relationship, phone=phone, witness=witness, limits=limits
    )
    said |= {"care": care, "agreed": agreed, "basis": basis, "how": how, "until": until}
    _refuse_invalid_consent(said, heard_by=heard_by, at=at)
    with write_in_turn():
        family = lock_patient_visits(patient.pk if patient else None, *([visit] if visit else []))
        lock_record_and_visit(patient, visit)
        said["asked_of"] = _due_items_asked(visit, care, to_what) if agreed else ""
        known = _find_known_consents(patient, visit)
        last = known.filter(withdrawn_at=None, care=care).order_by("pk").last()
        if last and _is_consent_repeated(last, visit=visit, heard_by=heard_by, at=at, said=said):
            return last
        made = _create_consent_record(said, patient=patient, visit=visit, heard_by=heard_by, at=at)
        needs.recompute_needs_of_all(family, at=at, by=heard_by)
        return made


def _due_items_asked(visit: Visit | None, care: str, to_what: str) -> str:
    """Return what is due of that care at the visit, one per line; "" unless `to_what` gives only a count."""
    if visit is None or count_unnamed_items(to_what) is None:
        return ""
    due = visit.needs.filter(kind=care, status=NeedOutcome.OPEN).order_by("pk")
    return "\n".join(put_on_one_line(label) for label in due.values_list("label", flat=True))


def _create_consent_record(
    said: dict[str, object], *, patient: Patient | None, visit: Visit | None, heard_by: Staff, at: dt.datetime
) -> ConsentRecord:
    """Write the row and its audit event. Call inside a transaction."""
    made = ConsentRecord.objects.create(
        clinic_id=heard_by.clinic_id,
        patient=patient,
        visit=visit,
        before_match=visit is not None and visit.is_unsettled,
        heard_by=heard_by,
        at=at,
        **said,
    )
    audit.write_audit_event(
        action="consent.recorded",
        subject=made,
        at=at,
        by=heard_by,
        patient_id=made.patient_id,
        care=str(made.care),
        agreed=made.agreed,
        basis=str(made.basis),
    )
    return made


def _find_known_consents(patient: Patient | None, visit: Visit | None) -> ConsentQuerySet:
    """Return the consents on file for this child or this visit."""
    if patient is not None:
        return ConsentRecord.objects.filter(patient=patient)
    if visit is None:
        raise Refused("Choose a child or a visit.")
    return ConsentRecord.objects.bearing_on(visit)


def _refuse_invalid_consent(said: dict[str, Any], *, heard_by: Staff, at: dt.datetime) -> None:
    """Raise Refused if this cannot be recorded."""
    known = (
        said["care"] in CareKind.values
        and said["basis"] in ConsentBasis.values
        and said["how"] in ConsentChannel.values
    )
    if not known:
        raise Refused("Choose the care, what the consent is based on, and how it was said.")
    if sentence := basis_channel_contradiction(said["basis"], said["how"]):
        raise Refused(sentence)
    if said["basis"] == ConsentBasis.CLINICIAN:
        require_permission(StaffAct.DECIDE_AS_CLINICIAN, heard_by)
    if not said["who"]:
        raise Refused("Please write down who said it.")
    if said["until"] is not None and said["until"] < heard_by.clinic.local_date(at):
        raise Refused("Its last day is already over. Leave it blank for today only.")


def _is_consent_repeated(
    last: ConsentRecord, *, visit: Visit | None, heard_by: Staff, at: dt.datetime, said: dict[str, object]
) -> bool:
    """Return whether this repeats the last answer, as when the button is pressed twice."""
    clinic = heard_by.clinic
    same_day = clinic.local_date(last.at) == clinic.local_date(at)
    same_place = (last.visit_id, last.heard_by_id) == (visit.pk if visit else None, heard_by.pk)
    return same_day and same_place and all(getattr(last, name) == words for name, words in said.items())


def withdraw_consent(*, record: ConsentRecord, by: Staff, at: dt.datetime) -> ConsentRecord:
    """End a consent that was withdrawn or recorded by mistake. The row stays."""
    require_permission(StaffAct.RECORD_CONSENT, by)
    with write_in_turn():
        family = lock_patient_visits(record.patient_id, *([record.visit] if record.visit else []))
        if _end_consent(record, by=by, at=at):
            needs.recompute_needs_of_all(family, at=at, by=by)
        record.refresh_from_db()
        return record


def _end_consent(record: ConsentRecord, *, by: Staff | None, at: dt.datetime) -> bool:
    """Mark it withdrawn; return whether it still counted. Call inside a transaction."""
    taken = ConsentRecord.objects.filter(pk=record.pk, withdrawn_at=None)
    if not taken.update(withdrawn_at=at, withdrawn_by=by):
        return False
    audit.write_audit_event(
        action="consent.withdrawn", subject=record, at=at, by=by, patient_id=record.patient_id
    )
    return True


def grant_proxy(
    *,
    patient: Patient,
    name: str,
    granted_by: str,
    written_on: dt.date,
    by: Staff,
    at: dt.datetime,
    visit: Visit | None = None,
    relationship: str = "",
    cares: Iterable[str] = (),
    limits: str = "",
    expires_on: dt.date | None = None,
) -> StandingProxy:
    """Record a guardian's written permission for this adult to consent to `cares`; empty means all.

    Valid through `expires_on`, or until revoked if None. `visit` is where it was filed. One that has expired
    already is kept as history. Raises Refused and NotAllowed.
    """
    require_permission(StaffAct.GRANT_PROXY, by)
    said = _cut_consent_texts(name=name, granted_by=granted_by, relationship=relationship, limits=limits)
    kinds = sorted(set(map(str, cares)))
    if not said["name"] or not said["granted_by"]:
        raise Refused("Write down who may agree, and which guardian says so.")
    if not set(kinds) <= set(CareKind.values):
        raise Refused("Choose kinds of care from the list, or none for all of them.")
    if written_on > patient.clinic.local_date(at):
        raise Refused("The day it was written is still to come.")
    if expires_on is not None and expires_on < written_on:
        raise Refused("Its last day is before the day it was written.")
    terms = said | {"cares": kinds, "written_on": written_on, "expires_on": expires_on}
    with write_in_turn():
        family = lock_patient_visits(patient.pk, *([visit] if visit else []))
        lock_record_and_visit(patient, visit)
        for known in patient.standing_proxies.filter(revoked_at=None, name=said["name"]).order_by("pk"):
            if all(getattr(known, field) == value for field, value in terms.items()):
                return known
        made = StandingProxy.objects.create(
            clinic_id=patient.clinic_id,
            patient=patient,
            visit=visit,
            recorded_by=by,
            recorded_at=at,
            **terms,
        )
        needs.recompute_needs_of_all(family, at=at, by=by)
        audit.write_audit_event(
            action="proxy.granted", subject=made, at=at, by=by, patient_id=patient.pk, cares=kinds
        )
        return made


def revoke_proxy(*, proxy: StandingProxy, by: Staff, at: dt.datetime) -> StandingProxy:
    """Revoke the proxy from now on. The row stays. Raises NotAllowed."""
    require_permission(act_of_revoking_proxy(proxy, by=by, at=at), by)
    with write_in_turn():
        family = lock_patient_visits(proxy.patient_id)
        if StandingProxy.objects.filter(pk=proxy.pk, revoked_at=None).update(revoked_at=at, revoked_by=by):
            needs.recompute_needs_of_all(family, at=at, by=by)
            audit.write_audit_event(
                action="proxy.revoked", subject=proxy, at=at, by=by, patient_id=proxy.patient_id
            )
        proxy.refresh_from_db()
        return proxy


def act_of_revoking_proxy(proxy: StandingProxy, *, by: Staff, at: dt.datetime) -> StaffAct:
    """Return the act that needs a permission: GRANT_PROXY for a person who filed it today and corrects it."""
    clinic, recorded_at = by.clinic, proxy.recorded_at
    today = recorded_at is not None and clinic.local_date(recorded_at) == clinic.local_date(at)
    return StaffAct.GRANT_PROXY if today and proxy.recorded_by_id == by.pk else StaffAct.REVOKE_PROXY


def mark_visit_urgent(*, visit: Visit, by: Staff, at: dt.datetime, urgent: bool = True) -> Visit:
    """Mark the visit urgent: every next step says go ahead, and the child is first in line.

    `urgent=False` undoes what staff marked, never what the family said. Raises NotAllowed.
    """
    require_permission(StaffAct.RAISE if urgent else StaffAct.LOWER, by)
    with write_in_turn():
        lock_patient_visits(None, visit)
        if visit.urgent != urgent:
            update_visit_and_boards(visit, urgent=urgent)
            visit.urgent = urgent
            if urgent and visit.is_open:
                urgent_signs.raise_urgent_visit(visit, source=UrgentSource.STAFF, at=at, by=by)
            elif not urgent:
                urgent_signs.lower_staff_urgency(visit, by=by, at=at)
            needs.recompute_needs(visit=visit, at=at, by=by)
            action = "visit.marked_urgent" if urgent else "visit.not_urgent"
            audit.write_audit_event(action=action, subject=visit, at=at, by=by, patient_id=visit.patient_id)
        return visit


def _cut_consent_texts(**texts: str) -> dict[str, str]:
    """Return each text on one line, cut to its column: rules join several texts by line breaks."""
    return {
        name: put_on_one_line(text)[: _CONSENT_FIELD_LIMITS.get(name, _LONGEST_CONSENT_TEXT)]
        for name, text in texts.items()
    }
