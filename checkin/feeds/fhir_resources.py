"""FHIR R4 resources as rows of ours. One table says which types are read; a new type is a new reader."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from checkin.feeds import fhir_vaccines
from checkin.feeds.fhir_parts import (
    Context,
    PassedOver,
    codes,
    ended_on,
    first_day,
    has_ended,
    identifiers,
    is_current,
    many,
    one,
    word,
)
from checkin.feeds.fhir_people import (
    adult_name,
    death_of,
    home_of,
    interpreter_of,
    language,
    patient_name,
    phone,
)
from checkin.feeds.fhir_references import (
    known_as,
    named_patient,
    own_addresses,
    own_id,
    placed,
    unprefixed,
    whose,
)
from checkin.feeds.reading import Feed, House
from checkin.models import Appointment
from checkin.rules import record_dates, records
from checkin.rules.records import AppointmentItem, BadRow, GuardianItem, Item, PatientItem

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


def read(resource: dict[str, Any], full_url: str, feed: Feed, house: House) -> list[Item]:
    """What the resource says. Raises BadRow or PassedOver. Never trips over a shape that is not FHIR's."""
    feed.base = feed.base or placed(full_url)[0]
    return list(READERS[resource["resourceType"]][1](resource, Context(full_url, feed, house)))


def read_patient(resource: dict[str, Any], context: Context) -> list[Item]:
    if any(word(link.get("type")) == "replaced-by" for link in many(resource.get("link"))):
        raise PassedOver("Patient (replaced by another)")
    if resource.get("active") is False and not death_of(resource, context.house).get("is_deceased"):
        raise PassedOver("Patient (not active)")
    today = context.house.today
    keys = identifiers(resource, context)
    values: dict[str, Any] = {
        **patient_name(many(resource.get("name")), today),
        **home_of(resource.get("address"), today),
        "sex": records.text(word(resource.get("gender")), "sex"),
        "phone": phone(resource.get("telecom"), today),
        "language": language(many(resource.get("communication"))),
        "birth_date": birth_date(resource, today) or "",
        **interpreter_of(resource.get("extension")),
        **death_of(resource, context.house),
    }
    patient = PatientItem(
        keys=keys,
        weak=own_id(resource, context, needed=not keys),
        addresses=own_addresses(resource, context),
        is_vouched=bool(context.feed.source),
        values={name: value for name, value in values.items() if value != ""},
    )
    return [patient, *contacts(resource, patient, today)]


def meant(resource: dict[str, Any], full_url: str, feed: Feed, house: House) -> PatientItem:
    """Whom a Patient that was put aside or passed over means, as far as it can be read."""
    context, today = Context(full_url, feed, house), house.today
    found = PatientItem(is_unread=True, is_vouched=bool(feed.source))
    # A number that cannot be read leaves it the addresses that need none.
    for said in (resource, {name: value for name, value in resource.items() if name != "identifier"}):
        with contextlib.suppress(BadRow):
            found.addresses = found.addresses or own_addresses(said, context)
    with contextlib.suppress(BadRow):
        found.keys = identifiers(resource, context)
    with contextlib.suppress(BadRow):
        found.weak = own_id(resource, context, needed=not found.keys)
    with contextlib.suppress(BadRow):
        found.values |= patient_name(many(resource.get("name")), today)
    with contextlib.suppress(BadRow):
        found.values["birth_date"] = birth_date(resource, today)
    return found


def birth_date(resource: dict[str, Any], today: dt.date) -> dt.date | None:
    """The day of birth; None where it is not said or only in part. Raises BadRow for what FHIR forbids."""
    said = resource.get("birthDate")
    if isinstance(said, int | float):
        raise BadRow(f"The birth date {str(said)[:40]} is a number: FHIR writes “YYYY-MM-DD”.")
    if not word(said) or re.fullmatch(r"\d{4}(-\d{2})?", word(said)):
        return None
    return record_dates.birth_date(word(said), today=today)


def contacts(resource: dict[str, Any], patient: PatientItem, today: dt.date) -> Iterator[Item]:
    """The patient's contacts: those of today first, since the first is whom to phone first."""
    found = many(resource.get("contact"))
    for contact in sorted(found, key=lambda one: not is_current(one, today)):
        if name := adult_name(contact.get("name"), today):
            yield guardian(contact, name, today, of=patient)


def guardian(said: dict[str, Any], name: str, today: dt.date, **belongs: Any) -> GuardianItem:
    """The values that Patient.contact and RelatedPerson have in common."""
    concepts = said.get("relationship")
    relationship = next(filter(None, codes(concepts)), "")
    values = {
        "name": name,
        "relationship": records.text(relationship, "relationship"),
        "phone": phone(said.get("telecom"), today),
    }
    return GuardianItem(
        values={column: value for column, value in values.items() if value} | authority(said, today),
        assumed={"may_consent": records.may_consent(*codes(concepts))},
        **belongs,
    )


def authority(said: dict[str, Any], today: dt.date) -> dict[str, Any]:
    """When the guardian's authority ends, where a period says so; who has none today may not consent."""
    period = one(said.get("period"))
    if not period:
        return {}
    is_clear = not period.get("start") or first_day(period.get("start"))
    holds = is_clear and is_current(said, today) and not has_ended(said, today)
    return {"ended_on": ended_on(said)} | ({} if holds else {"may_consent": False})


def read_related_person(resource: dict[str, Any], context: Context) -> list[Item]:
    belongs = whose(resource, context)
    today = context.house.today
    name = adult_name(resource.get("name"), today)
    if not name:
        raise BadRow("It has no name.")
    item = guardian(resource, name, today, **known_as(resource, context), **belongs)
    item.values.setdefault("ended_on", None)  # of the adult's own entry, no end means that there is none
    if resource.get("active") is False:
        item.values["may_consent"] = False
    return [item]


def read_appointment(resource: dict[str, Any], context: Context) -> list[Item]:
    status = word(resource.get("status"))
    if status in NOT_BOOKED:
        raise PassedOver(f"Appointment ({status})")
    if status not in STATUSES:
        raise BadRow(f"The status “{status[:40]}” is none that an appointment can have.")
    belongs, names = taking_part(resource, context)
    if not belongs.get("patient_keys") and not belongs.get("addresses"):
        raise BadRow("No patient takes part in it.")
    values: dict[str, Any] = {"status": STATUSES[status]} | times_of(resource, context)
    if not values.get("starts_at") and values["status"] != Appointment.Status.CANCELLED:
        raise BadRow("It does not say when it starts.")
    if values["status"] == Appointment.Status.BOOKED and is_declined(resource):
        values["status"] = Appointment.Status.CANCELLED
    if whom := records.text(names.get("Practitioner", ""), "with_whom"):
        values["with_whom"] = whom
    known = known_as(resource, context)
    holder = known["origin"][1] or str(values.get("starts_at", ""))
    return [
        AppointmentItem(
            values=values,
            is_shared=context.feed.is_shared(known["key"], holder),
            **known,
            **belongs,
            location=records.text(names.get("Location", ""), "name", called="location"),
        )
    ]


def times_of(resource: dict[str, Any], context: Context) -> dict[str, Any]:
    """Start and minutes, as far as they are said: what is cancelled may have no start (FHIR app-3)."""
    start, end = word(resource.get("start")), word(resource.get("end"))
    if not start:
        return {}
    starts_at = record_dates.moment(start, zone=context.house.zone)
    length = length_of(resource.get("minutesDuration"), starts_at, end, context)
    return {"starts_at": starts_at} | ({"minutes": length} if length else {})


def length_of(said: Any, start: dt.datetime, end: str, context: Context) -> int | None:
    """Minutes; None where nothing is said, or start and end are one: that is no length."""
    if said:
        return record_dates.minutes(int(said) if isinstance(said, float) and said.is_integer() else said)
    if not end:
        return None
    seconds = (record_dates.moment(end, zone=context.house.zone) - start).total_seconds()
    return record_dates.minutes(int(seconds // 60)) if seconds else None


def taking_part(resource: dict[str, Any], context: Context) -> tuple[dict[str, Any], dict[str, str]]:
    """By what the patient is named, and the display names of the first practitioner and location.

    Raises BadRow where several patients take part: it would stand on one child's record alone.
    """
    names: dict[str, str] = {}
    actors = [one(participant.get("actor")) for participant in many(resource.get("participant"))]
    for actor in actors:
        if kind := kind_of_actor(actor):
            names.setdefault(kind, word(actor.get("display")))
    patients = [named_patient(one(said.get("actor")), context) for said in patients_of(resource)]
    untyped = [named_patient(actor, context) for actor in actors if may_be_patient(actor)]
    if any(kind_of_actor(actor) == "Patient" and is_named(actor) for actor in actors):
        if any(named != patients[0] for named in patients):
            raise BadRow("Several patients take part in it.")
        belongs = patients[0] | {"others": [key for named in untyped for key in named["patient_keys"]]}
    else:
        belongs = patients[0] if patients else {}
        for named in patients[1:]:
            belongs["patient_keys"] += named["patient_keys"]
            belongs["addresses"] += named["addresses"]
    return belongs, names


def patients_of(resource: dict[str, Any]) -> list[dict[str, Any]]:
    """Participants who are said to be patients; where nobody is, those of whom nothing is said."""
    found = many(resource.get("participant"))
    typed = [said for said in found if kind_of_actor(one(said.get("actor"))) == "Patient"]
    typed = [said for said in typed if is_named(one(said.get("actor")))]
    return typed or [said for said in found if may_be_patient(one(said.get("actor")))]


def may_be_patient(actor: dict[str, Any]) -> bool:
    return not kind_of_actor(actor) and is_named(actor)


def is_named(actor: dict[str, Any]) -> bool:
    return bool(word(actor.get("reference")) or actor.get("identifier"))


def kind_of_actor(actor: dict[str, Any]) -> str:
    """Which type of resource takes part, as far as the reference says so."""
    url = unprefixed(word(actor.get("reference")))
    kind = word(actor.get("type")) or url.partition("?")[0].rpartition("/")[0].rpartition("/")[2]
    return "Patient" if url.startswith("Patient?") else kind


def is_declined(resource: dict[str, Any]) -> bool:
    """Whether the patient has said that they will not come."""
    return any(word(participant.get("status")) == "declined" for participant in patients_of(resource))


Reader = Callable[[dict[str, Any], Context], Sequence[Item]]
READERS: dict[str, tuple[str, Reader]] = {
    "Patient": ("patients", read_patient),
    "RelatedPerson": ("guardians", read_related_person),
    "Appointment": ("appointments", read_appointment),
    "Immunization": ("immunizations", fhir_vaccines.read_immunization),
    "ImmunizationRecommendation": ("due_items", fhir_vaccines.read_recommendation),
}
