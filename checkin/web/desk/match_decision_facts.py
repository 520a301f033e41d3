"""A match decision on the next page: what was decided, what it did, and the undo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from checkin.models import MatchDecision, Patient
from checkin.models.excuse_notes import list_misnamed_notes
from checkin.queries import (
    entry_wording as entry_wording_queries,
)
from checkin.queries import (
    match_candidates,
    undo_wording,
    visit_timeline,
)
from checkin.queries import (
    patient_merges as patient_merge_queries,
)
from checkin.rules.patient_merges import ChildIdentity, may_be_look_alike
from checkin.web.access import StaffRequest
from checkin.web.confidential_visits import may_tell_outcome
from checkin.web.params import parse_number_param


def just_decided_facts(request: StaffRequest) -> dict[str, object]:
    """Return the decision named in the URL (`?done=`), if it is still the last on its visit.

    Includes the notes handed out in another child's name than the one linked now. `done_patients`: ids of
    the records that all this names, for the page's line in the trail.
    """
    pk = parse_number_param(request.GET.get("done"))
    made = visit_timeline.find_last_match_decision(request.clinic, pk) if pk is not None else None
    if made is None or not may_tell_outcome(request, made.visit):
        return _facts_of_no_decision()
    is_new = made.kind == MatchDecision.Kind.NEW_PATIENT
    alike = _find_new_look_alikes(made.patient) if made.patient and is_new else []
    return {
        "done": made,
        "done_told": entry_wording_queries.tell_decision_children(made).get(made.patient_id or 0),
        "done_again": entry_wording_queries.redo_instruction(made.undoes),
        "done_alike": alike,
        "misnamed": list_misnamed_notes(made.visit),
        "done_patients": _records_named(made, alike),
        **_decided_merge_facts(request, made),
    }


def _facts_of_no_decision() -> dict[str, object]:
    empty = ("done_tokens", "done_lines", "done_alike", "done_patients", "misnamed", "undo_says")
    return {"done": None, "done_told": None, "done_again": "", **{name: [] for name in empty}}


def _records_named(made: MatchDecision, alike: list[Patient]) -> list[int | None]:
    of_decision = (made.patient_id, made.previous_patient_id, made.visit.patient_id)
    return [*of_decision, *(one.pk for one in alike)]


def list_patients_just_decided(facts: Mapping[str, Any]) -> list[int | None]:
    """Return the ids of the records that `just_decided_facts` names."""
    return [*facts["done_patients"]]


def _decided_merge_facts(request: StaffRequest, made: MatchDecision) -> dict[str, object]:
    """Return what the decision moved, as sentences; for a merge, everything that moved."""
    merge = patient_merge_queries.read_merge_report(request.clinic, made.merge_id) if made.merge_id else None
    return {
        "done_tokens": merge.tokens if merge else [],
        "done_lines": patient_merge_queries.merge_report_lines(merge)
        if merge
        else entry_wording_queries.decision_entry_lines(made),
        "undo_says": undo_wording.merge_undo_preview_lines(made.merge)
        if made.merge and made.undoes_id is None
        else [],
    }


def _find_new_look_alikes(made: Patient) -> list[Patient]:
    """Return who else on file may be the new patient: two sign-ins of a new child make two records."""
    who = ChildIdentity.of(made)
    found = match_candidates.find_record_candidates(made, at=timezone.now()).candidates
    return [one.patient for one in found if may_be_look_alike(who, ChildIdentity.of(one.patient))]
