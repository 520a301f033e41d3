"""Who of the adults on record said it, whether they may decide, and which answer stands."""

from __future__ import annotations

import pytest

from checkin.rules.consent_adults import (
    CareKind,
    ConsentAdult,
    WrittenProxy,
    has_guardian_phone_or_kin,
    may_be_self_granted,
)
from checkin.rules.consent_answers import ConsentAnswer, KnownAdults
from checkin.rules.consent_precedence import (
    find_conditional_answer,
    is_superseding_answer,
    weigh_consent_answers,
)
from checkin.rules.consent_reasons import why_answer_does_not_count, why_proxy_does_not_count

HELEN, OWEN = (
    ConsentAdult("Helen Marsh", "(312) 555-0119", "mother"),
    ConsentAdult("Owen Marsh", "(312) 555-0120", "father"),
)
BOTH = KnownAdults(guardians=(HELEN, OWEN))


def said(agreed: bool, item: str = "", who: str = "Helen Marsh", **more: str) -> ConsentAnswer:
    return ConsentAnswer(
        **{"care": "vaccine", "agreed": agreed, "basis": "telephone", "who": who, "to_what": item} | more
    )


def test_a_guardian_is_not_over_because_another_row_of_the_same_name_is():
    known = KnownAdults(guardians=(HELEN,), others=(ConsentAdult("Helen Marsh", "", "mother"),))
    assert not known.is_over(ConsentAdult("Helen Marsh"))
    assert known.may_decide(said(True), CareKind.VACCINE)


def test_two_strangers_are_two_people_and_one_stranger_is_one():
    kim = said(False, who="Kim Sand", basis="none")
    assert BOTH.person(kim) != ""
    assert BOTH.is_same_person(kim, said(True, who="Sand, Kim"))
    assert not BOTH.is_same_person(kim, said(True, who="Kai Sand"))


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        ("guardian_present", True),
        ("own", True),
        ("clinician", True),
        ("written_proxy", True),
        ("none", False),
    ],
)
def test_of_whom_the_record_does_not_know_staff_say_whether_they_may(basis, expected):
    assert BOTH.may_decide(said(True, who="Zed Quill", basis=basis), CareKind.VACCINE) is expected


def test_a_voice_on_the_telephone_is_a_guardian_s_only_where_none_is_on_record():
    stranger = said(True, who="Zed Quill")
    assert KnownAdults().may_decide(stranger, CareKind.VACCINE)
    assert not BOTH.may_decide(stranger, CareKind.VACCINE)


def test_an_answer_about_an_item_is_of_its_own_kind_of_care():
    assert said(True, "MMR").is_about(CareKind.VACCINE, "MMR")
    assert not said(True, "MMR", care="check_up").is_about(CareKind.VACCINE, "MMR")
    assert not said(True, care="check_up").is_about(CareKind.VACCINE, "MMR")


def test_a_condition_is_read_of_a_yes_alone_and_of_its_own_care():
    words = "MMR if she has no fever"
    assert said(True, words).is_on_condition(CareKind.VACCINE, "MMR")
    assert not said(True, words).is_about(CareKind.VACCINE, "MMR")
    assert not said(False, words).is_on_condition(CareKind.VACCINE, "MMR")
    assert said(False, words).is_about(CareKind.VACCINE, "MMR")
    assert not said(True, words, care="check_up").is_on_condition(CareKind.VACCINE, "MMR")


def test_a_no_of_who_may_not_decide_does_not_answer_a_condition():
    asked, beside = said(True, "MMR if she has no fever"), said(False, "MMR", who="Kim Sand", basis="none")
    found = find_conditional_answer([asked, beside], BOTH, CareKind.VACCINE, "MMR", said=beside)
    assert found == asked
    counts = said(True, "MMR")
    assert find_conditional_answer([asked, counts], BOTH, CareKind.VACCINE, "MMR", said=counts) is None


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        (said(False, "measles"), said(True, "MMR"), False),
        (said(True, "measles"), said(True, "MMR"), True),
        (said(False, "measles"), said(False, "MMR"), True),
        (said(True, "measles"), said(False, "MMR"), True),
        (said(False, "MMR"), said(True, "MMR"), True),
        (said(False, "MMR"), said(True, "MMR", who="Owen Marsh"), False),
        (said(False, "measles"), said(True, "MMR", who="Noor", basis="clinician"), True),
    ],
)
def test_what_takes_back_an_earlier_answer(earlier, later, expected):
    assert is_superseding_answer(later, earlier, BOTH) is expected


def test_two_people_who_contradict_each_other_are_told_before_one_who_may_contradict_themselves():
    answers = [said(False, "MMR", who="Owen Marsh"), said(False, "measles"), said(True, "MMR")]
    found = weigh_consent_answers(answers, BOTH, CareKind.VACCINE, "MMR")
    assert (found.said, found.against, found.by_one_person) == (answers[0], answers[2], False)
    found = weigh_consent_answers(answers[1:], BOTH, CareKind.VACCINE, "MMR")
    assert (found.said, found.against, found.by_one_person) == (answers[1], answers[2], True)


@pytest.mark.parametrize(
    ("held_by", "granted_by", "expected"),
    [
        ("Nia Long", "Nia Long", True),
        ("Nia Long", "Nia", True),
        ("Nia", "Nia Long", True),
        ("Nia Long", "Helen Marsh", False),
        ("Nia Long", "Ana Long", False),
        ("Nia Long", "", False),
    ],
)
def test_nobody_grants_a_proxy_to_themselves(held_by, granted_by, expected):
    assert (
        may_be_self_granted(WrittenProxy(ConsentAdult(held_by), granted_by), ConsentAdult(granted_by))
        is expected
    )


def test_of_two_guardians_of_one_name_phone_or_kinship_says_which():
    assert has_guardian_phone_or_kin(ConsentAdult("Marsh", "", "mother"), HELEN)
    assert has_guardian_phone_or_kin(ConsentAdult("Marsh", "(312) 555-0119"), HELEN)
    assert not has_guardian_phone_or_kin(ConsentAdult("Marsh", "(312) 555-0120", "father"), HELEN)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (ConsentAdult("Helen Marsh"), ConsentAdult("Marsh, Helen"), True),
        (ConsentAdult("Helen", "(312) 555-0119"), HELEN, True),
        (HELEN, ConsentAdult("Helen", "(312) 555-0119"), True),
        (ConsentAdult("Helen"), HELEN, False),
        (ConsentAdult("Ann Marsh", "(312) 555-0119"), HELEN, False),
        (ConsentAdult("", "(312) 555-0119"), HELEN, False),
        (HELEN, ConsentAdult("", "(312) 555-0119"), False),
    ],
)
def test_one_adult_is_another_by_the_same_name_or_a_part_of_it_and_the_phone(one, other, expected):
    assert one.same_as(other) is expected


CASEWORKER = ConsentAdult("Helen Marsh", "(312) 555-0106", "caseworker, county foster care")


@pytest.mark.parametrize(
    ("who", "relationship", "told"),
    [
        ("Helen Marsh", "foster mother", "and not surely as “foster mother”"),
        ("Marsh, Helen", "caseworker", "and not surely as “caseworker”"),
        ("Helen Marsh, aunt", "", "and not surely as “aunt”"),
        ("Helen Marsh?", "", "and not surely who is meant here"),
    ],
)
def test_of_a_guardian_by_name_who_is_something_else_here_both_are_said(who, relationship, told):
    """“Helen Marsh is no guardian on record” was told beside “Helen Marsh, caseworker” under Guardians."""
    known = KnownAdults(guardians=(CASEWORKER,))
    one = said(True, who=who, relationship=relationship)
    assert not known.may_decide(one, CareKind.VACCINE)
    expected = f"is on record as “caseworker, county foster care”, {told}"
    assert why_answer_does_not_count(one, known) == expected


def test_of_an_adult_who_may_not_consent_and_of_a_stranger_the_record_says_just_that():
    one = said(True, relationship="aunt")
    assert (
        why_answer_does_not_count(one, KnownAdults(guardians=(OWEN,), others=(CASEWORKER,)))
        == "may not consent"
    )
    assert why_answer_does_not_count(one, KnownAdults(guardians=(OWEN,))) == "is no guardian on record"
    proxy = WrittenProxy(ConsentAdult("Kim Sand"), granted_by="Helen Marsh, aunt")
    told = "Helen Marsh, aunt granted it and is on record as “caseworker, county foster care”"
    assert why_proxy_does_not_count(KnownAdults(guardians=(CASEWORKER,)), proxy).startswith(told)
    mother = KnownAdults(guardians=(ConsentAdult("Helen Marsh", "555-0119", ""),))
    assert why_answer_does_not_count(one, mother) == "is on record as “guardian”, and not surely as “aunt”"
