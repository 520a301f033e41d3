"""Which adult on record answered, whether they may decide, and which answer applies."""

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


def test_guardian_stays_active_if_a_namesake_entry_has_ended() -> None:
    known = KnownAdults(guardians=(HELEN,), others=(ConsentAdult("Helen Marsh", "", "mother"),))
    assert not known.is_over(ConsentAdult("Helen Marsh"))
    assert known.may_decide(said(True), CareKind.VACCINE)


def test_two_strangers_are_different_people_and_one_stranger_is_the_same() -> None:
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
def test_staff_decide_the_authority_of_an_adult_not_on_record(basis: str, expected: bool) -> None:
    assert BOTH.may_decide(said(True, who="Zed Quill", basis=basis), CareKind.VACCINE) is expected


def test_telephone_answer_by_a_stranger_counts_only_without_guardians_on_record() -> None:
    stranger = said(True, who="Zed Quill")
    assert KnownAdults().may_decide(stranger, CareKind.VACCINE)
    assert not BOTH.may_decide(stranger, CareKind.VACCINE)


def test_answer_applies_only_to_its_own_kind_of_care() -> None:
    assert said(True, "MMR").is_about(CareKind.VACCINE, "MMR")
    assert not said(True, "MMR", care="check_up").is_about(CareKind.VACCINE, "MMR")
    assert not said(True, care="check_up").is_about(CareKind.VACCINE, "MMR")


def test_condition_is_read_only_from_consent_to_its_own_care() -> None:
    words = "MMR if she has no fever"
    assert said(True, words).is_on_condition(CareKind.VACCINE, "MMR")
    assert not said(True, words).is_about(CareKind.VACCINE, "MMR")
    assert not said(False, words).is_on_condition(CareKind.VACCINE, "MMR")
    assert said(False, words).is_about(CareKind.VACCINE, "MMR")
    assert not said(True, words, care="check_up").is_on_condition(CareKind.VACCINE, "MMR")


def test_refusal_without_authority_does_not_settle_a_condition() -> None:
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
def test_later_answer_replaces_an_earlier_one_only_if_it_covers_it(
    earlier: ConsentAnswer, later: ConsentAnswer, expected: bool
) -> None:
    assert is_superseding_answer(later, earlier, BOTH) is expected


def test_conflict_of_two_people_is_reported_before_one_persons_own() -> None:
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
def test_adult_cannot_grant_themselves_a_proxy(held_by: str, granted_by: str, expected: bool) -> None:
    assert (
        may_be_self_granted(WrittenProxy(ConsentAdult(held_by), granted_by), ConsentAdult(granted_by))
        is expected
    )


def test_phone_or_kinship_tells_apart_guardians_with_one_name() -> None:
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
def test_adults_match_by_full_name_or_by_part_of_it_and_the_phone(
    one: ConsentAdult, other: ConsentAdult, expected: bool
) -> None:
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
def test_guardian_written_with_another_role_is_explained_with_both_roles(
    who: str, relationship: str, told: str
) -> None:
    """“Helen Marsh is no guardian on record” stood next to “Helen Marsh, caseworker” under Guardians."""
    known = KnownAdults(guardians=(CASEWORKER,))
    one = said(True, who=who, relationship=relationship)
    assert not known.may_decide(one, CareKind.VACCINE)
    expected = f"is on record as “caseworker, county foster care”, {told}"
    assert why_answer_does_not_count(one, known) == expected


def test_reason_says_if_the_adult_may_not_consent_or_is_not_on_record() -> None:
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
