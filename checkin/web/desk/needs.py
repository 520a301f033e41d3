"""Each need of a visit with its reason, answered with one key."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from checkin.actions import needs, second_concerns
from checkin.actions.refusals import Refused
from checkin.models import Need, NeedAnswer, Visit
from checkin.models.need_subjects import (
    find_other_child_of_need,
    lapsed_ids_of_former_child,
    tell_need_children_apart,
)
from checkin.models.needs import drop_repeated_need_answers
from checkin.rules import sign_in_claims
from checkin.rules.coded_sentences import CodedSentence, words_in_region
from checkin.rules.languages import name_interpreter_language
from checkin.rules.need_answers import (
    COMMON_NEED_REASONS,
    OUTCOMES_WITH_REASON,
    REASONS_TO_LEAVE,
    find_need_choice,
)
from checkin.rules.need_labels import capitalize_label, need_chip_text, need_heading
from checkin.rules.need_types import NeedKind, NeedOutcome, sort_needs_for_staff
from checkin.rules.need_words import need_outcome_words, need_reason_words
from checkin.rules.roles import StaffAct
from checkin.rules.second_concerns import ANSWER_OF_OUTCOME
from checkin.rules.short_lines import put_on_one_line
from checkin.rules.visit_steps import VISIT_STEP_VERBS, VisitState, may_change_visit_state
from checkin.web.access import (
    StaffRequest,
    act_refusal,
    get_visit_or_404,
    may_perform_act,
    staff_required,
)
from checkin.web.desk.need_choices import need_answer_facts, place_need_rows
from checkin.web.params import parse_seen_decision
from checkin.web.redirects import redirect_back
from checkin.web.refusals import say_refusal


@require_POST
@staff_required(StaffAct.ANSWER_NEED)
def submit_need_answer(request: StaffRequest, visit_id: int, need_id: int) -> HttpResponse:
    visit = get_visit_or_404(request, visit_id)
    need = _get_need_or_404(visit, need_id)
    outcome = request.POST.get("outcome", "")
    try:
        _answer_as_its_kind(request, need, outcome)
    except Refused as refusal:
        asking = need.pk if outcome in OUTCOMES_WITH_REASON else None
        return _answer_need_act(
            request, visit, refusal.sentence, refused=True, asking=asking, asked_for=outcome
        )
    choice = find_need_choice(need.kind, outcome)
    words = str(choice.words) if choice else need_outcome_words(need.kind, outcome)
    return _answer_need_act(request, visit, f"{need.label_words}: {words.lower()}.")


def _answer_as_its_kind(request: StaffRequest, need: Need, outcome: str) -> None:
    """Answer the need; a second concern by the words that the family is told. Raises Refused."""
    choice, by, at = find_need_choice(need.kind, outcome), request.user, timezone.now()
    reason = read_need_reason(request) or (choice.reason if choice else "")
    if need.kind == NeedKind.SECOND_CONCERN and outcome in ANSWER_OF_OUTCOME:
        how = ANSWER_OF_OUTCOME[NeedOutcome(outcome)]
        second_concerns.answer_second_concern(need=need, how=how, words=reason, by=by, at=at)
    else:
        needs.answer_need(need=need, outcome=outcome, reason=reason, by=by, at=at)


@require_POST
@staff_required(StaffAct.ANSWER_NEED)
def submit_need_undo(request: StaffRequest, visit_id: int, need_id: int) -> HttpResponse:
    visit = get_visit_or_404(request, visit_id)
    need = _get_need_or_404(visit, need_id)
    try:
        seen = parse_seen_decision(request.POST.get("seen"))
        needs.undo_need_answer(need=need, by=request.user, at=timezone.now(), seen=seen)
    except Refused as refusal:
        return _answer_need_act(request, visit, refusal.sentence, refused=True)
    need.refresh_from_db()
    if need.status == NeedOutcome.LAPSED:
        why = words_in_region(need.reason_words, request.clinic.region)
        said = f"{need.label_words}: the answer is undone. It is not asked again: {why}."
        return _answer_need_act(request, visit, said)
    return _answer_need_act(request, visit, f"{need.label_words}: open again.")


def _get_need_or_404(visit: Visit, need_id: int) -> Need:
    need = get_object_or_404(visit.needs.all(), pk=need_id)
    need.visit = visit
    return need


def read_need_reason(request: StaffRequest) -> str:
    """Return their own words, or else the quick reason picked."""
    own = put_on_one_line(sign_in_claims.clean_typed_text(request.POST.get("reason", "")))
    quick = request.POST.get("quick", "")
    return own or (quick if quick in COMMON_NEED_REASONS else "")


def _answer_need_act(
    request: StaffRequest, visit: Visit, said: str, *, refused: bool = False, **more: object
) -> HttpResponse:
    """Answer with the updated panel for an open page, or else redirect to the page that sent this."""
    is_leaving = request.POST.get("panel") == "leaving"
    if not request.htmx:
        (say_refusal if refused else messages.success)(request, said)
        return redirect_back(request, reverse("desk:leave" if is_leaving else "desk:visit", args=[visit.pk]))
    visit = get_visit_or_404(request, visit.pk)
    panel = needs_panel(request, visit, is_leaving=is_leaving)
    context = {"visit": visit, "said": said, "refused": refused, **panel, **more}
    if is_leaving:
        context |= leaving_step_context(visit, request.POST.get("to", ""))
    template = "desk/_leaving.html" if is_leaving else "desk/_needs.html"
    return render(request, template, context, status=409 if refused else 200)


def leaving_step_context(visit: Visit, to: str) -> dict[str, object]:
    """Return the step that the leaving page leads to, and whether it may still be taken."""
    known = to if to in (VisitState.READY, VisitState.LEFT) else VisitState.LEFT
    return {
        "to": known,
        "verb": VISIT_STEP_VERBS[VisitState(known)],
        "may_go": may_change_visit_state(old=visit.state, new=known),
    }


def needs_panel(request: StaffRequest, visit: Visit, *, is_leaving: bool = False) -> dict[str, object]:
    """Return the visit's needs for its page and the leaving page: two queries, three if any lapsed."""
    needs = _needs_of_current_child(sort_needs_for_staff(visit.needs.with_history().order_by("pk")), visit)
    phone_first = next((one for one in needs if one.is_open and one.kind == NeedKind.PHONE_GUARDIAN), None)
    answered = [need for need in needs if need.is_open or not _is_need_gone(need)]
    rows = [_need_row_facts(need, request, visit, phone_first, is_leaving=is_leaving) for need in answered]
    return {
        "open_needs": [row for row in rows if row["need"].is_open],
        "answered_needs": [row for row in rows if not row["need"].is_open],
        **place_need_rows(rows),
        "gone_needs": [need_row_heading(need, visit) for need in needs if _is_need_gone(need)],
        "reasons": REASONS_TO_LEAVE,
        "may_answer": may_perform_act(request, StaffAct.ANSWER_NEED) and visit.is_open,
    }


def _needs_of_current_child(needs: list[Need], visit: Visit) -> list[Need]:
    """Return the needs without unanswered ones that lapsed for a child this visit was once linked to."""
    last = [lines[-1] for need in needs if (lines := _program_lapse_lines(need))]
    before = lapsed_ids_of_former_child(visit, last)
    gone = {one.need_id for one in last if one.pk in before}
    return [need for need in needs if need.pk not in gone]


def _program_lapse_lines(need: Need) -> list[NeedAnswer]:
    """Return the history of a need that the program let lapse; [] if somebody answered it."""
    lines = list(need.answers.all()) if need.status == NeedOutcome.LAPSED else []
    for one in lines:
        one.need = need
    return lines if all(one.is_by_program for one in lines) else []


def _is_need_gone(need: Need) -> bool:
    """Return whether it lapsed without an answer. The page lists such needs by name only."""
    return need.status == NeedOutcome.LAPSED and all(one.is_by_facts for one in need.answers.all())


def _need_row_facts(
    need: Need, request: StaffRequest, visit: Visit, phone_first: Need | None, *, is_leaving: bool
) -> dict[str, Any]:
    """Return one need as its row shows it. Only the phone need says whom to phone first."""
    lines = list(need.answers.all())
    standing = [one for one in lines if one.is_standing]
    last = standing[-1] if standing else None
    need.visit = visit
    other = find_other_child_of_need(need)
    return {
        "need": need,
        "heading": need_row_heading(need, visit),
        "step": need.step_words if need.is_open and not _is_step_told(need, phone_first) else "",
        "children": tell_need_children_apart(other, need) if other else (),
        "done_word": need_outcome_words(need.kind, NeedOutcome.DONE),
        "done_by_others": act_refusal(request, needs.act_of_answering_need(need, NeedOutcome.DONE)),
        "status_word": need_outcome_words(need.kind, need.status, need.reason_code),
        **need_answer_facts(request, need, is_leaving=is_leaving),
        "history": [_need_history_line(need, one) for one in drop_repeated_need_answers(lines)],
        "newest": lines[-1].pk if lines else 0,
        "may_undo": last is not None
        and need.status != NeedOutcome.LAPSED
        and not other
        and not need.is_open
        and visit.is_open
        and may_perform_act(request, needs.act_of_answering_need(need, last.outcome)),
    }


def _is_step_told(need: Need, phone_first: Need | None) -> bool:
    """Return whether its reason, or the need to phone a guardian first, says the next step already."""
    if phone_first is None or need.kind not in (NeedKind.VACCINE, NeedKind.CHECK_UP):
        return need.kind == NeedKind.PHONE_GUARDIAN
    return CodedSentence(phone_first.why_sentence).is_saying(CodedSentence(need.step_sentence))


def need_row_heading(need: Need, visit: Visit) -> str:
    """Return the heading of a need; what helps them is given in full as its reason."""
    text = need_chip_text(need)
    if need.kind == NeedKind.ACCESS:
        return need_heading(need.kind, "")
    if need.kind == NeedKind.INTERPRETER and text:
        spoken = name_interpreter_language(text, typed=visit.sign_in.interpreter_language)
        return need_heading(need.kind, spoken)
    return capitalize_label(need.kind, text, need.label_words)


def _need_history_line(need: Need, one: NeedAnswer) -> dict[str, object]:
    """Return one line of the need's history, including undos."""
    back = one.outcome == NeedOutcome.OPEN
    again = "undone" if one.undoes_id else "needed again"
    what = again if back else need_outcome_words(need.kind, one.outcome, one.reason_code).lower()
    what = f"counts again ({what})" if one.undoes_id and not back else what
    return {
        "at": one.at,
        "who": one.by.name if one.by else "",
        "what": what,
        "why": need_reason_words(one.reason_code, one.told_reason),
    }
