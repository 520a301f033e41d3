"""Needs: what should be done or answered before a visit ends."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.db import models

from checkin.models.history import Decision
from checkin.rules.coded_sentences import CodedSentence, sentence_words
from checkin.rules.need_labels import need_label_words
from checkin.rules.need_reasons import NeedReason, need_reason_text
from checkin.rules.need_types import OPEN_NEED_OUTCOMES, NeedKind, NeedOutcome, NeedOwner

_REASON_CODE_HELP = "why, where nobody said it in words of their own"
_SENTENCE_HELP = "code and facts of what the program says; a row of before has its words instead"


class NeedQuerySet(models.QuerySet["Need"]):
    def open(self) -> Self:
        return self.filter(status__in=OPEN_NEED_OUTCOMES)

    def standing(self) -> Self:
        """Return needs except lapsed ones, which ended because the facts changed."""
        return self.exclude(status=NeedOutcome.LAPSED)

    def with_history(self) -> Self:
        """Return needs with all their answers and authors, in two queries."""
        lines = NeedAnswer.objects.select_related("by", "undone_by").order_by("pk")
        found = self.select_related("answered_by", "due_item__patient")
        return found.prefetch_related(models.Prefetch("answers", lines))


class Need(models.Model):
    """One thing that this family needs before they leave, and why we think so."""

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="needs")
    visit = models.ForeignKey("Visit", on_delete=models.PROTECT, related_name="needs")
    kind = models.CharField(max_length=20, choices=NeedKind.choices)
    key = models.CharField(max_length=80, blank=True, help_text="tells apart several of one kind")
    label = models.CharField(
        max_length=200, blank=True, help_text="the name that the record or the clinic gives it"
    )
    subject = models.CharField(
        max_length=200, blank=True, help_text="of others: a language, what helps, which note, which fields"
    )
    why_sentence = models.JSONField(null=True, help_text=_SENTENCE_HELP)
    step_sentence = models.JSONField(null=True, help_text=_SENTENCE_HELP)
    why = models.CharField(max_length=500, blank=True, help_text="in English, on rows from before 2027")
    next_step = models.CharField(max_length=500, blank=True, help_text="the same, of the next step")
    owner_role = models.CharField(max_length=20, choices=NeedOwner.choices)
    owner = models.ForeignKey("Staff", on_delete=models.PROTECT, null=True, related_name="+")
    status = models.CharField(max_length=12, choices=NeedOutcome.choices, default=NeedOutcome.OPEN)
    reason_code = models.CharField(max_length=24, blank=True, help_text=_REASON_CODE_HELP)
    reason_sentence = models.JSONField(null=True, help_text=_SENTENCE_HELP)
    reason = models.CharField(max_length=500, blank=True)
    due_item = models.ForeignKey("DueItem", on_delete=models.PROTECT, null=True, related_name="needs")
    noticed_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("Staff", on_delete=models.PROTECT, null=True, related_name="+")

    objects = NeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "kind", "key"], name="need_once_per_visit"),
            models.CheckConstraint(condition=models.Q(kind__in=NeedKind.values), name="need_kind_is_known"),
            models.CheckConstraint(
                condition=models.Q(status__in=NeedOutcome.values), name="need_status_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(why="") | models.Q(why_sentence__isnull=False), name="need_says_why"
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["deferred", "not_offered", "left_open"])
                | ~models.Q(reason="")
                | models.Q(reason_sentence__isnull=False),
                name="need_left_undone_says_why",
            ),
            models.CheckConstraint(
                condition=models.Q(reason_code__in=["", *NeedReason.values]),
                name="need_reason_code_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.label_words

    @property
    def label_words(self) -> str:
        """Its label in the reader's language."""
        return need_label_words(self)

    @property
    def why_words(self) -> str:
        """The reason why we think that it is needed, in the reader's language."""
        return sentence_words(self.why_sentence, self.visit.clinic.region) or self.why

    @property
    def step_words(self) -> str:
        """The next step for staff, in the reader's language."""
        return sentence_words(self.step_sentence, self.visit.clinic.region) or self.next_step

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_NEED_OUTCOMES

    @property
    def told_reason(self) -> str:
        """The reason why it ended: a person's own words, or else the program's sentence."""
        return self.reason or CodedSentence(self.reason_sentence)

    @property
    def reason_words(self) -> str:
        """The reason why it ended: `told_reason`, or else the text of its code."""
        return need_reason_text(self.reason_code, self.told_reason)


class NeedAnswer(Decision):
    """One answer to a need, and the need's status before. An undo is also an answer."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="answers")
    before = models.CharField(max_length=12)
    outcome = models.CharField(max_length=12, choices=NeedOutcome.choices)
    reason_code = models.CharField(max_length=24, blank=True, help_text=_REASON_CODE_HELP)
    reason_sentence = models.JSONField(null=True, help_text=_SENTENCE_HELP)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reason_code__in=["", *NeedReason.values]),
                name="need_answer_reason_code_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} {self.outcome}"

    @property
    def told_reason(self) -> str:
        """The reason: a person's own words, or else the program's sentence."""
        return self.reason or CodedSentence(self.reason_sentence)

    @property
    def is_by_facts(self) -> bool:
        """True if no person answered: the facts changed, so the need ended or opened again."""
        if self.outcome == NeedOutcome.LAPSED:
            return self.reason_code == NeedReason.FACTS_CHANGED
        return self.outcome == NeedOutcome.OPEN and not self.told_reason and self.undoes_id is None

    @property
    def is_by_program(self) -> bool:
        """True if `is_by_facts`, or if the program ended it because it was given."""
        is_given = self.outcome == NeedOutcome.LAPSED and self.reason_code == NeedReason.GIVEN
        return self.is_by_facts or is_given


def drop_repeated_need_answers(lines: Iterable[NeedAnswer]) -> list[NeedAnswer]:
    """Return a need's answers in order, with only the last of consecutive automatic ones.

    A match that is corrected, undone and corrected again writes the same lines each time. So does each import
    if two record systems contradict each other about whether a vaccine was given.
    """
    found: list[NeedAnswer] = []
    for one in lines:
        if found and one.is_by_program and found[-1].is_by_program:
            found.pop()
        found.append(one)
    return found
