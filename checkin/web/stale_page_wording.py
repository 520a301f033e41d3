"""Say what changed since a page was opened: who did what, and when."""

from __future__ import annotations

from typing import Any

from checkin.models import Clinic, MatchDecision, Patient, PatientMerge, Visit
from checkin.models import (
    entry_wording as entry_wording_models,
)
from checkin.queries.page_versions import find_last_merge_of_record, find_last_record_change
from checkin.rules import page_versions as page_version_rules
from checkin.rules.child_labels import child_detail_words, has_one_name_for_all, label_two_children
from checkin.rules.page_versions import PageVersion
from checkin.rules.visit_steps import VisitState
from checkin.web import present_escorts
from checkin.web.page_versions import find_record_of_version, find_visit_of_version

_CHILD_NOT_STATED = (
    "What you sent does not say which child it is for. Your page may have been open for very long."
)
_THIS_RECORD = "this record"
_RECORD_ROLES = ("the record of your page", "the record now")
"""Labels for two records with the same name, birth date and number."""


def describe_page_change(clinic: Clinic, drawn: PageVersion | None, now: PageVersion) -> str:
    """Return one sentence: what happened since the page was opened, who did it, and when."""
    if drawn is None:
        return _CHILD_NOT_STATED
    visit = find_visit_of_version(clinic, now)
    if page_version_rules.is_page_of_same_record(drawn, now) and drawn.named != now.named:
        return _describe_name_change(clinic, now)
    if visit is not None and not page_version_rules.is_page_of_same_child(drawn, now):
        return _describe_other_child(clinic, visit, now, distinguishing_details(clinic, drawn, now))
    if visit is not None:
        is_adult = drawn.adult != now.adult
        return (
            present_escorts.describe_escort_change(clinic, visit, drawn)
            if is_adult
            else _describe_state_change(clinic, visit)
        )
    return _describe_merge_change(clinic, drawn, now)


def _describe_other_child(clinic: Clinic, visit: Visit, now: PageVersion, more: str) -> str:
    made = visit.match_decisions.select_related("by", "undoes").order_by("pk").last()
    who, when = change_author(made), at_time_phrase(clinic, made)
    child = find_record_of_version(clinic, now)
    if child is None:
        return f"{who} undid the match of {visit.token}{when}: no child on record is matched now."
    told = _name_with_details(child, more)
    if made is not None and made.undoes is not None:
        what = "the merge of the record" if made.undoes.kind == MatchDecision.Kind.MERGE else "the last match"
        return f"{who} undid {what} of {visit.token}{when}: it is {told} again."
    if made is not None and made.kind == MatchDecision.Kind.MERGE:
        return f"{who} merged the record of {visit.token} into {told}{when}."
    return f"{who} matched {visit.token} to {told}{when}."


def _describe_name_change(clinic: Clinic, now: PageVersion, this: str = _THIS_RECORD) -> str:
    """Return a sentence: the record's name or birth date changed. The page may have shown a twin's name."""
    child = find_record_of_version(clinic, now)
    if child is None:  # Never for a version that names a child
        return _CHILD_NOT_STATED
    made = find_last_record_change(child)
    verb = "undid a change of" if made is not None and made.undoes_id else "changed"
    what = f"{change_author(made)} {verb} the name or birth date on {this}{at_time_phrase(clinic, made)}"
    return f"{what}: it is {name_and_birth_date(child)}, now."


def name_and_birth_date(child: Patient) -> str:
    born = f", born {child.clinic.date_words(child.birth_date)}" if child.birth_date else ""
    return f"{child}{born}"


def describe_record_change(clinic: Clinic, drawn: PageVersion | None, now: PageVersion) -> str:
    """Return sentences: what happened to another record that the form names, and who it is now."""
    if drawn is None:
        return _CHILD_NOT_STATED
    chosen = clinic.patients.filter(pk=now.patient or 0).first()
    number = entry_wording_models.patient_record_number(chosen) if chosen else ""
    this = f"record {number}" if number else "the record that was chosen"
    if page_version_rules.is_page_of_same_record(drawn, now):
        return _describe_name_change(clinic, now, this)
    what = _describe_merge_change(clinic, drawn, now, this)
    return f"{what} It is {name_and_birth_date(chosen)}, now." if chosen and not now.merged_into else what


def _describe_state_change(clinic: Clinic, visit: Visit) -> str:
    made = visit.moves.select_related("by").order_by("pk").last()
    label = VisitState(visit.state).label
    again = " again" if made is not None and made.undoes_id else ""
    return f"{change_author(made)} moved {visit.token} to “{label}”{again}{at_time_phrase(clinic, made)}."


def _describe_merge_change(clinic: Clinic, drawn: PageVersion, now: PageVersion, named: str = "") -> str:
    """Return a sentence about a merge or its undo. `named`: the record in words, if the page named others."""
    this = named or _THIS_RECORD
    made = find_last_merge_of_record(clinic, drawn.patient)
    who, when = change_author(made), at_time_phrase(clinic, made)
    if isinstance(made, PatientMerge) and made.into_id == drawn.patient:
        verb = "undid the merge of" if made.undoes_id else "merged"
        one = named or "this one"
        merged, into = (entry_wording_models.describe_patient(each) for each in (made.merged, made.into))
        is_one = has_one_name_for_all([merged.name, into.name]) and child_detail_words(
            merged
        ) != child_detail_words(into)
        other = _name_with_details(made.merged, child_detail_words(merged) if is_one else "")
        return f"{who} {verb} another record, {other}, into {one}{when}."
    if now.merged_into is None:
        return f"{who} undid the merge of {this}{when}."
    stays = _name_with_details(
        find_record_of_version(clinic, now), distinguishing_details(clinic, drawn, now)
    )
    return f"{who} merged {this} into {stays}{when}."


def change_author(made: Any) -> str:
    return str(made.by) if made is not None and made.by else "The clinic’s computer"


def at_time_phrase(clinic: Clinic, made: Any) -> str:
    """Return " at 10:42 AM"; "" if unknown."""
    if made is None:
        return ""
    return f" at {clinic.time_words(made.at)}"


def distinguishing_details(clinic: Clinic, drawn: PageVersion | None, now: PageVersion) -> str:
    """Return the child's birth date and number if its name alone does not identify it.

    Needed if the page was about a child of a similar name, showed another name, or does not say.
    """
    child = find_record_of_version(clinic, now)
    if child is None:
        return ""
    was = find_record_of_version(clinic, drawn) if drawn else None
    if was is not None and was != child:
        return label_two_children(
            entry_wording_models.describe_patient(was),
            entry_wording_models.describe_patient(child),
            roles=_RECORD_ROLES,
        )[1].more
    is_known = drawn is not None and (was is None or drawn.named == now.named)
    return "" if is_known else child_detail_words(entry_wording_models.describe_patient(child))


def _name_with_details(child: Patient | None, more: str) -> str:
    return f"{child} ({more})" if more else str(child)
