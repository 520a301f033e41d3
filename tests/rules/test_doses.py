"""Given doses meet due items, and one vaccine on one day is listed once."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.rules import doses
from checkin.rules.doses import GivenDose
from checkin.rules.need_types import DueItemFacts
from checkin.rules.vaccine_families import (
    dose_number_in_name,
    find_vaccine_families,
    plain_vaccine_name,
)

DUE_ON, DAY = dt.date(2026, 1, 5), dt.date(2026, 3, 10)


def due(name: str, code: str = "", kind: str = "vaccine") -> DueItemFacts:
    return DueItemFacts(1, kind, name, DUE_ON, code)


def shot(
    name: str, code: str = "", on: dt.date = DAY, *, ours: bool = False, kind: str = "vaccine"
) -> GivenDose:
    return GivenDose(kind, name, code, on, ours)


@pytest.mark.parametrize(
    ("item", "dose"),
    [
        (due("MMR"), shot("MMR")),
        (due("MMR"), shot("M-M-R II", "03")),
        (due("MMR"), shot("", "3")),
        (due("MMR", "03"), shot("mmr vaccine")),
        (due("", "03"), shot("Measles, Mumps, and Rubella")),
        (due("MMR", "03"), shot("ProQuad", "94")),
        (due("Influenza", "140"), shot("Fluzone Quadrivalent", "150")),
        (due("flu vaccine"), shot("Influenza, seasonal")),
        (due("Hepatitis A, first dose"), shot("Havrix", "83")),
        (due("Hep B"), shot("Engerix-B (pediatric)", "08")),
        (due("Hib (PRP-OMP)", "49"), shot("ActHIB", "48")),
        (due("MMR #1"), shot("MMR, second dose")),
        (due("Yellow fever"), shot("yellow-fever vaccine", "37")),
        (due("Own mix", "9001"), shot("Something", "9001")),
        (due("Two-year check-up", kind="check_up"), shot("two year checkup", kind="check_up")),
    ],
)
def test_dose_meets_the_item_under_any_of_its_names(item: DueItemFacts, dose: GivenDose) -> None:
    assert doses.doses_meeting_item(item, [dose]) == [dose]


@pytest.mark.parametrize(
    ("item", "dose"),
    [
        (due("MMR"), shot("MMR", on=DUE_ON - dt.timedelta(days=1))),
        (due("MMR"), shot("Varicella", "21")),
        (due("MMR", "03"), shot("MMR", "21")),
        (due("ProQuad", "94"), shot("MMR", "03")),
        (due("DTaP"), shot("Tdap")),
        (due("Tdap"), shot("Td", "113")),
        (due("PCV20"), shot("PPSV23")),
        (due("MenB"), shot("MenACWY")),
        (due("Influenza"), shot("Haemophilus influenzae type b")),
        (due("Influenza", "140"), shot("Influenza A monovalent (H5N1)", "160")),
        (due("MMR, second dose", "03"), shot("MMR, first dose", "03")),
        (due("DTaP #5"), shot("DTaP #4")),
        (due("Own mix", "9001"), shot("Own mix", "9002")),
        (due("MMR"), shot("")),
        (due(""), shot("")),
        (due("MMR", kind="check_up"), shot("MMR")),
        (due("Two-year check-up", kind="check_up"), shot("Four-year check-up", kind="check_up")),
    ],
)
def test_other_vaccine_or_earlier_dose_leaves_the_item_due(item: DueItemFacts, dose: GivenDose) -> None:
    assert doses.doses_meeting_item(item, [dose]) == []


def test_dose_on_the_due_day_counts() -> None:
    assert doses.doses_meeting_item(due("MMR"), [shot("MMR", on=DUE_ON)])


def test_combined_item_is_met_by_separate_doses() -> None:
    parts = [shot("DTaP", "20"), shot("Hep B", "08"), shot("IPV", "10")]
    assert doses.doses_meeting_item(due("Pediarix", "110"), parts) == parts
    assert doses.doses_meeting_item(due("Pediarix", "110"), parts[:2]) == []


def test_given_dose_words_name_every_source() -> None:
    met = [shot("M-M-R II", "03"), shot("MMR", ours=True)]
    assert doses.given_dose_words(met) == (
        "MMR was given here on Mar 10, 2026; the record says M-M-R II was given on Mar 10, 2026"
    )
    assert doses.given_dose_words([shot("", "03")]) == "the record says CVX 03 was given on Mar 10, 2026"
    done = shot("Two-year check-up", ours=True, kind="check_up")
    assert doses.given_dose_words([done]) == "Two-year check-up was done here on Mar 10, 2026"


def test_one_vaccine_on_one_day_is_one_line_with_its_sources() -> None:
    rows = [shot("M-M-R II", "03"), shot("mmr", "3"), shot("MMR", ours=True), shot("Varicella", "21")]
    mmr, varicella = doses.build_dose_lines(rows)
    assert (mmr.name, mmr.sources) == ("MMR", "given here, and on record as M-M-R II, mmr")
    assert (varicella.name, varicella.sources) == ("Varicella", "")
    same = doses.build_dose_lines([shot("MMR", ours=True), shot("MMR", "03")])
    assert [one.sources for one in same] == ["given here, and on record"], "not as what it is called here"
    assert [one.sources for one in doses.build_dose_lines([shot("MMR", ours=True)])] == ["given here"]
    assert [one.sources for one in doses.build_dose_lines([shot("MMR", "03"), shot("M-M-R II")])] == [
        "on record as M-M-R II"
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [shot("MMR"), shot("MMR", on=DUE_ON)],
        [shot("MMR"), shot("MMRV")],
        [shot("Hepatitis A, first dose"), shot("Hepatitis A, second dose")],
        [shot("MMR", "03"), shot("MMR", "21")],
        [shot("Yellow fever"), shot("Typhoid")],
    ],
)
def test_two_days_or_two_vaccines_are_two_lines(rows: list[GivenDose]) -> None:
    assert len(doses.build_dose_lines(rows)) == 2


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("MMR", None),
        ("PCV 13", None),
        ("MMR, second dose", 2),
        ("MMR dose 2", 2),
        ("MMR #2", 2),
        ("DTaP 4th dose", 4),
        ("Hep B dose 2 of 3", 2),
        ("Gardasil 9", None),
    ],
)
def test_dose_number_is_read_from_the_name(name: str, number: int | None) -> None:
    assert dose_number_in_name(name) == number
    assert find_vaccine_families(name)


def test_name_made_only_of_filler_words_is_still_a_name() -> None:
    assert (
        plain_vaccine_name("Vaccine"),
        plain_vaccine_name("the MMR vaccine"),
        plain_vaccine_name("—"),
    ) == ("vaccine", "mmr", "")


JAN, FEB, MARCH = (dt.date(2026, month, 5) for month in (1, 2, 3))


def item(pk: int, name: str, on: dt.date, code: str = "", kind: str = "vaccine") -> DueItemFacts:
    return DueItemFacts(pk, kind, name, on, code)


TWO = [item(1, "MMR", JAN), item(2, "MMR", FEB)]
NUMBERED = [item(1, "MMR #1", JAN), item(2, "MMR #2", FEB)]
COMBINED = [item(1, "DTaP", JAN), item(2, "Pediarix", FEB, "110")]


@pytest.mark.parametrize(
    ("items", "given", "answered"),
    [
        (TWO, [shot("MMR")], {1}),
        (TWO[::-1], [shot("M-M-R II", "03"), shot("MMR", ours=True)], {1}),
        (TWO, [shot("MMR", on=JAN), shot("MMR", on=MARCH)], {1, 2}),
        (TWO, [shot("MMR", on=FEB), shot("MMR", on=MARCH)], {1, 2}),
        ([*TWO, item(3, "MMR", MARCH)], [shot("MMR"), shot("mmr", on=FEB)], {1, 2}),
        ([item(1, "MMR", JAN), item(2, "MMR", MARCH)], [shot("MMR", on=FEB)], {1}),
        ([item(1, "MMR", JAN), item(2, "mmr vaccine", JAN)], [shot("MMR")], {1, 2}),
        ([item(1, "MMR #1", JAN), item(2, "MMR #2", JAN)], [shot("MMR")], {1}),
        (NUMBERED, [shot("MMR")], {1}),
        (NUMBERED, [shot("MMR #2")], {1, 2}),
        (NUMBERED, [shot("MMR #1")], {1}),
        ([item(1, "MMR", JAN), item(2, "Varicella", FEB)], [shot("ProQuad", "94")], {1, 2}),
        (COMBINED, [shot("Pediarix", "110")], {1}),
        (COMBINED, [shot("DTaP", on=FEB), shot("Pediarix", "110")], {1, 2}),
        ([item(1, "Influenza", JAN, "140"), item(2, "Influenza", FEB)], [shot("Fluzone", "150")], {1}),
        ([item(1, "Yellow fever", JAN), item(2, "Yellow fever", FEB)], [shot("Yellow fever")], {1}),
        (
            [item(1, "Check-up", JAN, kind="check_up"), item(2, "check up", FEB, kind="check_up")],
            [shot("Check-up", kind="check_up")],
            {1},
        ),
        ([item(1, "MMR", JAN), item(2, "MMR", FEB, kind="check_up")], [shot("MMR")], {1}),
    ],
)
def test_one_dose_meets_only_the_oldest_item_of_a_series(
    items: list[DueItemFacts], given: list[GivenDose], answered: set[int]
) -> None:
    assert doses.match_doses_to_items(items, given).keys() == answered


def test_item_takes_the_first_doses_that_meet_it() -> None:
    early, late = shot("MMR", on=FEB), shot("MMR")
    assert doses.match_doses_to_items([item(1, "MMR", JAN)], [late, early]) == {1: [early]}
    parts = [shot("DTaP", on=FEB), shot("DTaP"), shot("Hep B", on=MARCH), shot("IPV")]
    found = doses.match_doses_to_items([item(1, "Pediarix", JAN, "110"), item(2, "DTaP", FEB)], parts)
    assert found == {1: [parts[0], parts[2], parts[3]], 2: [parts[1]]}


def test_dose_given_here_for_one_of_two_items_does_not_meet_the_other() -> None:
    """The other item was asked for at the same visit and stays due, even after the first leaves the list."""
    mine, theirs = shot("MMR", ours=True), shot("MMR", on=MARCH)
    apart = [doses.ItemBesideDose(2, "MMR", DAY)]
    assert doses.match_doses_to_items([item(2, "MMR", FEB)], [mine], apart) == {}
    assert doses.match_doses_to_items([item(3, "MMR", FEB)], [mine], apart) == {3: [mine]}
    assert doses.match_doses_to_items([item(2, "MMR", FEB)], [mine, theirs], apart) == {2: [theirs]}


def test_dose_given_elsewhere_can_meet_any_item() -> None:
    theirs = shot("MMR")
    apart = [doses.ItemBesideDose(2, "MMR", DAY)]
    assert doses.match_doses_to_items([item(2, "MMR", FEB)], [theirs], apart) == {2: [theirs]}
