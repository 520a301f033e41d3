"""Convert FHIR R4 appointments: when they are, who takes part, and whether they are on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.feeds.fhir_parts import (
    ResourceContext,
    ResourcePassedOver,
    fhir_object_or_empty,
    fhir_objects,
    fhir_text,
)
from checkin.feeds.fhir_references import read_patient_reference, read_resource_key, url_without_version
from checkin.models import Appointment
from checkin.rules import record_dates, record_rows
from checkin.rules.record_rows import AppointmentItem, BadRow, RecordItem

_APPOINTMENT_STATUSES = {
    "booked": Appointment.Status.BOOKED,
    "pending": Appointment.Status.BOOKED,
    "arrived": Appointment.Status.ARRIVED,
    "checked-in": Appointment.Status.ARRIVED,
    "fulfilled": Appointment.Status.FULFILLED,
    "cancelled": Appointment.Status.CANCELLED,
    "entered-in-error": Appointment.Status.CANCELLED,
    "noshow": Appointment.Status.NOSHOW,
}
_NOT_BOOKED_STATUSES = {"proposed", "waitlist"}


def read_appointment_resource(resource: dict[str, object], context: ResourceContext) -> list[RecordItem]:
    """Return an Appointment as items. Raises BadRow, or ResourcePassedOver for one that is not booked."""
    status = fhir_text(resource.get("status"))
    if status in _NOT_BOOKED_STATUSES:
        raise ResourcePassedOver(f"Appointment ({status})")
    if status not in _APPOINTMENT_STATUSES:
        raise BadRow(f"The status “{status[:40]}” is none that an appointment can have.")
    belongs, names = _read_participants(resource, context)
    if not belongs.get("patient_keys") and not belongs.get("addresses"):
        raise BadRow("No patient takes part in it.")
    values: dict[str, object] = {"status": _APPOINTMENT_STATUSES[status]} | _read_appointment_times(
        resource, context
    )
    if not values.get("starts_at") and values["status"] != Appointment.Status.CANCELLED:
        raise BadRow("It does not say when it starts.")
    if values["status"] == Appointment.Status.BOOKED and _is_declined_by_patient(resource):
        values["status"] = Appointment.Status.CANCELLED
    if whom := record_rows.read_record_text(names.get("Practitioner", ""), "with_whom"):
        values["with_whom"] = whom
    known = read_resource_key(resource, context)
    holder = known["origin"][1] or str(values.get("starts_at", ""))
    return [
        AppointmentItem(
            values=values,
            is_shared=context.feed.is_shared(known["key"], holder),
            **known,
            **belongs,
            location=record_rows.read_record_text(names.get("Location", ""), "name", called="location"),
        )
    ]


def _read_appointment_times(resource: dict[str, object], context: ResourceContext) -> dict[str, object]:
    """Return start and minutes, as far as given: a cancelled one may have no start (FHIR app-3)."""
    start, end = fhir_text(resource.get("start")), fhir_text(resource.get("end"))
    if not start:
        return {}
    starts_at = record_dates.read_appointment_start(start, zone=context.house.zone)
    length = _read_appointment_minutes(resource.get("minutesDuration"), starts_at, end, context)
    return {"starts_at": starts_at} | ({"minutes": length} if length else {})


def _read_appointment_minutes(
    said: object, start: dt.datetime, end: str, context: ResourceContext
) -> int | None:
    """Return the minutes; None if nothing is given, or start and end are equal."""
    if said:
        return record_dates.read_appointment_minutes(
            int(said) if isinstance(said, float) and said.is_integer() else said
        )
    if not end:
        return None
    seconds = (record_dates.read_appointment_start(end, zone=context.house.zone) - start).total_seconds()
    return record_dates.read_appointment_minutes(int(seconds // 60)) if seconds else None


def _read_participants(
    resource: dict[str, object], context: ResourceContext
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return how the patient is named, and the display names of the first practitioner and location.

    Raises BadRow for several patients: the appointment would be on only one child's record.
    """
    names: dict[str, str] = {}
    actors = [
        fhir_object_or_empty(participant.get("actor"))
        for participant in fhir_objects(resource.get("participant"))
    ]
    for actor in actors:
        if kind := _actor_resource_type(actor):
            names.setdefault(kind, fhir_text(actor.get("display")))
    patients = [
        read_patient_reference(fhir_object_or_empty(said.get("actor")), context)
        for said in _patient_participants(resource)
    ]
    untyped = [read_patient_reference(actor, context) for actor in actors if _may_be_patient_actor(actor)]
    if any(_actor_resource_type(actor) == "Patient" and _is_actor_named(actor) for actor in actors):
        if any(named != patients[0] for named in patients):
            raise BadRow("Several patients take part in it.")
        belongs = patients[0] | {"others": [key for named in untyped for key in named["patient_keys"]]}
    else:
        belongs = patients[0] if patients else {}
        for named in patients[1:]:
            belongs["patient_keys"] += named["patient_keys"]
            belongs["addresses"] += named["addresses"]
    return belongs, names


def _patient_participants(resource: dict[str, object]) -> list[dict[str, object]]:
    """Return participants said to be patients or, if there are none, those of unknown type."""
    found = fhir_objects(resource.get("participant"))
    typed = [
        said for said in found if _actor_resource_type(fhir_object_or_empty(said.get("actor"))) == "Patient"
    ]
    typed = [said for said in typed if _is_actor_named(fhir_object_or_empty(said.get("actor")))]
    return typed or [said for said in found if _may_be_patient_actor(fhir_object_or_empty(said.get("actor")))]


def _may_be_patient_actor(actor: dict[str, object]) -> bool:
    return not _actor_resource_type(actor) and _is_actor_named(actor)


def _is_actor_named(actor: dict[str, object]) -> bool:
    return bool(fhir_text(actor.get("reference")) or actor.get("identifier"))


def _actor_resource_type(actor: dict[str, object]) -> str:
    """Return the type of resource that takes part, as far as the reference gives it."""
    url = url_without_version(fhir_text(actor.get("reference")))
    kind = fhir_text(actor.get("type")) or url.partition("?")[0].rpartition("/")[0].rpartition("/")[2]
    return "Patient" if url.startswith("Patient?") else kind


def _is_declined_by_patient(resource: dict[str, object]) -> bool:
    """Return whether the patient has declined."""
    return any(
        fhir_text(participant.get("status")) == "declined" for participant in _patient_participants(resource)
    )
