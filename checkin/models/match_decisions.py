"""Decisions about which child a visit is for."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from checkin.models.history import Decision
from checkin.models.visits import Visit
from checkin.rules.identity_reasons import IdentityReason


class MatchDecision(Decision):
    """One decision about which child a visit is for, and the match before it."""

    class Kind(models.TextChoices):
        AUTO = "auto", _("linked by itself")
        LINK = "link", _("linked")
        NEW_PATIENT = "new_patient", _("made a new patient")
        MERGE = "merge", _("merged")
        UNDO = "undo", _("undone")

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="match_decisions")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    patient = models.ForeignKey("Patient", on_delete=models.PROTECT, null=True, related_name="+")
    previous_patient = models.ForeignKey("Patient", on_delete=models.PROTECT, null=True, related_name="+")
    previous_match = models.CharField(max_length=12, blank=True)
    reasons = models.JSONField(default=list, blank=True, help_text="codes of what spoke for this child")
    why = models.CharField(
        max_length=500, blank=True, help_text="the same in a row written before there were codes"
    )
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

    @property
    def reason_words(self) -> str:
        """The reasons for this child, in the reader's language."""
        return " ".join(str(IdentityReason(one).label) for one in self.reasons) or self.why
