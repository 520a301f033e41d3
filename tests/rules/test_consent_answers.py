"""Opposite answers from two adults who may decide are a conflict; nothing else is."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from checkin.rules import (
    consent as consent_rules,
)
from checkin.rules import (
    consent_answers,
    consent_precedence,
)
from checkin.rules import (
    needs as need_rules,
)
from checkin.rules.consent import ConsentFacts
from checkin.rules.consent_adults import CareKind, ConsentAdult, ConsentBasis, WrittenProxy
from checkin.rules.consent_answers import ConsentAnswer
from checkin.rules.consent_steps import ConsentStep
from checkin.rules.need_types import DueItemFacts, NeedFacts, NeedKind
from tests import make

KARIN = ConsentAdult("Karin Lindholm", "555-400-0001", "Mother")
ERIK = ConsentAdult("Erik Lindholm", "555-400-0002", "Father")
JANE = ConsentAdult("Jane Rowe", "555-900-1111", "Mother", ended_on=dt.date(2021, 1, 1))
SITTER = ConsentAdult("Kim Sand", "", "babysitter")
GRANTED = WrittenProxy(ConsentAdult("Rosa Delgado"), granted_by="Karin Lindholm")


def said(who: str, agreed: bool, item: str = "", basis: str = "telephone", **more: Any) -> ConsentAnswer:
    return ConsentAnswer("vaccine", agreed, basis, who, to_what=item, **more)


def path(*answers: ConsentAnswer, what: str = "", **facts: Any) -> consent_rules.ConsentPath:
    known = {"escort": SITTER, "guardians": (KARIN, ERIK), "answers": answers} | facts
    return consent_rules.find_consent_path(ConsentFacts(**known), CareKind.VACCINE, what)


NO_MMR, YES_FLU = said("Karin Lindholm", False, "MMR"), said("Erik Lindholm", True, "flu vaccine")
YES_MMR = said("Erik Lindholm", True, "mmr")
NO, YES = said("Karin Lindholm", False), said("Erik Lindholm", True)


@pytest.mark.parametrize("order", [(NO, YES), (YES, NO)])
@pytest.mark.parametrize("what", ["", "flu vaccine"])
def test_opposite_answers_from_two_guardians_are_a_conflict_naming_both(
    order: tuple[ConsentAnswer, ConsentAnswer], what: str
) -> None:
    found = path(*order, what=what)
    assert (found.step, found.is_conflict) == (ConsentStep.CLINICIAN_DECIDES, True)
    assert "Karin Lindholm said no by telephone today" in found.sentence
    assert "Erik Lindholm agreed by telephone today" in found.sentence
    assert found.sentence.endswith("they disagree · clinician decides")


DECIDED = said("Noor Haddad", True, basis="clinician")
TABLE = {
    "the same person changed their mind to yes": ([NO, said("Karin Lindholm", True)], "", False),
    "the same person changed their mind to no": ([YES, said("Erik Lindholm", False)], "", False),
    "the same two agree in the end": ([NO, YES, said("Karin Lindholm", True)], "", False),
    "the same two refuse in the end": ([NO, YES, said("Erik Lindholm", False)], "", False),
    "one of them says it again": ([NO, YES, NO], "", True),
    "both agree": ([said("Karin Lindholm", True), YES], "", False),
    "both refuse": ([NO, said("Erik Lindholm", False)], "", False),
    "written and by telephone": ([said("Karin Lindholm", False, basis="guardian_present"), YES], "", True),
    "another item": (
        [said("Karin Lindholm", False, "MMR"), said("Erik Lindholm", True, "flu vaccine")],
        "",
        False,
    ),
    "the same item": ([NO_MMR, YES_MMR], "MMR", True),
    "the same item, nothing asked for": ([NO_MMR, YES_MMR], "", False),
    "the item, asked for": (
        [said("Karin Lindholm", False, "MMR"), said("Erik Lindholm", True, "mmr")],
        "MMR",
        True,
    ),
    "another item, asked for": ([NO_MMR, YES], "flu vaccine", False),
    "all of it against one item": ([NO_MMR, YES], "MMR", True),
    "all but one item": ([NO, YES, said("Karin Lindholm", True, "MMR")], "MMR", False),
    "all but one item, for the rest": ([NO, YES, said("Karin Lindholm", True, "MMR")], "flu vaccine", True),
    "all but one item, nothing asked for": ([NO, YES, said("Karin Lindholm", True, "MMR")], "", True),
    "one person, all but one item": ([NO, said("Karin Lindholm", True, "MMR")], "", False),
    "one item against all of it": ([NO_MMR, YES], "mmr", True),
    "one item against all of it, nothing asked for": ([NO_MMR, YES], "", False),
    "who is here outweighs nobody": ([NO, said("Erik Lindholm", True, basis="guardian_present")], "", True),
    "the sitter may not decide": ([YES, said("Kim Sand", False, basis="none")], "", False),
    "nor by telephone": ([YES, said("Kim Sand", False)], "", False),
    "a guardian by the first name": ([NO, said("Erik", True)], "", True),
    "herself by her first name": ([NO, said("Karin", True)], "", False),
    "herself as the mother": ([NO, said("mother", True)], "", False),
    "a clinician decided": ([NO, YES, DECIDED], "", False),
    "a clinician decided, then one said no": ([NO, YES, DECIDED, said("Karin Lindholm", False)], "", True),
    "a clinician decided, then one agreed": ([NO, YES, DECIDED, said("Karin Lindholm", True)], "", False),
    "the patient and the mother": ([NO, said("Petra Lindholm", True, basis="own")], "", True),
}


@pytest.mark.parametrize(("answers", "what", "conflict"), TABLE.values(), ids=TABLE)
def test_answers_are_a_conflict_only_in_the_listed_cases(
    answers: list[ConsentAnswer], what: str, conflict: bool
) -> None:
    found = path(*answers, what=what)
    assert found.is_conflict is conflict
    assert not conflict or found.step == ConsentStep.CLINICIAN_DECIDES


def test_conflict_names_the_two_in_the_order_they_answered() -> None:
    for first, last in ((NO, YES), (YES, NO)):
        sentence = path(first, last).sentence
        assert sentence.index(first.who) < sentence.index(last.who)


@pytest.mark.parametrize(
    ("answers", "step"),
    [
        ([YES, said("Kim Sand", False, basis="none")], ConsentStep.PROCEED),
        ([NO, said("Kim Sand", True, basis="none")], ConsentStep.CLINICIAN_DECIDES),
        ([NO, said("Kim Sand", True)], ConsentStep.CLINICIAN_DECIDES),
        ([said("Kim Sand", True, basis="none")], ConsentStep.PHONE_GUARDIAN),
        ([said("Kim Sand", False, basis="none")], ConsentStep.CLINICIAN_DECIDES),
        ([NO, YES, DECIDED], ConsentStep.PROCEED),
        ([NO, YES, said("Noor Haddad", False, basis="clinician")], ConsentStep.CLINICIAN_DECIDES),
    ],
)
def test_answer_without_authority_never_overrides_one_with_authority(
    answers: list[ConsentAnswer], step: ConsentStep
) -> None:
    assert path(*answers).step == step


def test_proxy_who_covers_the_care_can_cause_a_conflict() -> None:
    yes = said("Rosa Delgado", True, basis="none")
    assert path(NO, yes, proxies=(GRANTED,)).is_conflict
    assert not path(NO, yes).is_conflict


def test_urgent_care_overrides_a_conflict() -> None:
    assert path(NO, YES, urgent=True).step == ConsentStep.PROCEED


def test_telephone_answer_counts_if_no_guardian_is_on_record() -> None:
    assert path(NO, YES, guardians=()).is_conflict


def test_adult_with_ended_authority_cannot_consent_and_is_not_phoned() -> None:
    karl = ConsentAdult("Karl Rowe", "555-900-2222", "Father")
    found = path(escort=JANE, guardians=(karl,), others=(JANE,))
    assert found.step == ConsentStep.PHONE_GUARDIAN
    assert found.sentence == (
        "Mother, whose authority ended on Jan 1, 2021 · phone Karl Rowe first: 555-900-2222"
    )
    told = path(said("Jane Rowe", True), guardians=(karl,), others=(JANE,))
    assert (told.step, told.phone) == (ConsentStep.PHONE_GUARDIAN, "555-900-2222")
    assert "may not consent" in told.sentence
    assert not path(
        said("Karl Rowe", True), said("Jane Rowe", False), guardians=(karl,), others=(JANE,)
    ).is_conflict


@pytest.mark.parametrize(
    "basis", [one for one in ConsentBasis if one not in (ConsentBasis.OWN, ConsentBasis.CLINICIAN)]
)
def test_adult_with_ended_authority_cannot_consent_on_any_basis(basis: ConsentBasis) -> None:
    told = path(said("Jane Rowe", True, basis=basis), guardians=(), others=(JANE,))
    assert told.step == ConsentStep.PHONE_GUARDIAN


def test_proxy_ends_with_the_authority_of_its_grantor() -> None:
    proxy = WrittenProxy(ConsentAdult("Kim Sand"), granted_by="Jane Rowe")
    assert path(proxies=(proxy,), guardians=()).step == ConsentStep.PROCEED
    assert path(proxies=(proxy,), guardians=(), others=(JANE,)).step == ConsentStep.PHONE_GUARDIAN


def test_guardians_with_one_name_are_told_apart_by_phone_or_relationship() -> None:
    first, second = (
        ConsentAdult("Alex Kim", "555-1111111", "mother"),
        ConsentAdult("Alex Kim", "555-2222222", "father"),
    )
    no, yes = (
        said("Alex Kim", agreed, relationship=one.relationship)
        for agreed, one in ((False, first), (True, second))
    )
    assert path(no, yes, guardians=(first, second)).is_conflict
    again = said("Alex Kim", True, phone="(555) 111-1111")
    assert not path(no, again, guardians=(first, second)).is_conflict


def test_consent_conflict_is_a_need_for_the_clinician() -> None:
    facts = NeedFacts(
        arrived=make.at("18:00"),
        linked=True,
        consent=ConsentFacts(escort=SITTER, guardians=(KARIN, ERIK), answers=(NO, YES)),
    )
    found = [
        one
        for one in need_rules.find_visit_needs(facts, dt.date(2026, 3, 10))
        if one.kind == NeedKind.CONSENT_CONFLICT
    ]
    assert [(one.owner, one.next_step) for one in found] == [("clinician", "clinician decides")]
    assert "Karin Lindholm said no" in found[0].why and "Erik Lindholm agreed" in found[0].why


ANN, BEA = ConsentAdult("Ann Lee", "555-400-0011", "mother"), ConsentAdult("Bea Moss", "555-400-0012", "Mom")


@pytest.mark.parametrize("word", ["mother", "Mom", "his mother", "mamá", "Mommy"])
@pytest.mark.parametrize("name", ["Ann Lee", "Bea Moss", "Ann"])
def test_one_mothers_refusal_is_not_withdrawn_by_the_other_mother(word: str, name: str) -> None:
    assert path(said(word, False), said(name, True), guardians=(ANN, BEA)).is_conflict
    assert path(said(word, False), said(word, True), guardians=(ANN, BEA)).is_conflict
    alone = path(said(word, False), said("Ann Lee", True), guardians=(ANN,))
    assert (alone.is_conflict, alone.step) == (False, ConsentStep.PROCEED)


def test_name_part_shared_by_two_guardians_identifies_neither() -> None:
    answers = said("Lindholm", False), said("Karin Lindholm", True)
    assert path(*answers).is_conflict
    assert not path(said("Mrs. Lindholm", False, relationship="mom"), answers[1]).is_conflict


def test_guardian_listed_twice_counts_as_one_person() -> None:
    twice = (KARIN, ConsentAdult("Lindholm, Karin", "(555) 400-0001", "MTH"))
    assert path(NO, said("Karin Lindholm", True), guardians=twice).step == ConsentStep.PROCEED


FLU = ["Influenza", "Flu vaccine 2026", "vacuna de la gripe", "flu shot", "FluMist", "antigripal"]


@pytest.mark.parametrize("item", [*FLU, "the one for winter", "that shot"])
def test_refusal_of_an_item_in_other_words_applies_to_it(item: str) -> None:
    yes = said("Karin Lindholm", True)
    found = path(yes, said("Karin Lindholm", False, item), what="flu vaccine")
    assert found.step == ConsentStep.CLINICIAN_DECIDES
    assert path(
        said("Erik Lindholm", True), said("Karin Lindholm", False, item), what="flu vaccine"
    ).is_conflict
    again = path(said("Karin Lindholm", False, item), yes, what="flu vaccine")
    assert (again.step, again.is_conflict) == (ConsentStep.CLINICIAN_DECIDES, False), (
        "the yes did not name it"
    )
    named = path(said("Karin Lindholm", False, item), said("Karin Lindholm", True, "flu"), what="flu vaccine")
    assert named.step == (ConsentStep.PROCEED if item in FLU else ConsentStep.CLINICIAN_DECIDES)


@pytest.mark.parametrize(
    ("refused", "asked"),
    [("MMR", "flu vaccine"), ("Influenza", "MMR"), ("measles", "polio"), ("Hib", "flu"), ("Hep A", "Hep B")],
)
def test_refusal_of_another_vaccine_does_not_apply_to_this_one(refused: str, asked: str) -> None:
    found = path(said("Karin Lindholm", True), said("Karin Lindholm", False, refused), what=asked)
    assert found.step == ConsentStep.PROCEED


@pytest.mark.parametrize(("agreed", "asked"), [("MMR", "MMRV"), ("that shot", "MMR"), ("DTaP", "Tdap")])
def test_consent_counts_only_for_the_item_it_names(agreed: str, asked: str) -> None:
    assert path(said("Karin Lindholm", True, agreed), what=asked).step == ConsentStep.PHONE_GUARDIAN
    assert path(said("Karin Lindholm", True, "Influenza"), what="flu vaccine").step == ConsentStep.PROCEED


@pytest.mark.parametrize("who", ["Somebody", "Kim Moss", "a neighbor", "Rosa Lindholm"])
def test_telephone_consent_from_someone_not_on_record_does_not_count(who: str) -> None:
    found = path(said(who, True, relationship="aunt"))
    assert (found.step, found.phone) == (ConsentStep.PHONE_GUARDIAN, KARIN.phone)
    assert "is no guardian on record" in found.sentence
    here = path(said(who, True, relationship="aunt"), escort=KARIN)
    assert (here.step, here.basis) == (ConsentStep.PROCEED, ConsentBasis.GUARDIAN_PRESENT)


PAUL = ConsentAdult("Paul Rowe", "555-900-3333", "father", ended_on=dt.date(2021, 1, 1))


@pytest.mark.parametrize("basis", ["telephone", "guardian_present", "none"])
@pytest.mark.parametrize(
    ("who", "relationship"),
    [("father", ""), ("Dad", ""), ("papá", ""), ("Paul", ""), ("Rowe, Paul", ""), ("Mr. Rowe", "Father")],
)
def test_adult_with_ended_authority_is_recognized_however_written_down(
    who: str, relationship: str, basis: str
) -> None:
    told = path(said(who, True, basis=basis, relationship=relationship), guardians=(KARIN,), others=(PAUL,))
    assert told.step == ConsentStep.PHONE_GUARDIAN
    assert "may not consent" in told.sentence


def test_possible_guardian_refusal_counts_and_doubtful_consent_does_not() -> None:
    known = {"guardians": (KARIN, ERIK), "others": (PAUL,)}
    assert path(said("father", True), **known).step == ConsentStep.PHONE_GUARDIAN
    assert path(said("father", False), said("Karin Lindholm", True), **known).is_conflict
    assert path(said("father", True, phone=ERIK.phone), **known).step == ConsentStep.PROCEED
    assert path(said("Erik", True), **known).step == ConsentStep.PROCEED


def test_aunt_with_the_mothers_exact_name_is_not_a_guardian() -> None:
    aunt = ConsentAdult("Karin Lindholm", "", "aunt")
    assert path(escort=aunt).step == ConsentStep.PHONE_GUARDIAN
    assert path(said("Karin Lindholm", True, relationship="tía")).step == ConsentStep.PHONE_GUARDIAN
    for word in ("Mom", "his mother", "mamá", "", "parent"):
        assert path(escort=ConsentAdult("Karin Lindholm", "", word)).step == ConsentStep.PROCEED


def test_name_with_and_without_a_space_is_the_same_name() -> None:
    wang = ConsentAdult("王伟", "555-400-0021", "father")
    found = path(said("王伟", True), said("王 伟", False), guardians=(wang,))
    assert found.step == ConsentStep.CLINICIAN_DECIDES


@pytest.mark.parametrize(
    "grandfather",
    ["Carl Weber Sr", "Carl Weber Sr.", "Weber, Carl, Sr", "Carl Weber Senior", "Carl Weber III"],
)
def test_fathers_refusal_is_not_withdrawn_by_a_grandfather_with_his_name(grandfather: str) -> None:
    father, other = (
        ConsentAdult("Carl Weber Jr", "206-342-0012", "father"),
        ConsentAdult(grandfather, "", "grandfather"),
    )
    known = consent_answers.KnownAdults(guardians=(father,), others=(other,))
    said = [
        ConsentAnswer(CareKind.VACCINE, False, ConsentBasis.TELEPHONE, father.name),
        ConsentAnswer(CareKind.VACCINE, True, ConsentBasis.TELEPHONE, grandfather),
    ]
    counts = consent_precedence.weigh_consent_answers(said, known, CareKind.VACCINE).said
    assert counts is not None and (counts.who, counts.agreed) == (father.name, False)
    assert not known.is_same_person(*said)


def test_title_is_not_part_of_a_name() -> None:
    ana = ConsentAdult("Ana Ruiz", "", "mother")
    for said in ("Sra. Ruiz", "Mrs Ruiz", "Mx. Ruiz"):
        assert consent_answers.KnownAdults(guardians=(ana,)).who_may_be(ConsentAdult(said)) == [0]
    rui = ConsentAdult("Rui Ruiz", "", "father")
    for said in ("Sr. Ruiz", "Mr Ruiz", "Señor Ruiz", "don Rui"):
        assert consent_answers.KnownAdults(guardians=(ana, rui)).who_may_be(ConsentAdult(said)) == [1]


KIM = ConsentAdult("Kim Sand", "", "nanny")


def granted(by: str, name: str = "Kim Sand", **more: Any) -> WrittenProxy:
    return WrittenProxy(ConsentAdult(name), granted_by=by, **more)


@pytest.mark.parametrize(
    "by", ["Karin Lindholm", "lindholm, karin", "Karin", "mother", "Mrs. Lindholm (mother)", "his mom Karin"]
)
def test_proxy_counts_if_a_guardian_on_record_granted_it_however_written(by: str) -> None:
    found = path(escort=KIM, proxies=(granted(by),))
    assert (found.step, found.basis) == (ConsentStep.PROCEED, ConsentBasis.WRITTEN_PROXY)


@pytest.mark.parametrize(
    "by", ["Kim Sand", "Kim", "kim sand", "Sand, Kim", "Kim Sand-Berg", "Rosa Moss", "the school"]
)
@pytest.mark.parametrize("guardians", [(KARIN, ERIK), (KARIN,)])
def test_proxy_not_granted_by_a_guardian_does_not_count_and_says_so(
    by: str, guardians: tuple[ConsentAdult, ConsentAdult] | tuple[ConsentAdult]
) -> None:
    found = path(escort=KIM, proxies=(granted(by),), guardians=guardians)
    assert (found.step, found.phone) == (ConsentStep.PHONE_GUARDIAN, KARIN.phone)
    assert f"{by} granted it and is no guardian on record" in found.sentence
    for basis in ("written_proxy", "guardian_present", "telephone", "none"):
        told = path(said("Kim Sand", True, basis=basis), proxies=(granted(by),), guardians=guardians)
        assert told.step == ConsentStep.PHONE_GUARDIAN
        assert f"may not consent (written proxy does not count: {by} granted it" in told.sentence


@pytest.mark.parametrize("by", ["Kim Sand", "Kim", "Sand Kim"])
def test_adult_cannot_grant_themselves_a_proxy(by: str) -> None:
    assert path(escort=KIM, proxies=(granted(by),), guardians=()).step == ConsentStep.PHONE_GUARDIAN
    assert path(escort=KIM, proxies=(granted("Ana Ruiz"),), guardians=()).step == ConsentStep.PROCEED


def test_two_adults_who_granted_each_other_a_proxy_cannot_decide() -> None:
    both = (granted("Rosa Delgado"), granted("Kim Sand", "Rosa Delgado"))
    for adult in (KIM, ConsentAdult("Rosa Delgado")):
        assert path(escort=adult, proxies=both).step == ConsentStep.PHONE_GUARDIAN


def test_one_valid_proxy_is_enough_next_to_an_invalid_one() -> None:
    both = (granted("Kim Sand"), granted("Erik Lindholm"))
    assert path(escort=KIM, proxies=both).basis == ConsentBasis.WRITTEN_PROXY
    assert path(said("Kim Sand", True, basis="written_proxy"), proxies=both).step == ConsentStep.PROCEED


DAY = dt.date(2026, 3, 9)


@pytest.mark.parametrize(
    ("lapsed", "words"),
    [
        (granted("Karin Lindholm", expires_on=DAY), "written proxy ended on Mar 9, 2026"),
        (granted("Karin Lindholm", revoked_on=DAY), "written proxy was revoked on Mar 9, 2026"),
        (granted("Karin Lindholm"), "written proxy is not in force yet"),
    ],
)
def test_lapsed_proxy_is_named_with_its_reason(lapsed: WrittenProxy, words: str) -> None:
    known = {"others": (ConsentAdult("Kim Sand"),), "lapsed": (lapsed,)}
    assert (
        path(escort=KIM, **known).sentence
        == f"nanny, whose {words} · phone Karin Lindholm first: 555-400-0001"
    )
    told = path(said("Kim Sand", True, basis="written_proxy"), **known)
    assert told.step == ConsentStep.PHONE_GUARDIAN
    assert f"Kim Sand agreed today, but may not consent ({words})" in told.sentence
    renewed = known | {"proxies": (granted("Karin Lindholm"),)}
    assert path(escort=KIM, **renewed).basis == ConsentBasis.WRITTEN_PROXY


def test_check_up_proxy_never_covers_vaccines() -> None:
    only = (granted("Karin Lindholm", cares=("check_up",)),)
    assert path(escort=KIM, proxies=only).deciding_answer == "nanny, whose written proxy is for check-up only"
    told = path(said("Kim Sand", True, basis="written_proxy"), proxies=only)
    assert told.step == ConsentStep.PHONE_GUARDIAN
    assert "may not consent (written proxy is for check-up only)" in told.sentence
    assert path(said("Rosa Moss", True, basis="written_proxy"), proxies=only).step == ConsentStep.PROCEED


def test_proxy_from_a_grantor_without_authority_says_why() -> None:
    father = ConsentAdult("Paul Rowe", "", "father")
    found = path(escort=KIM, proxies=(granted("Paul Rowe"),), guardians=(KARIN,), others=(father,))
    assert "Paul Rowe granted it and may not consent" in found.sentence
    found = path(escort=KIM, proxies=(granted("Jane Rowe"),), guardians=(KARIN,), others=(JANE,))
    assert "Jane Rowe granted it, whose authority ended on Jan 1, 2021" in found.sentence


@pytest.mark.parametrize("basis", ["telephone", "written_proxy", "none"])
def test_long_texts_never_cut_off_the_number_to_call(basis: str) -> None:
    long = "Wolfeschlegelsteinhausenbergerdorff " * 20
    guardian = ConsentAdult(f"Ana {long}"[:200], "+1 (555) 400-0001 extension 123456789", "mother")
    proxy = WrittenProxy(ConsentAdult(f"Kim {long}"[:200]), granted_by=f"Bea {long}"[:200])
    answer = said(
        proxy.adult.name, True, f"MMR {long}"[:300], basis, limits=long[:500], until=dt.date(2026, 12, 31)
    )
    for answers in ((), (answer,)):
        known = {"escort": proxy.adult, "guardians": (guardian,), "proxies": (proxy,), "answers": answers}
        facts = NeedFacts(
            arrived=make.at("18:00"),
            linked=True,
            consent=ConsentFacts(**known),
            due=(DueItemFacts(1, "vaccine", answer.to_what, make.TUESDAY),),
        )
        found = [
            one for one in need_rules.find_visit_needs(facts, make.TUESDAY) if one.kind == NeedKind.VACCINE
        ]
        assert found and all(one.next_step.endswith(guardian.phone) for one in found)
        called = next(
            one
            for one in need_rules.find_visit_needs(facts, make.TUESDAY)
            if one.kind == NeedKind.PHONE_GUARDIAN
        )
        assert called.why.endswith(guardian.phone)


JULES, CAMILLE = (
    ConsentAdult("Jules Moreau", "", "uncle"),
    ConsentAdult("Camille Moreau", "555-700-0001", "mother"),
)
JULES_MAY = WrittenProxy(ConsentAdult("Jules Moreau"), granted_by="Camille Moreau")


def of_jules(agreed: bool = True, basis: str = "none", **more: Any) -> ConsentAnswer:
    return ConsentAnswer("vaccine", agreed, basis, "Jules Moreau", relationship="uncle", **more)


@pytest.mark.parametrize("care", [CareKind.VACCINE, CareKind.CHECK_UP, CareKind.TREATMENT])
@pytest.mark.parametrize(
    ("basis", "how"), [("none", "verbal"), ("none", "written"), ("telephone", "telephone")]
)
@pytest.mark.parametrize("item", ["", "Hepatitis A"])
def test_earlier_answer_by_a_current_proxy_holder_counts(
    care: CareKind, basis: str, how: str, item: str
) -> None:
    """They would answer the same if asked again, so the step is what the same words give now."""
    facts = {"escort": JULES, "guardians": (CAMILLE,)}
    before = replace(of_jules(basis=basis, how=how, to_what=item), care=care)
    after = replace(before, basis=ConsentBasis.WRITTEN_PROXY)
    steps = [
        consent_rules.find_consent_path(
            ConsentFacts(**facts, proxies=(JULES_MAY,), answers=answers), care, item
        )
        for answers in ((before,), (after,), (before, after))
    ]
    assert [(one.step, one.basis) for one in steps] == [(ConsentStep.PROCEED, ConsentBasis.WRITTEN_PROXY)] * 3
    alone = consent_rules.find_consent_path(ConsentFacts(**facts, answers=(before,)), care, item)
    assert (
        alone.step == ConsentStep.PHONE_GUARDIAN and "but is no guardian on record" in alone.deciding_answer
    )


@pytest.mark.parametrize(
    ("who", "how", "basis"),
    [
        ("Camille Moreau", "verbal", ConsentBasis.GUARDIAN_PRESENT),
        ("Camille", "verbal", ConsentBasis.GUARDIAN_PRESENT),
        ("mother", "telephone", ConsentBasis.TELEPHONE),
        ("Camille Moreau", "written", ConsentBasis.WRITTEN_PROXY),
    ],
)
def test_earlier_answer_by_someone_now_a_guardian_counts(who: str, how: str, basis: ConsentBasis) -> None:
    answer = ConsentAnswer("vaccine", True, "none", who, how=how)
    found = consent_rules.find_consent_path(
        ConsentFacts(escort=SITTER, guardians=(CAMILLE,), answers=(answer,)), CareKind.VACCINE
    )
    assert (found.step, found.basis) == (ConsentStep.PROCEED, basis)


@pytest.mark.parametrize("basis", ["own", "clinician", "hearsay"])
def test_proxy_does_not_change_own_consent_or_a_clinicians_decision(basis: str) -> None:
    known = consent_answers.KnownAdults(guardians=(CAMILLE,), proxies=(JULES_MAY,))
    assert known.basis_of(of_jules(basis=basis), CareKind.VACCINE) == (
        basis if basis in ConsentBasis.values else ConsentBasis.NONE
    )


@pytest.mark.parametrize("basis", ConsentBasis.values)
@pytest.mark.parametrize("proxies", [(), (JULES_MAY,), (replace(JULES_MAY, cares=("check_up",)),)])
@pytest.mark.parametrize("who", ["Jules Moreau", "Camille Moreau", "Camille", "mother", "Kim Sand"])
@pytest.mark.parametrize("guardians", [(), (CAMILLE,)])
def test_step_and_authority_marker_never_contradict_each_other(
    basis: str, proxies: Any, who: str, guardians: Any
) -> None:
    """A line said "phone Camille first: Jules agreed" without saying that Jules has no authority."""
    known = consent_answers.KnownAdults(guardians=guardians, proxies=proxies)
    answer = ConsentAnswer("vaccine", True, basis, who)
    if known.may_decide(answer, CareKind.VACCINE):
        assert known.basis_of(answer, CareKind.VACCINE) != ConsentBasis.NONE


BY_BOB = WrittenProxy(ConsentAdult("Jules Moreau"), granted_by="Bob")
CHECK_BOB = "nobody on record granted it: check who Bob is"


def test_proxy_granted_by_an_unknown_person_says_so_at_each_step() -> None:
    facts = ConsentFacts(escort=JULES, proxies=(BY_BOB,))
    assert (
        consent_rules.find_consent_path(facts, CareKind.VACCINE).sentence
        == f"uncle, written proxy from Bob, {CHECK_BOB} · go ahead"
    )
    for answer in (of_jules(), of_jules(basis="written_proxy"), of_jules(basis="telephone")):
        said_so = consent_rules.find_consent_path(replace(facts, answers=(answer,)), CareKind.VACCINE)
        assert said_so.step == ConsentStep.PROCEED and said_so.deciding_answer.endswith(f"today, {CHECK_BOB}")
    granted = replace(facts, guardians=(ConsentAdult("Bob"),))
    assert CHECK_BOB not in consent_rules.find_consent_path(granted, CareKind.VACCINE).sentence
    own = consent_rules.find_consent_path(replace(facts, answers=(of_jules(basis="own"),)), CareKind.VACCINE)
    assert CHECK_BOB not in own.sentence


HELEN, TOM = (
    ConsentAdult("Helen Marsh", "555-400-0031", "mother"),
    ConsentAdult("Tom Marsh", "555-400-0032", "father"),
)
WRITTEN = {
    "Helen Marsh, mother": "",
    "Helen Marsh (mother)": "",
    "mother Helen Marsh": "",
    "his mother Helen": "",
    "Mom (Helen)": "",
    "Helen (mom)": "",
    "Mrs Helen Marsh": "",
    "Sra. Helen Marsh": "",
    "maman": "",
    "Maman Helen": "",
    "mamá de él, Helen Marsh": "",
    "H. Marsh": "mother",
    "Helen M": "mother",
    "Helen M.": "",
    "Helen Marsh-Cole": "mother",
    "Helen Marsh Cole, mom": "",
    "Helen": "mother",
    "Marsh, H. (mother)": "",
}


@pytest.mark.parametrize(("who", "relationship"), WRITTEN.items(), ids=WRITTEN)
def test_guardian_written_with_name_and_relationship_is_recognized(who: str, relationship: str) -> None:
    both, dad = {"guardians": (HELEN, TOM)}, said("Tom Marsh", True)
    no = said(who, False, relationship=relationship)
    for order in ((no, dad), (dad, no)):
        assert path(*order, **both).is_conflict
    yes = said(who, True, relationship=relationship)
    assert path(yes, **both).step == ConsentStep.PROCEED
    assert path(said("Helen Marsh", False), yes, **both).step == ConsentStep.PROCEED, (
        "herself, who changed her mind"
    )


@pytest.mark.parametrize(
    ("who", "relationship"),
    [("Helen Marsh-Cole", ""), ("Ellie Cole", "mother"), ("Ellie, his mom", ""), ("Mrs Marsh", "")],
)
def test_refusal_that_may_be_a_guardians_conflicts_with_any_consent(who: str, relationship: str) -> None:
    both = {"guardians": (HELEN, TOM)}
    no = said(who, False, relationship=relationship)
    assert path(no, said("Tom Marsh", True), **both).is_conflict
    assert path(no, said("Helen Marsh", True), **both).is_conflict


@pytest.mark.parametrize(
    ("who", "relationship"),
    [("Rosa Marsh", "aunt"), ("Helen Cole, aunt", ""), ("Rosa Cole", ""), ("Jo (neighbor)", "")],
)
def test_refusal_by_a_clearly_different_adult_is_not_a_guardians(who: str, relationship: str) -> None:
    no = said(who, False, relationship=relationship)
    assert path(no, said("Tom Marsh", True), guardians=(HELEN, TOM)).step == ConsentStep.PROCEED


@pytest.mark.parametrize("who", ["Ellie Cole", "Sue Marsh", "Ellie Marsh, mom", "Helen Marsh-Cole, aunt"])
def test_doubtful_consent_is_not_a_guardians(who: str) -> None:
    relationship = "" if "," in who else "mother"
    found = path(said(who, True, relationship=relationship), guardians=(HELEN, TOM))
    assert found.step == ConsentStep.PHONE_GUARDIAN


def test_adult_with_ended_authority_is_recognized_with_a_relationship() -> None:
    known = {"guardians": (HELEN, TOM), "others": (JANE,)}
    for who in ("Jane Rowe, mother", "Jane (mom)", "Jane Rowe (mother)"):
        assert path(said(who, True), **known).step == ConsentStep.PHONE_GUARDIAN


CONDITIONS = (
    *(
        "MMR next month",
        "MMR - ask me first",
        "MMR if dad agrees",
        "maybe MMR",
        "MMR tomorrow",
        "MMR unless fever",
    ),
    *("MMR only with me there", "flu today, MMR next time", "MMR once her cold is gone", "MMR, not today"),
    *(
        "MMR el mes que viene",
        "MMR si su papá quiere",
        "quizás la MMR",
        "triple viral mañana",
        "MMR (pregúntenme)",
    ),
    *(
        "all vaccines next month",
        "everything if dad agrees",
        "vacunas mañana",
        "MMR when the swelling is down",
    ),
)


@pytest.mark.parametrize("words", CONDITIONS)
def test_conditional_consent_goes_to_the_clinician_and_does_not_count(words: str) -> None:
    yes = said("Karin Lindholm", True, words)
    for escort in (SITTER, KARIN):
        found = path(yes, what="MMR", escort=escort)
        assert (found.step, found.sentence) == (
            ConsentStep.CLINICIAN_DECIDES,
            f"Karin Lindholm agreed to “{words}” by telephone today · clinician reads these words",
        )
    assert path(yes, what=words).step == ConsentStep.CLINICIAN_DECIDES
    assert path(yes, said("Karin Lindholm", True, "MMR"), what="MMR").step == ConsentStep.PROCEED
    assert path(said("Karin Lindholm", True, "MMR"), yes, what="MMR").step == ConsentStep.CLINICIAN_DECIDES
    assert path(said("Karin Lindholm", False, "MMR"), yes, what="MMR").advice != "go ahead"
    assert path(yes, DECIDED, what="MMR").step == ConsentStep.PROCEED
    assert path(said("Kim Sand", True, words), what="MMR").step == ConsentStep.PHONE_GUARDIAN


PLAIN = (
    *(
        "MMR",
        "the MMR",
        "MMR today",
        "yes to MMR please",
        "MMR vaccine, 2nd dose",
        "only MMR",
        "his MMR shot",
        "M-M-R II",
    ),
    *(
        "la triple viral",
        "sí, la MMR",
        "measles, mumps and rubella",
        "SRP",
        "Measles, mumps and rubella virus vaccine live",
    ),
    *(
        "shots",
        "vaccines",
        "everything that is due",
        "all of them",
        "the vaccines today",
    ),
    *("todas las vacunas", "all shots, please", "flu and MMR today"),
)


@pytest.mark.parametrize("words", PLAIN)
def test_plain_consent_counts_in_any_wording(words: str) -> None:
    assert path(said("Karin Lindholm", True, words), what="MMR").step == ConsentStep.PROCEED


@pytest.mark.parametrize(
    ("words", "item"),
    [
        ("chicken pox", "Varicella"),
        ("chicken-pox shot", "varicela"),
        ("varicela", "Varivax"),
        ("HBV", "Hep B"),
        ("HAV", "hepatitis A"),
        ("triple viral", "MMR"),
        ("Influenza, injectable, quadrivalent, preservative free", "flu vaccine"),
    ],
)
def test_vaccine_is_recognized_by_its_other_names(words: str, item: str) -> None:
    assert path(said("Karin Lindholm", True, words), what=item).step == ConsentStep.PROCEED
