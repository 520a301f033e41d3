"""Which differences from the record matter, and which are only other spellings."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from checkin.rules import discrepancies as discrepancy_rules
from checkin.rules.discrepancies import KeptDifference, NoticedDifference
from checkin.rules.discrepancy_causes import DiscrepancyCause
from checkin.rules.sign_in_claims import SignInClaim

NAMED = DiscrepancyCause.NAME_DIFFERS
ON_TUESDAY = {"today": dt.date(2026, 3, 10), "day_first": False}


def claim(**said: Any) -> SignInClaim:
    return SignInClaim(key=uuid.uuid4(), **said)


def child(
    given: str = "Leo",
    family: str = "Ruiz",
    preferred: str = "",
    born: None = dt.date(2018, 3, 14),
    **said: Any,
) -> list[Any]:
    found = discrepancy_rules.notice_patient_differences(
        claim(**said),
        given_name=given,
        family_name=family,
        preferred_name=preferred,
        birth_date=born,
        **ON_TUESDAY,
    )
    return [one.field for one in found]


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ("LEO", "ruíz"),
        ("Ruiz", "Leo"),
        ("Leo Ruiz", ""),
        ("Leo", ""),
        ("", "Ruiz"),
        ("", ""),
        ("Le o", "Ruiz"),
    ],
)
def test_same_name_written_another_way_is_not_a_difference(given: str, family: str) -> None:
    assert child(child_given_name=given, child_family_name=family) == []


@pytest.mark.parametrize(("given", "family"), [("Leon", "Ruiz"), ("Leo", "Ruis"), ("Lea", ""), ("", "Rui")])
def test_another_name_is_a_difference(given: str, family: str) -> None:
    assert child(child_given_name=given, child_family_name=family) == ["name"]


def test_preferred_name_is_not_a_difference() -> None:
    assert child(given="Robert", preferred="Bobby", child_given_name="Bobby", child_family_name="Ruiz") == []


def test_chinese_names_with_the_same_sound_are_told_apart() -> None:
    assert child(given="薇", family="王", child_given_name="伟", child_family_name="王") == ["name"]
    assert child(given="👶", family="", child_given_name="👶") == []


@pytest.mark.parametrize("typed", ["2018-03-14", "3/14/2018", "14.3.2018", ""])
def test_same_birth_date_written_another_way_is_not_a_difference(typed: str) -> None:
    assert child(child_birth_date=typed) == []


@pytest.mark.parametrize("typed", ["2018-03-15", "yesterday", "2031-01-01", "2018-02-30"])
def test_other_or_impossible_birth_date_is_a_difference(typed: str) -> None:
    assert child(child_birth_date=typed) == ["birth_date"]


def test_birth_date_is_offered_if_none_is_on_record() -> None:
    assert child(born=None, child_birth_date="2018-03-14") == ["birth_date"]


@pytest.mark.parametrize(
    ("typed", "recorded", "differs"),
    [
        ("(555) 010-0123", "555-010-0123", False),
        ("+1 555 010 0123", "5550100123", False),
        ("555-010-0124", "555-010-0123", True),
        ("555-010-0124", "", True),
        ("", "555-010-0123", False),
        ("ask my sister", "", True),
        ("ask my sister", "ask my sister", False),
    ],
)
def test_phones_differ_by_their_digits(typed: str, recorded: str, differs: bool) -> None:
    assert (
        bool(discrepancy_rules.notice_phone_difference(claim(escort_phone=typed), recorded=recorded))
        is differs
    )


@pytest.mark.parametrize("typed", ["Ana Ruiz", "RUIZ, ANA", "ána ruiz", ""])
def test_guardian_on_record_is_not_a_difference(typed: str) -> None:
    assert not discrepancy_rules.notice_guardian_difference(
        claim(guardian_name=typed), recorded=["Luis Ruiz", "Ana Ruiz"]
    )


def test_guardian_not_on_record_is_a_difference_listing_those_who_are() -> None:
    (found,) = discrepancy_rules.notice_guardian_difference(
        claim(guardian_name="Eva Ruiz"), recorded=["Luis Ruiz", "Ana Ruiz"]
    )
    assert found.recorded == "Luis Ruiz, Ana Ruiz"
    (found,) = discrepancy_rules.notice_guardian_difference(claim(guardian_name="Eva Ruiz"), recorded=[])
    assert found.cause == DiscrepancyCause.NO_GUARDIAN


@pytest.mark.parametrize(
    ("typed", "differs"),
    [
        ("12 elm st.", False),
        ("12 Elm St, Springfield", False),
        ("12 Elm St, 62701 Springfield", False),
        ("12 Elm St Springfield 62701", False),
        ("14 Elm St", True),
        ("", False),
    ],
)
def test_address_may_be_written_with_or_without_its_city(typed: str, differs: bool) -> None:
    found = discrepancy_rules.notice_address_difference(
        claim(address=typed), address="12 Elm St", city="Springfield", postcode="62701"
    )
    assert bool(found) is differs


def test_kept_difference_is_not_noticed_again_until_either_side_changes() -> None:
    noticed = [
        NoticedDifference("phone", "555-1", "555-2", DiscrepancyCause.OTHER_ESCORT_PHONE),
        NoticedDifference("name", "Leon", "Leo", NAMED),
    ]
    kept = [KeptDifference("phone", "555-1", "555-2", 7), KeptDifference("name", "Leon", "Leo")]
    again = discrepancy_rules.drop_kept_differences
    assert again(noticed, kept, escort_id=7) == []
    assert again(noticed, kept, escort_id=8) == noticed[:1]
    assert again([NoticedDifference("name", "Leonn", "Leo", NAMED)], kept, escort_id=7) != []
    assert again([NoticedDifference("name", "Leon", "Lea", NAMED)], kept, escort_id=7) != []


def test_using_the_new_value_writes_only_what_was_typed() -> None:
    change = discrepancy_rules.build_discrepancy_change
    assert change("name", claim(child_given_name="Leon"), **ON_TUESDAY).columns == {"given_name": "Leon"}
    called = change("name", claim(child_given_name="Leon"), **ON_TUESDAY, called=True)
    assert called.columns == {"preferred_name": "Leon"}
    born = change("birth_date", claim(child_birth_date="3/15/2018"), **ON_TUESDAY)
    assert born.columns == {"birth_date": "2018-03-15"}
    guardian = change("guardian", claim(guardian_name="Eva"), **ON_TUESDAY)
    assert (guardian.subject, guardian.columns) == ("Guardian", {"name": "Eva", "may_consent": False})
    assert change("address", claim(address="14 Elm St"), **ON_TUESDAY).columns == {"address": "14 Elm St"}


@pytest.mark.parametrize("typed", ["yesterday", "2018-02-30", "2031-01-01", ""])
def test_impossible_birth_date_is_never_used(typed: str) -> None:
    change = discrepancy_rules.build_discrepancy_change(
        "birth_date", claim(child_birth_date=typed), **ON_TUESDAY
    )
    assert change.columns == {}
    assert change.problem.startswith("This cannot be used")


def test_truncated_text_is_never_used() -> None:
    said = claim(address="1", cut=("address",))
    assert (
        discrepancy_rules.build_discrepancy_change("address", said, **ON_TUESDAY).problem
        == discrepancy_rules.TOO_LONG_TO_USE
    )
    assert not discrepancy_rules.build_discrepancy_change("phone", said, **ON_TUESDAY).problem


def test_second_sign_in_or_missing_name_has_nothing_to_write() -> None:
    assert discrepancy_rules.build_discrepancy_change("sign_in", claim(), **ON_TUESDAY).problem
    assert discrepancy_rules.build_discrepancy_change(
        "name", claim(child_family_name="R"), **ON_TUESDAY, called=True
    ).problem


def why(found: list[NoticedDifference]) -> str:
    (only,) = found
    return str(only.cause.label)


def test_difference_says_whether_anything_was_on_record() -> None:
    phone, address = claim(escort_phone="312 846 2291"), claim(address="14 Elm St")
    notice_phone = discrepancy_rules.notice_phone_difference
    assert why(notice_phone(phone, recorded="")) == "no phone is on record for this escort"
    assert why(notice_phone(phone, recorded="312 846 2299", is_guardian=True)) == (
        "another phone is on record for this guardian"
    )
    notice_address = discrepancy_rules.notice_address_difference
    nowhere = notice_address(address, address="", city="Springfield", postcode="")
    assert (why(nowhere), nowhere[0].recorded) == ("no address is on record yet", "Springfield")
    assert (
        why(notice_address(address, address="12 Elm St", city="", postcode=""))
        == "another address is on record"
    )
    (known,) = discrepancy_rules.notice_guardian_difference(claim(guardian_name="Eva"), recorded=["Ana Ruiz"])
    assert known.cause.label == "this guardian is not among those on record"


@pytest.mark.parametrize(
    ("typed", "recorded", "told"),
    [
        ("2018-03-15", dt.date(2018, 3, 14), "another birth date is on record"),
        ("2018-03-15", None, "no birth date is on record yet"),
        ("2031-01-01", dt.date(2018, 3, 14), "the birth date as typed is in the future"),
    ],
)
def test_different_birth_date_says_what_is_unusual_about_it(
    typed: str, recorded: dt.date | None, told: str
) -> None:
    found = discrepancy_rules.notice_patient_differences(
        claim(child_birth_date=typed),
        given_name="Leo",
        family_name="Ruiz",
        preferred_name="",
        birth_date=recorded,
        **ON_TUESDAY,
    )
    assert why(found) == told
    assert found[0].recorded == (recorded.isoformat() if recorded else "")


def test_birth_date_no_child_can_have_is_a_problem_by_itself() -> None:
    notice = discrepancy_rules.notice_claim_problems
    assert notice(claim(child_birth_date="2018-03-14"), **ON_TUESDAY) == []
    assert why(notice(claim(child_birth_date="2031-01-01"), **ON_TUESDAY)).endswith("in the future")


def test_first_of_several_given_names_is_not_a_difference() -> None:
    assert child(given="Leo Andrés", child_given_name="Leo", child_family_name="Ruiz") == []
    assert child(given="Leo Andrés", child_given_name="Andrés", child_family_name="Ruiz") == ["name"]


def test_difference_too_long_to_keep_is_recognized_by_its_kept_part() -> None:
    limit = discrepancy_rules.LONGEST_DISCREPANCY_SIDE
    noticed = [NoticedDifference("address", "t" * (limit + 1), "r" * (limit + 1), "")]
    kept = [KeptDifference("address", "t" * limit, "r" * limit)]
    assert discrepancy_rules.drop_kept_differences(noticed, kept, escort_id=7) == []


def test_name_parts_may_be_in_any_order() -> None:
    assert discrepancy_rules.is_same_person_name("Ruiz, Ana", "ana ruiz")
    assert discrepancy_rules.is_same_person_name("Ana Maria Ruiz", "Ruiz Ana Maria")
    assert not discrepancy_rules.is_same_person_name("Ana Ruiz", "Ana Ruis")
