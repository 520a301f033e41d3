"""Which pairs of records staff should check: one child recorded twice, but not twins or namesakes."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pytest

from checkin.rules.identity_evidence import phones_of_few_families, weigh_patient_record
from checkin.rules.identity_facts import IdentityClaim, PatientRecord
from checkin.rules.look_alikes import LookAlikeRecord, may_be_duplicate_record
from checkin.rules.patient_merges import ChildIdentity

BORN = date(2018, 3, 14)
PHONE, OTHER_PHONE = "312 846 2291", "312 846 7745"


class Child(NamedTuple):
    """The values of one of the two records."""

    given: str = "Daniel"
    family: str = "Ruiz"
    born: date | None = BORN
    phone: str = ""
    sex: str = ""
    preferred: str = ""
    postcode: str = ""
    adults: tuple[str, ...] = ()

    def side(self) -> LookAlikeRecord:
        who = ChildIdentity(self.given, self.preferred, self.born)
        return LookAlikeRecord(who, self.sex, frozenset(self.adults))


def may_be_one(new: Child, old: Child) -> bool:
    claim = IdentityClaim(new.given, new.family, new.born, phone=new.phone, postcode=new.postcode)
    record = PatientRecord(
        1, old.given, old.family, old.preferred, old.born, (old.phone,) if old.phone else (), old.postcode
    )
    evidence = weigh_patient_record(claim, record, phones_of_few_families(claim, [record]))
    return may_be_duplicate_record(evidence, claim, new.side(), old.side())


@pytest.mark.parametrize(
    ("new", "old"),
    [
        (Child(), Child()),
        (Child("Ruiz", "Daniel"), Child()),
        (Child("Danyel"), Child()),
        (Child("Ann"), Child("Anna")),
        (Child(born=date(2018, 3, 24)), Child()),
        (Child(born=None), Child()),
        (Child("Dan"), Child("Daniel")),
        (Child("Maria J"), Child("Maria Jose")),
        # Another family name, with a phone or an adult in common.
        (Child(family="Khan", phone=PHONE), Child(phone=PHONE)),
        (Child(family="Khan", adults=("ana ruiz",)), Child(adults=("ana ruiz", "pablo ruiz"))),
        # A distant birth date may be the same child's if the phone matches, within a generation.
        (Child(born=date(2007, 9, 2), phone=PHONE), Child(phone=PHONE)),
        (Child(born=date(1900, 1, 1)), Child()),
        (Child(), Child(born=date(1900, 1, 1))),
        (Child("Daniela", sex="m"), Child("Daniel", sex="male")),
    ],
)
def test_one_child_recorded_twice_is_worth_checking(new: Child, old: Child) -> None:
    assert may_be_one(new, old)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        # Twins, and a girl and a boy of one family.
        (Child("Maya"), Child()),
        (Child("Daniela"), Child("Daniel")),
        (Child("Daniel"), Child("Daniela")),
        (Child("Carlita"), Child("Carlo")),
        (Child("Josette"), Child("Jose")),
        (Child("Paulina"), Child("Paul")),
        (Child("Danyel", sex="F"), Child(sex="M")),
        (Child("Maria Jose"), Child("Maria Isabel")),
        (Child("Maria J"), Child("Maria Isabel")),
        # Children of two families with the same first name.
        (Child(family="Khan"), Child()),
        (Child(family="Khan", phone=OTHER_PHONE), Child(phone=PHONE)),
        (Child(family="Khan", adults=("ana khan",)), Child(adults=("ana ruiz",))),
        # Namesakes, and father and son despite a shared phone.
        (Child(born=date(2007, 9, 2)), Child()),
        (Child(born=date(2006, 9, 2), phone=PHONE), Child(phone=PHONE)),
        (Child(family="Ruiz Jr."), Child(family="Ruiz Sr.")),
    ],
)
def test_siblings_and_namesakes_are_not_worth_checking(new: Child, old: Child) -> None:
    assert not may_be_one(new, old)


BABY = Child("Baby Girl", phone=PHONE)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        (Child("Maya", phone=PHONE), BABY),
        (BABY, Child("Maya", phone=PHONE)),
        # Nothing contradicts it: neither has a phone.
        (Child("Maya"), Child("Baby Girl")),
        (Child("Maya", postcode="60601", phone=OTHER_PHONE), BABY._replace(postcode="60601")),
        (Child("Maya", phone=OTHER_PHONE, adults=("ana ruiz",)), BABY._replace(adults=("ana ruiz",))),
        # The mother's other name: a shared phone or adult shows it is one family.
        (Child("Maya", family="Khan", phone=PHONE), BABY),
        (Child("Maya", family="Khan", adults=("ana ruiz",)), Child("Baby Girl", adults=("ana ruiz",))),
        (Child("Maya", sex="f", phone=PHONE), BABY),
    ],
)
def test_newborn_of_the_same_day_and_family_may_have_been_named(new: Child, old: Child) -> None:
    assert may_be_one(new, old)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        (Child("Maya", born=date(2018, 3, 15), phone=PHONE), BABY),
        (Child("Maya", phone=OTHER_PHONE), BABY),
        (Child("Maya", family="Khan"), Child("Baby Girl")),
        (Child("Maya", family="Khan", postcode="60601"), Child("Baby Girl", postcode="60601")),
        (Child("Noah", sex="male", phone=PHONE), BABY),
        (Child("Twin A", phone=PHONE), Child("Twin B", phone=PHONE)),
        # A placeholder birth date belongs to many children.
        (Child("Maya", born=date(1900, 1, 1)), Child("Baby Girl", born=date(1900, 1, 1))),
    ],
)
def test_newborn_of_another_day_sex_or_family_is_not_the_same_child(new: Child, old: Child) -> None:
    assert not may_be_one(new, old)
