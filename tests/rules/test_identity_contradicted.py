"""A phone or postcode that differs: no appointment outweighs it if a name or the date differs too."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from checkin.rules.identity import IdentityOutcome, judge_identity
from checkin.rules.identity_facts import IdentityClaim, PatientRecord

BORN = date(2018, 5, 6)
PHONE, OTHER_PHONE = "206 555 0134", "206 555 0188"
EXPECTED = PatientRecord(
    1, "Jose", "Garcia", birth_date=BORN, phones=(PHONE,), postcode="98101", has_appointment_today=True
)
DIFFERING = [
    IdentityClaim("Jose", "Garcia", date(2019, 5, 6)),
    IdentityClaim("Jose", "Garcia", date(2018, 5, 26)),
    IdentityClaim("Jose", "Garcia", date(2018, 6, 5)),
    IdentityClaim("Jose", "Garcia", None, "06/05/2018"),
    IdentityClaim("Jose", "Garzia", BORN),
    IdentityClaim("Jose", "Garcia Lopez", BORN),
    IdentityClaim("Jose", "", BORN),
]


def outcome(claim: IdentityClaim, *records: PatientRecord) -> IdentityOutcome:
    return judge_identity(claim, records).outcome


@pytest.mark.parametrize("claim", DIFFERING, ids=str)
def test_appointment_does_not_outweigh_a_contradicting_phone_or_postcode(
    claim: IdentityClaim,
) -> None:
    assert outcome(claim, EXPECTED) == IdentityOutcome.CERTAIN
    assert outcome(replace(claim, phone=PHONE, postcode="98101"), EXPECTED) == IdentityOutcome.CERTAIN
    for against in (
        replace(claim, phone=OTHER_PHONE),
        replace(claim, postcode="98109"),
        replace(claim, phone=PHONE, postcode="98109"),
        replace(claim, phone=OTHER_PHONE, postcode="98101"),
        replace(claim, phone=OTHER_PHONE, postcode="98109"),
    ):
        judgment = judge_identity(against, [EXPECTED])
        assert judgment.outcome == IdentityOutcome.PROBABLE
        assert judgment.candidates[0].record == EXPECTED


@pytest.mark.parametrize("typed", ["Jose", "Jose Maria"])
@pytest.mark.parametrize("family", ["Lopez", "Carrera", "Garrison", "李"])
def test_appointment_alone_does_not_settle_a_clearly_different_family_name(typed: str, family: str) -> None:
    expected = replace(EXPECTED, given_name="Jose Maria")
    claim = IdentityClaim(typed, family, BORN)
    judgment = judge_identity(claim, [expected])
    assert judgment.outcome == IdentityOutcome.PROBABLE
    assert judgment.candidates[0].record == expected
    bare = replace(expected, given_name=typed, phones=(), postcode="")
    assert outcome(claim, bare) == IdentityOutcome.PROBABLE
    assert outcome(replace(claim, phone=PHONE), replace(bare, phones=(PHONE,))) == IdentityOutcome.CERTAIN
    postcode = replace(claim, postcode="98101")
    assert outcome(postcode, replace(bare, postcode="98101")) == IdentityOutcome.CERTAIN


def test_appointment_is_not_enough_if_the_birth_date_is_a_placeholder() -> None:
    record = replace(EXPECTED, birth_date=date(2018, 1, 1))
    claim = IdentityClaim("Jose", "Garcia", date(2018, 1, 1))
    assert outcome(claim, record) == IdentityOutcome.CERTAIN
    assert outcome(replace(claim, phone=OTHER_PHONE), record) == IdentityOutcome.PROBABLE


def test_full_name_and_exact_birth_date_outweigh_a_new_phone() -> None:
    claim = IdentityClaim("Jose", "Garcia", BORN, phone=OTHER_PHONE)
    assert outcome(claim, EXPECTED) == IdentityOutcome.CERTAIN
    assert outcome(claim, replace(EXPECTED, has_appointment_today=False)) == IdentityOutcome.CERTAIN
    assert outcome(replace(claim, postcode="98109"), EXPECTED) == IdentityOutcome.CERTAIN
