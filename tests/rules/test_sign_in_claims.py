"""A claim's digest: an upgrade between two attempts must not turn one sign-in into two."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, fields
from typing import Any

import pytest

from checkin.rules import sign_in_claims
from checkin.rules.sign_in_claims import SignInClaim

KEY = "5f0c7d1e-8a51-4a52-9a80-2d9a6f1f6c01"

EVERY_FIELD = {
    "child_given_name": "Zoë",
    "child_family_name": "Nuñez-Okafor",
    "child_birth_date": "14/3/2018",
    "escort_name": "李小龙",
    "relationship": "👵🏽❤️ grandmother",
    "escort_phone": "(312) 555-0188",
    "reason": "fever since\nSunday",
    "also": "a rash",
    "notes_wanted": ["school", "work"],
    "approach": "leave",
    "language": "es",
    "interpreter": "yes",
    "interpreter_language": "Mixteco",
    "access_needs": "a ramp",
    "best_way": "text",
    "best_time": "after 4",
    "address": "12 Brook Street",
    "guardian_name": "Ana Ruiz",
    "remember": True,
    "help": "1",
    "is_patient": "on",
    "typed_at": "2026-03-10T14:40:00Z",
    "unreadable": "x: y",
}
AUNT = {
    "child_given_name": "Leo",
    "child_family_name": "Ruiz",
    "child_birth_date": "2018-03-14",
    "escort_name": "Rosa Delgado",
    "relationship": "his aunt, my sister is at work",
}
ODD = {
    "child_given_name": ["Leo", "Max"],
    "reason": {"why": "cough"},
    "approach": "hug",
    "interpreter": "maybe",
    "notes_wanted": "school please",
    "also": None,
}
FIRST_VERSION = {
    "everything blank": ({}, "329e44a8a1a14c6f01c2513d214d47c292222c14f9d96668784c4f4a1808fcac"),
    "a nephew and his aunt": (AUNT, "6cbaa39eb3a5049be5ad4a922ee1fdbc42ae7e7a6fcd63874882556599107d46"),
    "every field": (EVERY_FIELD, "47ccf49352246ad497b6c4836bc355f9634e290fdc809607f55034405b98e59d"),
    "would rather talk": (
        {"help": True, "language": "en"},
        "cc0d13842c8a000cf0cadbd3fe1e1e5418d0313035e62b311ca8bb2814149116",
    ),
    "text that was cut": (
        {"relationship": "great-" * 100 + "aunt", "child_given_name": "A" * 201},
        "02d8ac7da0154d8ee6358e31dbf08a5c78bfcb913b21d4a20b1adbcd6fbe39f7",
    ),
    "many texts that were cut": (
        dict.fromkeys(
            ["also", "approach", "access_needs", "best_way", "best_time", "address", "language"], "x" * 2100
        ),
        "439f94d5d4253b1ecc9c35d46125447720f1ffc11b7e505a99a914ff5e751418",
    ),
    "odd values": (ODD, "b3673ba13db5adfbb084eb07587143dd29c474c07341dc59a4e6b24ea25b51b2"),
    "who came alone": (
        {"child_given_name": "Ada", "is_patient": "true", "reason": "check-up", "notes_wanted": "work"},
        "e43ce90b9a00ddcdcda1a0295fe06ad4b7575c389b96a5598d3eba8ec219a652",
    ),
}
"""Claims with the digest from the first version, written out because stored sign-ins hold them."""


@dataclass(frozen=True, slots=True)
class NewerClaim(sign_in_claims.SignInClaim):
    """A claim as a later version might have it, with fields of every kind."""

    pet: str = ""
    vaccinated: bool = False
    languages: tuple[str, ...] = ()


def newer(said: object | dict[str, str], **also: Any) -> NewerClaim:
    kept = sign_in_claims.read_sign_in_claim({"key": KEY} | said)
    return NewerClaim(**{one.name: getattr(kept, one.name) for one in fields(kept)}, **also)


@pytest.mark.parametrize(("said", "digest"), FIRST_VERSION.values(), ids=FIRST_VERSION)
def test_claim_sent_before_an_upgrade_keeps_its_digest(said: object, digest: str) -> None:
    assert sign_in_claims.read_sign_in_claim({"key": KEY} | said).digest() == digest


@pytest.mark.parametrize(("said", "digest"), FIRST_VERSION.values(), ids=FIRST_VERSION)
def test_blank_field_added_later_does_not_change_the_digest(said: object, digest: str) -> None:
    assert newer(said).digest() == digest


@pytest.mark.parametrize("also", [{"pet": "a dog"}, {"vaccinated": True}, {"languages": ("es",)}])
def test_filled_field_added_later_changes_the_digest(
    also: dict[str, str] | dict[str, bool] | dict[str, tuple[str]],
) -> None:
    assert newer(AUNT, **also).digest() != newer(AUNT).digest()


def test_claim_sent_at_a_later_time_has_the_same_digest() -> None:
    assert (
        sign_in_claims.read_sign_in_claim({"key": KEY, "typed_at": "later"}).digest()
        == sign_in_claims.read_sign_in_claim({"key": KEY}).digest()
    )


@pytest.mark.parametrize(
    ("worried", "tap"),
    [
        ("", ""),
        ("no", ""),
        ("yes", "9:40"),
        (True, "9:40"),
        (KEY, KEY),
        (KEY.upper(), KEY),
        (f"{{{KEY}}}", KEY),
    ],
)
def test_urgent_tap_is_identified_by_its_key_or_else_by_its_time(worried: str | bool, tap: str) -> None:
    assert sign_in_claims.read_sign_in_claim({"worried": worried, "typed_at": "9:40"}).tap == tap


def test_every_field_of_the_first_version_changes_the_digest() -> None:
    blank = sign_in_claims.read_sign_in_claim({"key": KEY}).digest()
    for name, value in EVERY_FIELD.items():
        said = sign_in_claims.read_sign_in_claim({"key": KEY, name: value})
        assert (said.digest() == blank) == (name == "typed_at"), name


def test_one_key_gives_one_claim_id_and_no_key_a_new_one() -> None:
    read = sign_in_claims.read_submission_key
    assert str(read(KEY)) == str(read(KEY.upper())) == KEY
    assert read("tablet 7, third try") == read("tablet 7, third try") != read("tablet 7, fourth try")
    assert read("") != read("")
    assert read(None) != read(None)
    # However long the key is, the part that is read identifies the claim.
    assert read("x" * 200) == read("x" * 201) != read("x" * 199)


def test_joined_submissions_keep_later_answers_and_all_earlier_text() -> None:
    def read(**said: Any) -> SignInClaim:
        return sign_in_claims.read_sign_in_claim({"key": KEY} | said)

    before = read(child_given_name="Leo", reason="fever", is_patient="yes", address="x" * 301)
    after = read(child_given_name="Leon", help="yes", relationship="g" * 501)
    joined = sign_in_claims.join_sign_in_claims(before, after)
    assert (joined.child_given_name, joined.reason, joined.help) == ("Leon", "fever", True)
    assert joined.cut == ("address", "relationship")
    assert joined.key == before.key
    # Naming an escort means the patient did not come alone; saying nothing changes nothing.
    assert not joined.is_patient
    assert sign_in_claims.join_sign_in_claims(before, read(reason="cough")).is_patient
    assert not sign_in_claims.join_sign_in_claims(before, read(escort_name="Rosa")).is_patient


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ({"is_patient": True, "escort_name": "Rosa", "relationship": "aunt"}, "Rosa, aunt"),
        ({"is_patient": True, "relationship": "aunt"}, "aunt"),
        ({"is_patient": True}, ""),
        ({"escort_name": "Rosa", "relationship": "aunt"}, ""),
    ],
)
def test_what_was_typed_about_an_adult_is_kept_of_a_patient_who_came_alone(
    typed: dict[str, Any], shown: str
) -> None:
    assert SignInClaim(key=uuid.UUID(int=1), **typed).also_typed == shown
