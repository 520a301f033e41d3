"""The audit trail: what people and devices did, and which pages were opened.

The rows of a clinic are a chain: each is sealed, with a key that is not in the database, over what it says
and the hash of the row before it. Triggers refuse changes (`audit_triggers`), and `manage.py verify_audit`
finds them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Self

from django.conf import settings
from django.db import OperationalError, connection, models

from checkin.models.base import ImmutableModel, ImmutableQuerySet
from checkin.rules.audit import NO_CLINIC, SEALED_COLUMNS, AuditOutcome, AuditPurpose, seal_row


class TrailUnwritten(OperationalError):
    """The trail did not take an event, whatever the cause: so nothing is done, and nothing is shown.

    The cause is `__cause__`. It is a fault of storage for everybody who asks, even if a bug is behind it.
    """


class AuditChain(models.Model):
    """The last row of a clinic's chain. Locked to append one; a trigger moves it on."""

    id = models.BigIntegerField(primary_key=True, help_text="the clinic's id; 0: of no clinic")
    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="", blank=True)
    removing = models.BigIntegerField(
        null=True, blank=True, help_text="rows up to this one may be deleted: during a removal only"
    )

    def __str__(self) -> str:
        return f"chain {self.pk}, {self.number} rows"


class AuditEventQuerySet(ImmutableQuerySet["AuditEvent"]):
    def about(self, patient_id: int) -> Self:
        """Return the events that name this patient, alone or among others. Both look-ups have an index."""
        alone = self.model.objects.filter(patient=patient_id).values("pk")
        among = AuditEventPatient.objects.filter(patient=patient_id).values("event")
        return self.filter(pk__in=alone.union(among))


class AuditEvent(ImmutableModel):
    """One act, written in the same transaction as the act itself. No rule or action reads it."""

    # Without constraints in the database: PostgreSQL would lock the rows named at the commit, while it holds
    # the chain's end, and so meet whoever holds one of them and waits for the chain.
    clinic = models.ForeignKey(
        "Clinic", on_delete=models.PROTECT, db_constraint=False, null=True, related_name="audit_events"
    )
    at = models.DateTimeField()
    staff = models.ForeignKey(
        "Staff", on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    role = models.CharField(max_length=20, default="", blank=True, help_text="the person's, at that time")
    device = models.ForeignKey(
        "Device", on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    # As the page named it, right or wrong: an act that is refused may name a front desk that is not there.
    location = models.ForeignKey(
        "Location", on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    address = models.CharField(max_length=45, default="", blank=True)
    request_id = models.CharField(max_length=64, default="", blank=True)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=10, choices=AuditOutcome.choices, default=AuditOutcome.DONE)
    purpose = models.CharField(max_length=12, choices=AuditPurpose.choices, default="", blank=True)
    # The one that it is about; AuditEventPatient has all patients of an event that names several.
    patient = models.ForeignKey(
        "Patient", on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    detail = models.JSONField(default=dict)
    chain = models.BigIntegerField(default=NO_CLINIC)
    number = models.BigIntegerField(null=True)
    previous_hash = models.CharField(max_length=64, default="", blank=True)
    hash = models.CharField(max_length=64, default="", blank=True)

    objects = AuditEventQuerySet.as_manager()  # type: ignore[misc]  # a class variable, as of any model
    patient_ids: Sequence[int] = ()
    """All its patients, before it is written, if it names several."""

    class Meta:
        indexes = [
            models.Index(fields=["clinic", "at"], name="audit_by_time"),
            models.Index(fields=["patient", "at"], name="audit_by_patient"),
            models.Index(fields=["clinic", "staff", "at"], name="audit_by_staff"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["chain", "number"], name="audit_number_once_per_chain"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=AuditOutcome.values), name="audit_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(purpose__in=["", *AuditPurpose.values]), name="audit_purpose_is_known"
            ),
        ]

    @property
    def subject_model(self) -> str:
        """The name of its subject's model; "" without one.

        Rows written before November 29, 2026 may be sealed with the type of a request's lazy person instead.
        """
        return "Staff" if self.subject == "SimpleLazyObject" else self.subject

    def __str__(self) -> str:
        return f"{self.action} {self.subject_model} {self.subject_id}"


class AuditEventPatient(ImmutableModel):
    """One patient of an event that names several, as a list that was shown."""

    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, db_index=False, related_name="patients")
    patient = models.ForeignKey("Patient", on_delete=models.PROTECT, db_constraint=False, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "patient"], name="audit_patient_once_per_event"),
        ]

    def __str__(self) -> str:
        return f"event {self.event_id}, patient {self.patient_id}"


def append_to_chains(events: Sequence[AuditEvent]) -> None:
    """Number, seal and insert the events, each at the end of its clinic's chain. Call in a transaction."""
    by_chain: dict[int, list[AuditEvent]] = defaultdict(list)
    for event in events:
        by_chain[event.chain].append(event)
    # Always in the same order, so that two writers never wait for each other.
    for chain in sorted(by_chain):
        written, last = _lock_chain(chain)
        for number, event in enumerate(by_chain[chain], written + 1):
            event.number, event.previous_hash = number, last
            row = {column: getattr(event, column) for column in SEALED_COLUMNS}
            last = event.hash = seal_row(settings.AUDIT_KEY, last, row, event.patient_ids)
    AuditEvent.objects.bulk_create(events)
    AuditEventPatient.objects.bulk_create(
        AuditEventPatient(event=event, patient_id=pk) for event in events for pk in event.patient_ids
    )


def _lock_chain(chain: int) -> tuple[int, str]:
    """Return the number and hash of the chain's last row, which stays so until the transaction ends.

    One statement makes, locks and reads it. On PostgreSQL, reading the last row without the lock forks the
    chain: of 16,432 rows by 8 writers, 15,864 had a wrong row before them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO checkin_auditchain (id, number, hash) VALUES (%s, 0, '') "
            "ON CONFLICT (id) DO UPDATE SET number = checkin_auditchain.number RETURNING number, hash",
            [chain],
        )
        found: Any = cursor.fetchone()
    return int(found[0]), str(found[1])
