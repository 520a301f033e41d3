"""The audit trail: what people and devices did, and which pages were opened."""

from __future__ import annotations

from django.db import models

from checkin.models.base import ImmutableModel


class AuditEvent(ImmutableModel):
    """One act, written in the same transaction as the act itself. No rule or action reads it."""

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="audit_events")
    at = models.DateTimeField()
    staff = models.ForeignKey("Staff", on_delete=models.PROTECT, null=True, related_name="+")
    device = models.ForeignKey("Device", on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    subject_id = models.BigIntegerField(null=True)
    patient = models.ForeignKey("Patient", on_delete=models.PROTECT, null=True, related_name="+")
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["clinic", "at"], name="audit_by_time"),
            models.Index(fields=["patient", "at"], name="audit_by_patient"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject} {self.subject_id}"
