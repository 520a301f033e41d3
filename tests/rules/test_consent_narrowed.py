"""A later answer may narrow an earlier one: "only the flu shot" after "all"."""

from __future__ import annotations

import pytest

from checkin.rules import consent as consent_rules
from checkin.rules.consent import ConsentFacts
from checkin.rules.consent_adults import CareKind, ConsentAdult
from checkin.rules.consent_answers import ConsentAnswer
from checkin.rules.consent_items import is_narrowed_to_item, is_refused_item_named
from checkin.rules.consent_lines import build_consent_lines
from checkin.rules.consent_steps import ConsentStep

HELEN, TOM = (
    ConsentAdult("Helen Marsh", "555-010-2000", "mother"),
    ConsentAdult("Tom Marsh", "555-010-2001", "father"),
)
AUNT = ConsentAdult("Rosa Stone", "", "aunt")
DUE = [(CareKind.VACCINE, one) for one in ("flu vaccine", "MMR", "HPV", "Tdap")]
ALL = ("", "all", "all the shots", "everything", "the vaccines", "todas las vacunas")


def yes(item: str, who: str = "Helen Marsh", **more: str) -> ConsentAnswer:
    return ConsentAnswer(
        **{"care": "vaccine", "agreed": True, "basis": "telephone", "who": who, "to_what": item} | more
    )


def no(item: str, who: str = "Helen Marsh") -> ConsentAnswer:
    return ConsentAnswer("vaccine", False, "telephone", who, item)


def path(item: str, *answers: ConsentAnswer, escort: ConsentAdult = AUNT) -> consent_rules.ConsentPath:
    return consent_rules.find_consent_path(
        ConsentFacts(escort, guardians=(HELEN, TOM), answers=answers), CareKind.VACCINE, item
    )


ONLY_FLU = """
only the flu shot|just flu|flu only|solo la gripe|solamente la gripe|únicamente la gripe|flu, nothing else
flu and no others|flu and nothing else today|flu, not the rest|flu alone|la gripe nada más
la gripe y ninguna otra
"""


@pytest.mark.parametrize("only", "|".join(ONLY_FLU.strip().splitlines()).split("|"))
@pytest.mark.parametrize("earlier", [*ALL, "flu and MMR"])
def test_only_flu_after_consent_to_all_sends_the_rest_to_the_clinician(only: str, earlier: str) -> None:
    """MMR, HPV and Tdap stayed “go ahead” once the mother had said “only the flu shot”."""
    found = path("MMR", yes(earlier), yes(only))
    assert found.step == ConsentStep.CLINICIAN_DECIDES
    assert f"agreed to “{only}”" in found.sentence and found.advice == "clinician reads these words"
    assert path("", yes(earlier), yes(only)).step != ConsentStep.PROCEED


@pytest.mark.parametrize("only", ["only the flu shot", "just flu", "solo la gripe"])
def test_item_named_in_narrowed_consent_proceeds(only: str) -> None:
    for answers in ((yes("all"), yes(only)), (yes(only),)):
        assert path("flu vaccine", *answers).step == ConsentStep.PROCEED
    assert path("MMR", yes(only)).step == ConsentStep.PHONE_GUARDIAN


def test_narrowed_consent_also_limits_another_guardian_and_the_escort() -> None:
    for answers in ((yes("all", "Tom Marsh"), yes("only flu")), (yes("only flu"), yes("all", "Tom Marsh"))):
        assert path("MMR", *answers).step == ConsentStep.CLINICIAN_DECIDES
    assert path("MMR", yes("only flu"), escort=HELEN).step == ConsentStep.CLINICIAN_DECIDES
    assert path("MMR", yes("only flu", "Kim Sand", basis="none"), escort=HELEN).step == ConsentStep.PROCEED


@pytest.mark.parametrize(
    "later", [yes("MMR"), yes("all"), yes("only MMR"), yes("", "Noor Haddad", basis="clinician")]
)
def test_later_answer_by_the_same_person_or_a_clinician_counts(later: ConsentAnswer) -> None:
    assert path("MMR", yes("all"), yes("only flu"), later).step == ConsentStep.PROCEED
    assert path("MMR", yes("only flu"), later).step == ConsentStep.PROCEED


def test_later_consent_by_another_guardian_does_not_settle_it() -> None:
    assert (
        path("MMR", yes("all"), yes("only flu"), yes("MMR", "Tom Marsh")).step
        == ConsentStep.CLINICIAN_DECIDES
    )


@pytest.mark.parametrize("plain", ["flu", "the flu shot", "just the shots", "only vaccines", "flu today"])
def test_consent_that_only_names_its_item_narrows_nothing(plain: str) -> None:
    assert not is_narrowed_to_item(plain)
    if "flu" in plain:
        assert path("MMR", yes("all"), yes(plain)).step == ConsentStep.PROCEED


@pytest.mark.parametrize("later", ALL)
@pytest.mark.parametrize("refused", ["MMR", "measles", "the MMR shot", "the live vaccines", "MMR and HPV"])
def test_consent_to_all_does_not_withdraw_a_refusal_of_one_item(refused: str, later: str) -> None:
    """After a no to MMR and a yes to “the shots”, MMR was “go ahead” and the refusal was shown nowhere."""
    found = path("MMR", no(refused), yes(later))
    assert found.step == ConsentStep.CLINICIAN_DECIDES and not found.is_conflict
    assert "Helen Marsh said no" in found.sentence and "the yes did not name it" in found.sentence


def test_panel_shows_the_refusal_next_to_consent_to_all() -> None:
    lines = build_consent_lines(
        ConsentFacts(AUNT, guardians=(HELEN, TOM), answers=(no("MMR"), yes("the shots"))), DUE
    )
    line = next(one for one in lines if one.label == "Vaccine")
    assert line.path.step == ConsentStep.PROCEED
    assert [(one.label, one.path.step) for one in line.items] == [("MMR", ConsentStep.CLINICIAN_DECIDES)]


@pytest.mark.parametrize(
    ("refused", "agreed", "expected"),
    [
        ("MMR", "MMR", True),
        ("measles", "MMR", False),
        ("the live vaccines", "MMR", False),
        ("HPV, MMR", "MMR", True),
        ("MMR", "flu and MMR", True),
        ("HPV and measles", "HPV and MMR", False),
        ("", "MMR", True),
        ("the shots", "MMR", True),
        ("everything", "all", True),
    ],
)
def test_consent_that_names_the_refused_item_withdraws_the_refusal(
    refused: str, agreed: str, expected: bool
) -> None:
    assert (path("MMR", no(refused), yes(agreed)).step == ConsentStep.PROCEED) is expected


def test_whole_list_must_be_named_if_no_item_is_asked_about() -> None:
    assert not is_refused_item_named("MMR", "HPV, MMR")
    assert is_refused_item_named("MMR", "HPV, MMR", "MMR")
    assert is_refused_item_named("HPV and MMR", "HPV, MMR")
