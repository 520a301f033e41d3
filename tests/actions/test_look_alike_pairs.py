"""Hand-made pairs of records, and whether a person should compare them: one child, or two."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.actions import record_imports
from checkin.models import Clinic, LookAlike
from checkin.rules.record_rows import GuardianItem, PatientItem
from tests import make

pytestmark = pytest.mark.django_db
DAY, OTHER_DAY = "2017-04-13", "2017-09-02"
PHONE, OTHER = "206-555-0134", "206-555-0199"


def child(
    given: str, family: str = "Khan", born: str = DAY, phone: str = "", mother: str = "", **said: Any
) -> dict[Any, Any]:
    return {"given": given, "family": family, "born": born, "phone": phone, "mother": mother} | said


def items(number: str, said: Any) -> list[Any]:
    values = {
        "given_name": said["given"],
        "family_name": said["family"],
        "phone": said["phone"],
        "sex": said.get("sex", ""),
        "postcode": said.get("postcode", ""),
    }
    if said["born"]:
        values["birth_date"] = dt.date.fromisoformat(said["born"])
    patient = PatientItem(values=values, keys=[(said.get("system", ""), number)])
    if not said["mother"]:
        return [patient]
    mother = {"name": said["mother"], "relationship": "mother", "phone": said.get("hers", "")}
    return [patient, GuardianItem(values=mother, of=patient)]


def is_listed(brook: Clinic, one: Any, other: Any) -> bool:
    record_imports.import_record_items(clinic=brook, items=items("1", one), at=make.at("8:00"))
    record_imports.import_record_items(clinic=brook, items=items("2", other), at=make.at("8:30"))
    return LookAlike.objects.exists()


ONE_CHILD = {
    "a newborn named": (child("Baby Girl", phone=PHONE), child("Aisha", phone=PHONE)),
    "a newborn named, no phone": (child("Baby Girl"), child("Aisha")),
    "a newborn boy glued": (child("Babyboy", "Smith", phone=PHONE), child("Liam", "Smith", phone=PHONE)),
    "a newborn twin": (child("BG Twin A", phone=PHONE), child("Aisha", phone=PHONE, sex="female")),
    "a newborn in the mother's name": (
        child("Baby Boy", "Ortiz", phone=PHONE),
        child("Liam", "Garcia", phone=PHONE),
    ),
    "a newborn by the mother's phone": (
        child("Baby Boy", "Ortiz", mother="Ana Ortiz", hers=PHONE),
        child("Liam", "Garcia", mother="Ana Garcia", hers=PHONE),
    ),
    "a newborn by the mother's name": (
        child("Baby Boy", "Ortiz", phone=OTHER, mother="Ana Ortiz"),
        child("Liam", "Ortiz", phone=PHONE, mother="Ortiz, Ana"),
    ),
    "a newborn by B/O": (child("B/O Fatima", phone=PHONE), child("Omar", phone=PHONE)),
    "a newborn in Spanish": (child("RN", "Ruiz", phone=PHONE), child("Leo", "Ruiz", phone=PHONE)),
    "a newborn without a name": (child("", phone=PHONE), child("Aisha", phone=PHONE)),
    "named first, newborn's record later": (child("Aisha", phone=PHONE), child("Baby Girl", phone=PHONE)),
    "a newborn twice": (child("Baby Girl", phone=PHONE), child("BabyGirl", phone=PHONE)),
    "a newborn by the address": (
        child("Baby Girl", phone=PHONE, postcode="98101"),
        child("Aisha", phone=OTHER, postcode="98101"),
    ),
    "boxes changed over": (child("Emma", "Johnson"), child("Johnson", "Emma")),
    "boxes changed over, no birth date": (child("Emma", "Johnson"), child("Johnson", "Emma", "")),
    "boxes changed over, near date": (
        child("Emma", "Johnson", phone=PHONE),
        child("Johnson", "Emma", "2017-04-14", phone=PHONE),
    ),
    "the whole name in one box": (child("Emma", "Johnson"), child("Emma Johnson", "")),
    "the whole name in one box on file": (child("Emma Johnson", ""), child("Emma", "Johnson")),
    "the same without the number system": (
        child("Emma", "Johnson", system="mrn"),
        child("Emma", "Johnson"),
    ),
    "the same without the number system, another phone": (
        child("Emma", "Johnson", phone=PHONE, system="mrn"),
        child("Emma", "Johnson", phone=OTHER),
    ),
    "an accent": (child("José", "Núñez"), child("Jose", "Nunez")),
    "a pet form": (child("William", "Johnson"), child("Billy", "Johnson")),
    "a letter": (child("Emma", "Johnson"), child("Emma", "Jonson")),
    "a letter of the given name": (child("Sebastian", "Hill"), child("Sebastain", "Hill")),
    "a second given name": (child("Emma", "Hill"), child("Emma Rose", "Hill")),
    "a second family name": (child("Leo", "Garcia"), child("Leo", "Garcia Lopez")),
    "another family name, one phone": (
        child("Emma", "Johnson", phone=PHONE),
        child("Emma", "Miller", phone=PHONE),
    ),
    "another family name, one mother": (
        child("Emma", "Johnson", mother="Kim Poe"),
        child("Emma", "Miller", mother="Kim Poe"),
    ),
    "day for month": (child("Emma", "Hill", "2017-04-03"), child("Emma", "Hill", "2017-03-04")),
    "a digit of the day": (child("Emma", "Hill", "2017-04-13"), child("Emma", "Hill", "2017-04-18")),
    "the year before": (child("Emma", "Hill", "2017-04-13"), child("Emma", "Hill", "2016-04-13")),
    "a date that nobody knew": (child("Emma", "Hill", "2017-01-01"), child("Emma", "Hill", "2017-04-13")),
    "no date": (child("Emma", "Hill", ""), child("Emma", "Hill")),
    "another date, one phone": (
        child("Emma", "Hill", phone=PHONE),
        child("Emma", "Hill", "2018-11-20", phone=PHONE),
    ),
    "Jr. left out": (child("James", "Hill Jr"), child("James", "Hill", phone=PHONE)),
    "Jr. left out, and a pet form": (child("Robert", "Vale Jr"), child("Bob", "Vale")),
    "a pet form, and Jr. later": (child("Bob", "Vale"), child("Robert", "Vale, Junior")),
    "a pet form and III": (child("Bob", "Vale"), child("Robert", "Vale III")),
    "Sofia and Sophia": (child("Sofia", "Kale"), child("Sophia", "Kale")),
    "Sophie and Sofie": (child("Sophie", "Kale"), child("Sofie", "Kale")),
    "Jackson and Jaxon": (child("Jackson", "Kale"), child("Jaxon", "Kale")),
    "Eric and Erik": (child("Eric", "Kale"), child("Erik", "Kale")),
    "Cristina and Christina": (child("Cristina", "Kale"), child("Christina", "Kale")),
    "Ann and Anna": (child("Ann", "Hill", phone=PHONE), child("Anna", "Hill", phone=PHONE)),
    "a girl's name with a letter off": (
        child("Daniela", "Hill", sex="female"),
        child("Daniela", "Hill", sex="female"),
    ),
    "another script": (child("Мария", "Иванова"), child("Maria", "Ivanova")),
    "a hyphen": (child("Mary-Ann", "O'Neil"), child("Mary Ann", "ONeil")),
    "a sex mistyped": (child("Emma", "Hill", sex="female"), child("Emma", "Hill", sex="male")),
}

TWO_CHILDREN = {
    "twins": (child("Emma", "Hill", phone=PHONE), child("Liam", "Hill", phone=PHONE)),
    "twins near in name": (child("Jayden", "Hill", phone=PHONE), child("Hayden", "Hill", phone=PHONE)),
    "twins Sofia and Stephie": (child("Sofia", phone=PHONE), child("Stephie", phone=PHONE)),
    "twins Jake and Jack": (child("Jake", phone=PHONE), child("Jack", phone=PHONE)),
    "Jr. and Sr., one by a pet form": (child("Robert", "Hill Jr"), child("Bob", "Hill Sr")),
    "Jr. and his brother": (child("Robert", "Hill Jr"), child("Liam", "Hill")),
    "twins Ella and Emma": (child("Ella", "Hill", phone=PHONE), child("Emma", "Hill", phone=PHONE)),
    "twins Daniel and Daniela": (child("Daniel", phone=PHONE), child("Daniela", phone=PHONE)),
    "twins Gabriel and Gabriela": (child("Gabriel", phone=PHONE), child("Gabriela", phone=PHONE)),
    "twins Juan and Juana": (child("Juan", phone=PHONE), child("Juana", phone=PHONE)),
    "twins Mario and Maria": (child("Mario", phone=PHONE), child("Maria", phone=PHONE)),
    "twins Mariano and Mariana": (child("Mariano", phone=PHONE), child("Mariana", phone=PHONE)),
    "twins by their sex": (
        child("Jordan", phone=PHONE, sex="male"),
        child("Jordyn", phone=PHONE, sex="female"),
    ),
    "twins of one first name": (child("María José", phone=PHONE), child("María Isabel", phone=PHONE)),
    "twins of one second name": (child("Emma Rose", phone=PHONE), child("Emma Grace", phone=PHONE)),
    "twins Mohammed": (child("Mohammed Ali", phone=PHONE), child("Mohammed Omar", phone=PHONE)),
    "twins A and B": (child("Twin A", phone=PHONE), child("Twin B", phone=PHONE)),
    "twins Baby Girl A and B": (child("Baby Girl A", phone=PHONE), child("Baby Girl B", phone=PHONE)),
    "twins BabyBoy1 and 2": (child("BabyBoy1", phone=PHONE), child("BabyBoy2", phone=PHONE)),
    "a baby boy and a baby girl": (child("Baby Boy", phone=PHONE), child("Baby Girl", phone=PHONE)),
    "a baby girl and her brother": (
        child("Baby Girl", phone=PHONE),
        child("Omar", phone=PHONE, sex="male"),
    ),
    "BG and her brother": (child("BG Twin A", phone=PHONE), child("Omar", phone=PHONE, sex="male")),
    "Jr. and Sr.": (child("James", "Hill Jr", phone=PHONE), child("James", "Hill Sr", phone=PHONE)),
    "II and III": (child("James", "Hill II", phone=PHONE), child("James", "Hill III", phone=PHONE)),
    "grandfather and grandson": (
        child("José", "Reyes", "1958-03-02", phone=PHONE),
        child("José", "Reyes", phone=PHONE),
    ),
    "father and son": (
        child("José", "Reyes", "1990-04-13", phone=PHONE),
        child("José", "Reyes", phone=PHONE),
    ),
    "father and son Jr.": (
        child("José", "Reyes", "1990-04-13", phone=PHONE),
        child("José", "Reyes Jr", phone=PHONE),
    ),
    "a namesake": (child("Emma", "Hill"), child("Emma", "Hill", OTHER_DAY)),
    "a namesake of another year": (child("Emma", "Hill"), child("Emma", "Hill", "2011-08-09")),
    "two Emmas of one day": (
        child("Emma", "Johnson", phone=PHONE),
        child("Emma", "Miller", phone=OTHER),
    ),
    "two Emmas of one day without phones": (child("Emma", "Johnson"), child("Emma", "Miller")),
    "two newborn Smiths of two mothers": (
        child("Baby Boy", "Smith", phone=PHONE),
        child("Liam", "Smith", phone=OTHER),
    ),
    "a newborn of another family": (child("Baby Boy", "Smith"), child("Liam", "Ortiz")),
    "a newborn's sister": (child("Baby Girl", phone=PHONE), child("Aisha", born=OTHER_DAY, phone=PHONE)),
    "newborns of two days": (
        child("Baby Girl", phone=PHONE),
        child("Baby Girl", born="2018-07-02", phone=PHONE),
    ),
    "two Emmas of one day and two mothers": (
        child("Emma", "Johnson", mother="Kim Poe"),
        child("Emma", "Miller", mother="Ana Ortiz"),
    ),
    "sisters": (child("Emma", "Hill", phone=PHONE), child("Olivia", "Hill", "2019-05-05", phone=PHONE)),
    "cousins in one house": (child("Emma", "Hill", phone=PHONE), child("Noah", "Poe", phone=PHONE)),
    "strangers": (child("Emma", "Hill"), child("Noah", "Quist")),
}


@pytest.mark.parametrize("which", ONE_CHILD)
def test_records_of_one_child_are_listed_as_look_alikes(brook: Clinic, which: str) -> None:
    assert is_listed(brook, *ONE_CHILD[which])


@pytest.mark.parametrize("which", TWO_CHILDREN)
def test_records_of_two_children_are_not_listed(brook: Clinic, which: str) -> None:
    assert not is_listed(brook, *TWO_CHILDREN[which])
