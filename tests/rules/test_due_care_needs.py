"""What is due today, and whom to ask before it is given."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from checkin.rules import due_care_needs
from checkin.rules.consent import ConsentFacts
from checkin.rules.consent_adults import CareKind, ConsentAdult
from checkin.rules.consent_answers import ConsentAnswer
from checkin.rules.doses import GivenDose
from checkin.rules.need_settings import NeedSettings
from checkin.rules.need_types import DueItemFacts, NeedFacts, NeedKind, NeedOwner

OCTOBER, JUNE = dt.date(2025, 10, 6), dt.date(2026, 6, 8)
SEASON = dt.date(2025, 9, 1)
ANA = ConsentAdult("Ana Ruiz", "(312) 555-0123", "mother")
PABLO = ConsentAdult("Pablo Ruiz", "(312) 555-0124", "father")


def facts(**more: Any) -> NeedFacts:
    usual = {
        "arrived": dt.datetime(2025, 10, 6, tzinfo=dt.UTC),
        "birth_date": dt.date(2018, 3, 14),
        "linked": True,
    }
    return NeedFacts(**usual | more)


def said(*, agreed: bool, who: ConsentAdult) -> ConsentAnswer:
    return ConsentAnswer("vaccine", agreed, "telephone", who.name, "MMR", phone=who.phone)


def test_flu_is_due_in_season_if_none_is_recorded() -> None:
    found = due_care_needs.find_influenza_need(facts(), OCTOBER)
    assert found is not None
    assert found.why == "in season, and none recorded since Sep 1, 2025"
    assert found.label == "flu vaccine"
    assert found.next_step == "an adult · phone a guardian first; no number is on file, so ask for one"


@pytest.mark.parametrize("recorded", ["Influenza", "Influenza vaccine", "flu shot"])
def test_the_call_to_a_guardian_names_the_flu_vaccine_as_the_need_beside_it(recorded: str) -> None:
    """“Influenza vaccine: phone Ana Ruiz first” stood beside the need “Flu vaccine”."""
    due = (DueItemFacts(1, "vaccine", recorded, SEASON),)
    need = due_care_needs.find_phone_guardian_need(facts(due=due), OCTOBER)
    assert need is not None and need.why.startswith("flu vaccine: ")


def test_the_call_to_a_guardian_keeps_the_name_of_another_vaccine() -> None:
    due = (DueItemFacts(1, "vaccine", "MMR", SEASON),)
    need = due_care_needs.find_phone_guardian_need(facts(due=due, influenza_given_on=SEASON), OCTOBER)
    assert need is not None and need.why.startswith("MMR: ")


@pytest.mark.parametrize(
    ("changes", "on"),
    [
        ({}, JUNE),
        ({"linked": False}, OCTOBER),
        ({"birth_date": None}, OCTOBER),
        ({"birth_date": dt.date(2025, 4, 7)}, OCTOBER),
        ({"influenza_given_on": SEASON}, OCTOBER),
        ({"influenza_given_on": OCTOBER}, OCTOBER),
        ({"due": (DueItemFacts(1, "vaccine", "Influenza", SEASON),)}, OCTOBER),
    ],
)
def test_flu_is_not_asked_out_of_season_or_again_or_under_six_months(changes: Any, on: dt.date) -> None:
    assert due_care_needs.find_influenza_need(facts(**changes), on) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"birth_date": dt.date(2025, 4, 6)},
        {"influenza_given_on": SEASON - dt.timedelta(days=1)},
        {"due": (DueItemFacts(1, "vaccine", "Hib, Haemophilus influenza b", SEASON),)},
        {"due": (DueItemFacts(1, "check_up", "flu check-up", SEASON),)},
    ],
)
def test_flu_is_asked_from_six_months_and_once_each_season(
    changes: dict[str, dt.date] | dict[str, tuple[DueItemFacts]],
) -> None:
    assert due_care_needs.find_influenza_need(facts(**changes), OCTOBER) is not None


def test_flu_vaccine_of_this_season_is_a_reason_not_to_ask() -> None:
    def reasons(given: dt.date | None, on: dt.date = OCTOBER) -> dict[tuple[str, str], str]:
        return due_care_needs.find_reasons_not_asked(facts(influenza_given_on=given), on)

    key = (str(NeedKind.VACCINE), due_care_needs.FLU_NEED_KEY)
    assert reasons(SEASON) == {key: "this season's flu vaccine was given on Sep 1, 2025"}
    assert reasons(SEASON - dt.timedelta(days=1)) == reasons(None) == reasons(SEASON, JUNE) == {}


def test_given_item_is_a_reason_not_to_ask_for_it() -> None:
    mmr = DueItemFacts(7, "vaccine", "MMR", SEASON)
    known = facts(due=(mmr,), given=(GivenDose("vaccine", "MMR", "03", OCTOBER),))
    assert list(due_care_needs.find_reasons_not_asked(known, OCTOBER)) == [("vaccine", "7")]


def test_check_ups_come_before_vaccines_and_unnamed_items_use_their_kind() -> None:
    due = (
        DueItemFacts(1, "vaccine", "MMR", SEASON),
        DueItemFacts(2, "check_up", " ", SEASON),
        DueItemFacts(3, "vaccine", "Polio", OCTOBER + dt.timedelta(days=1)),
    )
    assert due_care_needs.list_due_care(facts(due=due), OCTOBER) == [
        (CareKind.CHECK_UP, "Check-up due"),
        (CareKind.VACCINE, "MMR"),
        (CareKind.VACCINE, "flu vaccine"),
    ]


def test_due_item_need_says_since_when_and_keeps_its_row() -> None:
    found = due_care_needs.build_due_item_need(DueItemFacts(7, "vaccine", "MMR", SEASON), facts(), OCTOBER)
    assert (found.key, found.due_item, found.label) == ("7", 7, "MMR")
    assert found.why == "the record says due since Sep 1, 2025"


def test_guardian_is_phoned_if_the_escort_may_not_consent() -> None:
    consent = ConsentFacts(escort=ConsentAdult("Rosa Delgado", "", "aunt"), guardians=(ANA,))
    found = due_care_needs.find_phone_guardian_need(facts(consent=consent), OCTOBER)
    assert found is not None
    assert found.why.startswith("flu vaccine: ")
    assert "Ana Ruiz" in found.why
    assert found.next_step == "(312) 555-0123"


def test_nobody_is_phoned_for_an_unlinked_child_or_for_care_that_is_off() -> None:
    consent = ConsentFacts(escort=ConsentAdult("Rosa Delgado", "", "aunt"), guardians=(ANA,))
    off = NeedSettings(off=frozenset({"vaccine"}))
    assert due_care_needs.find_phone_guardian_need(facts(consent=consent, linked=False), OCTOBER) is None
    assert due_care_needs.find_phone_guardian_need(facts(consent=consent, settings=off), OCTOBER) is None


def test_contradicting_guardians_are_a_need_for_the_clinician() -> None:
    yes, no = said(agreed=True, who=ANA), said(agreed=False, who=PABLO)
    consent = ConsentFacts(guardians=(ANA, PABLO), answers=(yes, no))
    found = due_care_needs.find_consent_conflict_need(facts(consent=consent), OCTOBER)
    assert found is not None
    assert found.why.startswith("MMR: ")
    assert "Ana Ruiz" in found.why
    assert "Pablo Ruiz" in found.why
    assert (found.owner, found.again) == (NeedOwner.CLINICIAN, True)
    alone = dataclasses.replace(consent, answers=(yes,))
    assert due_care_needs.find_consent_conflict_need(facts(consent=alone), OCTOBER) is None
