"""Read what happened to a visit, in order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, groupby
from typing import NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.utils.functional import Promise

from checkin.models import (
    Clinic,
    MatchDecision,
    Move,
    NeedAnswer,
    PaperMove,
    Patient,
    SignIn,
    SignInChannel,
    SignInReplay,
    Staff,
    Visit,
)
from checkin.models import (
    entry_wording as entry_wording_models,
)
from checkin.models.hidden_addresses import hide_typed_value
from checkin.models.need_subjects import lapsed_ids_of_former_child, other_children_by_need
from checkin.models.needs import drop_repeated_need_answers
from checkin.queries import urgent_signs as urgent_sign_queries
from checkin.queries import visit_timeline_events
from checkin.queries.timeline_events import BY_ITSELF, TimelineEvent
from checkin.rules import need_words
from checkin.rules.child_labels import NO_CHILD_LABEL, ChildLabel
from checkin.rules.entry_fates import EntryKind, EntryOutcome
from checkin.rules.need_types import NeedOutcome
from checkin.rules.preferences import WISHES
from checkin.rules.visit_steps import VisitState

_MatchDecisionKind = MatchDecision.Kind

SIGN_IN_LINE_LABELS: dict[str, str | Promise] = {
    "child_given_name": "Given name",
    "child_family_name": "Family name",
    "child_birth_date": "Birth date",
    "escort_name": "Brought by",
    "relationship": "Relationship",
    "escort_phone": "Phone",
    "reason": "Reason",
    "also": "Also",
    "access_needs": "Access needs",
    "interpreter_language": "Interpreter for",
    **{one.name: one.timeline_label for one in WISHES if one.is_typed},
    "address": "Address",
    "guardian_name": "Guardian",
    "unreadable": "What could not be read",
}
"""Sign-in fields that are shown line by line, with the desk's labels."""

SIGN_IN_OTHER_LABELS: dict[str, str | Promise] = {
    "notes_wanted": "Notes wanted",
    **{one.name: one.timeline_label for one in WISHES if not one.is_typed},
    "language": "Language",
    "interpreter": "Interpreter wanted",
    "help": "Help wanted",
    "is_patient": "Came alone",
    "remember": "Remember this",
    "worried": "Worried",
}
"""Fields that the visit's page and the board show in their own way, with labels for a repeat."""

SIGN_IN_FIELDS_NOT_SHOWN = {
    "key": "says only which sign-in it is",
    "typed_at": "the tablet's clock; the visit has the server's",
    "cut": "marked on each line that was cut",
    "tap": "says only which press of the button it is",
}
"""Fields that no page shows, and why. Every other field of a claim is in one of the two tables above."""


_NOT_TAKEN_LABEL = "Not taken from the merged record"
_WHY_THEN_LABEL = "Why, by the record as it was"
"""The reasons for a link are as of that time: the record may have changed since."""


class VisitTimeline(NamedTuple):
    events: list[TimelineEvent]
    decision: MatchDecision | None
    """The newest decision of any kind: a page must send it to make another."""
    standing: MatchDecision | None
    """The decision that an undo would undo."""
    patients: list[int]
    """Ids of the records that it has been linked to."""


def read_visit_timeline(visit: Visit, *, reader: Staff | None = None) -> VisitTimeline:
    """Return the visit's events, earliest first, and its decisions about the child.

    `reader`: the person who reads it; what a family said on leaving is shown only if they may read that. Runs
    thirteen queries, and a few more if something is another child's.
    """
    moves = list(visit.moves.select_related("by", "undone_by").order_by("pk"))
    decisions = list(_select_match_decisions(visit))
    first = visit.sign_in.continues or visit.sign_in
    events = [
        _sign_in_event(first),
        *map(_visit_move_event, moves[1:]),
        *map(_match_decision_event, decisions),
        *(_repeated_sign_in_event(visit, first, one) for one in first.replays.order_by("pk")),
        *_list_need_answer_events(visit),
        *visit_timeline_events.list_visit_entry_events(visit, reader),
        *(TimelineEvent(*line) for line in urgent_sign_queries.list_urgent_sign_lines(visit)),
    ]
    stands = [one for one in decisions if one.is_standing]
    return VisitTimeline(
        sorted(events, key=lambda one: one.at),
        decisions[-1] if decisions else None,
        stands[-1] if stands else None,
        [pk for one in decisions for pk in (one.patient_id, one.previous_patient_id) if pk is not None],
    )


def _select_match_decisions(visit: Visit) -> QuerySet[MatchDecision]:
    """Return the decisions about which child it is, in order.

    One of a merge has the merged record's status before (`was_status`) and the values that the merge did not
    take over (`not_taken`).
    """
    of_merge = PaperMove.objects.filter(merge=OuterRef("merge"), subject="Patient").order_by("pk")
    record = of_merge.filter(paper=EntryKind.RECORD, subject_id=OuterRef("previous_patient"))
    left = of_merge.filter(paper=EntryKind.CHART, done=EntryOutcome.KEPT)
    found = visit.match_decisions.annotate(
        was_status=Subquery(record.values(said=KT("before__status"))[:1]),
        not_taken=Subquery(left.values("before")[:1]),
    )
    people = ("by", "patient", "previous_patient", "undone_by", "undoes")
    return found.select_related(*people).order_by("pk")


def find_last_match_decision(clinic: Clinic, decision_id: int) -> MatchDecision | None:
    """Return this decision; None if a later one was made about the same visit, or there is none."""
    found = MatchDecision.objects.filter(pk=decision_id, visit__clinic=clinic)
    made = found.select_related("visit__patient", "visit__sign_in", "patient", "previous_patient").first()
    if made is None or made.visit.match_decisions.filter(pk__gt=made.pk).exists():
        return None
    return made


def _sign_in_event(said: SignIn) -> TimelineEvent:
    if said.channel == SignInChannel.DESK:
        return TimelineEvent(said.received_at, "log-in", "Signed in at the desk", str(said.by or ""))
    where = f"Signed in at {said.device}" if said.device else f"Signed in ({said.get_channel_display()})"
    return TimelineEvent(said.received_at, "log-in", where)


def _visit_move_event(move: Move) -> TimelineEvent:
    if move.undoes_id is not None:
        what = f"Undone: {VisitState(move.from_state).label}"
        return TimelineEvent(move.at, "undo-2", what, str(move.by or ""))
    return TimelineEvent(
        move.at,
        "arrow-right",
        str(VisitState(move.to_state).label),
        str(move.by or ""),
        taken_back=move.is_undone,
    )


def _match_decision_event(one: MatchDecision) -> TimelineEvent:
    words = {
        _MatchDecisionKind.AUTO: f"Linked to {one.patient}",
        _MatchDecisionKind.LINK: f"Linked to {one.patient}",
        _MatchDecisionKind.MERGE: _merge_decision_words(one),
        _MatchDecisionKind.NEW_PATIENT: f"Made a new patient: {one.patient}",
        _MatchDecisionKind.UNDO: _undone_decision_words(one),
    }
    label = _WHY_THEN_LABEL if one.kind == _MatchDecisionKind.AUTO else "Why"
    said = one.reason_words
    left = _values_not_taken_words(one) if one.kind == _MatchDecisionKind.MERGE else ""
    words_of_it = ((_NOT_TAKEN_LABEL, left),) if left else ()
    icon = "undo-2" if one.kind == _MatchDecisionKind.UNDO else "link"
    return TimelineEvent(
        one.at,
        icon,
        words[_MatchDecisionKind(one.kind)],
        str(one.by or ""),
        words_of_it,
        taken_back=one.is_undone,
        reasons=((label, said),) if said else (),
        beside="" if one.by else BY_ITSELF,
    )


def _merge_decision_words(one: MatchDecision) -> str:
    """Return a sentence about the merge: a record on file reads differently from one made at sign-in.

    Needs a decision from `_select_match_decisions`.
    """
    if getattr(one, "was_status", None) in (None, Patient.Status.PROVISIONAL):
        return f"Provisional record merged into {one.patient}"
    return f"Record of {one.previous_patient} merged into {one.patient}"


def _values_not_taken_words(one: MatchDecision) -> str:
    """Return the merged record's language and needs that were not taken over, in words; "" for none."""
    left = getattr(one, "not_taken", None)
    return entry_wording_models.chart_values_words(left) if left and not one.is_undone else ""


def _undone_decision_words(one: MatchDecision) -> str:
    of_merge = one.undoes is not None and one.undoes.kind == _MatchDecisionKind.MERGE
    if one.patient is None:
        return "Undone; the child is open again"
    return f"Merge undone; now {one.patient}" if of_merge else f"Undone; now {one.patient}"


def _repeated_sign_in_event(visit: Visit, first: SignIn, again: SignInReplay) -> TimelineEvent:
    times = f" ({again.times} times)" if again.times > 1 else ""
    if again.same:
        return TimelineEvent(again.first_at, "repeat", f"The same sign-in came again{times}")
    other = [
        (str(label), hide_typed_value(visit, name, again.claim[name]))
        for name, label in (SIGN_IN_LINE_LABELS | SIGN_IN_OTHER_LABELS).items()
        if name in again.claim and again.claim[name] != getattr(first, name)
    ]
    what = f"The same sign-in came again, saying something else{times}"
    if first.worried or again.claim.get("worried"):
        # The family typed more after a tap, or tapped after sending. That is not a contradiction.
        what, other = f"The family said more{times}", [(label, said) for label, said in other if said]
    words = tuple((label, _claim_field_words(said)) for label, said in other)
    return TimelineEvent(again.first_at, "repeat", what, "", words)


def _claim_field_words(said: str | bool | list[str]) -> str:
    """Return a claim's field as a page shows it."""
    if isinstance(said, bool):
        return "yes" if said else "no"
    return (", ".join(said) if isinstance(said, list) else said) or "left blank"


def _list_need_answer_events(visit: Visit) -> list[TimelineEvent]:
    """Return the events of the needs. Equal answers by one person at one moment share a line."""
    people = ("need__due_item__patient", "by", "undoes", "undone_by")
    said = list(NeedAnswer.objects.filter(need__visit=visit).select_related(*people).order_by("need", "pk"))
    of_each = [drop_repeated_need_answers(alike) for _, alike in groupby(said, key=_need_id_of_answer)]
    found = sorted(chain.from_iterable(of_each), key=lambda one: (one.at, one.pk))
    lapsed = [one for one in found if one.outcome == NeedOutcome.LAPSED and one.is_by_program]
    before = lapsed_ids_of_former_child(visit, lapsed)
    found = [one for one in found if one.pk not in before]
    others = other_children_by_need(visit, (one.need for one in found))
    again = {one.pk: _answer_standing_again(one, said) for one in found}
    together = groupby(
        found,
        key=lambda one: (_need_answer_group_key(one), again[one.pk], others.get(one.need_id, NO_CHILD_LABEL)),
    )
    return [_need_answers_event(list(alike), words, whose) for (_, words, whose), alike in together]


def _answer_standing_again(one: NeedAnswer, said: Sequence[NeedAnswer]) -> str:
    """Return the answer that an undo restored, with the person who had given it; "" for other lines."""
    if one.undoes_id is None or one.outcome == NeedOutcome.OPEN:
        return ""
    same = [other for other in said if other.need_id == one.need_id and other.pk < one.pk]
    first = next(
        (other for other in reversed(same) if (other.outcome, other.undoes_id) == (one.outcome, None)), one
    )
    what = need_words.need_outcome_words(one.need.kind, one.outcome, one.reason_code).lower()
    return f"{what}, {first.by}" if first.by else what


def _need_id_of_answer(one: NeedAnswer) -> int:
    return one.need_id


def _need_answer_group_key(one: NeedAnswer) -> tuple[object, ...]:
    return one.at, one.by_id, _need_answer_outcome(one), one.reason_code, one.told_reason, one.is_undone


def _need_answer_outcome(one: NeedAnswer) -> str:
    if one.outcome == NeedOutcome.OPEN:
        return "Undone" if one.undoes_id else "Needed again"
    if one.undoes_id:
        return "Counts again"
    return need_words.need_outcome_words(one.need.kind, one.outcome, one.reason_code)


def _need_answers_event(alike: list[NeedAnswer], again: str, whose: ChildLabel) -> TimelineEvent:
    """Return one event for these answers. `again`: the restored answer. `whose`: another child, if theirs."""
    first = alike[0]
    what = f"{_need_answer_outcome(first)}: {', '.join(one.need.label_words for one in alike)}"
    what += f" ({again})" if again else ""
    said = need_words.need_reason_words(first.reason_code, first.told_reason)
    why = (("Why", said),) if said else ()
    icon = "undo-2" if first.outcome == NeedOutcome.OPEN else "check"
    who, beside = str(first.by or ""), "" if first.by else BY_ITSELF
    named = f"{what}, for {whose}" if whose.name else what
    return TimelineEvent(first.at, icon, named, who, taken_back=first.is_undone, reasons=why, beside=beside)
