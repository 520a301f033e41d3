"""Import appointments, matched by identifier, or by patient and start."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import models

from checkin.actions import audit
from checkin.actions.record_import_changes import RowChange, RowChanges
from checkin.models import Appointment, Clinic, Location, Staff, Visit, bulk_writes
from checkin.rules.record_guards import refuse_change_of_patient
from checkin.rules.record_rows import (
    AppointmentItem,
    BadRow,
    ImportOutcome,
    RecordKey,
    RelatedItem,
    is_weak_key,
)
from checkin.rules.visit_steps import OPEN_VISIT_STATES

_SIGNED_IN_BY_ANOTHER = "Somebody has already signed in for this appointment, and it is another patient's."
_SEVERAL_APPOINTMENTS = "Its identifier stands for several appointments of its file: say when it starts."
_MOVED_TO_OTHER_DAY = (
    "somebody has signed in for this appointment, and it is of another day now: the visit keeps its turn, "
    "and the appointment stands for its new day"
)
_VISIT_GOES_ON = (
    "somebody has signed in for this appointment: the visit goes on, whatever its status says there"
)
_CALLED_OFF_STATUSES = (Appointment.Status.CANCELLED, Appointment.Status.NOSHOW)
_NO_START = dt.datetime.max.replace(tzinfo=dt.UTC)
AppointmentSlot = tuple[int, dt.datetime]


@dataclass(slots=True)
class AppointmentBatch:
    """The appointments of one batch."""

    clinic: Clinic
    locations: list[Location]
    chosen: Location | None
    by_key: dict[RecordKey, Appointment] = field(default_factory=dict)
    by_slot: dict[AppointmentSlot, list[Appointment]] = field(default_factory=lambda: defaultdict(list))
    said: dict[int, RecordKey] = field(default_factory=dict)
    arrived: set[int] = field(default_factory=set)
    stated: dict[int, str] = field(default_factory=dict)
    """The latest status that the feed gives each, by id."""
    here: set[int] = field(default_factory=set)
    """Ids of those whose visits are still open."""
    made: list[Appointment] = field(default_factory=list)
    spoken: list[tuple[RelatedItem, Appointment]] = field(default_factory=list)
    """Each item with its row."""
    changes: RowChanges = field(default_factory=RowChanges)

    def look_up(self, items: Sequence[AppointmentItem]) -> None:
        if not items:
            return
        named = [item for item in items if item.key[1]]
        by_value = models.Q(
            value__in={key[1] for item in named for key in (item.key, _appointment_key_with_start(item))}
        )
        unnamed = [item for item in items if is_weak_key(item.key)]
        by_slot = models.Q(
            patient_id__in={item.patient_pk for item in unnamed},
            starts_at__in={item.values["starts_at"] for item in unnamed if "starts_at" in item.values},
        )
        wanted = by_value | by_slot if unnamed else by_value
        for found in Appointment.objects.filter(wanted, clinic=self.clinic).order_by("pk"):
            if found.value:
                self.by_key[found.system, found.value] = found
            if is_weak_key((found.system, found.value)):
                self.by_slot[found.patient_id, found.starts_at].append(found)
        found_here = [*self.by_key.values(), *(one for some in self.by_slot.values() for one in some)]
        ids = [one.pk for one in found_here]
        visits = Visit.objects.filter(appointment_id__in=ids)
        arrived = list(visits.values_list("appointment_id", "state"))
        self.arrived = {pk for pk, _ in arrived if pk}
        self.here = {pk for pk, state in arrived if pk and state in OPEN_VISIT_STATES}

    def take(self, item: AppointmentItem) -> None:
        """Apply one item in memory. Raises BadRow."""
        found = self.find(item)
        if found is not None and item.origin[0]:
            self.said[id(found)] = item.origin
        if found is None and "starts_at" not in item.values:
            # Without a start it can only cancel an appointment, and that was never booked here.
            item.settle(ImportOutcome.UNCHANGED)
            return
        if found is None:
            found = self.make(item)
            item.settle(ImportOutcome.MADE)
        else:
            item.settle(ImportOutcome.CHANGED if self.update(found, item) else ImportOutcome.UNCHANGED)
        self.spoken.append((item, found))

    def find(self, item: AppointmentItem) -> Appointment | None:
        """Return the one on file, by identifier, or by patient and start if it has none or an unstable id."""
        if item.is_shared and "starts_at" not in item.values:
            raise BadRow(_SEVERAL_APPOINTMENTS)
        found = (
            self.by_key.get(_appointment_key_with_start(item)) or self.by_key.get(item.key)
            if item.key[1]
            else None
        )
        if found and item.is_shared and found.starts_at != item.values["starts_at"]:
            return None
        if found is not None or not is_weak_key(item.key):
            return found
        there = (one for one in self.by_slot.get(self.slot(item), ()) if not self.is_another(one, item))
        return min(there, key=lambda one: _appointment_distance(one, item), default=None)

    def is_another(self, appointment: Appointment, item: AppointmentItem) -> bool:
        """Return whether the item's own file has this appointment under another id."""
        file, own_id = self.said.get(id(appointment), ("", ""))
        return bool(file) and file == item.origin[0] and own_id != item.origin[1]

    def slot(self, item: AppointmentItem) -> AppointmentSlot:
        return item.patient_pk or 0, item.values.get("starts_at", _NO_START)

    def make(self, item: AppointmentItem) -> Appointment:
        system, value = _appointment_key_with_start(item) if item.is_shared else item.key
        appointment = Appointment(
            clinic=self.clinic,
            patient_id=item.patient_pk or 0,
            location=self.location(item.location) or self.chosen or self.locations[0],
            system=system,
            value=value,
            **item.values,
        )
        self.made.append(appointment)
        if value:
            self.by_key[system, value] = appointment
        if is_weak_key(item.key):
            self.by_slot[self.slot(item)].append(appointment)
        if item.origin[0]:
            self.said[id(appointment)] = item.origin
        return appointment

    def update(self, appointment: Appointment, item: AppointmentItem) -> bool:
        return bool(self.changes.put(appointment, item, self.values_for(appointment, item)))

    @property
    def touched(self) -> set[int]:
        """Ids of patients whose appointments changed."""
        return {one.patient_id for one in self.made} | self.changes.patients()

    @property
    def boards(self) -> set[int]:
        """Ids of locations whose lists changed; for a moved appointment, both."""
        changed = self.changes.of.values()
        left = {change.before.get("location_id", change.row.location_id) for change in changed}
        return left | {one.location_id for one in (*self.made, *(change.row for change in changed))}

    def values_for(self, appointment: Appointment, item: AppointmentItem) -> dict[str, object]:
        if appointment.pk in self.arrived and appointment.patient_id != item.patient_pk:
            raise BadRow(_SIGNED_IN_BY_ANOTHER)
        refuse_change_of_patient(appointment.patient_id, item.patient_pk)
        values = dict(item.values)
        if item.key[1] and not appointment.value:
            values |= {"system": item.key[0], "value": item.key[1]}
            self.by_key[item.key] = appointment
        if item.location and (where := self.location(item.location)):
            values["location_id"] = where.pk
        # The child is here: a feed that does not know yet must not reset the status.
        if said := values.get("status", ""):
            self.stated[appointment.pk] = said
        if appointment.pk in self.arrived and said != Appointment.Status.FULFILLED:
            values.pop("status", None)
            item.note = _VISIT_GOES_ON if said in _CALLED_OFF_STATUSES and appointment.pk in self.here else ""
        return values

    def location(self, name: str) -> Location | None:
        """Return the location of that name; None means that given by --location or the clinic's only one."""
        if not name:
            return None
        found = next((one for one in self.locations if one.name.casefold() == name.casefold()), None)
        if found is None and self.chosen is None and len(self.locations) > 1:
            there = ", ".join(one.name for one in self.locations)
            raise BadRow(f"There is no location “{name[:60]}”: there are {there}. Name one by --location.")
        return found

    def write(self, *, by: Staff | None, at: dt.datetime) -> None:
        """Save. Call with the boards of these patients' visits locked, so that new sign-ins are seen."""
        Appointment.objects.bulk_create(self.made)
        bulk_writes.update_changed_columns(self.changes.rewrites())
        moved = {pk: one for pk, one in self.changes.of.items() if "starts_at" in one.columns()}
        visits = Visit.objects.filter(appointment_id__in=moved) if moved else ()
        for visit in visits:
            change = moved[visit.appointment_id or 0]
            if self.clinic.local_date(change.row.starts_at) != visit.local_date:
                self.give_up(visit, change, by=by, at=at)

    def give_up(self, visit: Visit, change: RowChange, *, by: Staff | None, at: dt.datetime) -> None:
        """Release an appointment that was moved to another day; the visit keeps its turn."""
        appointment, booked = change.row, Appointment.Status.BOOKED
        said = self.stated.get(appointment.pk, "")
        is_ahead = self.clinic.local_date(appointment.starts_at) > visit.local_date
        been = (Appointment.Status.ARRIVED, Appointment.Status.FULFILLED)
        status = booked if not said or (is_ahead and said in been) else said
        Visit.objects.filter(pk=visit.pk).update(appointment=None)
        Appointment.objects.filter(pk=appointment.pk).update(status=status)
        for item in change.items:
            item.note = _MOVED_TO_OTHER_DAY
        audit.write_audit_event(
            action="visit.appointment_given_up",
            subject=visit,
            at=at,
            by=by,
            patient_id=visit.patient_id,
            appointment=appointment.pk,
        )


def _appointment_key_with_start(item: AppointmentItem) -> RecordKey:
    """Return a key with the start time, for appointments that share an identifier."""
    system, value = item.key
    start = item.values.get("starts_at")
    return (system, f"{value[:160]}#{start.isoformat()}") if value and start else item.key


def _appointment_distance(appointment: Appointment, item: AppointmentItem) -> tuple[bool, int]:
    """Return how far it is from what the feed says; a canceled one is farther from a booked one."""
    cancelled = Appointment.Status.CANCELLED
    is_other = (appointment.status == cancelled) != (item.values.get("status") == cancelled)
    return is_other, sum(getattr(appointment, name) != value for name, value in item.values.items())
