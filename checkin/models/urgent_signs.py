"""The history of a child who cannot wait: raised, staff called, taken, settled. Rows never change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import models
from django.db.models import Exists, OuterRef, Q

from checkin.models.base import ImmutableModel
from checkin.models.staff import Staff
from checkin.models.visits import Visit
from checkin.rules import urgent_signs as urgent_sign_rules
from checkin.rules.urgent_signs import UrgentSource, UrgentStepKind


class WorryStep(ImmutableModel):
    """One step. An undo is also a step."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="worry_steps")
    kind = models.CharField(max_length=8, choices=UrgentStepKind.choices)
    at = models.DateTimeField()
    alarm = models.PositiveSmallIntegerField(help_text="counts how often the call began anew")
    nth = models.PositiveSmallIntegerField(default=0, help_text="of a call: which one of its alarm")
    source = models.CharField(max_length=8, choices=UrgentSource.choices, blank=True)
    tap = models.CharField(max_length=60, blank=True, help_text="of a family's tap: its key")
    person = models.ForeignKey("Staff", on_delete=models.PROTECT, null=True, related_name="+")
    move = models.ForeignKey("Move", on_delete=models.PROTECT, null=True, related_name="+")
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=UrgentStepKind.values), name="worry_step_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=UrgentStepKind.RAISED) | models.Q(source__in=UrgentSource.values),
                name="worry_raised_says_by_whom",
            ),
            models.UniqueConstraint(
                fields=["visit", "alarm", "nth"],
                condition=models.Q(kind=UrgentStepKind.CALLED),
                name="worry_call_once",
            ),
            models.UniqueConstraint(
                fields=["visit", "alarm"],
                condition=models.Q(kind=UrgentStepKind.RAISED),
                name="worry_alarm_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.kind}"

    def as_step(self) -> urgent_sign_rules.UrgentStep:
        """Return the plain values for the rules."""
        return urgent_sign_rules.UrgentStep(
            id=self.pk,
            kind=self.kind,
            at=self.at,
            alarm=self.alarm,
            source=self.source,
            person=self.person_id,
            undoes=self.undoes_id,
        )


class Presence(models.Model):
    """The last time at which this person used a board of this location."""

    location = models.ForeignKey("Location", on_delete=models.CASCADE, related_name="presences")
    staff = models.ForeignKey("Staff", on_delete=models.CASCADE, related_name="presences")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["location", "staff"], name="presence_once_per_location"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} at {self.location_id}"

    @classmethod
    def note(cls, *, location_id: int, staff_id: int, at: dt.datetime) -> None:
        """Record that this person is here now. One query, safe to run again."""
        Presence.objects.bulk_create(
            [Presence(location_id=location_id, staff_id=staff_id, seen_at=at)],
            update_conflicts=True,
            unique_fields=["location", "staff"],
            update_fields=["seen_at"],
        )


def list_people_to_call(
    clinic_id: int, location_id: int, *, at: dt.datetime
) -> list[urgent_sign_rules.CallablePerson]:
    """Return everyone who may be called at this front desk, and whether each is on shift there. One query."""
    since = at - urgent_sign_rules.ON_SHIFT_WITHIN
    recent = Presence.objects.filter(staff=OuterRef("pk"), location=location_id, seen_at__gte=since)
    here = Staff.objects.filter(clinic=clinic_id, is_active=True, role__in=urgent_sign_rules.CALL_RANKS)
    known = here.annotate(is_present=Exists(recent)).filter(
        Q(is_present=True) | Q(location=location_id) | Q(location=None)
    )
    return [
        urgent_sign_rules.CallablePerson(pk, urgent_sign_rules.CALL_RANKS[role], name, is_present)
        for pk, role, name, is_present in known.values_list("pk", "role", "name", "is_present")
    ]


def urgent_standings_by_visit(visits: Iterable[Visit]) -> dict[int, urgent_sign_rules.UrgentState | None]:
    """Return the urgent state of each of these visits, by visit id. One query."""
    steps: dict[int, list[urgent_sign_rules.UrgentStep]] = {visit.pk: [] for visit in visits}
    for row in WorryStep.objects.filter(visit__in=steps).order_by("pk") if steps else ():
        steps[row.visit_id].append(row.as_step())
    return {pk: urgent_sign_rules.derive_urgent_state(rows) for pk, rows in steps.items()}
