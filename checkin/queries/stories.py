"""What happened to a visit, in the order it happened."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, groupby
from typing import NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT

from checkin.models import (
    Channel,
    Clinic,
    MatchDecision,
    Move,
    NeedAnswer,
    PaperMove,
    Patient,
    SignIn,
    SignInReplay,
    Staff,
    Visit,
    paper_words,
)
from checkin.models.need_subjects import of_child_before, others_of_visit
from checkin.models.needs import without_repeats
from checkin.queries import visit_events, worries
from checkin.queries.story_events import Event
from checkin.rules import need_words
from checkin.rules.need_facts import Outcome
from checkin.rules.paper_fates import Done, Paper
from checkin.rules.telling_apart import NOBODY, Told
from checkin.rules.visits import State

Kind = MatchDecision.Kind

SAID = {
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
    "best_way": "Reach me by",
    "best_time": "Best time",
    "address": "Address",
    "guardian_name": "Guardian",
    "unreadable": "What could not be read",
}
"""Fields of a sign-in that are shown line by line, and what the desk calls them."""

SHOWN_OTHERWISE = {
    "notes_wanted": "Notes wanted",
    "approach": "While they wait",
    "language": "Language",
    "interpreter": "Interpreter wanted",
    "help": "Help wanted",
    "is_patient": "Came alone",
    "remember": "Remember this",
    "worried": "Worried",
}
"""Fields that the visit's page and the board show in words of their own, and what a repeat calls them."""

NOT_SHOWN = {
    "key": "says only which sign-in it is",
    "typed_at": "the tablet's clock; the visit has the server's",
    "cut": "marked on each line that was cut",
    "tap": "says only which press of the button it is",
}
"""Fields that no page shows, and why. Every other field of a claim is in one of the two lists above."""


NOT_TAKEN = "Not taken from the merged record"
WHY_THEN = "Why, by the record as it was"
"""What a link was made upon is of its own time: the record may say something else by now."""


class Story(NamedTuple):
    events: list[Event]
    decision: MatchDecision | None
    """The newest decision of any kind: what a page must name to decide upon it."""
    standing: MatchDecision | None
    """The decision that an undo would take back."""


def story(visit: Visit, *, reader: Staff | None = None) -> Story:
    """Twelve queries, and a few more where something is another child's.

    `reader`: what a family said on leaving is told to who may read it.
    """
    moves = list(visit.moves.select_related("by", "undone_by").order_by("pk"))
    decisions = list(decisions_of(visit))
    first = visit.sign_in.continues or visit.sign_in
    repeats = list(first.replays.order_by("pk"))
    events = [
        signed_in(first),
        *map(moved, moves[1:]),
        *map(decided, decisions),
        *(repeated(first, one) for one in repeats),
        *answered(visit),
        *visit_events.written(visit, reader),
        *(Event(*line) for line in worries.lines(visit)),
    ]
    stands = [one for one in decisions if one.undoes_id is None and not is_undone(one)]
    return Story(
        sorted(events, key=lambda one: one.at),
        decisions[-1] if decisions else None,
        stands[-1] if stands else None,
    )


def decisions_of(visit: Visit) -> QuerySet[MatchDecision]:
    """Who said which child it is, in turn.

    Of a merge with what that record was before (`was_status`) and what it said and nobody took (`not_taken`).
    """
    of_merge = PaperMove.objects.filter(merge=OuterRef("merge"), subject="Patient").order_by("pk")
    record = of_merge.filter(paper=Paper.RECORD, subject_id=OuterRef("previous_patient"))
    left = of_merge.filter(paper=Paper.CHART, done=Done.KEPT)
    found = visit.match_decisions.annotate(
        was_status=Subquery(record.values(said=KT("before__status"))[:1]),
        not_taken=Subquery(left.values("before")[:1]),
    )
    people = ("by", "patient", "previous_patient", "undone_by", "undoes")
    return found.select_related(*people).order_by("pk")


def last_word(clinic: Clinic, decision_id: int) -> MatchDecision | None:
    """This decision of the clinic's, unless another has followed it on the same visit."""
    found = MatchDecision.objects.filter(pk=decision_id, visit__clinic=clinic)
    made = found.select_related("visit__patient", "visit__sign_in", "patient", "previous_patient").first()
    if made is None or made.visit.match_decisions.filter(pk__gt=made.pk).exists():
        return None
    return made


def is_undone(row: Move | MatchDecision | NeedAnswer) -> bool:
    return getattr(row, "undone_by", None) is not None


def signed_in(said: SignIn) -> Event:
    if said.channel == Channel.DESK:
        return Event(said.received_at, "log-in", "Signed in at the desk", str(said.by or ""))
    where = f"Signed in at {said.device}" if said.device else f"Signed in ({said.get_channel_display()})"
    return Event(said.received_at, "log-in", where)


def moved(move: Move) -> Event:
    if move.undoes_id is not None:
        what = f"Undone: {State(move.from_state).label}"
        return Event(move.at, "undo-2", what, str(move.by or ""))
    return Event(
        move.at,
        "arrow-right",
        str(State(move.to_state).label),
        str(move.by or ""),
        taken_back=is_undone(move),
    )


def decided(one: MatchDecision) -> Event:
    words = {
        Kind.AUTO: f"Linked to {one.patient}",
        Kind.LINK: f"Linked to {one.patient}",
        Kind.MERGE: merged(one),
        Kind.NEW_PATIENT: f"Made a new patient: {one.patient}",
        Kind.UNDO: taken_back(one),
    }
    label = WHY_THEN if one.kind == Kind.AUTO else "Why"
    why = ((label, one.why),) if one.why else ()
    left = not_taken(one) if one.kind == Kind.MERGE else ""
    words_of_it = (*why, (NOT_TAKEN, left)) if left else why
    who = str(one.by) if one.by else "by itself"
    icon = "undo-2" if one.kind == Kind.UNDO else "link"
    return Event(one.at, icon, words[Kind(one.kind)], who, words_of_it, taken_back=is_undone(one))


def merged(one: MatchDecision) -> str:
    """A record on file was merged, or the one of a sign-in: what `decisions_of` read says which."""
    if getattr(one, "was_status", None) in (None, Patient.Status.PROVISIONAL):
        return f"Provisional record merged into {one.patient}"
    return f"Record of {one.previous_patient} merged into {one.patient}"


def not_taken(one: MatchDecision) -> str:
    """What the merged record said of language and needs, and was not taken then; "" for nothing."""
    left = getattr(one, "not_taken", None)
    return paper_words.chart(left) if left and not is_undone(one) else ""


def taken_back(one: MatchDecision) -> str:
    of_merge = one.undoes is not None and one.undoes.kind == Kind.MERGE
    if one.patient is None:
        return "Undone; the child is open again"
    return f"Merge undone; now {one.patient}" if of_merge else f"Undone; now {one.patient}"


def repeated(first: SignIn, again: SignInReplay) -> Event:
    times = f" ({again.times} times)" if again.times > 1 else ""
    if again.same:
        return Event(again.first_at, "repeat", f"The same sign-in came again{times}")
    if first.worried or again.claim.get("worried"):
        # Typed on after a tap, or tapped after it was sent: no contradiction.
        more = tuple(
            (label, in_words(again.claim[name]))
            for name, label in (SAID | SHOWN_OTHERWISE).items()
            if again.claim.get(name) and again.claim[name] != getattr(first, name)
        )
        return Event(again.first_at, "repeat", f"The family said more{times}", "", more)
    other = tuple(
        (label, in_words(again.claim[name]))
        for name, label in (SAID | SHOWN_OTHERWISE).items()
        if name in again.claim and again.claim[name] != getattr(first, name)
    )
    return Event(
        again.first_at, "repeat", f"The same sign-in came again, saying something else{times}", "", other
    )


def in_words(said: str | bool | list[str]) -> str:
    """A field of a claim as a page says it."""
    if isinstance(said, bool):
        return "yes" if said else "no"
    return (", ".join(said) if isinstance(said, list) else said) or "left blank"


def answered(visit: Visit) -> list[Event]:
    """What became of the needs. What one hand said of many in the same breath is one line."""
    people = ("need__due_item__patient", "by", "undoes", "undone_by")
    said = list(NeedAnswer.objects.filter(need__visit=visit).select_related(*people).order_by("need", "pk"))
    of_each = [without_repeats(alike) for _, alike in groupby(said, key=of_which)]
    found = sorted(chain.from_iterable(of_each), key=lambda one: (one.at, one.pk))
    lapsed = [one for one in found if one.outcome == Outcome.LAPSED and one.is_by_program]
    before = of_child_before(visit, lapsed)
    found = [one for one in found if one.pk not in before]
    others = others_of_visit(visit, (one.need for one in found))
    again = {one.pk: stands_again(one, said) for one in found}
    together = groupby(found, key=lambda one: (breath(one), again[one.pk], others.get(one.need_id, NOBODY)))
    return [of_needs(list(alike), words, whose) for (_, words, whose), alike in together]


def stands_again(one: NeedAnswer, said: Sequence[NeedAnswer]) -> str:
    """What counts again by an undo, and who had said it: not who undid; "" of every other line."""
    if one.undoes_id is None or one.outcome == Outcome.OPEN:
        return ""
    same = [other for other in said if other.need_id == one.need_id and other.pk < one.pk]
    first = next(
        (other for other in reversed(same) if (other.outcome, other.undoes_id) == (one.outcome, None)), one
    )
    what = need_words.outcome_words(one.need.kind, one.outcome, one.reason).lower()
    return f"{what}, {first.by}" if first.by else what


def of_which(one: NeedAnswer) -> int:
    return one.need_id


def breath(one: NeedAnswer) -> tuple[object, ...]:
    return one.at, one.by_id, outcome_words(one), one.reason, is_undone(one)


def outcome_words(one: NeedAnswer) -> str:
    if one.outcome == Outcome.OPEN:
        return "Undone" if one.undoes_id else "Needed again"
    if one.undoes_id:
        return "Counts again"
    return need_words.outcome_words(one.need.kind, one.outcome, one.reason)


def of_needs(alike: list[NeedAnswer], again: str, whose: Told) -> Event:
    """One line of them; what counts `again`, and `whose` they are where it is not this visit's child."""
    first = alike[0]
    what = f"{outcome_words(first)}: {', '.join(one.need.label for one in alike)}"
    what += f" ({again})" if again else ""
    said = need_words.why_words(first.reason)
    why = (("Why", said),) if said else ()
    icon = "undo-2" if first.outcome == Outcome.OPEN else "check"
    who = str(first.by or "by itself")
    named = f"{what}, for {whose}" if whose.name else what
    return Event(first.at, icon, named, who, why, taken_back=is_undone(first))
