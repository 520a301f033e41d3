"""Feedback that a family gave on leaving, and what was done about it."""

from __future__ import annotations

from typing import Self

from django.db import models

from checkin.models.base import ImmutableModel, ImmutableQuerySet
from checkin.rules.visit_feedback import LOW_FACES


class AfterWordQuerySet(ImmutableQuerySet["AfterWord"]):
    def to_answer(self) -> Self:
        """Return low faces, with or without words, without a promised call or an answer."""
        return self.filter(face__in=LOW_FACES, promise=None, answer=None)

    def unread(self) -> Self:
        """Return feedback with words or a low face that no manager has read.

        A promised call does not count as reading the words: they still wait to be read.
        """
        says_something = models.Q(face__in=LOW_FACES, promise=None) | ~models.Q(line="")
        return self.filter(says_something, answer=None, readings=None)

    def for_board(self) -> Self:
        """Return what waits for an answer, and low faces with unread words, even if a call is promised."""
        low = self.filter(face__in=LOW_FACES, answer=None).exclude(promise__isnull=False, line="")
        read = AfterWordReading.objects.filter(word=models.OuterRef("pk"))
        return low.filter(models.Q(promise=None) | ~models.Exists(read))

    def with_people(self) -> Self:
        """Return the feedback with everything that a line about it shows, except its readers."""
        return self.select_related(
            "visit__patient",
            "visit__sign_in",
            "visit__location",
            "promise__owner",
            "answer__by",
            "answer__owner",
        )


class AfterWord(ImmutableModel):
    """One answer per visit: one of five faces, one line, and whether we may call."""

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="after_words")
    visit = models.OneToOneField("Visit", on_delete=models.PROTECT, related_name="after_word")
    face = models.PositiveSmallIntegerField(help_text="1 low to 5 high")
    line = models.CharField(max_length=500, blank=True)
    may_call = models.BooleanField(default=False)
    phone = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    device = models.ForeignKey("Device", on_delete=models.PROTECT, null=True, related_name="+")
    promise = models.OneToOneField("Promise", on_delete=models.PROTECT, null=True, related_name="after_word")

    objects = AfterWordQuerySet.as_manager()  # type: ignore[misc]  # a class variable, as of any model

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(face__gte=1, face__lte=5), name="after_word_has_a_face"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.face} of 5"


class AfterWordReading(ImmutableModel):
    """A manager marked it as read."""

    word = models.ForeignKey(AfterWord, on_delete=models.PROTECT, related_name="readings")
    by = models.ForeignKey("Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "by"], name="after_word_read_once_each")]

    def __str__(self) -> str:
        return f"{self.word_id} read by {self.by}"


class AfterWordAnswer(ImmutableModel):
    """The answer to feedback: what was done, and who is responsible. It closes the feedback."""

    word = models.OneToOneField(AfterWord, on_delete=models.PROTECT, related_name="answer")
    by = models.ForeignKey("Staff", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=500)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(note=""), name="after_word_answer_says_what"),
        ]

    def __str__(self) -> str:
        return self.note


class AfterWordTold(ImmutableModel):
    """One escalation step: a role was told that feedback still waits for an answer."""

    word = models.ForeignKey(AfterWord, on_delete=models.PROTECT, related_name="told")
    step = models.PositiveSmallIntegerField()
    to_role = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["word", "step"], name="after_word_told_once_per_step"),
        ]

    def __str__(self) -> str:
        return f"{self.word_id} step {self.step}"
