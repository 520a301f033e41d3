"""Mark a visit or a patient's address as confidential, and end the mark. Opening one is `sealed_readings`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from checkin.actions import audit, open_visits, shared_visits
from checkin.actions.permissions import require_permission
from checkin.actions.refusals import Refused
from checkin.actions.visit_locks import (
    lock_clinic_boards,
    lock_patient_visits,
    update_visit_and_boards,
)
from checkin.actions.write_queue import write_in_turn
from checkin.models import ConfidentialMark, Discrepancy, Patient, Staff, Visit
from checkin.rules import confidential_visits as confidential_visit_rules
from checkin.rules.confidential_visits import ConfidentialKind
from checkin.rules.roles import StaffAct


def mark_visit_confidential(*, visit: Visit, kind: str, by: Staff, at: dt.datetime) -> ConfidentialMark:
    """Make this visit confidential; return the standing mark. Another kind replaces the standing one."""
    require_permission(StaffAct.KEEP_CONFIDENTIAL, by)
    if not confidential_visit_rules.is_visit_kind(kind):
        raise Refused(confidential_visit_rules.NOT_A_VISIT_KIND)
    with write_in_turn():
        others = _lock_with_others(visit)
        standing = visit.confidential_marks.standing().first()
        if standing is not None and standing.kind == kind:
            return standing
        if standing is not None:
            _end_mark(standing, by=by, at=at)
        made = ConfidentialMark.objects.create(
            clinic_id=visit.clinic_id, visit=visit, kind=kind, by=by, at=at
        )
        _set_visit(visit, others, confidential=True, by=by, at=at)
        _log_mark("confidential.marked", visit, patient_id=visit.patient_id, kind=kind, by=by, at=at)
        return made


def mark_repeat(visit: Visit, *, asked: bool, by: Staff | None, at: dt.datetime) -> None:
    """Mark the visit if its sign-in, sent again, asks for it and it never had a mark.

    Sent again later, it leaves the mark as it is by now.
    """
    if asked and by is not None and not visit.confidential_marks.exists():
        kind = confidential_visit_rules.kind_of_sign_in(is_patient=visit.sign_in.is_patient)
        mark_visit_confidential(visit=visit, kind=kind, by=by, at=at)


def mark_arrival(visit: Visit, *, asked: bool, continues: Visit | None) -> None:
    """Mark a visit if whoever signs it in asks for it, or if it goes on from a confidential one.

    Call in the transaction that has created it. `continues`: the same child's visit, which had ended when the
    family sent more: nothing of that is open because staff were faster than the family.
    """
    before = continues.confidential_marks.standing().select_related("by").first() if continues else None
    said = visit.sign_in
    if before is not None and continues is not None:
        _mark_new_visit(visit, before.kind, by=before.by)
        audit.write_audit_event(
            action="confidential.continued", subject=visit, at=visit.arrived_at, by=said.by,
            device=said.device, patient_id=visit.patient_id, kind=str(before.kind),
            continues=continues.pk, marked_by=before.by_id,
        )  # fmt: skip
    elif asked and said.by is not None:
        require_permission(StaffAct.KEEP_CONFIDENTIAL, said.by)
        kind = confidential_visit_rules.kind_of_sign_in(is_patient=said.is_patient)
        _mark_new_visit(visit, kind, by=said.by)
        facts: dict[str, Any] = {"kind": kind, "by": said.by, "at": visit.arrived_at}
        _log_mark("confidential.marked", visit, patient_id=visit.patient_id, **facts)


def end_visit_confidential(*, visit: Visit, by: Staff, at: dt.datetime) -> None:
    """End the visit's mark. Does nothing if it has none."""
    require_permission(StaffAct.KEEP_CONFIDENTIAL, by)
    with write_in_turn():
        others = _lock_with_others(visit)
        standing = visit.confidential_marks.standing().first()
        if standing is None:
            return
        _end_mark(standing, by=by, at=at)
        _set_visit(visit, others, confidential=False, by=by, at=at)
        _log_mark("confidential.ended", visit, patient_id=visit.patient_id, kind=standing.kind, by=by, at=at)


def hide_patient_address(*, patient: Patient, by: Staff, at: dt.datetime) -> ConfidentialMark:
    """Hide where this patient lives and how to reach them; return the standing mark."""
    require_permission(StaffAct.KEEP_CONFIDENTIAL, by)
    with write_in_turn():
        held = _lock_patient(patient)
        standing = held.confidential_marks.standing().first()
        if standing is not None:
            return standing
        return _hide_address(patient, by=by, at=at)


def carry_hidden_address(*, merged: Patient, into: Patient, by: Staff, at: dt.datetime) -> None:
    """Hide the address of both records if one of them hides it. An undo leaves both hidden.

    The merged one keeps a page of its own. Call with both records locked.
    """
    if merged.address_hidden != into.address_hidden:
        _hide_address(into if merged.address_hidden else merged, by=by, at=at)


def show_patient_address(*, patient: Patient, by: Staff, at: dt.datetime) -> None:
    """End the mark on the patient's address. Does nothing if there is none."""
    require_permission(StaffAct.KEEP_CONFIDENTIAL, by)
    with write_in_turn():
        held = _lock_patient(patient)
        standing = held.confidential_marks.standing().first()
        if standing is None:
            return
        _end_mark(standing, by=by, at=at)
        _set_patient(patient, address_hidden=False)
        _log_mark("confidential.ended", held, patient_id=held.pk, kind=standing.kind, by=by, at=at)


def refuse_if_confidential(visit: Visit | None, sentence: str) -> None:
    """Raise Refused with this sentence if the visit, which the caller has locked, is confidential."""
    if visit is not None and Visit.objects.confidential().filter(pk=visit.pk).exists():
        raise Refused(sentence)


def _lock_patient(patient: Patient) -> Patient:
    """Lock every board, because rows of them show the patient, and then the patient."""
    lock_clinic_boards(patient.clinic_id)
    return Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)


def _hide_address(patient: Patient, *, by: Staff, at: dt.datetime) -> ConfidentialMark:
    facts = {"clinic_id": patient.clinic_id, "patient": patient, "kind": ConfidentialKind.ADDRESS}
    made = ConfidentialMark.objects.create(**facts, by=by, at=at)
    _set_patient(patient, address_hidden=True)
    _log_mark(
        "confidential.marked", patient, patient_id=patient.pk, kind=ConfidentialKind.ADDRESS, by=by, at=at
    )
    return made


def _end_mark(mark: ConfidentialMark, *, by: Staff, at: dt.datetime) -> None:
    facts = {name: getattr(mark, name) for name in ("clinic_id", "visit_id", "patient_id", "kind")}
    ConfidentialMark.objects.create(**facts, by=by, at=at, undoes=mark)


def _mark_new_visit(visit: Visit, kind: str, *, by: Staff | None) -> None:
    """Mark a visit that nobody else has seen. What other visits show of its record does not change."""
    at = visit.arrived_at
    ConfidentialMark.objects.create(clinic_id=visit.clinic_id, visit=visit, kind=kind, by=by, at=at)
    update_visit_and_boards(visit, confidential=True)
    visit.confidential = True
    shared_visits.recall_shared_visits(visit, was_confidential=False, at=at)


def _lock_with_others(visit: Visit) -> list[Visit]:
    """Lock the visit and those that show its record or its adult, all at once; return the others."""
    # The adult's open differences at visits that have ended would go on naming a number given at this one.
    ended = Visit.objects.exclude(escort=None).filter(
        escort=visit.escort_id, discrepancies__in=Discrepancy.objects.open()
    )
    family = lock_patient_visits(visit.patient_id, visit, *ended.distinct())
    return [one for one in family if one.pk != visit.pk]


def _set_visit(
    visit: Visit, others: Sequence[Visit], *, confidential: bool, by: Staff, at: dt.datetime
) -> None:
    # One kind of mark may replace another: then the record was written without this visit already.
    was = visit.confidential
    update_visit_and_boards(visit, confidential=confidential)
    visit.confidential = confidential
    # What was kept or typed at it is on no page of a later visit while the mark stands. A consent or a proxy
    # said at it does not count there either.
    shared_visits.recall_shared_visits(visit, was_confidential=was, at=at)
    # Once others may read of it, its own differences must be with what is on record by then.
    open_visits.align_visits_with_records(others if confidential else [*others, visit], by=by, at=at)


def _set_patient(patient: Patient, *, address_hidden: bool) -> None:
    Patient.objects.filter(pk=patient.pk).update(address_hidden=address_hidden)
    patient.address_hidden = address_hidden


def _log_mark(
    action: str, subject: Visit | Patient, *, patient_id: int | None, kind: str, by: Staff, at: dt.datetime
) -> None:
    audit.write_audit_event(
        action=action, subject=subject, at=at, by=by, patient_id=patient_id, kind=str(kind)
    )
