"""Each item has its own next step: consent never covers another item, a refusal is never hidden."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkin.rules import consent as consent_rules
from checkin.rules.consent import ConsentFacts
from checkin.rules.consent_adults import CareKind, ConsentAdult
from checkin.rules.consent_answers import ConsentAnswer
from checkin.rules.consent_items import (
    is_of_all_items,
    is_same_care_item,
    item_left_out,
    may_be_same_care_item,
    split_care_items,
)
from checkin.rules.consent_lines import ConsentLine, build_consent_lines
from checkin.rules.consent_steps import ConsentStep

HELEN = ConsentAdult("Helen Marsh", "(312) 555-0119", "mother")
OWEN = ConsentAdult("Owen Marsh", "(312) 555-0120", "father")
SITTER = ConsentAdult("Kim Sand", "", "sitter")
DUE = [(CareKind.VACCINE, "flu vaccine"), (CareKind.VACCINE, "MMR")]


def said(agreed: bool, item: str = "", who: str = "Helen Marsh", **more: str) -> ConsentAnswer:
    return ConsentAnswer(
        **{"care": "vaccine", "agreed": agreed, "basis": "telephone", "who": who, "to_what": item} | more
    )


def facts(*answers: ConsentAnswer, **more: Any) -> ConsentFacts:
    return ConsentFacts(**{"escort": SITTER, "guardians": (HELEN, OWEN), "answers": answers} | more)


def vaccines(*answers: ConsentAnswer, due: list[Any] = DUE, **more: Any) -> ConsentLine:
    lines = build_consent_lines(facts(*answers, **more), due)
    return next(line for line in lines if "accine" in line.label)


def told(line: ConsentLine) -> str:
    """Return everything that the panel says about one kind of care."""
    items = [f"{item.label}: {item.path.sentence}" for item in line.items]
    return " | ".join([line.path.sentence, *items, *line.refused])


def test_consent_to_one_item_does_not_cover_all_of_that_care() -> None:
    line = vaccines(said(True, "MMR"))
    assert line.path.step == ConsentStep.PHONE_GUARDIAN
    assert [(item.label, item.path.sentence) for item in line.items] == [
        ("MMR", "Helen Marsh agreed by telephone today · go ahead")
    ]
    assert line.alike == ("flu vaccine",)


def test_refusal_of_flu_between_two_consents_to_mmr_stays_listed() -> None:
    line = vaccines(said(True, "MMR"), said(False, "Flu"), said(True, "MMR"))
    assert line.path.step == ConsentStep.PHONE_GUARDIAN
    assert [(item.label, item.path.step) for item in line.items] == [
        ("flu vaccine", ConsentStep.CLINICIAN_DECIDES),
        ("MMR", ConsentStep.PROCEED),
    ]
    assert "Helen Marsh said no by telephone today" in line.items[0].path.sentence


@pytest.mark.parametrize("said_so", ["flu", "Influenza", "Fluzone", "flu shot", "la vacuna de la gripe"])
def test_one_item_in_other_words_is_one_line(said_so: str) -> None:
    assert [item.label for item in vaccines(said(False, said_so)).items] == ["flu vaccine"]


@pytest.mark.parametrize(
    "said_so", ["the MMR", "mmr vaccine", "M-M-R II", "measles, mumps and rubella", "Priorix"]
)
def test_mmr_is_recognized_in_other_words(said_so: str) -> None:
    line = vaccines(said(True, said_so))
    assert [(item.label, item.path.step) for item in line.items] == [("MMR", ConsentStep.PROCEED)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("MMR", "MMRV"),
        ("DTaP", "Tdap"),
        ("Hep A, first dose", "Hepatitis A, second dose"),
        ("PCV20", "Prevnar"),
        ("x-ray", "ear wash"),
        ("💉", "?"),
    ],
)
def test_consent_does_not_carry_over_to_an_item_that_may_differ(one: str, other: str) -> None:
    for first, second in ((one, other), (other, one)):
        assert not is_same_care_item(first, second)
        assert (
            consent_rules.find_consent_path(facts(said(True, first)), CareKind.VACCINE, second).step
            == ConsentStep.PHONE_GUARDIAN
        )


def test_refusal_with_an_exclusion_may_mean_any_item() -> None:
    assert may_be_same_care_item("all but MMR", "flu vaccine")
    assert not may_be_same_care_item("MMR", "flu vaccine")


@pytest.mark.parametrize("text", ["", "  ", "all vaccines", "Everything", "all of them", "todas las vacunas"])
def test_words_for_all_items_cover_all_of_that_care(text: str) -> None:
    assert is_of_all_items(text)
    assert vaccines(said(True, text)).path.step == ConsentStep.PROCEED


@pytest.mark.parametrize("text", ["MMR", "that shot", "it", "all but MMR", "?", "all flu vaccines"])
def test_words_for_one_or_an_unknown_item_do_not_mean_all(text: str) -> None:
    assert not is_of_all_items(text)


def test_two_items_in_one_answer_are_both_answered() -> None:
    assert split_care_items("flu and MMR") == ["flu", "MMR"]
    assert split_care_items("x-ray, left arm") == ["x-ray, left arm"]
    assert {item.path.step for item in vaccines(said(True, "flu + MMR")).items} == {ConsentStep.PROCEED}


def test_one_persons_unclear_contradiction_goes_to_the_clinician() -> None:
    line = vaccines(said(False, "measles"), said(True, "MMR"))
    mmr = next(item for item in line.items if item.label == "MMR")
    assert mmr.path.step == ConsentStep.CLINICIAN_DECIDES and not mmr.path.is_conflict
    assert mmr.path.deciding_answer == (
        "Helen Marsh said no to measles by telephone today, Helen Marsh agreed by telephone today: "
        "that may be the same"
    )
    decided = said(True, "MMR", who="Noor", basis="clinician")
    assert (
        consent_rules.find_consent_path(facts(said(False, "measles"), decided), CareKind.VACCINE, "MMR").step
        == ConsentStep.PROCEED
    )


def test_consent_to_one_item_after_refusing_all_applies_to_it_alone() -> None:
    line = vaccines(said(False), said(True, "MMR"))
    assert (line.path.step, [item.label for item in line.items]) == (ConsentStep.CLINICIAN_DECIDES, ["MMR"])
    assert line.items[0].path.step == ConsentStep.PROCEED


def test_refusals_without_authority_or_in_an_emergency_are_still_shown() -> None:
    beside = vaccines(said(True), said(False, "flu", who="Kim Sand", basis="none"))
    assert beside.path.step == ConsentStep.PROCEED
    assert beside.refused == ("Kim Sand said no to flu today",)
    assert vaccines(said(False, "flu"), urgent=True).refused == (
        "Helen Marsh said no to flu by telephone today",
    )
    assert vaccines(said(False, "flu"), deceased=True).refused == (
        "Helen Marsh said no to flu by telephone today",
    )


def test_same_step_for_several_kinds_of_care_is_shown_once() -> None:
    lines = build_consent_lines(facts(), [*DUE, (CareKind.CHECK_UP, "Two-year check-up")])
    assert [line.label for line in lines] == ["Being seen", "Vaccine, check-up, treatment or procedure"]
    assert lines[1].alike == ("flu vaccine", "MMR", "Two-year check-up")


def test_very_long_item_names_are_shortened_and_still_count() -> None:
    item = "the one against " + "very " * 60 + "rare things"
    line = vaccines(said(True, item))
    assert len(line.items[0].label) <= 120 and line.items[0].path.step == ConsentStep.PROCEED


def test_arabic_and_chinese_items_are_told_apart() -> None:
    line = vaccines(said(True, "لقاح الحصبة"), said(False, "流感疫苗"), due=[])
    assert [item.path.step for item in line.items] == [ConsentStep.CLINICIAN_DECIDES] * 2, (
        "a no may mean either"
    )
    assert vaccines(said(True, "لقاح الحصبة"), due=[]).path.step == ConsentStep.PHONE_GUARDIAN


@pytest.mark.parametrize(
    "answers",
    [
        [said(False, "flu")],
        [said(False)],
        [said(True, "flu")],
        [said(False, "flu"), said(True, "flu")],
        [said(False, "flu"), said(True, "flu", who="Noor", basis="clinician")],
        [said(False, "Two-year check-up", care="check_up")],
        [said(False, care="check_up")],
    ],
    ids=[
        "told by its item",
        "told by the care",
        "a yes",
        "taken back",
        "decided since",
        "another care's",
        "all of another",
    ],
)
def test_refusal_is_not_repeated_if_the_step_says_it_or_it_was_withdrawn(
    answers: list[ConsentAnswer],
) -> None:
    assert vaccines(*answers).refused == ()


def test_consent_without_authority_is_not_listed_as_a_refusal() -> None:
    assert vaccines(said(True, "flu", who="Kim Sand", basis="none")).refused == ()


def test_answer_about_all_items_gets_no_line_of_its_own() -> None:
    line = vaccines(said(True, "all vaccines"))
    assert (line.items, line.alike) == ((), ("flu vaccine", "MMR"))


def test_item_of_another_kind_of_care_is_not_listed() -> None:
    line = vaccines(
        said(True, "Two-year check-up", care="check_up"), due=[*DUE, (CareKind.CHECK_UP, "Eye test")]
    )
    assert (line.items, line.alike) == ((), ("flu vaccine", "MMR"))
    assert vaccines(due=[(CareKind.VACCINE, " ")]).alike == ()


def test_refusal_of_all_is_shown_once_for_the_care_and_not_per_item() -> None:
    line = vaccines(said(False), said(True, "MMR"))
    assert line.refused == () and "Helen Marsh said no" in line.path.sentence


def test_kinds_of_care_with_different_refusals_get_separate_lines() -> None:
    lines = build_consent_lines(facts(said(True), said(False, "flu", who="Kim Sand", basis="none")), [])
    assert [line.refused for line in lines if line.refused] == [("Kim Sand said no to flu today",)]


items = st.sampled_from(
    ["", "flu", "Influenza", "MMR", "measles", "DTaP", "Hep B", "HPV", "that shot", "all but flu"]
)
answers = st.builds(
    said,
    st.booleans(),
    items,
    st.sampled_from(["Helen Marsh", "Owen Marsh", "Kim Sand", "Noor"]),
    basis=st.sampled_from(["telephone", "guardian_present", "none", "clinician"]),
)
several = st.lists(answers, max_size=6)


@settings(max_examples=400, deadline=None)
@given(before=several, yes=answers, asked=items.filter(bool), urgent=st.booleans())
def test_consent_to_one_item_never_changes_the_step_of_another(
    before: list[ConsentAnswer], yes: ConsentAnswer, asked: str, urgent: bool
) -> None:
    yes = replace(yes, agreed=True, to_what=yes.to_what or "MMR")
    if is_same_care_item(yes.to_what, asked) or item_left_out(yes.to_what):
        return
    for what in (asked, ""):
        paths = [
            consent_rules.find_consent_path(facts(*some, urgent=urgent), CareKind.VACCINE, what)
            for some in (before, [*before, yes])
        ]
        assert paths[0] == paths[1]


@settings(max_examples=400, deadline=None)
@given(before=several, after=several, no=answers, urgent=st.booleans())
def test_refusal_that_was_not_withdrawn_is_always_shown(
    before: list[ConsentAnswer], after: list[ConsentAnswer], no: ConsentAnswer, urgent: bool
) -> None:
    no = replace(no, agreed=False, limits="this very one")
    later = [one for one in after if one.who == no.who or one.basis == "clinician"]
    if any(
        is_of_all_items(one.to_what) or may_be_same_care_item(one.to_what, no.to_what) or not no.to_what
        for one in later
    ):
        return
    line = vaccines(*before, no, *after, urgent=urgent)
    assert "this very one" in told(line)
    assert no.basis == "clinician" or f"{no.who} said no" in told(line)
