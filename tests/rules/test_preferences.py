"""Today's answer wins; preferences are remembered only on request; nothing is guessed."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import fields, replace
from typing import Any

import pytest
from django.db.models import TextChoices

from checkin.rules import preferences as preference_rules
from checkin.rules import shown_preferences
from checkin.rules.preferences import WISHES, WISHES_BY_NAME, RememberedPreferences, Wish, WishAnswers
from checkin.rules.sign_in_claims import SignInClaim
from checkin.rules.understanding import NeedsOnRecord, PreferenceSource

MARCH = "Mar 3, 2026"
AT = dt.datetime(2026, 3, 10, 9, 40, tzinfo=dt.UTC)


def claim(**said: Any) -> SignInClaim:
    return SignInClaim(key=uuid.uuid4(), **said)


def test_unknown_approach_is_neither_shown_nor_remembered() -> None:
    assert shown_preferences.build_board_wishes(WishAnswers(approach="hug"), RememberedPreferences()) == []
    assert (
        preference_rules.preferences_to_remember(claim(approach="hug", remember=True), at=AT)["approach"]
        == ""
    )


def test_unknown_contact_channel_is_shown_as_typed_and_never_remembered() -> None:
    (found,) = shown_preferences.build_shown_preferences(
        claim(best_way="pigeon"), RememberedPreferences(), NeedsOnRecord()
    )
    assert found.words == "pigeon"
    assert (
        preference_rules.preferences_to_remember(claim(best_way="pigeon", remember=True), at=AT)["best_way"]
        == ""
    )


def test_nothing_is_remembered_unless_the_family_asks() -> None:
    assert (
        preference_rules.preferences_to_remember(claim(approach="leave", best_time="mornings"), at=AT) == {}
    )


def remembered_alone(**wishes: str) -> dict[str, object]:
    """Return an escort's columns for these wishes, with every other one blank."""
    blank = {one.column: "" for one in WISHES if not one.is_about_child}
    return (
        blank | {WISHES_BY_NAME[name].column: said for name, said in wishes.items()} | {"remembered_at": AT}
    )


@pytest.mark.parametrize("approach", ["", "leave"])
def test_remember_this_replaces_everything_remembered_before(approach: str) -> None:
    kept = preference_rules.preferences_to_remember(claim(approach=approach, remember=True), at=AT)
    assert kept == remembered_alone(approach=approach)
    assert (kept["best_way"], kept["best_time"]) == ("", "")


def test_known_contact_channel_is_remembered_with_the_rest() -> None:
    said = claim(remember=True, best_way="text", best_time="after 4", approach="leave")
    found = preference_rules.preferences_to_remember(said, at=AT)
    assert found == remembered_alone(approach="leave", best_way="text", best_time="after 4")
    assert (found["approach"], found["best_way"], found["best_time"]) == ("leave", "text", "after 4")
    blank = preference_rules.preferences_to_remember(claim(remember=True, best_time="none"), at=AT)
    assert (blank["best_time"], blank["best_way"], blank["approach"]) == ("", "", "")


def test_every_preference_has_its_row_and_its_field() -> None:
    said = "In checkin/rules/preferences.py, give each row of WISHES a field in WishAnswers, in that order"
    assert [one.name for one in WISHES] == [one.name for one in fields(WishAnswers)], said


@pytest.mark.parametrize("wish", WISHES, ids=WISHES_BY_NAME)
def test_every_preference_is_claimed_remembered_shown_and_listed(wish: Wish) -> None:
    value = wish.choices.offered.values[0] if wish.choices else "Zz"
    said = claim(remember=True, **{wish.name: value})
    kept = preference_rules.preferences_to_remember(said, at=AT)
    assert kept == remembered_alone(**{wish.name: value})
    remembered = RememberedPreferences.of(kept, since=MARCH)
    assert remembered.has_wish
    (shown,) = shown_preferences.build_shown_preferences(claim(), remembered, NeedsOnRecord())
    assert (shown.kind, shown.source) == (wish.shown_kind, PreferenceSource.REMEMBERED)
    assert preference_rules.list_remembered_words(kept) == shown.words


def test_a_choice_that_we_do_not_know_has_one_of_the_wishes_icons() -> None:
    wish = replace(WISHES_BY_NAME["best_way"], icon="bird")
    assert wish.choose_icon("pigeon") == "bird"
    assert set(wish.icons) == {"bird", "phone", "message-square-text", "mail", "mailbox", "user-round"}


def test_words_for_nothing_are_no_way_and_no_time() -> None:
    for name in ("best_way", "best_time"):
        one = WISHES_BY_NAME[name]
        assert all(map(one.is_no_answer, ["", "-", "n/a", "none", "Na", "X", "Fine", "no, thanks"]))
        assert not any(map(one.is_no_answer, ["after 5", "pigeon"]))


@pytest.mark.parametrize("value", ["Na", "X", "Fine", "No"])
def test_a_wish_that_is_a_name_keeps_words_for_nothing(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [replace(one, is_name=one.name == "best_time") for one in WISHES]
    for module in (preference_rules, shown_preferences):
        monkeypatch.setattr(module, "WISHES", rows)
    said = claim(best_time=value, remember=True)
    kept = preference_rules.preferences_to_remember(said, at=AT)
    assert kept["best_time"] == preference_rules.list_remembered_words(kept) == value
    for today, remembered, source in (
        (said, RememberedPreferences(), PreferenceSource.TODAY),
        (claim(best_time="n/a"), RememberedPreferences.of(kept), PreferenceSource.REMEMBERED),
    ):
        (shown,) = shown_preferences.build_shown_preferences(today, remembered, NeedsOnRecord())
        assert (shown.words, shown.source) == (value, source)
    assert preference_rules.preferences_to_remember(replace(said, best_time="n/a"), at=AT)["best_time"] == ""


def test_a_choice_that_we_offer_is_always_an_answer() -> None:
    class AfterVisit(TextChoices):
        NONE = "none", "Nothing"

    asked = WISHES_BY_NAME["approach"]
    assert asked.choices is not None
    wish = replace(asked, choices=replace(asked.choices, offered=AfterVisit))
    assert wish.choose_answer("none", "") == ("none", PreferenceSource.TODAY)
    assert wish.choose_answer("no", "") is None


def test_another_child_keeps_preferences_and_drops_those_about_the_child(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """“Another child?” keeps the checkbox and clears what was said about the first child."""
    rows = [replace(one, is_about_child=one.name == "best_time") for one in WISHES]
    monkeypatch.setattr(preference_rules, "WISHES", rows)
    kept = preference_rules.preferences_to_remember(claim(approach="leave", remember=True), at=AT)
    others = {one.column: "" for one in rows if not one.is_about_child}
    assert kept == others | {"approach": "leave", "remembered_at": AT}
    assert "best_time" not in kept
