"""Which kinds of mark a visit can have, and what is said about each in lists."""

from __future__ import annotations

import pytest

from checkin.rules.confidential_visits import NEUTRAL_MARK, ConfidentialKind, is_visit_kind, kind_of_sign_in


@pytest.mark.parametrize("kind", [ConfidentialKind.ALONE, ConfidentialKind.OTHER, "alone"])
def test_a_visit_is_confidential_for_a_teenager_alone_or_another_reason(kind: str) -> None:
    assert is_visit_kind(kind)


@pytest.mark.parametrize("kind", [ConfidentialKind.ADDRESS, "", "ALONE", "gossip"])
def test_a_hidden_address_or_an_unknown_word_is_no_kind_of_visit(kind: str) -> None:
    assert not is_visit_kind(kind)


def test_the_mark_names_no_kind() -> None:
    assert not any(str(kind.label).lower() in NEUTRAL_MARK.lower() for kind in ConfidentialKind)


def test_the_desk_marks_a_patient_who_came_alone_as_that() -> None:
    assert kind_of_sign_in(is_patient=True) == ConfidentialKind.ALONE
    assert kind_of_sign_in(is_patient=False) == ConfidentialKind.OTHER
