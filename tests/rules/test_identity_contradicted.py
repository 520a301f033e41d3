"""A phone or postcode that is another's: no appointment makes up for it where a name or the date differs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from checkin.rules.identity import Claim, Outcome, Record, judge

BORN = date(2018, 5, 6)
PHONE, OTHER_PHONE = "206 555 0134", "206 555 0188"
EXPECTED = Record(
    1, "Jose", "Garcia", birth_date=BORN, phones=(PHONE,), postcode="98101", has_appointment_today=True
)
DIFFERING = [
    Claim("Jose", "Garcia", date(2019, 5, 6)),
    Claim("Jose", "Garcia", date(2018, 5, 26)),
    Claim("Jose", "Garcia", date(2018, 6, 5)),
    Claim("Jose", "Garcia", None, "06/05/2018"),
    Claim("Jose", "Garzia", BORN),
    Claim("Jose", "Garcia Lopez", BORN),
    Claim("Jose", "", BORN),
]


def outcome(claim: Claim, *records: Record) -> Outcome:
    return judge(claim, records).outcome


@pytest.mark.parametrize("claim", DIFFERING, ids=str)
def test_an_appointment_does_not_outweigh_a_phone_or_postcode_that_contradicts_it(claim: Claim) -> None:
    assert outcome(claim, EXPECTED) == Outcome.CERTAIN
    assert outcome(replace(claim, phone=PHONE, postcode="98101"), EXPECTED) == Outcome.CERTAIN
    for against in (
        replace(claim, phone=OTHER_PHONE),
        replace(claim, postcode="98109"),
        replace(claim, phone=PHONE, postcode="98109"),
        replace(claim, phone=OTHER_PHONE, postcode="98101"),
        replace(claim, phone=OTHER_PHONE, postcode="98109"),
    ):
        judgement = judge(against, [EXPECTED])
        assert judgement.outcome == Outcome.PROBABLE
        assert judgement.candidates[0].record == EXPECTED


@pytest.mark.parametrize("typed", ["Jose", "Jose Maria"])
@pytest.mark.parametrize("family", ["Lopez", "Carrera", "Garrison", "李"])
def test_an_appointment_alone_does_not_settle_quite_another_family_name(typed: str, family: str) -> None:
    expected = replace(EXPECTED, given_name="Jose Maria")
    claim = Claim(typed, family, BORN)
    judgement = judge(claim, [expected])
    assert judgement.outcome == Outcome.PROBABLE
    assert judgement.candidates[0].record == expected
    bare = replace(expected, given_name=typed, phones=(), postcode="")
    assert outcome(claim, bare) == Outcome.PROBABLE
    assert outcome(replace(claim, phone=PHONE), replace(bare, phones=(PHONE,))) == Outcome.CERTAIN
    postcode = replace(claim, postcode="98101")
    assert outcome(postcode, replace(bare, postcode="98101")) == Outcome.CERTAIN


def test_nor_where_the_birth_date_is_a_stand_in_for_an_unknown_one() -> None:
    record = replace(EXPECTED, birth_date=date(2018, 1, 1))
    claim = Claim("Jose", "Garcia", date(2018, 1, 1))
    assert outcome(claim, record) == Outcome.CERTAIN
    assert outcome(replace(claim, phone=OTHER_PHONE), record) == Outcome.PROBABLE


def test_the_whole_name_and_the_very_day_still_make_up_for_a_new_phone() -> None:
    claim = Claim("Jose", "Garcia", BORN, phone=OTHER_PHONE)
    assert outcome(claim, EXPECTED) == Outcome.CERTAIN
    assert outcome(claim, replace(EXPECTED, has_appointment_today=False)) == Outcome.CERTAIN
    assert outcome(replace(claim, postcode="98109"), EXPECTED) == Outcome.CERTAIN
