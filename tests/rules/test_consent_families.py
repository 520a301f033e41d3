"""Consent to a vaccine family does not say which vaccine: "hepatitis" is neither Hep A nor Hep B."""

from __future__ import annotations

import pytest

from checkin.rules import consent as consent_rules
from checkin.rules.consent import ConsentFacts
from checkin.rules.consent_adults import CareKind, ConsentAdult
from checkin.rules.consent_answers import ConsentAnswer
from checkin.rules.consent_items import is_same_care_item, vaccine_diseases
from checkin.rules.consent_steps import ConsentStep

HELEN = ConsentAdult("Helen Marsh", "555-010-2000", "mother")
AUNT = ConsentAdult("Rosa Stone", "", "aunt")


def path(
    words: str, item: str, agreed: bool = True, escort: ConsentAdult = AUNT
) -> consent_rules.ConsentPath:
    said = ConsentAnswer("vaccine", agreed, "telephone", "Helen Marsh", words, how="telephone")
    return consent_rules.find_consent_path(
        ConsentFacts(escort, guardians=(HELEN,), answers=(said,)), CareKind.VACCINE, item
    )


FAMILIES = {
    "hepatitis|Hep|hep vaccine|the hepatitis shot|vacuna hepatitis|a hepatitis shot|hepatitis a mi hija|"
    "hepatitis A or B|hep A and B|flu and hep": "Hepatitis A|Hep A|HepA|Hepatitis B|Hep B, 2nd dose|Havrix",
    "men|meningococcal|the meningitis shot|mening": "MenACWY|MenB|Men B|Menveo|Bexsero|Meningococcal A",
    "pneumo|pneumonia|pneumococcal vaccine|neumococo": "PCV20|PCV15|PPSV23|Prevnar",
    "polio|the polio shot|la polio": "IPV|OPV|DTaP-IPV-Hib",
}
PAIRS = [
    (words, item)
    for said, due in FAMILIES.items()
    for words in said.split("|")
    for item in due.split("|")
    if "DTaP" not in item or "polio" in words
]


@pytest.mark.parametrize(("words", "item"), PAIRS)
def test_family_name_without_a_letter_goes_to_the_clinician(words: str, item: str) -> None:
    """“Hepatitis” counted for Hepatitis A alone because the letter was read as an article."""
    for escort in (AUNT, HELEN):
        found = path(words, item, escort=escort)
        assert (found.step, found.advice) == (ConsentStep.CLINICIAN_DECIDES, "clinician reads these words")
    assert path(words, item, agreed=False).step == ConsentStep.CLINICIAN_DECIDES
    assert not is_same_care_item(words, item)


@pytest.mark.parametrize(
    ("words", "item"),
    [
        ("Hep A", "Hepatitis A"),
        ("hep a, please", "HepA"),
        ("Hepatitis type A", "Hep A"),
        ("a hep b shot", "Hepatitis B"),
        ("Hep-B", "HepB"),
        ("Hepatitis", "Hepatitis"),
        ("MenB", "MenB"),
        ("IPV", "IPV"),
        ("polio", "Polio vaccine"),
    ],
)
def test_family_name_with_its_letter_covers_that_vaccine(words: str, item: str) -> None:
    assert path(words, item).step == ConsentStep.PROCEED


@pytest.mark.parametrize(
    ("words", "item"),
    [
        ("Hep A", "Hep B"),
        ("hep b", "Hepatitis A"),
        ("MenB", "MenACWY"),
        ("PCV20", "PPSV23"),
        ("polio", "MMR"),
    ],
)
def test_consent_does_not_cover_another_vaccine_of_the_family(words: str, item: str) -> None:
    assert path(words, item).step == ConsentStep.PHONE_GUARDIAN


def test_letter_counts_only_directly_after_the_family_name() -> None:
    assert (
        vaccine_diseases("a hepatitis shot")
        == vaccine_diseases("hepatitis a la niña")
        == {"hepatitis a", "hepatitis b"}
    )
    assert vaccine_diseases("a hep b shot") == {"hepatitis b"}
    assert vaccine_diseases("Hep A/B") == {"hepatitis a", "hepatitis b"}
    assert not is_same_care_item("meningococcal A", "meningococcal")
