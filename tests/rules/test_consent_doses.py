"""Consent to one dose does not cover another, and numbers in digits read like numbers in words."""

from __future__ import annotations

import pytest

from checkin.rules import consent as consent_rules
from checkin.rules.consent import ConsentFacts
from checkin.rules.consent_adults import CareKind, ConsentAdult
from checkin.rules.consent_answers import ConsentAnswer
from checkin.rules.consent_items import (
    dose_numbers_of_item,
    has_item_condition,
    is_of_all_items,
    is_same_care_item,
)
from checkin.rules.consent_steps import ConsentStep

HELEN = ConsentAdult("Helen Marsh", "555-010-2000", "mother")
AUNT = ConsentAdult("Rosa Stone", "", "aunt")


def path(words: str, item: str) -> consent_rules.ConsentPath:
    yes = ConsentAnswer("vaccine", True, "telephone", "Helen Marsh", words, how="telephone")
    return consent_rules.find_consent_path(
        ConsentFacts(AUNT, guardians=(HELEN,), answers=(yes,)), CareKind.VACCINE, item
    )


SECOND = """
2nd MMR|second MMR|MMR #2|MMR 2|MMR dose 2|MMR dose two|MMR, 2nd dose|MMR second dose|dose 2 of MMR|MMR (2)
segunda MMR|MMR 2ª dosis|MMR 2da dosis|dosis 2 de la MMR|segunda dosis de triple viral|MMR dosis dos
MMR dose 2 of 2|MMR 2/2|MMR dose 2, 0.5 mL|MMR dose 2 (4-6 years)
"""


@pytest.mark.parametrize("words", "|".join(SECOND.split("\n")).strip("|").split("|"))
def test_consent_to_the_second_dose_does_not_cover_the_first(words: str) -> None:
    assert dose_numbers_of_item(words) == {2}
    for first in ("MMR dose 1", "MMR #1", "1st MMR", "MMR, first dose", "MMR 1"):
        assert not is_same_care_item(words, first)
        assert path(words, first).step == ConsentStep.PHONE_GUARDIAN
        assert path(first, words).step == ConsentStep.PHONE_GUARDIAN
    for same in ("MMR dose 2", "MMR #2", "MMR"):
        assert path(words, same).step == ConsentStep.PROCEED
    assert path("MMR", words).step == ConsentStep.PROCEED, "who agrees to MMR agrees to whichever dose is due"


def test_consent_to_two_doses_covers_each_of_them() -> None:
    assert path("1st and 2nd MMR", "MMR dose 1").step == ConsentStep.PROCEED
    assert path("1st and 2nd MMR", "MMR dose 3").step == ConsentStep.PHONE_GUARDIAN


@pytest.mark.parametrize(
    "name",
    ["HPV 9-valent", "Gardasil 9", "PCV13", "PCV 13", "COVID-19", "MMR 4 years", "MMR (4-6 yrs)", "M-M-R II"]
    + ["two doses of MMR", "2 doses of MMR", "Hep B 3-dose series", "polio type 1", "flu 2026", "MMR 0.5 mL"],
)
def test_numbers_in_a_vaccine_name_are_not_dose_numbers(name: str) -> None:
    assert dose_numbers_of_item(name) == set()


@pytest.mark.parametrize(
    "words", ["H flu", "H. flu", "h-flu", "Hflu", "H influenza", "H. influenzae", "H flu B"]
)
def test_h_flu_means_hib_and_not_influenza(words: str) -> None:
    assert path(words, "flu vaccine").step == ConsentStep.PHONE_GUARDIAN
    assert path(words, "Influenza").step == ConsentStep.PHONE_GUARDIAN
    assert path(words, "Hib").step == ConsentStep.PROCEED or "b" in words.casefold().split()


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        ("2 vaccines", "two vaccines"),
        ("3 shots", "three shots"),
        ("the 2 shots", "the two shots"),
        ("las 2 vacunas", "las dos vacunas"),
        ("all 3 shots", "all three shots"),
        ("all 3", "all three"),
        ("1 shot", "one shot"),
        ("1 vacuna", "una vacuna"),
        ("4 shots", "four shots"),
        ("only 1 today", "only one today"),
        ("1 shot only", "one shot only"),
        ("flu, 1 shot only", "flu, one shot only"),
        ("the 2", "the two"),
    ],
)
def test_counts_in_digits_read_like_counts_in_words(digits: str, words: str) -> None:
    assert (is_of_all_items(digits), has_item_condition(digits)) == (
        is_of_all_items(words),
        has_item_condition(words),
    )
    assert path(digits, "MMR").step == path(words, "MMR").step
    assert is_of_all_items(digits) or has_item_condition(digits)


@pytest.mark.parametrize(
    "words", ["1 shot", "only 1 today", "4 shots", "12 shots", "2", "just 2", "10", "2 of them"]
)
def test_consent_with_a_bare_number_goes_to_the_clinician(words: str) -> None:
    found = path(words, "MMR")
    assert found.step == ConsentStep.CLINICIAN_DECIDES
    assert f"“{words}”" in found.sentence and "clinician reads these words" in found.sentence
