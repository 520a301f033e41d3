"""The record chosen at the desk's sign-in, as it is when the sign-in arrives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils import timezone

from checkin.models import Patient
from checkin.models.sign_in_records import final_record_id
from checkin.queries.page_versions import find_last_merge_of_record, find_merge_undone_since
from checkin.rules import patient_merges as patient_merge_rules
from checkin.rules import sign_in_claims
from checkin.rules.page_versions import PageVersion
from checkin.web.access import StaffRequest
from checkin.web.page_versions import patient_page_version, sent_record_versions
from checkin.web.params import parse_number_param
from checkin.web.stale_page_wording import at_time_phrase, change_author, describe_record_change

_CHOICE_NOT_ON_FILE = (
    "The record that was chosen for it is not on file here. Please choose whose visit it is."
)
_CHOICE_DOES_NOT_FIT = "What was typed does not fit that record. Please choose whose visit it is."
SAY_WHOSE_VISIT = "Please choose whose visit it is."
_CHOICE_NOT_DESCRIBED = (
    "The page did not say how it showed the record that was chosen. Please choose whose visit it is."
)


class RecordChoice(NamedTuple):
    """The record that a sign-in is for, what happened to it since, and why staff must check.

    `mark`: the record's version when that was decided, for the link to compare once it is locked.
    """

    patient: Patient | None = None
    changed: str = ""
    doubt: str = ""
    mark: PageVersion | None = None


def read_record_choice(request: StaffRequest, said: str, claim: Mapping[str, object]) -> RecordChoice:
    """Return the chosen record, or the one it was merged into. Accepts any text."""
    if not said.strip():
        return RecordChoice()
    pk = parse_number_param(said)
    chosen = request.clinic.patients.filter(pk=pk).first() if pk else None
    if chosen is None:
        return RecordChoice(doubt=_CHOICE_NOT_ON_FILE)
    drawn = sent_record_versions(request).get(chosen.pk)
    if drawn is None:
        return RecordChoice(chosen, doubt=_CHOICE_NOT_DESCRIBED)
    if changed := _describe_choice_change(request, chosen, drawn):
        return RecordChoice(chosen, changed, SAY_WHOSE_VISIT)
    if chosen.merged_into_id is not None:
        return _follow_merged_choice(request, chosen, claim)
    return RecordChoice(chosen, mark=patient_page_version(chosen))


def _describe_choice_change(request: StaffRequest, chosen: Patient, drawn: PageVersion) -> str:
    """Return why the record may no longer be the chosen child's, as a sentence; "" if it is.

    A merge into it does not count: it says that both are one child.
    """
    clinic, since = request.clinic, drawn.merge
    if since and (undone := find_merge_undone_since(chosen, since)):
        what = f"{change_author(undone)} undid the merge of {undone.merged} and {undone.into}"
        return f"{what}{at_time_phrase(clinic, undone)}."
    now = patient_page_version(chosen)
    return describe_record_change(clinic, drawn, now) if drawn.named != now.named else ""


def _follow_merged_choice(
    request: StaffRequest, chosen: Patient, claim: Mapping[str, object]
) -> RecordChoice:
    """Return the record that the chosen one was merged into, with a doubt if what was typed does not fit."""
    clinic = request.clinic
    stands = clinic.patients.get(pk=final_record_id(chosen.pk))
    made = find_last_merge_of_record(clinic, chosen.pk)
    changed = (
        f"{change_author(made)} merged the record of {chosen} into {stands}{at_time_phrase(clinic, made)}."
    )
    born = sign_in_claims.read_typed_birth_date(
        sign_in_claims.clean_typed_text(claim.get("child_birth_date")),
        today=clinic.local_date(timezone.now()),
        day_first=clinic.day_first,
    )
    typed = patient_merge_rules.ChildIdentity(
        sign_in_claims.clean_typed_text(claim.get("child_given_name")), "", born.date
    )
    doubt = (
        _CHOICE_DOES_NOT_FIT
        if patient_merge_rules.identity_doubt_sentence(typed, patient_merge_rules.ChildIdentity.of(stands))
        else ""
    )
    return RecordChoice(stands, changed, doubt, patient_page_version(stands))
