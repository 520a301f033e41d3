"""Convert FHIR R4 resources. One table lists the types that are read; a new type needs a new reader."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from checkin.feeds import fhir_appointments, fhir_immunizations
from checkin.feeds.feed_files import ClinicFormat, FeedFile
from checkin.feeds.fhir_parts import (
    ResourceContext,
    ResourcePassedOver,
    concept_texts,
    fhir_object_or_empty,
    fhir_objects,
    fhir_text,
    first_day_of_fhir_date,
    has_period_ended,
    is_period_current,
    kept_identifiers,
    period_end_day,
)
from checkin.feeds.fhir_people import (
    fhir_adult_name,
    fhir_death_values,
    fhir_home_address,
    fhir_interpreter_need,
    fhir_language,
    fhir_patient_name,
    fhir_phone,
)
from checkin.feeds.fhir_references import (
    patient_resource_addresses,
    read_resource_key,
    read_resource_patient,
    resource_id_key,
    split_server_address,
)
from checkin.rules import record_dates, record_rows
from checkin.rules.record_rows import (
    BadRow,
    GuardianItem,
    PatientItem,
    RecordItem,
)


def resource_row_kind(resource: object) -> str | None:
    """Return the kind of rows that this resource is read as; None for one that is skipped."""
    name = resource.get("resourceType") if isinstance(resource, dict) else None
    found = _RESOURCE_READERS.get(name) if isinstance(name, str) else None
    return found[0] if found else None


def read_fhir_resource(
    resource: dict[str, Any], full_url: str, feed: FeedFile, house: ClinicFormat
) -> list[RecordItem]:
    """Return what the resource says. Raises BadRow or ResourcePassedOver, but never on malformed FHIR."""
    feed.base = feed.base or split_server_address(full_url)[0]
    return list(
        _RESOURCE_READERS[resource["resourceType"]][1](resource, ResourceContext(full_url, feed, house))
    )


def _read_patient_resource(resource: dict[str, object], context: ResourceContext) -> list[RecordItem]:
    if any(fhir_text(link.get("type")) == "replaced-by" for link in fhir_objects(resource.get("link"))):
        raise ResourcePassedOver("Patient (replaced by another)")
    if resource.get("active") is False and not fhir_death_values(resource, context.house).get("is_deceased"):
        raise ResourcePassedOver("Patient (not active)")
    today = context.house.today
    keys = kept_identifiers(resource, context)
    values: dict[str, object] = {
        **fhir_patient_name(fhir_objects(resource.get("name")), today),
        **fhir_home_address(resource.get("address"), today),
        "sex": record_rows.read_record_text(fhir_text(resource.get("gender")), "sex"),
        "phone": fhir_phone(resource.get("telecom"), today),
        "language": fhir_language(fhir_objects(resource.get("communication"))),
        "birth_date": _read_resource_birth_date(resource, today) or "",
        **fhir_interpreter_need(resource.get("extension")),
        **fhir_death_values(resource, context.house),
    }
    patient = PatientItem(
        keys=keys,
        weak=resource_id_key(resource, context, needed=not keys),
        addresses=patient_resource_addresses(resource, context),
        is_vouched=bool(context.feed.source),
        values={name: value for name, value in values.items() if value != ""},
    )
    return [patient, *_read_patient_contacts(resource, patient, today)]


def read_meant_patient_resource(
    resource: dict[str, object], full_url: str, feed: FeedFile, house: ClinicFormat
) -> PatientItem:
    """Return whom a rejected or skipped Patient means, as far as it can be read."""
    context, today = ResourceContext(full_url, feed, house), house.today
    found = PatientItem(is_unread=True, is_vouched=bool(feed.source))
    # If its number cannot be read, it still has the addresses that need none.
    for said in (resource, {name: value for name, value in resource.items() if name != "identifier"}):
        with contextlib.suppress(BadRow):
            found.addresses = found.addresses or patient_resource_addresses(said, context)
    with contextlib.suppress(BadRow):
        found.keys = kept_identifiers(resource, context)
    with contextlib.suppress(BadRow):
        found.weak = resource_id_key(resource, context, needed=not found.keys)
    with contextlib.suppress(BadRow):
        found.values |= fhir_patient_name(fhir_objects(resource.get("name")), today)
    with contextlib.suppress(BadRow):
        found.values["birth_date"] = _read_resource_birth_date(resource, today)
    return found


def _read_resource_birth_date(resource: dict[str, object], today: dt.date) -> dt.date | None:
    """Return the birth date; None if missing or partial. Raises BadRow for values that FHIR forbids."""
    said = resource.get("birthDate")
    if isinstance(said, int | float):
        raise BadRow(f"The birth date {str(said)[:40]} is a number: FHIR writes “YYYY-MM-DD”.")
    if not fhir_text(said) or re.fullmatch(r"\d{4}(-\d{2})?", fhir_text(said)):
        return None
    return record_dates.read_recorded_birth_date(fhir_text(said), today=today)


def _read_patient_contacts(
    resource: dict[str, object], patient: PatientItem, today: dt.date
) -> Iterator[RecordItem]:
    """Yield the patient's contacts, current ones first, since the first one is phoned first."""
    found = fhir_objects(resource.get("contact"))
    for contact in sorted(found, key=lambda one: not is_period_current(one, today)):
        if name := fhir_adult_name(contact.get("name"), today):
            yield _make_guardian_item(contact, name, today, of=patient)


def _make_guardian_item(said: dict[str, object], name: str, today: dt.date, **belongs: Any) -> GuardianItem:
    """Return the values that Patient.contact and RelatedPerson share."""
    concepts = said.get("relationship")
    relationship = next(filter(None, concept_texts(concepts)), "")
    values = {
        "name": name,
        "relationship": record_rows.read_record_text(relationship, "relationship"),
        "phone": fhir_phone(said.get("telecom"), today),
    }
    return GuardianItem(
        values={column: value for column, value in values.items() if value}
        | _guardian_authority_values(said, today),
        assumed={"may_consent": record_rows.is_consenting_kin(*concept_texts(concepts))},
        **belongs,
    )


def _guardian_authority_values(said: dict[str, object], today: dt.date) -> dict[str, object]:
    """Return when the guardian's authority ends, if a period says so; without it they may not consent."""
    period = fhir_object_or_empty(said.get("period"))
    if not period:
        return {}
    is_clear = not period.get("start") or first_day_of_fhir_date(period.get("start"))
    holds = is_clear and is_period_current(said, today) and not has_period_ended(said, today)
    return {"ended_on": period_end_day(said)} | ({} if holds else {"may_consent": False})


def _read_related_person(resource: dict[str, object], context: ResourceContext) -> list[RecordItem]:
    belongs = read_resource_patient(resource, context)
    today = context.house.today
    name = fhir_adult_name(resource.get("name"), today)
    if not name:
        raise BadRow("It has no name.")
    item = _make_guardian_item(resource, name, today, **read_resource_key(resource, context), **belongs)
    item.values.setdefault("ended_on", None)  # in the adult's own entry, a missing end means none
    if resource.get("active") is False:
        item.values["may_consent"] = False
    return [item]


ResourceReader = Callable[[dict[str, object], ResourceContext], Sequence[RecordItem]]
_RESOURCE_READERS: dict[str, tuple[str, ResourceReader]] = {
    "Patient": ("patients", _read_patient_resource),
    "RelatedPerson": ("guardians", _read_related_person),
    "Appointment": ("appointments", fhir_appointments.read_appointment_resource),
    "Immunization": ("immunizations", fhir_immunizations.read_immunization_resource),
    "ImmunizationRecommendation": ("due_items", fhir_immunizations.read_recommendation_resource),
}
