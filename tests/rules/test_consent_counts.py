"""Consent to a number of items counts only if that many were due; if not, the clinician reads it."""

from __future__ import annotations

import pytest

from checkin.rules.consent import ConsentFacts, find_consent_path
from checkin.rules.consent_adults import CareKind, ConsentAdult
from checkin.rules.consent_answers import ConsentAnswer
from checkin.rules.consent_items import count_unnamed_items, is_of_all_items
from checkin.rules.consent_lines import build_consent_lines
from checkin.rules.consent_steps import ConsentStep

ANA, AUNT = ConsentAdult("Ana Ruiz", "555-010-0123", "mother"), ConsentAdult("Rosa Delgado", "", "aunt")
DUE = ("flu vaccine", "MMR", "HPV", "Tdap")
TWO = ["both", "both vaccines", "the two vaccines", "2 shots", "2 vaccines", "dos vacunas", "las 2 vacunas"]
TWO += ["ambas", "ambas vacunas", "both doses", "both of the shots", "all two"]
THREE = ["all three", "all 3", "all 3 shots", "three vaccines", "todas las tres", "tres vacunas"]
FOUR = ["all four", "4 shots", "four vaccines", "las cuatro vacunas"]
NEVER = [
    "the first two",
    "first two vaccines",
    "las primeras dos vacunas",
    "the last two",
    "only one",
    "only two",
]
NEVER += ["solo dos", "all but one", "todas menos una", "two of the three vaccines", "two or three shots"]
NEVER += ["2 of the 3 shots", "the other two", "two more shots", "un par de vacunas", "some shots"]
COUNTED = [*((words, 2) for words in TWO), *((words, 3) for words in THREE), *((words, 4) for words in FOUR)]


def facts(words: str, due: tuple[str, ...], *, agreed: bool = True) -> ConsentFacts:
    said = ConsentAnswer(
        "vaccine", agreed, "telephone", "Ana Ruiz", to_what=words, how="telephone", asked_of=due
    )
    return ConsentFacts(AUNT, guardians=(ANA,), answers=(said,))


@pytest.mark.parametrize(("words", "number"), COUNTED)
@pytest.mark.parametrize("due", range(len(DUE) + 1))
def test_consent_to_a_number_of_items_counts_only_if_that_many_were_due(
    words: str, number: int, due: int
) -> None:
    assert count_unnamed_items(words) == number
    known = facts(words, DUE[:due])
    for item in DUE:
        found = find_consent_path(known, CareKind.VACCINE, item)
        if number != due:
            assert found.step == ConsentStep.CLINICIAN_DECIDES
            assert "clinician reads these words" in found.sentence and f"“{words}”" in found.sentence
        elif item in DUE[:due]:
            assert found.sentence == f"Ana Ruiz agreed to {words} by telephone today · go ahead"
        else:
            assert found.step == ConsentStep.PHONE_GUARDIAN, "it became due since, and nobody was asked"


@pytest.mark.parametrize("words", NEVER)
@pytest.mark.parametrize("due", range(len(DUE) + 1))
def test_numbers_that_do_not_say_which_items_are_always_read_by_a_clinician(words: str, due: int) -> None:
    for item in DUE:
        assert (
            "clinician reads these words"
            in find_consent_path(facts(words, DUE[:due]), CareKind.VACCINE, item).sentence
        )


@pytest.mark.parametrize("words", ["una de las vacunas", "one of the shots"])
def test_consent_to_one_of_them_does_not_cover_all(words: str) -> None:
    assert (
        find_consent_path(facts(words, DUE), CareKind.VACCINE, "MMR").advice == "clinician reads these words"
    )


@pytest.mark.parametrize("words", [words for words, _ in COUNTED])
def test_refusal_of_a_number_of_items_refuses_all_of_them(words: str) -> None:
    for item in ("", *DUE):
        found = find_consent_path(facts(words, (), agreed=False), CareKind.VACCINE, item)
        assert (found.step, found.advice) == (ConsentStep.CLINICIAN_DECIDES, "clinician decides")


@pytest.mark.parametrize(
    "words", ["all vaccines", "everything", "todas", "the shots", "", "flu and MMR", "both flu and HPV"]
)
def test_words_without_a_number_or_with_an_item_give_no_count(words: str) -> None:
    assert count_unnamed_items(words) is None


def test_consent_to_both_names_the_two_items_and_adds_no_line_of_its_own() -> None:
    due = [(CareKind.VACCINE, item) for item in DUE[:3]]
    line = next(
        one for one in build_consent_lines(facts("both vaccines", DUE[:2]), due) if "accine" in one.label
    )
    assert [one.label for one in line.items] == ["flu vaccine", "MMR"]
    assert {one.path.advice for one in line.items} == {"go ahead"}
    assert line.alike == ("HPV",)
    assert is_of_all_items("both vaccines")
