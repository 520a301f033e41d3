"""FHIR R4 resources as rows of ours. One table says which types are read; a new type is a new reader."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

from checkin.feeds import fhir_vaccines
from checkin.feeds.fhir_parts import (
    ADDRESS_ORDER,
    NAME_ORDER,
    Context,
    PassedOver,
    best,
    codes,
    full_name,
    identifiers,
    key_of,
    language,
    many,
    one,
    own_id,
    patient_keys,
    patient_name,
    phone,
    street,
    whose,
    word,
)
from checkin.feeds.reading import House
from checkin.models import Appointment
from checkin.rules import records
from checkin.rules.records import AppointmentItem, BadRow, GuardianItem, Item, Key, PatientItem

INTERPRETER = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
STATUSES = {
    "booked": Appointment.Status.BOOKED,
    "pending": Appointment.Status.BOOKED,
    "arrived": Appointment.Status.ARRIVED,
    "checked-in": Appointment.Status.ARRIVED,
    "fulfilled": Appointment.Status.FULFILLED,
    "cancelled": Appointment.Status.CANCELLED,
    "entered-in-error": Appointment.Status.CANCELLED,
    "noshow": Appointment.Status.NOSHOW,
}
NOT_BOOKED = {"proposed", "waitlist"}


def kind_of(resource: Any) -> str | None:
    """The kind of rows that this resource is read as; None for one that is passed over."""
    name = resource.get("resourceType") if isinstance(resource, dict) else None
    found = READERS.get(name) if isinstance(name, str) else None
    return found[0] if found else None


def read(resource: dict[str, Any], full_url: str, feed: str, house: House) -> list[Item]:
    """What the resource says. Raises BadRow or PassedOver. Never trips over a shape that is not FHIR's."""
    return READERS[resource["resourceType"]][1](resource, Context(full_url, feed, house))


def read_patient(resource: dict[str, Any], context: Context) -> list[Item]:
    if resource.get("active") is False and any(
        word(link.get("type")) == "replaced-by" for link in many(resource.get("link"))
    ):
        raise PassedOver("Patient (replaced by another)")
    keys = identifiers(resource)
    home = best(many(resource.get("address")), ADDRESS_ORDER)
    values: dict[str, Any] = patient_name(many(resource.get("name"))) | {
        "sex": records.text(word(resource.get("gender")), "sex"),
        "phone": phone(resource.get("telecom")),
        "address": street(home),
        "city": records.text(word(home.get("city")), "city"),
        "postcode": records.text(word(home.get("postalCode")), "postcode"),
        "language": language(many(resource.get("communication"))),
    }
    if (born := word(resource.get("birthDate"))) and not re.fullmatch(r"\d{4}(-\d{2})?", born):
        values["birth_date"] = records.birth_date(born, today=context.house.today)
    for extension in many(resource.get("extension")):
        if extension.get("url") == INTERPRETER and isinstance(extension.get("valueBoolean"), bool):
            values["interpreter_needed"] = extension["valueBoolean"]
    patient = PatientItem(
        keys=keys,
        weak=own_id(resource, context, needed=not keys),
        address=context.address(context.full_url),
        values={name: value for name, value in values.items() if value != ""},
    )
    return [patient, *contacts(resource, patient)]


def contacts(resource: dict[str, Any], patient: PatientItem) -> Iterator[Item]:
    for contact in many(resource.get("contact")):
        if name := full_name(one(contact.get("name"))):
            yield guardian(contact, name, of=patient)


def guardian(said: dict[str, Any], name: str, **belongs: Any) -> GuardianItem:
    """The values that Patient.contact and RelatedPerson have in common."""
    concepts = said.get("relationship")
    relationship = next(filter(None, codes(concepts)), "")
    values = {
        "name": name,
        "relationship": records.text(relationship, "relationship"),
        "phone": phone(said.get("telecom")),
    }
    return GuardianItem(
        values={column: value for column, value in values.items() if value},
        assumed={"may_consent": records.may_consent(*codes(concepts))},
        **belongs,
    )


def read_related_person(resource: dict[str, Any], context: Context) -> list[Item]:
    belongs = whose(resource, context)
    name = full_name(best(many(resource.get("name")), NAME_ORDER))
    if not name:
        raise BadRow("It has no name.")
    item = guardian(resource, name, key=key_of(resource, context), **belongs)
    if resource.get("active") is False:
        item.values["may_consent"] = False
    return [item]


def read_appointment(resource: dict[str, Any], context: Context) -> list[Item]:
    status = word(resource.get("status"))
    if status in NOT_BOOKED:
        raise PassedOver(f"Appointment ({status})")
    if status not in STATUSES:
        raise BadRow(f"The status “{status[:40]}” is none that an appointment can have.")
    keys, addresses, names = taking_part(resource, context)
    if not keys and not addresses:
        raise BadRow("No patient takes part in it.")
    start, end = word(resource.get("start")), word(resource.get("end"))
    values: dict[str, Any] = {
        "starts_at": records.moment(start, zone=context.house.zone),
        "status": STATUSES[status],
    }
    if (length := length_of(resource.get("minutesDuration"), values["starts_at"], end, context)) is not None:
        values["minutes"] = length
    if whom := records.text(names.get("Practitioner", ""), "with_whom"):
        values["with_whom"] = whom
    return [
        AppointmentItem(
            patient_keys=keys,
            addresses=addresses,
            key=key_of(resource, context),
            values=values,
            location=records.text(names.get("Location", ""), "name", called="location"),
        )
    ]


def length_of(said: Any, start: dt.datetime, end: str, context: Context) -> int | None:
    if said is not None:
        return records.minutes(int(said) if isinstance(said, float) and said.is_integer() else said)
    if not end:
        return None
    seconds = (records.moment(end, zone=context.house.zone) - start).total_seconds()
    return records.minutes(int(seconds // 60))


def taking_part(resource: dict[str, Any], context: Context) -> tuple[list[Key], list[str], dict[str, str]]:
    """By what the patient is named, and the display names of the first practitioner and location."""
    keys: list[Key] = []
    addresses: list[str] = []
    names: dict[str, str] = {}
    for participant in many(resource.get("participant")):
        actor = one(participant.get("actor"))
        url = word(actor.get("reference"))
        kind = word(actor.get("type")) or url.rpartition("/")[0].rpartition("/")[2]
        if kind in ("Patient", "") and (url or actor.get("identifier")):
            found, where = patient_keys(actor)
            keys += found
            addresses += filter(None, [context.address(where)])
        elif kind:
            names.setdefault(kind, word(actor.get("display")))
    return keys, addresses, names


Reader = Callable[[dict[str, Any], Context], list[Item]]
READERS: dict[str, tuple[str, Reader]] = {
    "Patient": ("patients", read_patient),
    "RelatedPerson": ("guardians", read_related_person),
    "Appointment": ("appointments", read_appointment),
    "Immunization": ("immunizations", fhir_vaccines.read_immunization),
    "ImmunizationRecommendation": ("due_items", fhir_vaccines.read_recommendation),
}
