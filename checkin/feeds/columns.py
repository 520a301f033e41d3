"""The columns of CSV files: their names, what else they are called, and which make a file of which kind."""

from __future__ import annotations

from collections.abc import Iterable

from checkin.rules import names

PATIENTS = {
    "patient_id": (
        "patient_id patient_identifier patient_number mrn medical_record_number record_number chart_number "
        "rec_id id"
    ),
    "patient_id_system": "patient_id_system identifier_system system",
    "given_name": "given_name given_names first_name forename given",
    "family_name": "family_name last_name surname family",
    "preferred_name": "preferred_name nickname known_as",
    "birth_date": "birth_date date_of_birth dob birthdate birthday born",
    "sex": "sex gender",
    "phone": "phone phone_number telephone mobile mobile_phone home_phone",
    "address": "address street street_address address_1 address_line_1",
    "street_number": "street_number house_number",
    "address_2": "address_2 address_line_2",
    "city": "city town suburb",
    "postcode": "postcode postal_code zip zip_code",
    "language": "language preferred_language",
    "interpreter_needed": "interpreter_needed interpreter",
    "access_needs": "access_needs",
    "name": "name full_name patient_name child_name",
    "relationship": "relationship relation relationship_to_patient",
    "deceased": "deceased is_deceased died",
    "deceased_on": "deceased_on date_of_death death_date dod",
}
GUARDIANS = {
    "patient_id": "patient_id patient_identifier patient_number mrn medical_record_number rec_id",
    "patient_id_system": "patient_id_system identifier_system system",
    "guardian_id": "guardian_id contact_id",
    "guardian_id_system": "guardian_id_system",
    "name": "name guardian_name contact_name full_name guardian",
    "given_name": "given_name first_name forename",
    "family_name": "family_name last_name surname",
    "relationship": "relationship relation relationship_to_patient",
    "phone": "phone phone_number telephone mobile mobile_phone home_phone",
    "may_consent": "may_consent consent can_consent",
    "position": "position priority order",
    "ended_on": "ended_on end_date period_end authority_ends",
}
APPOINTMENTS = {
    "appointment_id": "appointment_id booking_id appointment_number id",
    "appointment_id_system": "appointment_id_system",
    "patient_id": "patient_id patient_identifier patient_number mrn medical_record_number rec_id",
    "patient_id_system": "patient_id_system identifier_system system",
    "start": "start starts_at start_time appointment_time date_time datetime",
    "date": "date appointment_date",
    "time": "time",
    "minutes": "minutes duration length",
    "status": "status",
    "location": "location site desk",
    "with_whom": "with_whom with clinician practitioner provider doctor",
}
IMMUNIZATIONS = {
    "immunization_id": "immunization_id immunisation_id vaccination_id id",
    "immunization_id_system": "immunization_id_system",
    "patient_id": "patient_id patient_identifier patient_number mrn medical_record_number rec_id",
    "patient_id_system": "patient_id_system identifier_system system",
    "vaccine": "vaccine vaccine_name immunization immunisation vaccination",
    "cvx": "cvx cvx_code vaccine_code code",
    "given_on": "given_on date_given given_date administered_on date_administered administration_date "
    "vaccination_date immunization_date",
    "status": "status",
}
DUE_ITEMS = {
    "due_item_id": "due_item_id recommendation_id id",
    "due_item_id_system": "due_item_id_system",
    "patient_id": "patient_id patient_identifier patient_number mrn medical_record_number rec_id",
    "patient_id_system": "patient_id_system identifier_system system",
    "kind": "kind type",
    "name": "name due_item vaccine vaccine_name check_up",
    "code": "code cvx cvx_code vaccine_code",
    "due_on": "due_on due_date date_due",
    "status": "status forecast_status",
}
KINDS = {
    "due_items": DUE_ITEMS,
    "immunizations": IMMUNIZATIONS,
    "appointments": APPOINTMENTS,
    "guardians": GUARDIANS,
    "patients": PATIENTS,
}
"""In the order in which they are told apart."""

NEEDED: dict[str, list[set[str]]] = {
    "due_items": [{"patient_id", "name", "due_on"}],
    "immunizations": [{"patient_id", "vaccine", "given_on"}, {"patient_id", "cvx", "given_on"}],
    "appointments": [{"patient_id", "start"}, {"patient_id", "date", "time"}],
    "guardians": [{"patient_id", "name"}, {"patient_id", "given_name"}, {"patient_id", "family_name"}],
    "patients": [{"patient_id", "given_name"}, {"patient_id", "family_name"}],
}
MARKS = {
    "due_items": {"due_on"},
    "immunizations": {"given_on"},
    "appointments": {"start", "date", "appointment_id", "time"},
    "guardians": {"relationship", "guardian_id", "may_consent"},
    "patients": set[str](),
}
"""A file is of a kind when it has what the kind needs and, where there are marks, one of them."""


def aliases(kind: str) -> dict[str, tuple[str, int]]:
    """Normalised heading -> the column it stands for, and its place among that column's names."""
    return {
        names.normalise(one): (column, place)
        for column, called in KINDS[kind].items()
        for place, one in enumerate(called.split())
    }


def kind_of(heading: Iterable[str]) -> str:
    """Which kind of file has these headings; "" for none."""
    for kind in KINDS:
        columns = set(places(kind, heading))
        marked = not MARKS[kind] or columns & MARKS[kind]
        if marked and any(needed <= columns for needed in NEEDED[kind]):
            return kind
    return ""


def places(kind: str, heading: Iterable[str]) -> dict[str, list[int]]:
    """Column -> where it stands; of several, the one by the better-known name first."""
    known = aliases(kind)
    found: dict[str, list[tuple[int, int]]] = {}
    for place, one in enumerate(heading):
        if (entry := known.get(names.normalise(one))) is not None:
            found.setdefault(entry[0], []).append((entry[1], place))
    return {column: [place for _, place in sorted(where)] for column, where in found.items()}


def needed_words() -> str:
    """For people: what a file of each kind cannot do without."""
    return (
        "a file of patients needs patient_id and given_name or family_name; one of guardians patient_id, "
        "name and relationship; one of appointments patient_id and start; one of immunizations patient_id, "
        "vaccine and given_on; one of due items patient_id, name and due_on"
    )
