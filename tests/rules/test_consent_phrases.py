"""Guardians' answers as staff write them: plain items, conditions, exclusions, and who answered."""

from __future__ import annotations

import pytest

from checkin.rules import consent as consent_rules
from checkin.rules.consent import ConsentFacts
from checkin.rules.consent_adults import CareKind, ConsentAdult
from checkin.rules.consent_answers import ConsentAnswer
from checkin.rules.consent_steps import ConsentStep

ANA = ConsentAdult("Ana Ruiz", "555-010-0123", "mother")
BEN = ConsentAdult("Benjamin Ortega", "555-010-0124", "father")
AUNT = ConsentAdult("Rosa Delgado", "", "aunt")
ASKED = ("", "flu vaccine", "MMR", "HPV", "COVID-19 vaccine")

PLAIN = """
MMR|flu shot|her flu shot|influenza vaccine|all vaccines|everything|all shots|flu and MMR
la vacuna de la gripe|la gripa|vacuna contra la influenza|todas las vacunas|todo
triple viral|COVID-19 vaccine|flu mist|Fluzone|VPH|está bien la gripe|de acuerdo con la gripe
flu, no problem|no objection to the flu shot|sin problema la gripe|sí a la gripe|la gripe sí
yes to all|flu shot is fine|MMR sounds good
"""
ON_CONDITION = """
MMR if dad agrees|flu if she has no fever|flu next month|flu later|MMR when he is better|maybe flu
flu, I think|only if the doctor says so|flu after the exam|flu unless sick|ask dad first
call me before|call mom before MMR|flu as long as she is well|flu provided no egg|flu pending dad
flu in two weeks|flu on Friday|flu tomorrow|split MMR|one at a time|one shot only|only one today
flu with mom present|MMR con permiso del papá|gripe si no tiene fiebre|la gripe después
la gripe otro día|tal vez la gripe|gripe cuando venga su mamá|solo si el doctor dice
preguntar a papá|hasta hablar con su papá|la próxima vez|gripe la próxima semana
MMR assuming dad is fine|MMR subject to dad's ok|MMR depending on cost|MMR if free
MMR if insurance covers it|MMR with Tylenol first|MMR once the rash is gone
flu in the nose not the arm|whatever dad says|MMR with dad's consent|MMR when dad calls back
MMR, wait for dad|MMR siempre que el papá acepte|con tal que no tenga fiebre
a menos que esté enferma|MMR on condition that dad agrees|flu shot hold until cleared
flu shot, allergic to eggs|hold MMR|delay MMR|postpone flu|MMR in spring|flu in october
at the next visit|MMR after birthday|gripe más adelante|gripe mañana|la gripe en octubre
luego la gripe|gripe si papá quiere|gripe solamente con su mamá|MMR only with mom in room
flu if possible|MMR should dad agree|MMR so long as dad agrees|MMR contingent on dad
MMR, dad to confirm|MMR to be confirmed|MMR TBD|MMR?|flu??|all vaccines if dad agrees
everything if well|all shots next time|all shots when better|todas si papá acepta
todo si no tiene fiebre|todas otro día|all vaccines later|the shots tomorrow
all vaccines with dad present|everything the doctor recommends|all vaccines, dad to confirm
all vaccines pending bloodwork|both if dad agrees|both next week|ambas si el papá está de acuerdo
las dos otro día|ambas la próxima vez|two today rest later|two of the three|just one|half
some vaccines|some of them|a few|most of them|algunas|unas|una sola
"""
LEFT_OUT = {
    "flu vaccine": "all but flu|all vaccines except flu|todas menos la gripe|no flu",
    "HPV": "everything except HPV|no HPV|sin VPH|todo excepto VPH|all of them but not HPV|MMR, no Gardasil",
    "COVID-19 vaccine": "flu but not covid|gripe pero no covid|everything minus covid",
    "MMR": "not the MMR|all shots but never measles|todo salvo la triple viral",
}
ANA_SAID_NO = """
Ana|ana ruiz|Ana R.|A. Ruiz|A Ruiz|Mrs. Ruiz|Sra. Ruiz|Ms Ruiz|Mom|mom|mommy|Mamá|la mamá|su mamá
mother|his mother|Leo's mother|Leo's mom|mother of the child|the mom|madre|la madre de Leo
mamá de Leo|su mamá Ana|Ana (mom)|mom Ana|Mom - Ana Ruiz|Ana Ruiz - mother|Ana Ruiz/mother
Ana Ruiz (mother, on the phone)|Señora Ruiz|Ana Maria Ruiz|Ana Ruiz-Lopez|Ruiz, Ana|RUIZ ANA
Ana Ruíz|Anna Ruiz|mother (Ana)|mom by phone|mom on phone|mother via phone|mom called|mom said
mom, by phone|mother, Ana R|mamá por teléfono|la señora Ana|doña Ana|Mama Ruiz|biological mother
birth mom|legal guardian Ana Ruiz|guardian Ana|guardian|the guardian|legal guardian|parent|a parent
mum|Ana Ruiz 555-010-0123|Ana Ruiz, mom, 555-010-0123|mother of Leo Ruiz|mom (Ana Ruiz)
"""
SOMEBODY_ELSE = """
Rosa|Rosa Delgado|aunt Ana|tía Ana|grandma|abuela|babysitter|neighbor|stepmom|Ana the babysitter
Mrs. Smith|aunt Ruiz|godmother|madrina|the teacher
"""


def phrases(text: str) -> list[str]:
    return [one for line in text.strip().splitlines() for one in line.split("|")]


def said(who: str, agreed: bool, item: str, relationship: str = "") -> ConsentAnswer:
    return ConsentAnswer(
        "vaccine", agreed, "telephone", who, to_what=item, how="telephone", relationship=relationship
    )


def path(item: str, *answers: ConsentAnswer) -> consent_rules.ConsentPath:
    return consent_rules.find_consent_path(
        ConsentFacts(AUNT, guardians=(ANA, BEN), answers=answers), CareKind.VACCINE, item
    )


@pytest.mark.parametrize("words", phrases(PLAIN))
def test_plain_consent_covers_what_it_names(words: str) -> None:
    assert ConsentStep.PROCEED in [path(item, said("Ana Ruiz", True, words)).step for item in ASKED]


@pytest.mark.parametrize("words", phrases(ON_CONDITION))
def test_conditional_consent_never_proceeds_and_goes_to_the_clinician(words: str) -> None:
    """“All shots if dad agrees” and “MMR?” went ahead, or nobody was asked to read them."""
    steps = [path(item, said("Ana Ruiz", True, words)).step for item in ASKED]
    assert ConsentStep.PROCEED not in steps and ConsentStep.CLINICIAN_DECIDES in steps


@pytest.mark.parametrize(
    ("item", "words"), [(item, one) for item, all_ in LEFT_OUT.items() for one in all_.split("|")]
)
def test_item_excluded_from_consent_counts_as_refused(item: str, words: str) -> None:
    """The father's “yes to all” also covered what the mother had excluded."""
    mother, father = said("Ana Ruiz", True, words), said("Benjamin Ortega", True, "")
    for answers in ((mother, father), (father, mother)):
        assert path(item, *answers).is_conflict
    assert path(item, mother).step == ConsentStep.CLINICIAN_DECIDES
    assert not path("polio", mother, father).is_conflict


@pytest.mark.parametrize("who", phrases(ANA_SAID_NO))
def test_guardians_refusal_counts_however_they_were_written(who: str) -> None:
    yes = said("Benjamin Ortega", True, "MMR", "father")
    for answers in ((said(who, False, "MMR"), yes), (yes, said(who, False, "MMR"))):
        assert path("MMR", *answers).step == ConsentStep.CLINICIAN_DECIDES


@pytest.mark.parametrize("who", phrases(SOMEBODY_ELSE))
def test_another_adults_refusal_is_not_taken_for_a_guardians(who: str) -> None:
    assert (
        path("MMR", said(who, False, "MMR"), said("Benjamin Ortega", True, "MMR", "father")).step
        == ConsentStep.PROCEED
    )
