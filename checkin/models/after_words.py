"""What a family says on leaving, if they like to."""

from __future__ import annotations

from django.db import models

from checkin.models.base import ImmutableModel


class AfterWord(ImmutableModel):
    """One answer a visit: one of five faces, one line, and whether we may call."""

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="after_words")
    visit = models.OneToOneField("Visit", on_delete=models.PROTECT, related_name="after_word")
    face = models.PositiveSmallIntegerField(help_text="1 low to 5 high")
    line = models.CharField(max_length=500, blank=True)
    may_call = models.BooleanField(default=False)
    phone = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    device = models.ForeignKey("Device", on_delete=models.PROTECT, null=True, related_name="+")
    promise = models.OneToOneField("Promise", on_delete=models.PROTECT, null=True, related_name="after_word")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(face__gte=1, face__lte=5), name="after_word_has_a_face"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.face} of 5"
