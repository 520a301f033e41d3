"""What speaks for a record: names are said before the birth date, and that before what is known of today."""

from __future__ import annotations

from datetime import date

import pytest

from checkin.rules.identity import judge_identity
from checkin.rules.identity_facts import IdentityClaim, PatientRecord
from checkin.rules.identity_reasons import IdentityReason


def test_the_codes_that_stand_on_decisions_are_these_in_the_order_in_which_they_are_said() -> None:
    assert IdentityReason.values == [
        "names_swapped",
        "preferred_name",
        "same_name",
        "same_given_name",
        "same_family_name",
        "near_given_name",
        "near_family_name",
        "same_birth_date",
        "birth_date_slip",
        "expected_today",
        "phone_on_record",
        "same_postcode",
        "child_but_for_merge",
    ]


def test_each_reason_is_a_sentence_of_its_own() -> None:
    sentences = [str(one.label) for one in IdentityReason]
    assert all(one.endswith(".") for one in sentences) and len(set(sentences)) == len(sentences)


@pytest.mark.parametrize(
    ("typed", "recorded", "is_swapped"),
    [
        (("Garcia", "Maria"), ("Maria", "Garcia"), True),
        (("García", "Mariah"), ("Maria", "Garcia"), True),
        (("Garcia", "M"), ("Maria", "Garcia"), True),
        (("Rel", "Yes"), ("Y", "O"), False),
        (("Rel", "Yolanda"), ("Yo", "Okafor"), False),
        (("Stone", "Maria"), ("Maria", "Okafor"), False),
    ],
)
def test_names_are_called_swapped_only_if_both_are(
    typed: tuple[str, str], recorded: tuple[str, str], is_swapped: bool
) -> None:
    born = date(2018, 3, 14)
    record = PatientRecord(1, *recorded, birth_date=born)
    (found,) = judge_identity(IdentityClaim(*typed, born), [record]).candidates
    assert (IdentityReason.NAMES_SWAPPED in found.reasons) == is_swapped
    if not is_swapped:
        assert IdentityReason.NEAR_GIVEN_NAME not in found.reasons
