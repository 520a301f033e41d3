"""Which answers each kind of need offers, in which words, and which other decision answers it instead.

Outcomes are few, and stored. Their words are the answer to the need's own question: nobody declines "Who is
this?", and an interpreter is not given.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from checkin.rules.need_types import NeedKind, NeedOutcome

OUTCOMES_WITH_REASON = frozenset({NeedOutcome.DEFERRED, NeedOutcome.NOT_OFFERED, NeedOutcome.LEFT_OPEN})
"""Outcomes that require a reason."""


class NeedDecision(TextChoices):
    """Another decision that answers a need. Its words are those of the link to it."""

    MATCH = "match", _("Match this child")
    DISCREPANCIES = "discrepancies", _("Decide discrepancies")
    WRITE_NOTE = "write_note", _("Write the note")
    NOTE = "note", _("Void or reissue it")
    PROMISES = "promises", _("See the promises")


@dataclass(frozen=True, slots=True)
class NeedChoice:
    """One answer that staff may give."""

    outcome: NeedOutcome
    words: Promise
    """Its button, and the answer in histories."""
    reason: str = ""
    """The reason that comes with it, where the answer says why already."""

    @property
    def asks_why(self) -> bool:
        return self.outcome in OUTCOMES_WITH_REASON and not self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedAnswers:
    """The answers of one kind of need. Leaving is never blocked: "left open, because" is always possible."""

    choices: tuple[NeedChoice, ...] = ()
    decision: NeedDecision | None = None
    """The decision that answers it, so that the need itself has few answers or none."""
    question: Promise | str = ""
    """What is asked for the answers that need a reason, if not only why."""
    reasons: tuple[str, ...] = ()
    """Common reasons with a key each; own words are always possible."""

    def choices_at(self, *, is_leaving: bool) -> tuple[NeedChoice, ...]:
        """Return the answers that a page offers. On leaving, nothing may be without one."""
        return self.choices or ((_LEFT_OPEN,) if is_leaving else ())


_LEFT_OPEN = NeedChoice(NeedOutcome.LEFT_OPEN, _("Leave it open"))
_COMMON_REASONS = ("will come back", "family declined to wait", "did not ask: urgent case")

_DONE_OR_NOT = NeedAnswers(
    choices=(
        NeedChoice(NeedOutcome.DONE, _("Done")),
        NeedChoice(NeedOutcome.DECLINED, _("Declined")),
        NeedChoice(NeedOutcome.DEFERRED, _("Deferred")),
        NeedChoice(NeedOutcome.NOT_OFFERED, _("Not offered")),
    ),
    question=_("Why is it deferred or not offered?"),
    reasons=_COMMON_REASONS,
)
_NOTE = NeedAnswers(
    choices=(
        NeedChoice(NeedOutcome.DONE, _("Done")),
        NeedChoice(NeedOutcome.DECLINED, _("Not wanted")),
        NeedChoice(NeedOutcome.DEFERRED, _("Later")),
        NeedChoice(NeedOutcome.NOT_OFFERED, _("Not offered")),
    ),
    decision=NeedDecision.WRITE_NOTE,
    question=_("Why is it not written now?"),
    reasons=_COMMON_REASONS,
)

NEED_ANSWERS: dict[str, NeedAnswers] = {
    NeedKind.MATCH: NeedAnswers(
        choices=(NeedChoice(NeedOutcome.LEFT_OPEN, _("Nobody could say"), reason="nobody could say"),),
        decision=NeedDecision.MATCH,
    ),
    NeedKind.DISCREPANCY: NeedAnswers(decision=NeedDecision.DISCREPANCIES),
    NeedKind.INTERPRETER: NeedAnswers(
        choices=(
            NeedChoice(NeedOutcome.DONE, _("Was there")),
            NeedChoice(NeedOutcome.DECLINED, _("They managed without")),
            NeedChoice(NeedOutcome.NOT_OFFERED, _("Could not be arranged")),
        ),
        question=_("Why could it not be arranged?"),
        reasons=("nobody free for this language", "no time: urgent case"),
    ),
    NeedKind.ACCESS: NeedAnswers(
        choices=(
            NeedChoice(NeedOutcome.DONE, _("Arranged")),
            NeedChoice(NeedOutcome.DECLINED, _("They managed without")),
            NeedChoice(NeedOutcome.NOT_OFFERED, _("Could not be arranged")),
        ),
        question=_("Why could it not be arranged?"),
        reasons=("we do not have it here", "no time: urgent case"),
    ),
    NeedKind.PHONE_GUARDIAN: NeedAnswers(
        choices=(
            NeedChoice(NeedOutcome.DONE, _("Reached")),
            NeedChoice(NeedOutcome.DECLINED, _("Not needed")),
            NeedChoice(NeedOutcome.DEFERRED, _("Not reached")),
        ),
        question=_("Why could nobody be reached?"),
        reasons=("no answer", "left a message", "no number that works"),
    ),
    NeedKind.CONSENT_CONFLICT: NeedAnswers(
        choices=(
            NeedChoice(NeedOutcome.DONE, _("Decided")),
            NeedChoice(NeedOutcome.DEFERRED, _("Not decided today")),
        ),
        question=_("Why is it not decided today?"),
        reasons=("will come back", "the guardians talk about it first"),
    ),
    NeedKind.VACCINE: NeedAnswers(
        choices=(NeedChoice(NeedOutcome.DONE, _("Given")), *_DONE_OR_NOT.choices[1:]),
        question=_DONE_OR_NOT.question,
        reasons=_COMMON_REASONS,
    ),
    NeedKind.CHECK_UP: _DONE_OR_NOT,
    NeedKind.SCHOOL_NOTE: _NOTE,
    NeedKind.WORK_NOTE: _NOTE,
    NeedKind.WRONG_NOTE: NeedAnswers(decision=NeedDecision.NOTE),
    NeedKind.SECOND_CONCERN: NeedAnswers(
        choices=(
            NeedChoice(NeedOutcome.DONE, _("Done today")),
            NeedChoice(NeedOutcome.DEFERRED, _("Booked")),
            NeedChoice(NeedOutcome.NOT_OFFERED, _("Not possible")),
        ),
        question=_("When is it booked for, or why is it not possible?"),
    ),
    NeedKind.PROMISE: NeedAnswers(decision=NeedDecision.PROMISES),
    NeedKind.CLINIC: _DONE_OR_NOT,
}
"""Every kind of need. A kind without choices is answered by its decision, or left open with a reason."""

COMMON_NEED_REASONS = frozenset(
    reason
    for answers in NEED_ANSWERS.values()
    for reason in (*answers.reasons, *(one.reason for one in answers.choices if one.reason))
)

REASONS_TO_LEAVE = _COMMON_REASONS
"""Common reasons to leave with something open."""


def find_need_choice(kind: str, outcome: str) -> NeedChoice | None:
    """Return this kind's answer with that outcome; None if it offers none."""
    return next((one for one in NEED_ANSWERS[kind].choices if one.outcome == outcome), None)


def is_fit_answer(kind: str, outcome: str) -> bool:
    """Return whether this answers a need of that kind. Any need may be left open, with a reason."""
    return outcome == NeedOutcome.LEFT_OPEN or find_need_choice(kind, outcome) is not None


def unfit_answer_refusal(label: str, kind: str) -> str:
    """Return why a need of this kind does not take the answer given: a page of before offered it."""
    words = [f"“{one.words}”" for one in NEED_ANSWERS[kind].choices]
    decision = NEED_ANSWERS[kind].decision
    if decision is not None:
        words.insert(0, f"“{NeedDecision(decision).label}”")
    return f"“{label}” is not answered like that. Use {' or '.join(words)}, or leave it open with a reason."
