"""Merges, and moves of entries by merges and match decisions, stored so that they can be undone exactly."""

from __future__ import annotations

from typing import Self

from django.db import models

from checkin.models.base import ImmutableModel, ImmutableQuerySet
from checkin.models.history import Decision, DecisionQuerySet, standing_condition
from checkin.rules.entry_fates import EntryKind, EntryOutcome


class PatientMergeQuerySet(DecisionQuerySet["PatientMerge"]):
    def not_undone(self) -> Self:
        """Return merges that are neither an undo nor undone, even if a decision on a visit ended them."""
        return super().standing()

    def standing(self) -> Self:
        """Return the merges by which their record is merged now.

        Undone merges do not count, nor do merges that a decision on a visit ended: it separated the record or
        put it into a third one, without writing a merge. If the record that stayed was merged further, the
        merge still counts.
        """
        later = PatientMerge.objects.not_undone().filter(
            merged=models.OuterRef("merged"), pk__gt=models.OuterRef("pk")
        )
        there = self.not_undone().filter(merged__merged_into=models.F("into"))
        return there.exclude(models.Exists(later))


class PatientMerge(Decision):
    """A decision that two records are one child: all of `merged` moved to `into`. An undo is also a row."""

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="patient_merges")
    merged = models.ForeignKey("Patient", on_delete=models.PROTECT, related_name="merges")
    into = models.ForeignKey("Patient", on_delete=models.PROTECT, related_name="merges_into")
    by = models.ForeignKey("Staff", on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=500, blank=True, help_text="how somebody knows that they are one child")

    objects = PatientMergeQuerySet.as_manager()  # type: ignore[misc]  # a class variable, as of any model

    class Meta:
        indexes = [models.Index(fields=["into", "at"], name="merge_by_record")]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.into_id}"


class PaperMoveQuerySet(ImmutableQuerySet["PaperMove"]):
    def of_decisions_standing(self) -> Self:
        """Return the moves of decisions about visits that are neither an undo nor undone."""
        return self.filter(standing_condition("decision__"), decision__isnull=False)

    def of_merges_not_undone(self) -> Self:
        """Return the moves of merges that are neither an undo nor undone, even if a decision ended them."""
        return self.filter(standing_condition("merge__"), merge__isnull=False)


class PaperMove(ImmutableModel):
    """One row that a decision moved, changed, ended, made, removed or kept on purpose: before and after.

    `before` and `after` hold the row's columns by name, as JSON: dates as ISO texts, relations by id. They
    are empty if the row did not exist.
    """

    decision = models.ForeignKey(
        "MatchDecision", on_delete=models.PROTECT, null=True, related_name="paper_moves"
    )
    merge = models.ForeignKey(PatientMerge, on_delete=models.PROTECT, null=True, related_name="paper_moves")
    paper = models.CharField(max_length=12, choices=EntryKind.choices)
    done = models.CharField(max_length=8, choices=EntryOutcome.choices)
    subject = models.CharField(max_length=20, help_text="the row's model")
    subject_id = models.BigIntegerField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    was_patient = models.ForeignKey("Patient", on_delete=models.PROTECT, null=True, related_name="+")
    patient = models.ForeignKey("Patient", on_delete=models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=300, blank=True, help_text="why it was left, in a sentence")

    objects = PaperMoveQuerySet.as_manager()  # type: ignore[misc]  # a class variable, as of any model

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decision__isnull=False, merge=None)
                | models.Q(decision=None, merge__isnull=False),
                name="paper_move_says_by_what",
            ),
            models.CheckConstraint(
                condition=models.Q(paper__in=EntryKind.values), name="paper_move_paper_known"
            ),
            models.CheckConstraint(
                condition=models.Q(done__in=EntryOutcome.values), name="paper_move_done_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id} {self.done}"
