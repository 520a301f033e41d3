"""The page before a match is corrected. It lists what was written at the visit, and asks whose it is."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from checkin.actions import returnable_entries
from checkin.actions.entry_moves import EntriesUndecided, EntryAnswers
from checkin.actions.match_corrections import (
    find_entries_to_show,
    find_standing_match_decision,
)
from checkin.actions.record_attachments import find_earlier_appointment
from checkin.actions.write_queue import write_in_turn
from checkin.models import (
    Discrepancy,
    MatchDecision,
    PaperMove,
    Patient,
    Visit,
    entry_choices,
)
from checkin.models import (
    entry_wording as entry_wording_models,
)
from checkin.models.sign_in_record_merges import find_merge_into_visit_record
from checkin.models.sign_in_records import find_record_after_undo
from checkin.models.visit_entries import VisitEntry, digest_visit_entries
from checkin.queries import entry_wording as entry_wording_queries
from checkin.queries import patient_dossiers, undo_wording
from checkin.rules.child_labels import (
    CHILD_BEFORE,
    CHILD_OF_VISIT,
    child_detail_words,
    is_easily_mixed_up,
)
from checkin.rules.entry_fates import EntryChild, EntryKind, EntryOutcome
from checkin.rules.name_keys import TextSegment, mark_text_differences
from checkin.rules.short_lines import shorten_to_one_line
from checkin.rules.visit_steps import VisitState
from checkin.web.access import StaffRequest
from checkin.web.desk.audit_views import audit_page_view
from checkin.web.desk.unasked_entries import unsaved_typed_patient
from checkin.web.refusals import note_nothing_done

_ENTRY_ANSWER_PREFIX = "whose-"
_ENTRY_PAGE_TITLES = {
    "desk:match_link": "Before {token} goes to {new}",
    "desk:match_new": "Before {token} goes to a new record",
    "desk:match_undo": "Before the last decision on {token} is undone",
}
_ENTRY_PAGE_BUTTONS = {
    "desk:match_link": "This is {new}",
    "desk:match_new": "Make a new patient",
    "desk:match_undo": "Undo",
}


def read_entry_answers(request: HttpRequest) -> EntryAnswers:
    """Return the answers given on the page and the digest of what it listed; "" for no page."""
    answers = {
        name.removeprefix(_ENTRY_ANSWER_PREFIX): str(text)
        for name, text in request.POST.items()
        if name.startswith(_ENTRY_ANSWER_PREFIX)
    }
    return EntryAnswers(answers, request.POST.get("papers", ""))


def _match_target(
    visit: Visit, step: str, patient: Patient | None
) -> tuple[Patient | None, MatchDecision | None]:
    """Return the record that this step would put the visit on, and the decision that it undoes."""
    if step == "desk:match_undo":
        last = find_standing_match_decision(visit)
        return (find_record_after_undo(last)[0] if last else None), last
    if step == "desk:match_new":
        own = find_merge_into_visit_record(visit, visit.patient)
        return own.merged if own else unsaved_typed_patient(visit), None
    return patient, None


def render_match_entries(
    request: StaffRequest, visit: Visit, asked: EntriesUndecided, *, step: str, patient: Patient | None
) -> HttpResponse:
    """List the entries and what happens to each, and ask staff if the rule does not say. Changes nothing."""
    now, undoes = _match_target(visit, step, patient)
    audit_page_view(request, visit, patient_id=visit.patient_id, others=[now.pk if now else None])
    first = "papers" not in request.POST
    newest = visit.match_decisions.order_by("pk").last()
    context: dict[str, object] = {
        "visit": visit,
        "step": step,
        "patient": patient,
        "goes_to": now if now is not None and now.pk else None,
        **_entry_page_facts(request, visit, now, undoes, step=step),
        "again": entry_wording_queries.redo_instruction(undoes),
        "newest": newest.pk if newest else 0,
        "back": request.POST.get("back", ""),
        "told": "" if first else asked.sentence,
    }
    note_nothing_done(request)
    return render(request, "desk/match_entries.html", context, status=200 if first else 409)


def _entry_page_facts(
    request: StaffRequest, visit: Visit, now: Patient | None, undoes: MatchDecision | None, *, step: str
) -> dict[str, object]:
    """Return both children and the entries in the order asked: corrections of the child's name first."""
    papers, back, rewrites = _read_entries_to_show(visit, now, undoes)
    was, answers, missed = (
        _name_before_visit(papers, visit),
        read_entry_answers(request).whose,
        "papers" in request.POST,
    )
    names = entry_wording_models.SentenceNames.of(visit, now, was=was, undoes=undoes is not None)
    ordered = sorted(papers, key=lambda one: (not _is_name_correction(one), not one.asks))
    lines = [_entry_line(one, names, answers.get(one.key, ""), missed=missed) for one in ordered]
    return {
        "title": _ENTRY_PAGE_TITLES[step].format(token=names.token, new=names.new_told),
        "send": _ENTRY_PAGE_BUTTONS[step].format(new=names.new),
        "children": _children_of_entry_page(visit, now, was=was, undoes=undoes is not None),
        "papers": lines,
        "first_missed": next((one["name"] for one in lines if one["missed"]), ""),
        "given_back": back,
        "follows": _escort_and_appointment_lines(visit, now, names),
        "digest": digest_visit_entries(papers, rewrites),
    }


def _read_entries_to_show(
    visit: Visit, now: Patient | None, undoes: MatchDecision | None
) -> tuple[list[VisitEntry], list[str], list[PaperMove]]:
    """Return the entries, what an undo restores as sentences, and the records it rewrites.

    Reads with locks, as the undo does: entries changed since are not restored.
    """
    with write_in_turn():
        papers = find_entries_to_show(visit, now, undoes=undoes)
        if undoes is None:
            return papers, [], []
        back = _list_entries_given_back(undoes, papers)
        return papers, back, returnable_entries.find_record_rewrites(undoes)


def _is_name_correction(one: VisitEntry) -> bool:
    """Return whether the child's name was corrected and may be restored; this is asked first."""
    return isinstance(one.row, Discrepancy) and one.row.field == Discrepancy.Field.NAME and one.asks


def _name_before_visit(papers: list[VisitEntry], visit: Visit) -> str:
    """Return the child's name on record before this visit changed it; "" if it did not."""
    before = next((one.before for one in papers if _is_name_correction(one)), "")
    return before if visit.patient and before != visit.patient.name else ""


def _children_of_entry_page(
    visit: Visit, now: Patient | None, *, was: str, undoes: bool
) -> list[dict[str, object]]:
    """Return both children of the page, with role, name, and what tells them apart."""
    both = [
        entry_wording_models.describe_patient(visit.patient, was=was) if visit.patient else None,
        entry_wording_models.describe_patient(now) if now else None,
    ]
    roles = (entry_wording_models.CHILD_UNTIL_NOW if undoes else CHILD_BEFORE, CHILD_OF_VISIT)
    linked = (f"{visit.token} is linked to this record now", f"{visit.token} goes to this record")
    nobody = (f"{visit.token} is linked to nobody now", "nobody is known yet")
    lines = _mark_name_differences(*(one.name if one else "" for one in both))
    return [
        {
            "id": f"who-{value}",
            "role": entry_wording_models.capitalize_first_letter(role),
            "is": is_now if one else "",
            "lines": line if one else [],
            "more": child_detail_words(one) if one else empty,
        }
        for value, role, is_now, one, line, empty in zip(
            (EntryChild.OLD, EntryChild.NEW), roles, linked, both, lines, nobody, strict=True
        )
    ]


def _mark_name_differences(one: str, other: str) -> list[list[list[TextSegment]]]:
    """Return both names; if they are nearly the same, with the differing letters marked."""
    if one and other and is_easily_mixed_up(one, other):
        return [[segments] for segments in mark_text_differences(one, other)]
    return [[[(one, False)]], [[(other, False)]]]


def _list_entries_given_back(undoes: MatchDecision, papers: list[VisitEntry]) -> list[str]:
    """Return what an undo restores and what it must leave, as sentences."""
    going = {(type(one.row).__name__, one.row.pk) for one in papers}
    done = returnable_entries.find_returnable_entries(undoes)
    groups = [
        one
        for one in returnable_entries.group_entry_moves(undoes)
        if (one.head.subject, one.head.subject_id) not in going
    ]
    told = [one for one in groups if len(one.moves) > 1 or one.head.done != EntryOutcome.KEPT]
    return undo_wording.undo_preview_lines(
        undoes, [undo_wording.ReturnedEntry(one.moves, one in done) for one in told]
    )


def _escort_and_appointment_lines(
    visit: Visit, now: Patient | None, names: entry_wording_models.SentenceNames
) -> list[str]:
    """Return sentences on what else moves, is released or is taken: the escort and appointments."""
    found, clinic = [], visit.clinic
    if visit.patient is not None and visit.escort is not None:
        who = shorten_to_one_line(visit.escort.name or visit.escort.relationship) or "Who brought them"
        to = f"moves to {names.new}" if names.new else f"is kept with {visit.token}"
        kept = "keeps them only where it knows them from other visits"
        found.append(f"{who} {to}; the record of {names.old} {kept}.")
    if visit.patient is not None and visit.appointment is not None:
        there = clinic.time_words(visit.appointment.starts_at)
        found.append(f"The appointment at {there} is free again for {names.old}.")
    if (taken := _appointment_to_take(visit, now)) is not None:
        found.append(f"The appointment at {clinic.time_words(taken)} is taken for {names.new}.")
    return found


def _appointment_to_take(visit: Visit, now: Patient | None) -> dt.datetime | None:
    """Return the time of the appointment that `attach_patient_and_escort` would take for this child."""
    if now is None or now.pk is None or visit.state == VisitState.ENTERED_IN_ERROR:
        return None
    at = visit.arrived_at
    found = patient_dossiers.read_dossiers(clinic=visit.clinic, patients=[now], at=at)
    had = find_earlier_appointment(visit, now, visit.appointment_id)
    booked = found.appointment_of(now.pk, location_id=visit.location_id, at=at, had=had)
    return booked.at if booked is not None else None


def _entry_line(
    one: VisitEntry, names: entry_wording_models.SentenceNames, answer: str, *, missed: bool
) -> dict[str, object]:
    """Return one entry as a line: what the rule does with it, or the choices."""
    words = {
        each.value: entry_choices.entry_choice_words(one.paper, each, names, before=one.before)
        for each in one.whose
    }
    return {
        "name": f"{_ENTRY_ANSWER_PREFIX}{one.key}",
        "kind": one.paper.label,
        "what": one.what,
        "before": one.before,
        "beside": one.beside,
        "replaces": one.replaces,
        "new": names.new,
        "asks": one.asks,
        "question": entry_choices.entry_question(one.paper, names, is_name=_is_name_correction(one)),
        "fate": "" if one.asks else entry_choices.entry_fate_sentence(one.paper, one.whose[0], names),
        "choices": [
            (value, said, value == answer, _child_element_ids(one, value)) for value, said in words.items()
        ],
        "missed": missed and one.asks and answer not in [EntryChild(each) for each in one.whose],
    }


def _child_element_ids(one: VisitEntry, value: str) -> str:
    """Return ids of the children an answer is about, for screen readers."""
    if one.paper == EntryKind.CORRECTION:
        return f"who-{EntryChild.OLD}"
    if value == EntryChild.NOBODY:
        return ""
    return f"who-{EntryChild.OLD} who-{EntryChild.NEW}" if value == EntryChild.BOTH else f"who-{value}"
