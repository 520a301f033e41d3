"""The columns of CSV files: their names, what else they are called, and which make a file of which kind."""

from __future__ import annotations

from collections.abc import Iterable

from checkin.feeds import column_doubts
from checkin.feeds.column_owners import NAMED, UNSURE_BIRTH, Found, Place, key, owner_of, readings, settle
from checkin.rules import names

NUMBERS = (
    "patient_id patient_identifier patient_number mrn medical_record_number record_number chart_number "
    "rec_id medical_record_no mrn_number mrn_no patient_no pat_id pat_number pid chart chart_no "
    "hospital_number hospital_no nhs_number nhs_no empi emr_id ehr_id patient_mrn pat_mrn "
    "pt_mrn child_mrn pt_id child_id patient_chart_number no_de_dossier numero_de_expediente"
)
"""What the number by which a patient is known is called; the best first where a file has several."""

PATIENTS = {
    "patient_id": f"{NUMBERS} id",
    "patient_id_system": "patient_id_system identifier_system system",
    "given_name": "given_name given_names first_name forename forenames given first fname first_names "
    "firstname nombre nombres prenom vorname vornamen voornaam",
    "family_name": "family_name last_name surname family last lname surnames family_names apellidos apellido "
    "nom nom_de_famille nachname familienname cognome achternaam sobrenome apellido_paterno primer_apellido "
    "paternal_last_name paternal_surname first_surname first_last_name",
    "second_family_name": "second_family_name apellido_materno segundo_apellido second_last_name "
    "second_surname maternal_last_name maternal_surname",
    "preferred_name": "preferred_name nickname known_as goes_by preferred",
    "birth_date": "birth_date date_of_birth dob birthdate birthday born birth_dt bdate fecha_de_nacimiento "
    "date_de_naissance geburtsdatum",
    "sex": "sex gender sexo sexe",
    "phone": "phone phone_number telephone mobile mobile_phone home_phone cell cell_phone tel telefono",
    "address": "address street street_address address_1 address_line_1",
    "street_number": "street_number house_number",
    "address_2": "address_2 address_line_2",
    "city": "city town suburb",
    "postcode": "postcode postal_code zip zip_code",
    "language": "language preferred_language",
    "interpreter_needed": "interpreter_needed interpreter",
    "access_needs": "access_needs",
    "name": "name full_name patient_name child_name pt_name",
    "relationship": "relationship relation relationship_to_patient",
    "deceased": "deceased is_deceased died",
    "deceased_on": "deceased_on date_of_death death_date dod",
}
GUARDIANS = {
    "patient_id": NUMBERS,
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
    "patient_id": NUMBERS,
    "patient_id_system": "patient_id_system identifier_system system",
    "start": "start starts_at start_time appointment_time date_time datetime appt_time "
    "appointment_date_time appt_date_time appointment_start start_date_time",
    "date": "date appointment_date appt_date start_date date_of_appointment",
    "time": "time",
    "minutes": "minutes duration length",
    "status": "status appointment_status appt_status",
    "location": "location site desk",
    "with_whom": "with_whom with clinician practitioner provider doctor",
}
IMMUNIZATIONS = {
    "immunization_id": "immunization_id immunisation_id vaccination_id id",
    "immunization_id_system": "immunization_id_system",
    "patient_id": NUMBERS,
    "patient_id_system": "patient_id_system identifier_system system",
    "vaccine": "vaccine vaccine_name immunization immunisation vaccination",
    "cvx": "cvx cvx_code vaccine_code code",
    "given_on": "given_on date_given given_date administered_on date_administered administration_date "
    "vaccination_date immunization_date",
    "status": "status completion_status vaccination_status immunization_status",
}
DUE_ITEMS = {
    "due_item_id": "due_item_id recommendation_id id",
    "due_item_id_system": "due_item_id_system",
    "patient_id": NUMBERS,
    "patient_id_system": "patient_id_system identifier_system system",
    "kind": "kind type",
    "name": "name due_item vaccine vaccine_name check_up",
    "code": "code cvx cvx_code vaccine_code",
    "due_on": "due_on due_date date_due",
    "status": "status forecast_status due_status",
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
    "patients": [
        {"patient_id", "family_name"},
        {"patient_id", "given_name", "name"},
        {"patient_id", "name", "birth_date"},
    ],
}
MARKS = {
    "due_items": {"due_on"},
    "immunizations": {"given_on"},
    "appointments": {"start", "date", "appointment_id", "time"},
    "guardians": {"relationship", "guardian_id", "may_consent"},
    "patients": set[str](),
}
"""A file is of a kind when it has what the kind needs and, where there are marks, one of them."""

ADULTS_OWN = {"guardian_id", "may_consent", "position", "ended_on"}
"""Columns that a file of patients with a column for the relationship ("Self") does not have."""
DATES = {"birth_date", UNSURE_BIRTH, "deceased_on", "ended_on", "start", "date", "given_on", "due_on"}


KNOWN = {
    names.normalise(one) for kind in KINDS.values() for called in kind.values() for one in called.split()
}
"""All headings that are known, as `key` has them."""
UNUSED = "ignore"
"""What --map says of a heading that says nothing here."""


class Mapping(dict[str, str]):
    """Headings, as `key` has them, and the columns that somebody said they are."""

    def __init__(self) -> None:
        super().__init__()
        self.written: dict[str, str] = {}
        """The headings as they were typed."""


def aliases(kind: str) -> dict[str, tuple[str, int]]:
    """Normalised heading -> the column it stands for, and its place among that column's names."""
    return {
        names.normalise(one): (column, place)
        for column, called in KINDS[kind].items()
        for place, one in enumerate(called.split())
    }


def kind_of(heading: Iterable[str], said: Mapping | None = None) -> str:
    """Which kind of file has these headings; "" for none."""
    heading = list(heading)
    for kind in KINDS:
        found = {column.rstrip("?") for column in places(kind, heading, said)}
        marked = not MARKS[kind] or bool(found & MARKS[kind])
        if kind == "guardians" and not found & ADULTS_OWN:
            marked = marked and "birth_date" not in places("patients", heading, said)
        if marked and any(needed <= found for needed in NEEDED[kind]):
            return kind
    return ""


WHOM = ("given_name", "family_name", "second_family_name", "name", "birth_date")


def whom(kind: str, heading: list[str], said: Mapping | None = None) -> dict[str, list[int]]:
    """Return where a file of what belongs to patients says who they are, by columns such as `whom_name`."""
    if kind == "patients":
        return {}
    own = places(kind, heading, said)
    used = {at for there in own.values() for at in there}
    found = found_in("patients", heading, said)
    if kind == "guardians":
        # A bare name is the guardian's, unless the guardian's says that it is one.
        is_told = any(one.owner < 1 for name in NAMED for one in found_in(kind, heading, said).get(name, ()))
        found.pop("birth_date", None)
        if not is_told:
            found = {column: [one for one in there if one.owner < 1] for column, there in found.items()}
    left = {column: [one for one in found.get(column, ()) if one.at not in used] for column in WHOM}
    settled = settle("patients", {column: there for column, there in left.items() if there})
    return {f"whom_{column}": [one.at for one in there] for column, there in settled.items()}


def places(kind: str, heading: Iterable[str], said: Mapping | None = None) -> dict[str, list[int]]:
    """Column -> where it stands; of several, the one by the better-known name first.

    Whose it is goes before what it is called: in a file with "First Name" and "Child First Name", the first
    is nobody's column.
    """
    found = settle(kind, found_in(kind, heading, said))
    return {column: [one.at for one in there] for column, there in found.items()}


def found_in(kind: str, heading: Iterable[str], said: Mapping | None = None) -> Found:
    """Return every heading that may stand for a column of that kind of file."""
    known = aliases(kind)
    found: Found = {}
    for at, one in enumerate(heading):
        read = key(one)
        if said and (column := said.get(read)):
            if column in KINDS[kind]:
                found.setdefault(column, []).append(Place(-1, 0, -1, at, read))
            continue
        for name, owner, is_legal in readings(kind, read):
            if name in known:
                column, called = known[name]
                owner = owner or owner_of("patients" if column == "patient_id" else kind, name)
                place = Place(0 if owner else 1, 0 if is_legal else 1, called, at, read, owner)
                found.setdefault(column, []).append(place)
                break
        else:
            if column := column_doubts.column_of(kind, read):
                found.setdefault(column, []).append(Place(1, 1, len(known), at, read))
    return found


def mapping(said: Iterable[str]) -> Mapping:
    """Read `MRN #=patient_id`. Raises ValueError, with a sentence, for what names no column, or two."""
    columns = {column for kind in KINDS.values() for column in kind} | {UNUSED}
    found = Mapping()
    for one in said:
        heading, _, column = (part.strip() for part in one.rpartition("="))
        if not key(heading) or column not in columns:
            raise ValueError(
                f"“{one}” is not HEADING=COLUMN with one of the columns {', '.join(sorted(columns))}."
            )
        if found.setdefault(key(heading), column) != column:
            raise ValueError(
                f"“{heading}” is said to be {found[key(heading)]} and {column}: a heading is one column."
            )
        found.written.setdefault(key(heading), heading)
    return found


def missing_words(heading: list[str], said: Mapping | None = None) -> str:
    """For people: what the headings are, and which is missing for the kind that they come nearest to."""
    kind = max(reversed(KINDS), key=lambda one: len(places(one, heading, said)))
    found = set(places(kind, heading, said))
    lacking = min((needed - found for needed in NEEDED[kind]), key=len)
    what = " and ".join(sorted(lacking)) or " or ".join(sorted(MARKS[kind]))
    is_or_are = "are" if " and " in what else "is"
    return (
        f"Its headings are {listed(heading)}. For {file_of(kind)}, {what} {is_or_are} missing: name "
        f'the column by --map "HEADING={min(lacking, default="patient_id")}"'
    )


def listed(heading: list[str]) -> str:
    """For people: the headings that a file has."""
    return ", ".join(f"“{one.strip()[:40]}”" for one in heading[:40] if one.strip()) or "none"


def file_of(kind: str) -> str:
    return f"a file of {kind.replace('_', ' ')}"


def needed_words() -> str:
    """For people: what a file of each kind cannot do without."""
    return (
        "a file of patients needs patient_id and given_name with family_name, or name with one of them or "
        "with birth_date; one of guardians patient_id, "
        "name and relationship; one of appointments patient_id and start; one of immunizations patient_id, "
        "vaccine and given_on; one of due items patient_id, name and due_on"
    )
