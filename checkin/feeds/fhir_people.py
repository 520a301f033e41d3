"""What FHIR R4 says of people as plain values: names, phones, addresses, languages, and what has ended."""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.feeds.fhir_parts import ended_on, first_day, is_current, last_day, many, one, word, words
from checkin.feeds.reading import House
from checkin.rules import record_names, records
from checkin.rules.languages import name_language
from checkin.rules.record_guards import refuse_impossible_death
from checkin.rules.records import BadRow

NAME_ORDER = ("official", "usual", "", "temp", "anonymous", "maiden", "old")
PHONE_ORDER = ("mobile", "home", "work", "temp", "")
ADDRESS_ORDER = ("home", "", "temp", "work", "billing")
UNRANKED = 1_000_000


def best(found: list[dict[str, Any]], order: tuple[str, ...], today: dt.date) -> dict[str, Any]:
    """Return the first that holds today, by rank and then by its use; {} when there is none of those uses."""
    fitting = [entry for entry in found if word(entry.get("use")) in order and is_current(entry, today)]
    return min(fitting, key=lambda entry: (rank_of(entry), order.index(word(entry.get("use")))), default={})


def rank_of(entry: dict[str, Any]) -> int:
    rank = entry.get("rank")
    return rank if isinstance(rank, int) and not isinstance(rank, bool) and rank > 0 else UNRANKED


def phone(telecom: Any, today: dt.date) -> str:
    """Return the number to ring first: by rank, then mobile before home before work."""
    numbers = [
        entry | {"value": said}
        for entry in many(telecom)
        if word(entry.get("system")) in ("phone", "sms")
        and (said := record_names.phone(word(entry.get("value"))))
    ]
    return word(best(numbers, PHONE_ORDER, today).get("value"))


def full_name(name: dict[str, Any]) -> str:
    """Return the whole name on one line; "" for none."""
    said = [record_names.name(words(name.get(part)), "name") for part in ("given", "family")]
    return records.text(" ".join(filter(None, said)), "name") or record_names.name(
        word(name.get("text")), "name"
    )


def adult_name(names: Any, today: dt.date) -> str:
    """Return the name of a guardian, from one name or a list of them."""
    said = many(names if isinstance(names, list) else [names])
    return full_name(best_name(said, today))


def best_name(said: list[dict[str, Any]], today: dt.date) -> dict[str, Any]:
    """Return the name that holds today, else the one that ended last; {} for none."""
    known = [entry | {"use": use_of(entry)} for entry in said if full_name(entry)]
    ended = sorted(known, key=lambda entry: ended_on(entry) or dt.date.max, reverse=True)
    return best(known, NAME_ORDER, today) or next(iter(ended), {})


def use_of(name: dict[str, Any]) -> str:
    """Return its use; one that FHIR does not know says nothing."""
    use = word(name.get("use"))
    return use if use in NAME_ORDER or use == "nickname" else ""


def patient_name(names: list[dict[str, Any]], today: dt.date) -> dict[str, str]:
    """Return given, family and preferred name. Raises BadRow when there is none at all."""
    name = best_name([one for one in names if word(one.get("use")) != "nickname"], today)
    name = name or best_name(names, today)
    if not name:
        raise BadRow("It has no name.")
    given, family = parts_of(name)
    nick = best(names, ("nickname",), today) or best(names, ("usual",), today)
    preferred = parts_of(nick)[0]
    return {
        "given_name": records.text(given, "given_name"),
        "family_name": records.text(family, "family_name"),
        "preferred_name": records.text(preferred if preferred != given else "", "preferred_name"),
    }


def parts_of(name: dict[str, Any]) -> tuple[str, str]:
    """Return given and family name: as they stand, else from the name as one text."""
    given = record_names.name(words(name.get("given")), "given_name")
    family = record_names.name(words(name.get("family")), "family_name")
    if given or family:
        return given, family
    return record_names.parts(record_names.name(word(name.get("text")), "name"))


def home_of(addresses: Any, today: dt.date) -> dict[str, str]:
    """Return street, city and postcode of where they live, not of a post-office box where there is both."""
    found = many(addresses)
    lived_in = [entry for entry in found if word(entry.get("type")) != "postal"]
    home = best(lived_in, ADDRESS_ORDER, today) or best(found, ADDRESS_ORDER, today)
    lines = home.get("line")
    said = ", ".join(filter(None, map(word, lines))) if isinstance(lines, list) else word(lines)
    return {
        "address": records.text(said or word(home.get("text")), "address"),
        "city": records.text(word(home.get("city")), "city"),
        "postcode": records.text(word(home.get("postalCode")), "postcode"),
    }


def death_of(resource: dict[str, Any], house: House) -> dict[str, Any]:
    """Return whether the patient has died, and on which day, as far as the resource says."""
    born, today = first_day(word(resource.get("birthDate"))), house.today
    died, when = resource.get("deceasedBoolean"), word(resource.get("deceasedDateTime"))
    if when:
        first, last = days_of_death(when, born, house)
        # Of a year or month that has begun, the days to come do not count.
        refuse_impossible_death(max(first, min(last, today)), born, today)
        return {"is_deceased": True} | ({"deceased_on": first} if first == last else {})
    if died is True:
        return {"is_deceased": True}
    return {"is_deceased": False, "deceased_on": None} if died is False else {}


def days_of_death(when: str, born: dt.date | None, house: House) -> tuple[dt.date, dt.date]:
    """Return the first and last day that it may mean, by the clinic's clock. Raises BadRow for none."""
    first, last = first_day(when), last_day(when)
    if first is None or last is None:
        raise BadRow(f"The date of death “{when[:40]}” is not a date that can be read.")
    try:
        at = dt.datetime.fromisoformat(when)
        here = at.astimezone(house.zone).date() if at.tzinfo else first
    except (ValueError, OverflowError):
        return first, last
    # At nought hours it is a day that a program wrote as a moment: it means the day it says.
    is_day = at.time() == dt.time() and first <= house.today
    is_before_birth = born is not None and here < born <= first
    return (first, last) if is_day or is_before_birth else (here, here)


def language(communication: list[dict[str, Any]]) -> str:
    """Return the preferred one, or the first: its code, or else its words."""
    chosen = next(
        (entry for entry in communication if entry.get("preferred") is True), (communication or [{}])[0]
    )
    concept = one(chosen.get("language"))
    code = next((word(coding.get("code")) for coding in many(concept.get("coding"))), "")
    said = next((one for one in (code, word(concept.get("text"))) if name_language(one)), "")
    return records.text(said, "language")


INTERPRETER = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
US_CORE_INTERPRETER = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed"
NEEDED = {"373066001": True, "373067005": False, "Y": True, "N": False}
"""SNOMED CT Yes and No, as US Core has them, and those of v2-0136."""


def interpreter_of(extensions: Any) -> dict[str, bool]:
    """Return whether an interpreter is needed, as far as an extension says so."""
    for extension in many(extensions):
        said = extension.get("valueBoolean")
        if extension.get("url") in (INTERPRETER, US_CORE_INTERPRETER) and isinstance(said, bool):
            return {"interpreter_needed": said}
        if extension.get("url") == US_CORE_INTERPRETER:
            codings = many(one(extension.get("valueCodeableConcept")).get("coding"))
            code = word((codings or [one(extension.get("valueCoding"))])[0].get("code"))
            if code in NEEDED:
                return {"interpreter_needed": NEEDED[code]}
    return {}
