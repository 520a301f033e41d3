"""One visit: who brought whom, in whose words, and all that happened, in the order it happened."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from checkin.models import Discrepancy, Escort, Guardian, MatchDecision, Visit
from checkin.models.excuse_notes import misnamed, notes_of_visit
from checkin.models.understanding import chosen_language
from checkin.queries import matching, promises, stories, undo_told
from checkin.rules import claims, clocks
from checkin.rules.ages import age_words
from checkin.rules.consent import Adult, is_guardian
from checkin.rules.languages import say_language
from checkin.rules.nothing_said import says_nothing
from checkin.rules.phones import is_same_phone
from checkin.rules.promises import Way
from checkin.rules.roles import Act
from checkin.rules.visits import KEYS, STEPS, VERBS, State, next_step
from checkin.web.access import StaffRequest, get_visit_or_404, may, staff_required
from checkin.web.desk import after_words, consent, match_papers, needs, preferences, second_concerns
from checkin.web.desk.reach import just_decided, number, seen

LONGEST_CODE = 3
"""Letters of a language's code: longer words are shown as they were typed."""


@require_safe
@staff_required()
def visit(request: StaffRequest, visit_id: int) -> HttpResponse:
    found = get_visit_or_404(request, visit_id)
    seen(request, found, patient_id=found.patient_id)
    at, story = timezone.now(), stories.story(found, reader=request.user)
    context = {
        "visit": found,
        "story": story,
        "merge_undo_says": undo_says(story.standing),
        "linked": matching.linked_because(found, story.standing),
        "waits": match_papers.waiting(found),
        "may_act": may(request, Act.MOVE),
        **just_decided(request),
        "keys_of_page": "desk/_keys_visit.html",
        "notes": notes_of_visit(found),
        "misnamed": misnamed(found),
        "owing": promises.of_family(request.clinic, found.patient_id, visit_id=found.pk, at=at),
        **who(request, found),
        **steps(found),
        **needs.panel(request, found),
        **consent.panel(request, found),
        **preferences.panel(request, found),
        **after_words.panel(request, found),
        **second_concerns.panel(request, found),
    }
    return render(request, "desk/visit.html", context)


def undo_says(standing: MatchDecision | None) -> list[str]:
    """What “Undo this” writes on a record again, where it undoes a merge."""
    return undo_told.of_merge(standing.merge) if standing and standing.merge else []


def who(request: StaffRequest, found: Visit) -> dict[str, Any]:
    """Which child this is and who came with them: as typed, as recorded, and where the two differ."""
    patient, today = found.patient, request.clinic.local_date(timezone.now())
    return {
        "claim": claim(found),
        "language": chosen_language(found, request.clinic),
        "cut_by": {"escort_name", "relationship"} & set(found.sign_in.cut),
        "open_match": found.is_unsettled,
        "age": age_words(patient.birth_date, today) if patient and not patient.is_deceased else "",
        **to_reach(found),
        "discrepancies": differing(found),
    }


def to_reach(found: Visit) -> dict[str, Any]:
    """Whom to phone: each adult once, also where who came is a guardian on record."""
    guardians = found.patient.guardians.to_phone(found.local_date) if found.patient else []
    escort = None if found.sign_in.is_patient else found.escort
    here = next((one for one in guardians if escort and is_guardian(as_adult(escort), as_adult(one))), None)
    return {"guardians": guardians, "guardian_here": here, "numbers": numbers_here(found, escort, here)}


def numbers_here(found: Visit, escort: Escort | None, here: Guardian | None) -> list[str]:
    """The numbers of who is here today, the one typed today first; each with its source where they differ.

    One that was typed and that somebody has decided against is none of theirs.
    """
    typed = found.sign_in.escort_phone
    if (
        says_nothing(typed)
        or found.discrepancies.kept_old().filter(field="phone", typed=typed[:500]).exists()
    ):
        typed = ""
    known = [
        (typed, "typed today"),
        (here.phone if here else "", "on record"),
        (escort.phone if escort else "", "kept from before" if here else "on record"),
    ]
    told: list[tuple[str, str]] = []
    for phone, source in known:
        if phone and not any(is_same_phone(phone, one, found.clinic.region) for one, _ in told):
            told.append((phone, source))
    return [f"{phone} {source}" for phone, source in told] if len(told) > 1 else [one for one, _ in told]


def as_adult(one: Escort | Guardian) -> Adult:
    return Adult(one.name, one.phone, one.relationship)


def differing(found: Visit) -> list[tuple[Discrepancy, int | None]]:
    """What is open between typed and recorded; with the other visit where a child is signed in twice."""
    return [
        (one, number(one.recorded.removeprefix("visit ")) if one.field == Discrepancy.Field.SIGN_IN else None)
        for one in found.discrepancies.open().order_by("pk")
    ]


def claim(found: Visit) -> list[dict[str, Any]]:
    """What was typed, line by line, each with whether it was cut; who brought them stands above."""
    said = found.sign_in
    lines = [
        {"label": label, "text": in_their_words(found, name), "cut": name in said.cut}
        for name, label in stories.SAID.items()
        if name not in ("escort_name", "relationship")
    ]
    return [line for line in lines if line["text"]]


def in_their_words(found: Visit, name: str) -> str:
    """As typed; a birth date and a code in words, and what was chosen from a list as the list called it."""
    text: str = getattr(found.sign_in, name)
    if name == "child_birth_date":
        born = claims.birth_date(text, today=found.local_date, day_first=found.clinic.day_first).date
        return clocks.date_words(born) if born else text
    if name == "interpreter_language" and len(text) <= LONGEST_CODE:
        return say_language(text) or text
    return str(Way(text).label) if name == "best_way" and text in Way.values else text


def steps(found: Visit) -> dict[str, Any]:
    """The usual next step, and the others that are open from here."""
    usual = next_step(found.state)
    offered = [(state.value, VERBS[state], KEYS[state]) for state in STEPS[State(found.state)]]
    return {
        "step": next((one for one in offered if usual and one[0] == usual.value), None),
        "other_steps": [one for one in offered if not usual or one[0] != usual.value],
        "may_undo_move": found.moves.filter(undoes=None, undone_by=None).exclude(from_state="").exists(),
    }
