"""Consent that may mean the vaccine was already given, or the child is ill, goes to the clinician."""

from __future__ import annotations

import pytest

from checkin.rules import consent as consent_rules
from checkin.rules.consent import ConsentFacts
from checkin.rules.consent_adults import CareKind, ConsentAdult
from checkin.rules.consent_answers import ConsentAnswer
from checkin.rules.consent_steps import ConsentStep

HELEN = ConsentAdult("Helen Marsh", "555-010-2000", "mother")
AUNT = ConsentAdult("Rosa Stone", "", "aunt")


def path(words: str, item: str = "flu vaccine", escort: ConsentAdult = AUNT) -> consent_rules.ConsentPath:
    yes = ConsentAnswer("vaccine", True, "telephone", "Helen Marsh", words, how="telephone")
    return consent_rules.find_consent_path(
        ConsentFacts(escort, guardians=(HELEN,), answers=(yes,)), CareKind.VACCINE, item
    )


def phrases(text: str) -> list[str]:
    return [one for line in text.strip().splitlines() for one in line.split("|")]


GIVEN_OR_ILL = """
he had his flu|flu she had this year|flu, had it|she has the flu|they have the flu|has flu today|flu given
flu shot given this year|had all his shots|she has had all her vaccines|all given|everything was given
gets flu|he gets the flu|flu is given|flu and cough|flu, cough|está con gripe|con gripe hoy|flu problem
problem with flu|tiene gripe|ya tuvo la gripe|flu done|got his flu shot|flu already|la gripe ya la tiene
it is flu|objection to flu|flu, be sick|up to date with all shots|ya le pusieron la gripe
the shots she has had|hay problema con la gripe
"""


@pytest.mark.parametrize("words", phrases(GIVEN_OR_ILL))
@pytest.mark.parametrize("escort", [AUNT, HELEN], ids=["aunt", "mother"])
def test_words_about_a_given_dose_or_an_illness_never_count_as_consent(
    words: str, escort: ConsentAdult
) -> None:
    """“He had his flu” and “she has the flu” counted as consent to the flu vaccine."""
    found = path(words, escort=escort)
    assert (found.step, found.advice) == (ConsentStep.CLINICIAN_DECIDES, "clinician reads these words")


PLAIN = """
flu|give flu today|get the flu shot|flu shot this year|flu is fine|the flu shot is ok|all shots that are due
de acuerdo con la gripe|está bien la gripe|flu, no problem|no objection to the flu shot|sin problema la gripe
everything that is due|give all his shots|flu, left arm|the vaccines that are due today
"""


@pytest.mark.parametrize("words", phrases(PLAIN))
def test_plain_consent_still_proceeds(words: str) -> None:
    assert path(words).step == ConsentStep.PROCEED


@pytest.mark.parametrize("words", ["whooping cough", "tos ferina", "tosferina", "the whooping cough shot"])
def test_whooping_cough_is_recognized_as_the_vaccine(words: str) -> None:
    assert path(words, "Pertussis").step == ConsentStep.PROCEED
