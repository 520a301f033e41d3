"""A family's needs, from plain values."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.rules import consent as consent_rules
from checkin.rules import needs as need_rules
from checkin.rules import vaccines
from checkin.rules.consent_adults import ConsentAdult
from checkin.rules.consent_answers import ConsentAnswer
from checkin.rules.need_settings import NeedSettings
from checkin.rules.need_types import NEED_TRAITS, DueItemFacts, NeedFacts, NeedKind
from checkin.rules.understanding import NeedsOnRecord, NeedsSaidToday

TUESDAY = dt.date(2026, 3, 10)


def arrived(clock: str = "09:40", on: dt.date = TUESDAY) -> dt.datetime:
    return dt.datetime.combine(on, dt.time.fromisoformat(clock), tzinfo=dt.UTC)


def find(at: dt.date = TUESDAY, **changes: Any) -> dict[Any, Any]:
    usual = {"arrived": arrived(), "birth_date": dt.date(2018, 3, 1), "linked": True, "match": "certain"}
    return {
        (need.kind, need.key): need for need in need_rules.find_visit_needs(NeedFacts(**usual | changes), at)
    }


def kinds(**changes: Any) -> set[NeedKind]:
    return {kind for kind, _ in find(**changes)}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"arrived": arrived("06:59")}, False),
        ({"arrived": arrived("15:30")}, True),
        ({"arrived": arrived("15:31")}, False),
        ({"arrived": arrived(on=dt.date(2026, 3, 14))}, False),
        ({"arrived": arrived(on=dt.date(2026, 3, 14)), "notes_wanted": ("school",)}, True),
        ({"birth_date": dt.date(2021, 3, 11)}, False),
        ({"birth_date": dt.date(2021, 3, 10)}, True),
        ({"birth_date": dt.date(2007, 3, 10)}, False),
        ({"birth_date": dt.date(2007, 3, 11)}, True),
        ({"birth_date": None}, False),
        ({"birth_date": None, "notes_wanted": ("school",)}, True),
    ],
)
def test_school_note_is_for_school_age_in_school_hours_or_on_request(changes: Any, expected: bool) -> None:
    assert (NeedKind.SCHOOL_NOTE in kinds(**changes)) is expected


@pytest.mark.parametrize(
    ("on", "expected"),
    [("2025-09-01", True), ("2025-08-31", False), ("2026-04-30", True), ("2026-05-01", False)],
)
def test_flu_season_starts_and_ends_on_the_exact_day(on: str, expected: bool) -> None:
    day = dt.date.fromisoformat(on)
    assert ((NeedKind.VACCINE, "influenza") in find(at=day)) is expected


def test_flu_is_asked_from_six_months_of_age() -> None:
    assert (NeedKind.VACCINE, "influenza") in find(birth_date=dt.date(2025, 9, 10))
    assert (NeedKind.VACCINE, "influenza") not in find(birth_date=dt.date(2025, 9, 11))


def test_flu_vaccine_of_last_season_does_not_count_for_this_one() -> None:
    assert (NeedKind.VACCINE, "influenza") in find(influenza_given_on=dt.date(2025, 8, 31))
    assert (NeedKind.VACCINE, "influenza") not in find(influenza_given_on=dt.date(2025, 9, 1))


def test_flu_due_on_the_record_is_listed_once() -> None:
    due = (DueItemFacts(7, "vaccine", "Influenza, seasonal", dt.date(2025, 10, 1)),)
    assert [key for kind, key in find(due=due) if kind == NeedKind.VACCINE] == ["7"]


def test_flu_due_only_later_does_not_hide_the_seasonal_one() -> None:
    due = (DueItemFacts(7, "vaccine", "Influenza", dt.date(2026, 12, 1)),)
    assert [key for kind, key in find(due=due) if kind == NeedKind.VACCINE] == ["influenza"]


@pytest.mark.parametrize(
    ("name", "is_flu"),
    [
        ("Influenza", True),
        ("Flu vaccine 2025/26", True),
        ("influenza, injectable", True),
        ("Haemophilus influenzae type b", False),
        ("Haemophilus influenza B", False),
        ("Hib (influenza b)", False),
        ("MMR", False),
        ("", False),
    ],
)
def test_haemophilus_influenzae_is_not_the_flu(name: str, is_flu: bool) -> None:
    assert vaccines.is_influenza_vaccine(name) is is_flu


@pytest.mark.parametrize(("code", "asked_once"), [("150", True), ("03", False), ("", False)])
def test_flu_vaccine_under_a_brand_name_is_known_by_its_code_and_asked_once(
    code: str, asked_once: bool
) -> None:
    due = (DueItemFacts(7, "vaccine", "Fluzone Quadrivalent", dt.date(2025, 10, 1), code),)
    asked = [key for kind, key in find(due=due) if kind == NeedKind.VACCINE]
    assert asked == (["7"] if asked_once else ["influenza", "7"])


def test_second_vaccine_to_phone_about_is_shown_after_an_agreed_one() -> None:
    answers = (ConsentAnswer("vaccine", True, "telephone", "Ana Ruiz", "flu vaccine"),)
    due = (DueItemFacts(7, "vaccine", "MMR", dt.date(2026, 1, 1)),)
    said = consent_rules.ConsentFacts(
        escort=ConsentAdult("Rosa", "", "aunt"),
        guardians=(ConsentAdult("Ana Ruiz", "555-010-0123"),),
        answers=answers,
    )
    found = find(due=due, consent=said)
    assert found[NeedKind.PHONE_GUARDIAN, ""].why == "MMR: aunt · phone Ana Ruiz first: 555-010-0123"
    assert found[NeedKind.VACCINE, "influenza"].next_step.endswith("go ahead")


def test_nothing_is_due_before_the_patient_is_identified() -> None:
    assert kinds(linked=False, match="probable") == {NeedKind.MATCH, NeedKind.SCHOOL_NOTE}


def test_every_kind_of_need_has_its_traits() -> None:
    missing = [kind.name for kind in NeedKind if kind not in NEED_TRAITS]
    assert missing == [], (
        "give each a row in NEED_TRAITS of checkin/rules/need_types.py: its icon, whether the child's record "
        "makes it, whether it is found after a death, and whether the demo's visits meet it"
    )


@pytest.mark.parametrize(
    ("fact", "kind"),
    [
        ({"notes_wanted": ("work",)}, NeedKind.WORK_NOTE),
        ({"today": NeedsSaidToday(interpreter=True)}, NeedKind.INTERPRETER),
        ({"recorded": NeedsOnRecord(interpreter=True)}, NeedKind.INTERPRETER),
        ({"today": NeedsSaidToday(access_needs="wheelchair")}, NeedKind.ACCESS),
        ({"recorded": NeedsOnRecord(access_needs="wheelchair")}, NeedKind.ACCESS),
        ({"also": "her ear too"}, NeedKind.SECOND_CONCERN),
        ({"discrepancies": ("phone",)}, NeedKind.DISCREPANCY),
        ({"overdue_promises": 1}, NeedKind.PROMISE),
        ({"match": "unknown"}, NeedKind.MATCH),
    ],
)
def test_each_fact_makes_its_need_and_the_clinic_can_turn_it_off(fact: Any, kind: NeedKind) -> None:
    assert kind in kinds(**fact)
    assert kind not in kinds(settings=NeedSettings(off=frozenset({kind.value})), **fact)
    assert kind not in kinds()


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        "off",
        3,
        {"off": "vaccine"},
        {"own": "Ask about the car seat"},
        {"own": {"a": 1}},
        {"school_age_from": None},
        {"school_age_to": float("inf")},
        {"school_starts": "7 o'clock"},
        {"school_starts": "07:00+01:00"},
        {"school_ends": 15},
        {"school_weekdays": "weekdays"},
        {"influenza_season": ["09-31", "04-30"]},
        {"influenza_season": {"from": "09-01"}},
        {"influenza_season": []},
    ],
)
def test_unreadable_settings_are_the_defaults(kept: Any) -> None:
    assert NeedSettings.read(kept) == NeedSettings()


def test_readable_settings_are_kept_next_to_an_unreadable_one() -> None:
    read = NeedSettings.read(
        {"school_age_from": "4", "school_age_to": "grown up", "own": ["", " Car  seat ", "Car seat"]}
    )
    assert (read.school_age_from, read.school_age_to, read.own) == (4, 18, ("Car seat",))


def test_season_within_one_calendar_year() -> None:
    south = NeedSettings(influenza_season=((4, 1), (9, 30)))
    assert south.season_began(dt.date(2026, 6, 1)) == dt.date(2026, 4, 1)
    assert south.season_began(dt.date(2026, 10, 1)) is None


def test_deceased_child_has_only_the_needs_the_family_asked_for() -> None:
    due = (DueItemFacts(1, "vaccine", "MMR", dt.date(2025, 9, 1)),)
    october = dt.date(2025, 10, 7)
    found = find(
        october,
        deceased=True,
        notes_wanted=("work",),
        also="cough",
        overdue_promises=1,
        match="probable",
        due=due,
    )
    assert {kind for kind, _ in found} == {NeedKind.WORK_NOTE, NeedKind.SECOND_CONCERN, NeedKind.MATCH}
