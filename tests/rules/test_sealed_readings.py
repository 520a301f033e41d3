"""Which reasons open what is sealed, what the trail calls them, and for how long it stays open."""

from __future__ import annotations

import pytest

from checkin.rules.audit import AuditPurpose
from checkin.rules.sealed_readings import OPEN_SECONDS, SEALED_MARK, ReadingReason, SealedReason


@pytest.mark.parametrize("picked", [SealedReason.VISIT, SealedReason.SAFETY, SealedReason.CHECK])
def test_a_reason_of_the_list_will_do_alone(picked: str) -> None:
    assert ReadingReason(picked).is_given


@pytest.mark.parametrize(
    ("picked", "typed"),
    [("", ""), ("", "his mother asked"), ("nonsense", "his mother asked"), ("other", ""), ("other", " \n")],
)
def test_no_reason_and_another_one_without_words_will_not_do(picked: str, typed: str) -> None:
    assert not ReadingReason(picked, typed).is_given


def test_another_reason_in_words_will_do() -> None:
    assert ReadingReason(SealedReason.OTHER, "His mother asked what we wrote").is_given


@pytest.mark.parametrize(
    ("picked", "purpose"),
    [
        (SealedReason.VISIT, AuditPurpose.TREATMENT),
        (SealedReason.SAFETY, AuditPurpose.EMERGENCY),
        (SealedReason.CHECK, AuditPurpose.OPERATIONS),
        (SealedReason.OTHER, AuditPurpose.TREATMENT),
    ],
)
def test_each_reason_has_its_purpose_in_the_trail(picked: str, purpose: str) -> None:
    assert ReadingReason(picked, "in words").purpose == purpose


def test_it_is_open_for_twenty_seconds_at_most() -> None:
    assert 0 < OPEN_SECONDS <= 20


def test_the_mark_does_not_say_what_is_behind_it() -> None:
    mark = str(SEALED_MARK).casefold()
    assert not [word for word in ("alert", "safety", "court", "confidential", "care") if word in mark]
