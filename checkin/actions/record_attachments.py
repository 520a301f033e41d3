"""Put a record on a visit, with its escort, appointment and differences from what was typed."""

from __future__ import annotations

import datetime as dt

from checkin.actions import asked_discrepancies, visit_links
from checkin.models import Appointment, Discrepancy, PaperMove, Patient, Staff, Visit
from checkin.queries import patient_dossiers
from checkin.rules import discrepancies as discrepancy_rules
from checkin.rules.discrepancy_causes import DiscrepancyCause
from checkin.rules.entry_fates import EntryKind, EntryOutcome
from checkin.rules.visit_steps import VisitState


def reattach_record(
    visit: Visit, patient: Patient | None, *, had: int | None = None
) -> list[discrepancy_rules.NoticedDifference]:
    """Put the record on the visit, or none; return the differences. Does not save the visit.

    `had`: id of the appointment that the visit has just released, if any.
    """
    claim = patient_dossiers.restore_sign_in_claim(visit.sign_in)
    if patient is None:
        return discrepancy_rules.notice_claim_problems(
            claim, today=visit.local_date, day_first=visit.location.clinic.day_first
        )
    found = patient_dossiers.read_dossiers(
        clinic=visit.location.clinic, patients=[patient], at=visit.arrived_at
    )
    noticed = visit_links.attach_patient_and_escort(
        visit=visit, claim=claim, patient=patient, found=found, at=visit.arrived_at,
        had=find_earlier_appointment(visit, patient, had),
    )  # fmt: skip
    return noticed + visit_links.find_other_sign_ins(visit, found)


def find_earlier_appointment(visit: Visit, patient: Patient, now: int | None) -> int | None:
    """Return the id of this record's appointment that the visit had: `now`, or else the last one before."""
    own = Appointment.objects.filter(patient=patient)
    if now is not None and own.filter(pk=now).exists():
        return now
    given_back = PaperMove.objects.filter(
        decision__visit=visit,
        paper=EntryKind.APPOINTMENT,
        done=EntryOutcome.REMOVED,
        subject_id__in=own.values("pk"),
    )
    return given_back.order_by("pk").values_list("subject_id", flat=True).last()


def drop_kept_discrepancies(
    visit: Visit, noticed: list[discrepancy_rules.NoticedDifference]
) -> list[discrepancy_rules.NoticedDifference]:
    """Return the differences except those that staff settled at this visit by keeping the old."""
    kept = set(visit.discrepancies.kept_old().values_list("field", "typed", "recorded", "other_visit"))
    return [
        one
        for one in noticed
        if (one.field, one.typed[:500], one.recorded[:500], one.other_visit) not in kept
    ]


def renew_discrepancies(
    visit: Visit,
    noticed: list[discrepancy_rules.NoticedDifference],
    *,
    by: Staff | None,
    at: dt.datetime,
    is_one_child: bool = False,
) -> None:
    """Withdraw discrepancies with the previous record, and create those with the present one.

    `is_one_child`: both records are this child's, so a question continues even if they differ.
    """
    asked = asked_discrepancies.find_asked_discrepancies(visit)
    standing = visit.discrepancies.open()
    about_child = standing.exclude(field=Discrepancy.Field.SIGN_IN) | standing.filter(
        cause=DiscrepancyCause.ALREADY_SIGNED_IN
    )
    about_child.update(status=Discrepancy.Status.WITHDRAWN, settled_at=at, settled_by=by)
    if visit.state != VisitState.ENTERED_IN_ERROR:
        visit_links.create_discrepancies(visit, noticed, at=at)
        asked_discrepancies.keep_asking_family(visit, asked, is_one_child=is_one_child)
