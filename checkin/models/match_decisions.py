"""Who said which child a visit is about."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from checkin.models.base import ImmutableModel
from checkin.models.visits import Visit


class MatchDecision(ImmutableModel):
    """Who said which child this is, and what it was before."""

    class Kind(models.TextChoices):
        AUTO = "auto", _("linked by itself")
        LINK = "link", _("linked")
        NEW_PATIENT = "new_patient", _("made a new patient")
        MERGE = "merge", _("merged")
        UNDO = "undo", _("undone")

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="match_decisions")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey("Staff", on_delete=models.PROTECT, null=True, related_name="+")
    patient = models.ForeignKey("Patient", on_delete=models.PROTECT, null=True, related_name="+")
    previous_patient = models.ForeignKey("Patient", on_delete=models.PROTECT, null=True, related_name="+")
    previous_match = models.CharField(max_length=12, blank=True)
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")
    why = models.CharField(max_length=500, blank=True)
    merge = models.ForeignKey(
        "PatientMerge",
        on_delete=models.PROTECT,
        null=True,
        related_name="decisions",
        help_text="of which it is part",
    )

    class Meta:
        indexes = [models.Index(fields=["visit", "at"], name="match_decision_by_visit")]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.kind}"
