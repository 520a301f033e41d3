"""Who is certainly a guardian: "mother of Helen" is not Helen, and 爷爷 is not the father with his name."""

from __future__ import annotations

from typing import Any

import pytest

from checkin.rules import consent as consent_rules
from checkin.rules.certain_kinship import (
    is_certainly_same_kin,
    is_guardian_kin_on_record,
    read_certain_kin,
    split_name_and_kin,
)
from checkin.rules.consent import ConsentFacts
from checkin.rules.consent_adults import CareKind, ConsentAdult, WrittenProxy, is_same_guardian
from checkin.rules.consent_answers import ConsentAnswer
from checkin.rules.consent_steps import ConsentStep

HELEN = ConsentAdult("Helen Marsh", "555-010-0200", "mother")
TOM = ConsentAdult("Tom Marsh", "555-010-0202", "father")
ROSA = ConsentAdult("Rosa Delgado", "", "aunt")


def path(escort: ConsentAdult = ROSA, *answers: ConsentAnswer, **facts: Any) -> consent_rules.ConsentPath:
    return consent_rules.find_consent_path(
        ConsentFacts(escort, guardians=(HELEN, TOM), answers=answers, **facts), CareKind.VACCINE, "MMR"
    )


def said(who: str, agreed: bool = True, relationship: str = "") -> ConsentAnswer:
    return ConsentAnswer("vaccine", agreed, "telephone", who, relationship=relationship, how="telephone")


def phrases(text: str) -> list[str]:
    return [one for line in text.strip().splitlines() for one in line.split("|")]


OF_A_GUARDIAN = """
mother of Helen Marsh|the mother of Helen|mom of Helen Marsh|mother to Helen Marsh|mother (of Helen)
madre de Helen Marsh|mamá de Helen|la mamá de la Helen Marsh|mère de Helen|madre di Helen|mãe da Helen
Mutter von Helen Marsh|Helen Marsh's mother|Helen Marsh’s mom|Helen Marshs Mutter|Helen's mom|Helens Mutter
mother-in-law of Helen|mother in law Helen Marsh|Helen Marsh, mother-in-law|Helen Marsh (not mom)
not the mother, Helen Marsh|Helen Marsh, ex mother|Helen Marsh, no es la mamá|mother's twin Helen
mother's friend Helen|Helen, mother of Tom|mom?|Helen Marsh?|Helen Marsh (mom?)|¿mamá?|maybe mom Helen
father of Tom|papá de Tom Marsh|father of Tom Marsh|Tom Marsh's dad|Tom, father-in-law|mom or Helen
foster mother Helen Marsh|step mother Helen|great grand mother Helen Marsh|mamá de su mamá|other mom Helen
Helen and mom|for mom Helen
"""


@pytest.mark.parametrize("who", phrases(OF_A_GUARDIAN))
def test_parent_of_a_guardian_cannot_agree_as_the_guardian(who: str) -> None:
    """A grandmother, “mother of Helen Marsh”, counted as Helen by telephone and as the grantor of a proxy."""
    assert path(ROSA, said(who)).step == ConsentStep.PHONE_GUARDIAN
    assert path(proxies=(WrittenProxy(ROSA, granted_by=who),)).step == ConsentStep.PHONE_GUARDIAN


NO_GUARDIANS_NO = {"mother's friend Helen", "step mother Helen", "mamá de su mamá"}


@pytest.mark.parametrize("who", [one for one in phrases(OF_A_GUARDIAN) if one not in NO_GUARDIANS_NO])
def test_refusal_by_the_parent_of_a_guardian_goes_to_the_clinician(who: str) -> None:
    yes = said("Helen Marsh" if "Tom" in who else "Tom Marsh")
    for answers in ((said(who, False), yes), (yes, said(who, False))):
        assert path(ROSA, *answers).step == ConsentStep.CLINICIAN_DECIDES


SURELY = """
mom|his mother|la mamá|the child's mother|mom Helen|Helen (mom)|Helen Marsh, mother|Mother - Helen Marsh
mother/Helen Marsh|the mother Helen|Helen Marsh, the mother|Helen Marsh, mother of the child|mom: Helen
Helen Marsh (child's mother)|mamá del niño, Helen Marsh|mamá de la niña Helen|Helen Jones, mother
Helen O'Neil Marsh, mom|Helen “mom” Marsh|Helen Marsh 'mom'|Helen Marsh, mom, 555-010-0200|Helen E. Marsh, mom
"""


@pytest.mark.parametrize("who", phrases(SURELY))
def test_guardian_named_with_their_relationship_can_agree(who: str) -> None:
    assert path(ROSA, said(who)).step == ConsentStep.PROCEED


@pytest.mark.parametrize("guardian", ["Ana de la Cruz", "María del Carmen Ruiz"])
def test_particle_in_a_name_is_not_read_as_a_relative(guardian: str) -> None:
    known = ConsentAdult(guardian, "", "madre")
    for who in (f"{guardian}, mamá", f"mamá {guardian}", f"{guardian} (madre del niño)"):
        facts = ConsentFacts(ROSA, guardians=(known,), answers=(said(who),))
        assert consent_rules.find_consent_path(facts, CareKind.VACCINE, "MMR").step == ConsentStep.PROCEED


SOMEBODY_ELSE = """
爷爷|外公|奶奶|外婆|ông nội|ông|bà|bà ngoại|dziadek|babcia|дедушка|дед|бабушка|جد|جدي|جدة|دادا|할아버지|Oma
opa|Großvater|grand-père|nonno|lolo|lola|tata|papi|nana|tante|Onkel|дядя|عم|خال|叔叔|नाना|ママの友達|padrino|madrina|godmother
compadre|grandfather|abuela|aunt|tía|sister|hermano|stepmother|step mom|father-in-law|mother in law|cuñada
grand-mother|friend of mom|mom's friend|mother's boyfriend|not the mother|mom's twin|twin of mom|cousin
cousin of the father|named after his dad|grandpa, dad is named after me|caseworker|social worker|boyfriend
foster mother|foster parent|madre de acogida|driver|interpreter|teacher|au pair|roommate|pastor|self|mother?
ex mother|non custodial mother|mother of Helen|madre de mi madre|maternal mother|emergency contact|mothr
guardian angel|guardian ad litem|mother or aunt|mother's mother|half brother|great-uncle|family friend
"""


@pytest.mark.parametrize("relationship", phrases(SOMEBODY_ELSE))
@pytest.mark.parametrize("guardian", [HELEN, TOM], ids=["mother", "father"])
def test_namesake_of_a_guardian_without_parent_kinship_is_not_the_guardian(
    relationship: str, guardian: ConsentAdult
) -> None:
    """A grandfather (爷爷) with the father's name counted as “guardian”, and so did a caseworker."""
    here = ConsentAdult(guardian.name, "", relationship)
    assert path(here).step == ConsentStep.PHONE_GUARDIAN
    assert path(ROSA, said(guardian.name, relationship=relationship)).step == ConsentStep.PHONE_GUARDIAN
    assert not is_same_guardian(here, guardian)


@pytest.mark.parametrize("relationship", ["爷爷", "not the father", "caseworker", "father?", "dad's dad"])
def test_refusal_by_a_namesake_of_a_guardian_is_not_overridden(relationship: str) -> None:
    no = said("Tom Marsh", False, relationship)
    assert path(ROSA, no, said("Helen Marsh")).step == ConsentStep.CLINICIAN_DECIDES
    assert path(ROSA, no, said("Tom Marsh")).step == ConsentStep.CLINICIAN_DECIDES


PARENTS = {
    "mother": "mother|Mom|his mom|Mamá|la mamá|su mamá|madre del niño|mother of the child|biological mother|"
    "adoptive mother|bio mom|أم|والدة|妈妈|母亲|мама|мать|엄마|mẹ|mãe|माँ|माता|maman|mère|Mutter|matka|nanay|"
    "hooyo|mother/guardian|mother & legal guardian|mom and dad|mamá y papá|parents|parent|guardian|"
    "legal guardian|Tutor o tutora|tutora legal|MTH|NMTH|parent or guardian|the child's mother|",
    "father": "father|Dad|papá|Papa|أب|爸爸|папа|아빠|bố|पिता|pai|père|Vater|ojciec|tatay|FTH|padre",
    "foster mother": "foster mother|foster mom|foster parent|mother|guardian|madre de acogida",
    "legal guardian": "guardian|mother|grandmother|abuela|aunt|tutora|stepfather",
    "grandmother": "abuela|grandma|maternal grandmother|grandparent|guardian",
    "Mom's partner": "mom's partner|MOM'S PARTNER|guardian",
    "爷爷": "爷爷|guardian|监护人",
    "mother (has custody)": "mom|mother|guardian",
    "أم": "mother|mom|mẹ|أم",
    "": "mother|father|guardian|parent|أم|",
}


@pytest.mark.parametrize(
    ("recorded", "words"), [(known, one) for known, all_ in PARENTS.items() for one in all_.split("|")]
)
def test_kin_words_that_match_the_record_are_accepted(recorded: str, words: str) -> None:
    assert is_guardian_kin_on_record(words, recorded)


NOT_ON_RECORD = [
    ("mother", "mother's friend"),
    ("mother", "not the mother"),
    ("father", "爷爷"),
    ("mother", "mother-in-law"),
    ("mother", "aunt"),
    ("mother", "mother of Helen"),
    ("paternal grandmother", "maternal grandmother"),
    ("birth mother", "adoptive mother"),
    ("stepmother", "stepfather"),
    ("grandfather", ""),
    ("foster mother", ""),
    ("neighbor", "legal guardian"),
    ("bà", "ba"),
    ("नाना", "नानी"),
]


@pytest.mark.parametrize(("words", "recorded"), NOT_ON_RECORD)
def test_kin_words_that_differ_from_the_record_are_rejected(words: str, recorded: str) -> None:
    assert not is_guardian_kin_on_record(words, recorded)
    assert not is_certainly_same_kin(words, recorded)


def test_legal_guardian_may_be_called_grandmother_unless_the_phone_differs() -> None:
    known = ConsentAdult("Grace Marsh", "555-010-0211", "legal guardian")
    for phone, expected in (("", True), ("(555) 010-0211", True), ("555-010-0999", False)):
        assert is_same_guardian(ConsentAdult("Grace Marsh", phone, "grandmother"), known) is expected
        assert is_same_guardian(ConsentAdult("Grace Marsh", phone, "mother"), known)


def test_word_guardian_alone_matches_no_kinship() -> None:
    assert not is_certainly_same_kin("guardian", "mother")
    assert not is_certainly_same_kin("", "mother")
    assert not is_certainly_same_kin("", "")


def test_partly_understood_kin_words_give_no_kinship() -> None:
    assert read_certain_kin("mother") == ("mother", {}, False)
    assert read_certain_kin("foster mom") == ("mother", {}, True)
    for text in ("", "the", "mother Ana", "mom?", "mother and aunt", "mother father", "legal"):
        assert read_certain_kin(text) is None


def test_text_without_certain_kinship_is_not_split() -> None:
    for text in ("Helen Marsh", "mother", "mom, Helen, dad", "mom?"):
        assert split_name_and_kin(text) == (text, "")
    assert split_name_and_kin("Helen Marsh, mom") == ("helen marsh", "mom")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Ana Ruiz mother", ("ana ruiz", "mother")),
        ("mother Ana Ruiz mother", ("mother Ana Ruiz mother", "")),
        ("mother Ana father", ("mother Ana father", "")),
        ("mom and dad Ana Ruiz", ("mom and dad Ana Ruiz", "")),
        ("mom mother Ana Ruiz", ("ana ruiz", "mom mother")),
    ],
)
def test_kin_words_are_split_from_a_name_if_they_are_adjacent(text: str, parts: tuple[str, str]) -> None:
    assert split_name_and_kin(text) == parts


def test_identical_words_are_the_same_kin_even_if_unknown() -> None:
    assert is_certainly_same_kin("Family friend", "family friend")
    assert is_certainly_same_kin("bà", "bà")
    assert not is_certainly_same_kin("bà", "ba")
    assert not is_certainly_same_kin("family friend?", "family friend?")
    assert not is_certainly_same_kin("", "")
