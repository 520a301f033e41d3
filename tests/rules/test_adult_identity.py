"""An adult is listed once on a child's record, however two systems write them; two people stay separate."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from checkin.rules import adult_identity

PHONE, OTHER = "(206) 555-0134", "206-555-0199"


class Adult(NamedTuple):
    name: str = "Sofia Reyes"
    relationship: str = "mother"
    phone: str = PHONE


SOFIA = Adult()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SOFIA, Adult(relationship="mom")),
        (SOFIA, Adult(relationship="Mamá")),
        (SOFIA, Adult(relationship="her mother")),
        (SOFIA, Adult(relationship="mother, legal guardian")),
        (SOFIA, Adult(relationship="MTH")),
        (SOFIA, Adult(relationship="parent")),
        (SOFIA, Adult(relationship="birth mother")),
        (SOFIA, Adult(relationship="")),
        (SOFIA, Adult(relationship="Legal guardian")),
        (SOFIA, Adult(relationship="tutora")),
        (SOFIA, Adult(relationship="أم")),
        (SOFIA, Adult(relationship="妈妈")),
        (SOFIA, Adult("Reyes, Sofía", "mom", "+1 206 555 0134")),
        (SOFIA, Adult("Mrs. Sofia REYES", "mommy")),
        (SOFIA, Adult("Reyes Sofia", "madre")),
        (SOFIA, Adult(phone="")),
        (Adult(phone=""), Adult(relationship="mom", phone="")),
        (Adult(relationship="", phone=""), Adult(relationship="", phone="")),
        (Adult("Luis Reyes", "dad"), Adult("Luis Reyes", "father")),
        (Adult("Luis Reyes", "papi"), Adult("Luis Reyes", "padre")),
        (Adult("Rosa Gil", "abuela"), Adult("Rosa Gil", "grandmother")),
        (Adult("Rosa Gil", "abuela materna"), Adult("Rosa Gil", "maternal grandmother")),
        (Adult("Rosa Gil", "abuela"), Adult("Rosa Gil", "maternal grandmother")),
        (Adult("Rosa Gil", "grandparent"), Adult("Rosa Gil", "grandma")),
        (Adult("Kim Poe", "stepmom"), Adult("Kim Poe", "step mother")),
        (Adult("Kim Poe", "babysitter"), Adult("Kim Poe", "nanny")),
        (Adult("Kim Poe", "caseworker"), Adult("Kim Poe", "Case-worker")),
    ],
)
def test_same_adult_written_two_ways_is_one_entry(one: Adult, other: Adult) -> None:
    assert adult_identity.is_same_adult_entry(one, other, "US")
    assert adult_identity.is_same_adult_entry(other, one, "US")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Adult("José Reyes", "grandfather"), Adult("José Reyes", "father")),
        (Adult("José Reyes", "grandfather"), Adult("José Reyes", "grandson")),
        (Adult("José Reyes", "grandfather"), Adult("José Reyes", "great-grandfather")),
        (Adult("José Reyes", "grandfather"), Adult("José Reyes", "grandfather", OTHER)),
        (Adult("José Reyes", "father"), Adult("José Reyes Jr.", "brother")),
        (Adult("José Reyes Sr.", "father"), Adult("José Reyes Jr.", "father")),
        (Adult("José Reyes", "grandfather"), Adult("José Reyes", "legal guardian")),
        (Adult("José Reyes", "father", ""), Adult("José Reyes", "legal guardian", "")),
        (Adult("José Reyes", "father"), Adult("José Reyes", "legal guardian", OTHER)),
        (Adult("José Reyes", "foster father"), Adult("José Reyes", "legal guardian")),
        (Adult("José Reyes", "father"), Adult("José Reyes", "爷爷")),
        (Adult("José Reyes", "father", ""), Adult("José Reyes", "", PHONE)),
        (Adult("José Reyes", "father", ""), Adult("José Reyes", "uncle", "")),
        (SOFIA, Adult(phone=OTHER)),
        (SOFIA, Adult(relationship="mother's boyfriend")),
        (SOFIA, Adult(relationship="mother in law")),
        (SOFIA, Adult(relationship="foster mother")),
        (SOFIA, Adult(relationship="stepmother")),
        (SOFIA, Adult(relationship="mother's sister")),
        (SOFIA, Adult("Sofia Reyes Diaz")),
        (Adult("Kim Poe", "stepmother"), Adult("Kim Poe", "stepfather")),
        (Adult("Kim Poe", "babysitter"), Adult("Kim Poe", "neighbor")),
        (Adult("Kim Poe", "half sister"), Adult("Kim Poe", "sister")),
        (Adult("Rosa Gil", "abuela materna"), Adult("Rosa Gil", "abuela paterna")),
        (Adult("Rosa Gil", "MGRMTH"), Adult("Rosa Gil", "PGRMTH")),
        (Adult("Rosa Gil", "birth mother"), Adult("Rosa Gil", "adoptive mother")),
        (Adult("Rosa Gil", "parent"), Adult("Rosa Gil", "aunt")),
    ],
)
def test_two_people_with_one_name_stay_separate(one: Adult, other: Adult) -> None:
    assert not adult_identity.is_same_adult_entry(one, other, "US")
    assert not adult_identity.is_same_adult_entry(other, one, "US")


def test_entry_without_phone_that_fits_two_adults_stays_separate() -> None:
    luis, other, bare = (
        Adult("Luis Gil", "uncle"),
        Adult("Luis Gil", "tio", OTHER),
        Adult("Luis Gil", "uncle", ""),
    )
    assert adult_identity.list_each_adult_once([bare, luis, other], "US") == [bare, luis, other]
    assert adult_identity.find_same_adult(bare, [luis], [other], "US") is None
    assert adult_identity.list_each_adult_once([bare, luis], "US") == [luis]


def test_deduplicated_adults_keep_their_first_position() -> None:
    rosa, bare = Adult("Rosa Gil", "abuela"), Adult(phone="")
    assert adult_identity.list_each_adult_once([bare, rosa, SOFIA, Adult(relationship="mom")], "US") == [
        SOFIA,
        rosa,
    ]
