"""A title that contradicts a guardian's relationship means an adult who is not on the record."""

from __future__ import annotations

from typing import Any

import pytest

from checkin.rules import consent as consent_rules
from checkin.rules import kinship
from checkin.rules.consent import ConsentFacts
from checkin.rules.consent_adults import CareKind, ConsentAdult, WrittenProxy
from checkin.rules.consent_answers import ConsentAnswer
from checkin.rules.consent_steps import ConsentStep

HELEN = ConsentAdult("Helen Marsh", "555-010-2000", "mother")
TOM = ConsentAdult("Tom Marsh", "555-010-2001", "father")
TOM_SENIOR = ConsentAdult("Tom Marsh", "555-010-2003", "abuelo")
BY_TITLE = ConsentAdult("Mrs. Robin Marsh", "555-010-2004", "legal guardian")
MEN = (
    "Mr. Marsh",
    "Mr Marsh",
    "Sr. Marsh",
    "Señor Marsh",
    "don Marsh",
    "Mister Marsh",
    "Marsh, Mr.",
    "Mr. H. Marsh",
)
WOMEN = ("Mrs Marsh", "Ms. Marsh", "Miss Marsh", "Sra. Marsh", "Srta Marsh", "señora Marsh", "Mrs. T. Marsh")
OTHERS = [
    *((who, HELEN) for who in MEN),
    *((who, TOM) for who in WOMEN),
    *((who, TOM_SENIOR) for who in WOMEN),
    ("Mr. Marsh", BY_TITLE),
]
OWN = [
    *((who, TOM) for who in MEN if "H." not in who),
    *((who, HELEN) for who in WOMEN if "T." not in who),
    ("Mr. Marsh", TOM_SENIOR),
    ("Mrs Marsh", BY_TITLE),
    ("Mr. Marsh", ConsentAdult("Tom Marsh", "", "guardian")),
    ("Dr. Marsh", ConsentAdult("Marsh Dr", "", "mother")),
    ("Mx. Marsh", HELEN),
    ("Mr. Marsh", ConsentAdult("Tom Marsh", "", "mother's husband")),
]
AUNT = ConsentAdult("Rosa Stone", "", "aunt")


def said(who: str, agreed: bool = True, **more: Any) -> ConsentAnswer:
    return ConsentAnswer("vaccine", agreed, "telephone", who, how="telephone", **more)


def path(
    *answers: ConsentAnswer,
    guardians: tuple[ConsentAdult] | tuple[ConsentAdult, ConsentAdult] = (HELEN,),
    **facts: Any,
) -> consent_rules.ConsentPath:
    return consent_rules.find_consent_path(
        ConsentFacts(AUNT, guardians=guardians, answers=answers, **facts), CareKind.VACCINE
    )


@pytest.mark.parametrize(("who", "guardian"), OTHERS)
def test_consent_under_a_title_of_the_other_sex_is_not_the_guardians(
    who: str, guardian: ConsentAdult
) -> None:
    for phone in ("", guardian.phone):
        found = path(said(who, phone=phone), guardians=(guardian,))
        assert found.step == ConsentStep.PHONE_GUARDIAN
        assert "is no guardian on record" in found.sentence


@pytest.mark.parametrize(("who", "guardian"), OTHERS)
def test_refusal_under_a_contradicting_title_goes_to_the_clinician(who: str, guardian: ConsentAdult) -> None:
    no, yes = said(who, agreed=False), said(guardian.name)
    assert path(no, guardians=(guardian,)).step == ConsentStep.CLINICIAN_DECIDES
    for order in ((no, yes), (yes, no)):
        assert path(*order, guardians=(guardian,)).is_conflict


@pytest.mark.parametrize(("who", "guardian"), OWN)
def test_title_that_fits_is_still_the_guardian(who: str, guardian: ConsentAdult) -> None:
    assert path(said(who), guardians=(guardian,)).step == ConsentStep.PROCEED


@pytest.mark.parametrize("who", ["Mr. Marsh", "Mrs Marsh"])
def test_refusal_by_title_alone_fits_neither_of_two_guardians_for_certain(who: str) -> None:
    both, no = (HELEN, TOM), said(who, agreed=False)
    assert path(said(who), guardians=both).step == ConsentStep.PROCEED
    for yes in (said("Tom Marsh"), said("Helen Marsh")):
        assert path(no, yes, guardians=both).is_conflict


def test_parent_with_ended_authority_is_not_taken_for_the_other_parent() -> None:
    assert path(said("Mr. Marsh"), others=(TOM,)).step == ConsentStep.PHONE_GUARDIAN


@pytest.mark.parametrize(
    ("by", "step"), [("Mrs. Marsh", ConsentStep.PROCEED), ("Mr. Marsh", ConsentStep.PHONE_GUARDIAN)]
)
def test_proxy_grantor_must_fit_the_title(by: str, step: ConsentStep) -> None:
    assert path(proxies=(WrittenProxy(AUNT, granted_by=by),)).step == step


@pytest.mark.parametrize(
    ("relationship", "sex"),
    [("foster mother", "female"), ("step-father", "male"), ("madrastra", "female"), ("his grandpa", "male")]
    + [
        (one, "")
        for one in ("", "guardian", "mother and father", "stepparent", "cousin", "mother's boyfriend's")
    ],
)
def test_relationship_gives_the_sex_or_nothing(relationship: str, sex: str) -> None:
    assert kinship.sex_of_kin(relationship) == sex
