"""What FHIR R4 says about people, as plain values: names, phones, addresses, languages, deaths."""

from __future__ import annotations

import datetime as dt

from checkin.feeds.feed_files import ClinicFormat
from checkin.feeds.fhir_parts import (
    fhir_object_or_empty,
    fhir_objects,
    fhir_text,
    first_day_of_fhir_date,
    is_period_current,
    joined_fhir_texts,
    last_day_of_fhir_date,
    period_end_day,
)
from checkin.rules import record_names, record_rows
from checkin.rules.languages import name_recorded_language
from checkin.rules.record_guards import refuse_impossible_death
from checkin.rules.record_rows import BadRow

_NAME_USE_ORDER = ("official", "usual", "", "temp", "anonymous", "maiden", "old")
_PHONE_USE_ORDER = ("mobile", "home", "work", "temp", "")
_ADDRESS_USE_ORDER = ("home", "", "temp", "work", "billing")
_RANK_OF_UNRANKED = 1_000_000


def _best_current_entry(
    found: list[dict[str, object]], order: tuple[str, ...], today: dt.date
) -> dict[str, object]:
    """Return the best entry valid today, by rank and then by use; {} if there is none."""
    fitting = [
        entry for entry in found if fhir_text(entry.get("use")) in order and is_period_current(entry, today)
    ]
    return min(
        fitting, key=lambda entry: (_entry_rank(entry), order.index(fhir_text(entry.get("use")))), default={}
    )


def _entry_rank(entry: dict[str, object]) -> int:
    rank = entry.get("rank")
    return rank if isinstance(rank, int) and not isinstance(rank, bool) and rank > 0 else _RANK_OF_UNRANKED


def fhir_phone(telecom: object, today: dt.date) -> str:
    """Return the number to call first: by rank, then mobile before home before work."""
    numbers = [
        entry | {"value": said}
        for entry in fhir_objects(telecom)
        if fhir_text(entry.get("system")) in ("phone", "sms")
        and (said := record_names.read_recorded_phone(fhir_text(entry.get("value"))))
    ]
    return fhir_text(_best_current_entry(numbers, _PHONE_USE_ORDER, today).get("value"))


def _fhir_full_name(name: dict[str, object]) -> str:
    """Return the full name on one line; "" for none."""
    said = [
        record_names.read_recorded_name(joined_fhir_texts(name.get(part)), "name")
        for part in ("given", "family")
    ]
    return record_rows.read_record_text(
        " ".join(filter(None, said)), "name"
    ) or record_names.read_recorded_name(fhir_text(name.get("text")), "name")


def fhir_adult_name(names: object, today: dt.date) -> str:
    """Return the name of a guardian, from one name or a list."""
    said = fhir_objects(names if isinstance(names, list) else [names])
    return _fhir_full_name(_best_fhir_name(said, today))


def _best_fhir_name(said: list[dict[str, object]], today: dt.date) -> dict[str, object]:
    """Return the name that is valid today, else the one that ended last; {} for none."""
    known = [entry | {"use": _known_name_use(entry)} for entry in said if _fhir_full_name(entry)]
    ended = sorted(known, key=lambda entry: period_end_day(entry) or dt.date.max, reverse=True)
    return _best_current_entry(known, _NAME_USE_ORDER, today) or next(iter(ended), {})


def _known_name_use(name: dict[str, object]) -> str:
    """Return its use; "" for one that FHIR does not define."""
    use = fhir_text(name.get("use"))
    return use if use in _NAME_USE_ORDER or use == "nickname" else ""


def fhir_patient_name(names: list[dict[str, object]], today: dt.date) -> dict[str, str]:
    """Return given, family and preferred name. Raises BadRow if there is no name at all."""
    name = _best_fhir_name([one for one in names if fhir_text(one.get("use")) != "nickname"], today)
    name = name or _best_fhir_name(names, today)
    if not name:
        raise BadRow("It has no name.")
    given, family = _given_and_family_name(name)
    nick = _best_current_entry(names, ("nickname",), today) or _best_current_entry(names, ("usual",), today)
    preferred = _given_and_family_name(nick)[0]
    return {
        "given_name": record_rows.read_record_text(given, "given_name"),
        "family_name": record_rows.read_record_text(family, "family_name"),
        "preferred_name": record_rows.read_record_text(
            preferred if preferred != given else "", "preferred_name"
        ),
    }


def _given_and_family_name(name: dict[str, object]) -> tuple[str, str]:
    """Return given and family name, from separate fields or else from the full text."""
    given = record_names.read_recorded_name(joined_fhir_texts(name.get("given")), "given_name")
    family = record_names.read_recorded_name(joined_fhir_texts(name.get("family")), "family_name")
    if given or family:
        return given, family
    return record_names.split_recorded_name(
        record_names.read_recorded_name(fhir_text(name.get("text")), "name")
    )


def fhir_home_address(addresses: object, today: dt.date) -> dict[str, str]:
    """Return street, city and postcode of where they live, not of a post-office box if both are given."""
    found = fhir_objects(addresses)
    lived_in = [entry for entry in found if fhir_text(entry.get("type")) != "postal"]
    home = _best_current_entry(lived_in, _ADDRESS_USE_ORDER, today) or _best_current_entry(
        found, _ADDRESS_USE_ORDER, today
    )
    lines = home.get("line")
    said = ", ".join(filter(None, map(fhir_text, lines))) if isinstance(lines, list) else fhir_text(lines)
    return {
        "address": record_rows.read_record_text(said or fhir_text(home.get("text")), "address"),
        "city": record_rows.read_record_text(fhir_text(home.get("city")), "city"),
        "postcode": record_rows.read_record_text(fhir_text(home.get("postalCode")), "postcode"),
    }


def fhir_death_values(resource: dict[str, object], house: ClinicFormat) -> dict[str, object]:
    """Return whether and on which day the patient died, as far as the resource says."""
    born, today = first_day_of_fhir_date(fhir_text(resource.get("birthDate"))), house.today
    died, when = resource.get("deceasedBoolean"), fhir_text(resource.get("deceasedDateTime"))
    if when:
        first, last = _death_day_range(when, born, house)
        # For the current year or month, days in the future do not count.
        refuse_impossible_death(max(first, min(last, today)), born, today)
        return {"is_deceased": True} | ({"deceased_on": first} if first == last else {})
    if died is True:
        return {"is_deceased": True}
    return {"is_deceased": False, "deceased_on": None} if died is False else {}


def _death_day_range(when: str, born: dt.date | None, house: ClinicFormat) -> tuple[dt.date, dt.date]:
    """Return the first and last day that it may mean, on the clinic's clock. Raises BadRow for none."""
    first, last = first_day_of_fhir_date(when), last_day_of_fhir_date(when)
    if first is None or last is None:
        raise BadRow(f"The date of death “{when[:40]}” is not a date that can be read.")
    try:
        at = dt.datetime.fromisoformat(when)
        here = at.astimezone(house.zone).date() if at.tzinfo else first
    except (ValueError, OverflowError):
        return first, last
    # A time of 00:00 is a day that a program wrote as a moment: it means the day as written.
    is_day = at.time() == dt.time() and first <= house.today
    is_before_birth = born is not None and here < born <= first
    return (first, last) if is_day or is_before_birth else (here, here)


def fhir_language(communication: list[dict[str, object]]) -> str:
    """Return the preferred language, or the first: its code, or else its text."""
    chosen = next(
        (entry for entry in communication if entry.get("preferred") is True), (communication or [{}])[0]
    )
    concept = fhir_object_or_empty(chosen.get("language"))
    code = next((fhir_text(coding.get("code")) for coding in fhir_objects(concept.get("coding"))), "")
    said = next((one for one in (code, fhir_text(concept.get("text"))) if name_recorded_language(one)), "")
    return record_rows.read_record_text(said, "language")


_INTERPRETER_URL = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
_US_CORE_INTERPRETER_URL = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed"
_INTERPRETER_ANSWERS = {"373066001": True, "373067005": False, "Y": True, "N": False}
"""SNOMED CT Yes and No, as in US Core, and those of v2-0136."""


def fhir_interpreter_need(extensions: object) -> dict[str, bool]:
    """Return whether an interpreter is needed, as far as an extension says so."""
    for extension in fhir_objects(extensions):
        said = extension.get("valueBoolean")
        if extension.get("url") in (_INTERPRETER_URL, _US_CORE_INTERPRETER_URL) and isinstance(said, bool):
            return {"interpreter_needed": said}
        if extension.get("url") == _US_CORE_INTERPRETER_URL:
            codings = fhir_objects(fhir_object_or_empty(extension.get("valueCodeableConcept")).get("coding"))
            code = fhir_text((codings or [fhir_object_or_empty(extension.get("valueCoding"))])[0].get("code"))
            if code in _INTERPRETER_ANSWERS:
                return {"interpreter_needed": _INTERPRETER_ANSWERS[code]}
    return {}
