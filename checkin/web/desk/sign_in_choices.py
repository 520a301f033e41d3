"""The record that a person chose at the desk's sign-in, as it stands once the sign-in arrives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils import timezone

from checkin.models import Patient
from checkin.models.made_records import end_of
from checkin.queries.page_marks import last_merge, undone_since
from checkin.rules import claims, merges
from checkin.rules.page_marks import PageMark
from checkin.web.access import StaffRequest
from checkin.web.desk.reach import number
from checkin.web.page_marks import of_patient, said_beside
from checkin.web.page_refusals import at_time, by_whom, record_changed

NOT_THERE = "The record that was chosen for it is not on file here. Please say whose visit it is."
DOES_NOT_FIT = "What was typed does not fit that record. Please say whose visit it is."
WHICH_OF_THEM = "Please say whose visit it is."
UNSAID = "The page did not say how it showed the record that was chosen. Please say whose visit it is."


class Choice(NamedTuple):
    """Whom the sign-in is for, what happened to that record since, and why a person must look.

    `mark`: the record as it was when that was decided, for the link to compare once it holds it.
    """

    patient: Patient | None = None
    changed: str = ""
    doubt: str = ""
    mark: PageMark | None = None


def read(request: StaffRequest, said: str, claim: Mapping[str, Any]) -> Choice:
    """The record that was chosen, or the one that it was merged into. Any text is taken."""
    if not said.strip():
        return Choice()
    pk = number(said)
    chosen = request.clinic.patients.filter(pk=pk).first() if pk else None
    if chosen is None:
        return Choice(doubt=NOT_THERE)
    drawn = said_beside(request).get(chosen.pk)
    if drawn is None:
        return Choice(chosen, doubt=UNSAID)
    if changed := changed_since(request, chosen, drawn):
        return Choice(chosen, changed, WHICH_OF_THEM)
    if chosen.merged_into_id is not None:
        return merged_since(request, chosen, claim)
    return Choice(chosen, mark=of_patient(chosen))


def changed_since(request: StaffRequest, chosen: Patient, drawn: PageMark) -> str:
    """Why the record may not be the child who was chosen any more; "" where it is.

    That another record was merged with it says that both are one child, and is no reason.
    """
    clinic, since = request.clinic, drawn.merge
    if since and (undone := undone_since(chosen, since)):
        what = f"{by_whom(undone)} undid the merge of {undone.merged} and {undone.into}"
        return f"{what}{at_time(clinic, undone)}."
    now = of_patient(chosen)
    return record_changed(clinic, drawn, now) if drawn.named != now.named else ""


def merged_since(request: StaffRequest, chosen: Patient, claim: Mapping[str, Any]) -> Choice:
    """A merge says that both are one child; but where what was typed speaks against it, a person looks."""
    clinic = request.clinic
    stands = clinic.patients.get(pk=end_of(chosen.pk))
    made = last_merge(clinic, chosen.pk)
    changed = f"{by_whom(made)} merged the record of {chosen} into {stands}{at_time(clinic, made)}."
    born = claims.birth_date(
        claims.clean(claim.get("child_birth_date")),
        today=clinic.local_date(timezone.now()),
        day_first=clinic.day_first,
    )
    typed = merges.Who(claims.clean(claim.get("child_given_name")), "", born.date)
    doubt = DOES_NOT_FIT if merges.doubt(typed, merges.Who.of(stands)) else ""
    return Choice(stands, changed, doubt, of_patient(stands))
