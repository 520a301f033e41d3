"""Values typed differently from the record, waiting for a person's decision."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from checkin.models.history import Decision, standing_condition
from checkin.rules.discrepancy_causes import DiscrepancyCause
from checkin.rules.visit_steps import VisitState


class DiscrepancyQuerySet(models.QuerySet["Discrepancy"]):
    def open(self) -> Self:
        """Return discrepancies that the desk must still settle, also those that the family is asked about."""
        return self.filter(status__in=[Discrepancy.Status.OPEN, Discrepancy.Status.ASKING])

    def at_location(self, location_id: int) -> Self:
        """Return those of visits at this front desk, without those entered in error and confidential ones."""
        here = self.filter(visit__location_id=location_id, visit__confidential=False)
        return here.exclude(visit__state=VisitState.ENTERED_IN_ERROR)

    def kept_old(self) -> Self:
        """Return discrepancies that a person settled by keeping the recorded value."""
        return self.filter(
            standing_condition("decisions__"),
            status=Discrepancy.Status.SETTLED,
            decisions__kind=DiscrepancyDecision.Kind.KEEP_OLD,
        )


class Discrepancy(models.Model):
    """One field whose typed value differs from the record, or cannot be right."""

    class Field(models.TextChoices):
        NAME = "name", _("Name")
        BIRTH_DATE = "birth_date", _("Birth date")
        PHONE = "phone", _("Phone")
        GUARDIAN = "guardian", _("Guardian")
        ADDRESS = "address", _("Address")
        SIGN_IN = "sign_in", _("Sign-in")

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        ASKING = "asking", _("Asking the family")
        SETTLED = "settled", _("Settled")
        WITHDRAWN = "withdrawn", _("No longer so")

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="discrepancies")
    visit = models.ForeignKey("Visit", on_delete=models.PROTECT, related_name="discrepancies")
    field = models.CharField(max_length=12, choices=Field.choices)
    typed = models.CharField(max_length=500, blank=True)
    recorded = models.CharField(max_length=500, blank=True)
    # No choices: the causes' sentences may change and be translated without a migration.
    cause = models.CharField(max_length=24, blank=True, help_text="the code of why it matters")
    other_visit = models.ForeignKey(
        "Visit",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="where the child is signed in already",
    )
    why = models.CharField(
        max_length=200, blank=True, help_text="why it matters, of a row written before there were causes"
    )
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.OPEN)
    noticed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("Staff", on_delete=models.PROTECT, null=True, related_name="+")

    objects = DiscrepancyQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["visit", "status"], name="discrepancy_by_visit"),
            models.Index(fields=["clinic", "status"], name="discrepancy_by_status"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "field"],
                condition=models.Q(status__in=["open", "asking"]) & ~models.Q(field="sign_in"),
                name="discrepancy_open_once_per_field",
            ),
            models.CheckConstraint(
                condition=models.Q(cause__in=["", *DiscrepancyCause.values]),
                name="discrepancy_cause_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(other_visit=None) | models.Q(cause=DiscrepancyCause.ALREADY_SIGNED_IN),
                name="discrepancy_other_visit_has_cause",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.typed} ≠ {self.recorded}"

    @property
    def cause_words(self) -> str:
        """The reason why it matters, in the reader's language."""
        return str(DiscrepancyCause(self.cause).label) if self.cause else self.why


class DiscrepancyDecision(Decision):
    """One decision about a discrepancy, and the record's values before and after. An undo is also a row."""

    class Kind(models.TextChoices):
        USE_NEW = "use_new", _("Use the new")
        KEEP_OLD = "keep_old", _("Keep the old")
        ASK = "ask", _("Ask the family")
        UNDO = "undo", _("Undone")

    discrepancy = models.ForeignKey(Discrepancy, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    by = models.ForeignKey("Staff", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=20, blank=True, help_text="the model of the row that was written")
    subject_id = models.BigIntegerField(null=True)
    before = models.JSONField(default=dict, help_text="its columns before")
    after = models.JSONField(default=dict, help_text="its columns after")

    def __str__(self) -> str:
        return f"{self.discrepancy_id} {self.kind}"
