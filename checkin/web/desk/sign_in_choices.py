"""The record that a person chose at the desk's sign-in, as it stands once the sign-in arrives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils import timezone

from checkin.models import Patient
from checkin.models.made_records import end_of
from checkin.queries.page_marks import last_merge, undone_since
from checkin.rules import claims, merges
from checkin.web.access import StaffRequest
from checkin.web.desk.reach import number
from checkin.web.page_refusals import at_time, by_whom

NOT_THERE = "The record that was chosen for it is not on file here. Please say whose visit it is."
DOES_NOT_FIT = "What was typed does not fit that record. Please say whose visit it is."
WHICH_OF_THEM = "Please say whose visit it is."


class Choice(NamedTuple):
    """Whom the sign-in is for, what happened to that record since, and why a person must look."""

    patient: Patient | None = None
    changed: str = ""
    doubt: str = ""


def read(request: StaffRequest, said: str, claim: Mapping[str, Any]) -> Choice:
    """The record that was chosen, or the one that it was merged into. Any text is taken."""
    if not said.strip():
        return Choice()
    pk = number(said)
    chosen = request.clinic.patients.filter(pk=pk).first() if pk else None
    if chosen is None:
        return Choice(doubt=NOT_THERE)
    if chosen.merged_into_id is not None:
        return merged_since(request, chosen, claim)
    mark = request.page_mark
    since = mark.merge if mark and mark.patient == chosen.pk else None
    undone = undone_since(chosen, since) if since else None
    if undone is None:
        return Choice(chosen)
    what = f"{by_whom(undone)} undid the merge of {undone.merged} and {undone.into}"
    return Choice(chosen, f"{what}{at_time(request.clinic, undone)}.", WHICH_OF_THEM)


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
    return Choice(stands, changed, doubt)
