"""Which diseases a vaccine is against, whatever its source calls it."""

from __future__ import annotations

import pytest

from checkin.rules import vaccine_families
from checkin.rules.vaccine_families import find_vaccine_families


@pytest.mark.parametrize(
    ("name", "cvx", "families"),
    [
        ("whatever", "03", {"mmr"}),
        ("whatever", "94", {"mmr", "varicella"}),
        ("MMR II vaccine", "", {"mmr"}),
        ("MMR, second dose", "", {"mmr"}),
        ("DTaP #4", "", {"dtap"}),
        ("MMR (ProQuad)", "", {"mmr", "varicella"}),
        ("Measles shot [MMR]", "", {"mmr"}),
        ("Polio (inactivated)", "", {"polio"}),
        ("Influenza, injectable", "", {"influenza"}),
        ("Something new", "", set()),
        ("", "", set()),
        # A code in no table says nothing; the name may.
        ("MMR", "9999", {"mmr"}),
    ],
)
def test_vaccine_is_recognized_by_its_code_or_else_by_its_name(
    name: str, cvx: str, families: set[str]
) -> None:
    assert find_vaccine_families(name, cvx) == families


def test_code_wins_over_a_contradicting_name() -> None:
    assert find_vaccine_families("MMR", "21") == {"varicella"}


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("MMR, second dose", 2),
        ("First dose of Polio", 1),
        ("MMR #2", 2),
        ("DTaP dose 4 of 5", 4),
        ("3rd dose HPV", 3),
        ("HPV 9", None),
        ("MMR", None),
    ],
)
def test_name_may_give_the_dose_number(name: str, number: int | None) -> None:
    assert vaccine_families.dose_number_in_name(name) == number


def test_plain_vaccine_name_drops_filler_words_but_is_never_empty() -> None:
    assert vaccine_families.plain_vaccine_name("The MMR vaccine, dose 2") == "mmr"
    assert vaccine_families.plain_vaccine_name("Booster shot") == "boostershot"
    assert vaccine_families.plain_vaccine_name("") == ""


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (("Yellow fever", ""), ("yellow fever vaccine", ""), True),
        (("Yellow fever", ""), ("Cholera", ""), False),
        (("Yellow fever", "37"), ("YF", "037"), True),
        (("Yellow fever", "37"), ("Yellow fever", "183"), False),
        (("Yellow fever", "37"), ("Yellow fever", ""), True),
        (("", ""), ("", ""), False),
    ],
)
def test_unlisted_vaccines_match_by_code_or_by_name(
    one: tuple[str, str], other: tuple[str, str], *, is_same: bool
) -> None:
    assert vaccine_families.is_same_unlisted_vaccine(*one, *other) == is_same
    assert vaccine_families.is_same_unlisted_vaccine(*other, *one) == is_same


def test_no_code_or_name_belongs_to_two_families() -> None:
    codes = [code for known in vaccine_families.CVX_CODES_BY_FAMILY.values() for code in known]
    assert len(codes) == len(set(codes))
