"""The parts of one consent answer fit together: adult, contact details, basis and channel."""

from __future__ import annotations

import pytest

from checkin.rules.consent_adults import ConsentAdult, ConsentBasis, ConsentChannel
from checkin.rules.consent_forms import (
    ConsentGiverKind,
    basis_channel_contradiction,
    choose_consent_basis,
    keep_own_contact,
    other_care_of_item,
)

HELEN = ConsentAdult("Helen Marsh", "(312) 555-0119", "mother")
MARCUS = ConsentAdult("Marcus Bell", "(312) 555-0120", "father")
KIM = ConsentAdult("Kim Sand", "", "sitter")
EVERYBODY = (HELEN, MARCUS, KIM)


def own(
    name: str,
    relationship: str = "",
    phone: str = "",
    known: tuple[ConsentAdult, ConsentAdult] | tuple[ConsentAdult] = EVERYBODY,
    child: str = "",
) -> tuple[str, str]:
    kept = keep_own_contact(ConsentAdult(name, phone, relationship), known, child)
    assert bool(kept.left_out) is ((kept.relationship, kept.phone) != (relationship, phone))
    return kept.relationship, kept.phone


@pytest.mark.parametrize("name", ["the sitter", "Kim", "Kim Sand", "Paul", "王伟", "منى", "x" * 200])
def test_another_adult_does_not_get_the_fathers_relationship_and_phone(name: str) -> None:
    assert own(name, "father", "312-555-0120") == ("", "")
    assert "Marcus Bell" in keep_own_contact(ConsentAdult(name, MARCUS.phone, "father"), EVERYBODY).left_out


@pytest.mark.parametrize("name", ["the sitter", "his aunt", "Kim Sand", "Grandma"])
def test_contradictory_relationship_is_dropped_if_no_phone_was_given(name: str) -> None:
    assert own(name, "father") == ("", "")


@pytest.mark.parametrize("name", ["Marcus Bell", "Bell, Marcus", "Marcus", "Dad", "father", "Mr. Bell"])
def test_father_keeps_his_own_details_however_he_is_written(name: str) -> None:
    assert own(name, "father", "(312) 555-0120") == ("father", "(312) 555-0120")


@pytest.mark.parametrize(
    ("name", "relationship", "phone"),
    [
        ("Paul Moss", "father", ""),
        ("Paul Moss", "his dad", "206-342-0000"),
        ("Rosa Delgado", "aunt", "206-342-0001"),
        ("the sitter", "sitter", ""),
        ("Kim Sand", "sitter", "206-342-0002"),
        ("Kim Sand", "", ""),
    ],
)
def test_details_that_belong_to_nobody_else_are_kept_as_typed(
    name: str, relationship: str, phone: str
) -> None:
    assert own(name, relationship, phone) == (relationship, phone)


def test_shared_phone_stays_with_both_adults() -> None:
    both = (HELEN, ConsentAdult("Marcus Bell", HELEN.phone, "father"))
    assert own("Marcus Bell", "father", HELEN.phone, both) == ("father", HELEN.phone)
    assert own("Rosa Delgado", "aunt", HELEN.phone, both) == ("aunt", "")


def test_patient_gets_no_parental_relationship_unless_a_parent_shares_the_name() -> None:
    assert own("Elizabeth Harrington", "mother", child="Elizabeth Harrington") == ("", "")
    assert own("elizabeth  harrington", "mother", HELEN.phone, child="Elizabeth Harrington") == ("", "")
    james = ConsentAdult("James Bell", "", "father")
    assert own("James Bell", "father", "", (james,), "James Bell") == ("father", "")


def test_two_guardians_with_one_name_keep_their_own_details() -> None:
    two = (
        ConsentAdult("Alex Kim", "555-111-1111", "mother"),
        ConsentAdult("Alex Kim", "555-222-2222", "father"),
    )
    for one in two:
        assert own(one.name, one.relationship, one.phone, two) == (one.relationship, one.phone)


def test_basis_chosen_from_adult_and_channel_is_never_contradictory() -> None:
    for how in ConsentChannel:
        for part in (None, *ConsentGiverKind):
            basis = choose_consent_basis(part, how)
            assert not basis_channel_contradiction(basis, how)
            assert basis != ConsentBasis.GUARDIAN_PRESENT or (part, how) == (
                ConsentGiverKind.GUARDIAN,
                ConsentChannel.VERBAL,
            )
    assert choose_consent_basis(ConsentGiverKind.GUARDIAN, ConsentChannel.TELEPHONE) == ConsentBasis.TELEPHONE
    assert (
        choose_consent_basis(None, ConsentChannel.VERBAL)
        == choose_consent_basis(ConsentGiverKind.ESCORT, ConsentChannel.WRITTEN)
        == ConsentBasis.NONE
    )
    assert choose_consent_basis(ConsentGiverKind.PROXY, ConsentChannel.VERBAL) == ConsentBasis.WRITTEN_PROXY


@pytest.mark.parametrize(
    ("basis", "how"), [("telephone", "verbal"), ("telephone", "written"), ("guardian_present", "telephone")]
)
def test_contradictory_basis_and_channel_are_reported(basis: str, how: str) -> None:
    assert "cannot both be" in basis_channel_contradiction(basis, how)


def test_due_item_of_another_kind_of_care_is_recognized() -> None:
    due = [("vaccine", "flu vaccine"), ("check_up", "Two-year check-up")]
    assert other_care_of_item("Flu vaccine", "treatment", due) == "vaccine"
    assert other_care_of_item("Two-year check-up", "vaccine", due) == "check_up"
    for item in ("flu vaccine", "MMR", ""):
        assert other_care_of_item(item, "vaccine", due) == ""
    assert other_care_of_item("flu antiviral", "treatment", due) == ""
