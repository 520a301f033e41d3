"""One visit: who brought whom, in their own words, and everything that happened, in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from checkin.models import Discrepancy, Escort, Guardian, MatchDecision, SignIn, Visit
from checkin.models.excuse_notes import list_misnamed_notes, list_notes_by_kind
from checkin.models.hidden_addresses import hide_discrepancy_address, hide_typed_address, hide_typed_value
from checkin.models.understanding import chosen_sign_in_language
from checkin.queries import (
    match_candidates,
    undo_wording,
    visit_timeline,
)
from checkin.queries.patient_dossiers import restore_sign_in_claim
from checkin.rules import sign_in_claims
from checkin.rules.ages import age_words
from checkin.rules.consent_adults import ConsentAdult, is_same_guardian
from checkin.rules.empty_answers import is_empty_answer
from checkin.rules.languages import name_typed_language
from checkin.rules.phones import has_phone_in_common
from checkin.rules.preferences import WISHES_BY_NAME
from checkin.rules.roles import StaffAct
from checkin.web.access import StaffRequest, get_visit_or_404, may_perform_act, staff_required
from checkin.web.confidential_visits import keep_out_of_caches, may_read_visit, seconds_to_show
from checkin.web.desk import (
    confidential_visits as confidential_visit_views,
)
from checkin.web.desk import (
    consent as consent_views,
)
from checkin.web.desk import (
    feedback_invitations,
    unasked_entries,
)
from checkin.web.desk import (
    needs as need_views,
)
from checkin.web.desk import (
    preferences as preference_views,
)
from checkin.web.desk import (
    promises as promise_views,
)
from checkin.web.desk import (
    sealed_readings as sealed_reading_views,
)
from checkin.web.desk import (
    second_concerns as second_concern_views,
)
from checkin.web.desk.audit_views import audit_page_view
from checkin.web.desk.match_decision_facts import just_decided_facts, list_patients_just_decided
from checkin.web.desk.visit_step_facts import visit_step_facts
from checkin.web.held_messages import show_held_messages

_LONGEST_LANGUAGE_CODE = 3
"""Longest language code, in letters; longer words are shown as typed."""


@require_safe
@staff_required(StaffAct.READ_CHARTS)
def show_visit(request: StaffRequest, visit_id: int) -> HttpResponse:
    found = get_visit_or_404(request, visit_id, also_closed=True)
    if not may_read_visit(request, found):
        return confidential_visit_views.show_closed_visit(request, found)
    show_held_messages(request, found)
    at, timeline = timezone.now(), visit_timeline.read_visit_timeline(found, reader=request.user)
    shown, decided = hide_typed_address(found), just_decided_facts(request)
    named = [*timeline.patients, *list_patients_just_decided(decided)]
    audit_page_view(request, found, patient_id=found.patient_id, others=named)
    context = {
        "visit": shown,
        "timeline": timeline,
        "merge_undo_says": _merge_undo_lines(timeline.standing),
        "linked": match_candidates.explain_visit_link(found, timeline.standing),
        "waits": unasked_entries.list_unmatched_visit_entries(found),
        "may_act": may_perform_act(request, StaffAct.MOVE),
        **decided,
        **_visit_note_facts(found, decided),
        **promise_views.promises_panel(request, found.patient_id, visit_id=found.pk, at=at),
        **_visit_people_facts(request, found),
        **visit_step_facts(found),
        **_visit_panel_facts(request, shown),
    }
    return keep_out_of_caches(render(request, "desk/visit.html", context), found)


def _visit_note_facts(found: Visit, decided: Mapping[str, Any]) -> dict[str, object]:
    """Return the visit's notes; those in another child's name are known if its match was just decided."""
    is_known = decided["done"] is not None and decided["done"].visit_id == found.pk
    misnamed = decided["misnamed"] if is_known else list_misnamed_notes(found)
    return {"notes": list_notes_by_kind(found), "misnamed": misnamed}


def _visit_panel_facts(request: StaffRequest, found: Visit) -> dict[str, object]:
    """Return the context of the page's panels, each from its own module."""
    return {
        "open_seconds": seconds_to_show(request, found),
        **need_views.needs_panel(request, found),
        **consent_views.consent_panel(request, found),
        **preference_views.preferences_panel(request, found),
        **feedback_invitations.feedback_invitation_panel(request, found),
        **second_concern_views.second_concern_panel(request, found),
        **sealed_reading_views.sealed_mark_of_visit(found),
    }


def _merge_undo_lines(standing: MatchDecision | None) -> list[str]:
    """Return what “Undo match” writes to a record again, if it undoes a merge."""
    return undo_wording.merge_undo_preview_lines(standing.merge) if standing and standing.merge else []


def _visit_people_facts(request: StaffRequest, found: Visit) -> dict[str, object]:
    """Return which child this is and who came: as typed, as recorded, and where they differ."""
    patient, today = found.patient, request.clinic.local_date(timezone.now())
    return {
        "claim": _typed_claim_lines(hide_typed_address(found)),
        "language": chosen_sign_in_language(found, request.clinic),
        "cut_by": {"escort_name", "relationship"} & set(found.sign_in.cut),
        "open_match": found.is_unsettled,
        "age": "" if patient and patient.is_deceased else age_words(found.birth_date, today),
        **_visit_phone_facts(found),
        "discrepancies": _open_visit_discrepancies(found),
    }


def _visit_phone_facts(found: Visit) -> dict[str, object]:
    """Return whom to phone: each adult once, even if the escort is a guardian on record."""
    guardians = found.patient.guardians.to_phone(found.local_date) if found.patient else []
    escort = None if found.sign_in.is_patient else found.escort
    here = next(
        (one for one in guardians if escort and is_same_guardian(_adult_of_row(escort), _adult_of_row(one))),
        None,
    )
    return {
        "guardians": guardians,
        "guardian_here": here,
        **_phone_numbers_here(found, escort, here),
    }


def _phone_numbers_here(found: Visit, escort: Escort | None, here: Guardian | None) -> dict[str, object]:
    """Return the phone numbers of whoever is here, today's first, with sources if there are several.

    Leaves out a typed number that staff decided against.
    """
    typed = found.sign_in.escort_phone
    if (
        is_empty_answer(typed)
        or found.discrepancies.kept_old().filter(field="phone", typed=typed[:500]).exists()
    ):
        typed = ""
    known = [
        (hide_typed_value(found, "escort_phone", typed), "typed today"),
        (here.phone if here else "", "on record"),
        (escort.phone if escort else "", "kept from before" if here else "on record"),
    ]
    told: list[tuple[str, str]] = []
    for phone, source in known:
        if phone and not any(has_phone_in_common(phone, one, found.clinic.region) for one, _ in told):
            told.append((phone, source))
    return {
        "numbers": told if len(told) > 1 else [(phone, "") for phone, _ in told],
        "head_phone": next((phone for phone, _ in told), ""),
    }


def _adult_of_row(one: Escort | Guardian) -> ConsentAdult:
    return ConsentAdult(one.name, one.phone, one.relationship)


def _open_visit_discrepancies(found: Visit) -> list[tuple[Discrepancy, int | None]]:
    """Return open differences, each with the other visit if a child is signed in twice."""
    rows = found.discrepancies.open().order_by("pk")
    return [(hide_discrepancy_address(one), one.other_visit_id) for one in rows]


def _typed_claim_lines(found: Visit) -> list[dict[str, Any]]:
    """Return what was typed, line by line, and whether each was cut; the escort is shown elsewhere."""
    said = found.sign_in
    lines = [
        {
            "label": label,
            "text": _typed_claim_text(found, name),
            "cut": name in said.cut,
            "is_phone": name == "escort_phone",
            "is_verbatim": name in _VERBATIM_LINES,
        }
        for name, label in visit_timeline.SIGN_IN_LINE_LABELS.items()
        if name not in ("escort_name", "relationship")
    ]
    return _also_typed_lines(said) + [line for line in lines if line["text"]]


def _also_typed_lines(said: SignIn) -> list[dict[str, Any]]:
    """Return what was typed about an adult before the patient said that they came alone."""
    typed = restore_sign_in_claim(said).also_typed
    cut = bool({"escort_name", "relationship"} & set(said.cut))
    line = {"label": "Also typed", "text": typed, "cut": cut, "is_phone": False, "is_verbatim": True}
    return [line] if typed else []


_VERBATIM_LINES = ("reason", "also", "access_needs", "best_time", "unreadable")
"""Lines in the language of the sign-in. Names, numbers and choices have none, or ours."""


def _typed_claim_text(found: Visit, name: str) -> str:
    """Return the text as typed; birth dates, language codes and choices in words."""
    text: str = getattr(found.sign_in, name)
    if name == "child_birth_date":
        born = sign_in_claims.read_typed_birth_date(
            text, today=found.local_date, day_first=found.clinic.day_first
        ).date
        return found.clinic.date_words(born) if born else text
    if name == "interpreter_language" and len(text) <= _LONGEST_LANGUAGE_CODE:
        return name_typed_language(text) or text
    return WISHES_BY_NAME[name].name_choice(text) if name in WISHES_BY_NAME else text
