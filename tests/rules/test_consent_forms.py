"""What is written down of one answer belongs together: the adult and their own words, basis and way."""

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
    name: str, relationship: str = "", phone: str = "", known=EVERYBODY, child: str = ""
) -> tuple[str, str]:
    kept = keep_own_contact(ConsentAdult(name, phone, relationship), known, child)
    assert bool(kept.left_out) is ((kept.relationship, kept.phone) != (relationship, phone))
    return kept.relationship, kept.phone


@pytest.mark.parametrize("name", ["the sitter", "Kim", "Kim Sand", "Paul", "王伟", "منى", "x" * 200])
def test_nobody_else_keeps_the_fathers_relationship_and_phone(name):
    assert own(name, "father", "312-555-0120") == ("", "")
    assert "Marcus Bell" in keep_own_contact(ConsentAdult(name, MARCUS.phone, "father"), EVERYBODY).left_out


@pytest.mark.parametrize("name", ["the sitter", "his aunt", "Kim Sand", "Grandma"])
def test_a_relationship_that_contradicts_who_it_is_is_left_out_without_a_phone(name):
    assert own(name, "father") == ("", "")


@pytest.mark.parametrize("name", ["Marcus Bell", "Bell, Marcus", "Marcus", "Dad", "father", "Mr. Bell"])
def test_who_is_the_father_keeps_what_is_his_however_written_down(name):
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
def test_what_is_nobody_elses_is_kept_as_typed(name, relationship, phone):
    assert own(name, relationship, phone) == (relationship, phone)


def test_a_phone_that_two_share_stays_with_each_of_them():
    both = (HELEN, ConsentAdult("Marcus Bell", HELEN.phone, "father"))
    assert own("Marcus Bell", "father", HELEN.phone, both) == ("father", HELEN.phone)
    assert own("Rosa Delgado", "aunt", HELEN.phone, both) == ("aunt", "")


def test_the_patient_keeps_no_parents_relationship_unless_a_parent_has_the_same_name():
    assert own("Elizabeth Harrington", "mother", child="Elizabeth Harrington") == ("", "")
    assert own("elizabeth  harrington", "mother", HELEN.phone, child="Elizabeth Harrington") == ("", "")
    james = ConsentAdult("James Bell", "", "father")
    assert own("James Bell", "father", "", (james,), "James Bell") == ("father", "")


def test_two_guardians_of_one_name_are_each_their_own():
    two = (
        ConsentAdult("Alex Kim", "555-111-1111", "mother"),
        ConsentAdult("Alex Kim", "555-222-2222", "father"),
    )
    for one in two:
        assert own(one.name, one.relationship, one.phone, two) == (one.relationship, one.phone)


def test_on_whose_word_follows_from_who_and_how_and_never_contradicts():
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
def test_what_cannot_both_be_is_said(basis, how):
    assert "cannot both be" in basis_channel_contradiction(basis, how)


def test_an_item_that_is_due_of_another_care_is_none_of_this_one():
    due = [("vaccine", "flu vaccine"), ("check_up", "Two-year check-up")]
    assert other_care_of_item("Flu vaccine", "treatment", due) == "vaccine"
    assert other_care_of_item("Two-year check-up", "vaccine", due) == "check_up"
    for item in ("flu vaccine", "MMR", ""):
        assert other_care_of_item(item, "vaccine", due) == ""
    assert other_care_of_item("flu antiviral", "treatment", due) == ""
