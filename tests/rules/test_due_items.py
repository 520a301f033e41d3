"""What the record says is due, and what was given since."""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.rules.doses import GivenDose
from checkin.rules.due_items import list_due_items_given, list_still_due_items
from checkin.rules.need_types import DueItemFacts, NeedFacts

TODAY = dt.date(2026, 3, 10)
YESTERDAY, TOMORROW = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)
MMR = DueItemFacts(1, "vaccine", "MMR", YESTERDAY)
POLIO_TODAY = DueItemFacts(2, "vaccine", "Polio", TODAY)
HPV_TOMORROW = DueItemFacts(3, "vaccine", "HPV", TOMORROW)


def facts(**more: Any) -> NeedFacts:
    usual = {"arrived": dt.datetime(2026, 3, 10, tzinfo=dt.UTC), "due": (MMR, POLIO_TODAY, HPV_TOMORROW)}
    return NeedFacts(**usual | more)


def test_item_is_due_from_its_due_day() -> None:
    assert list_still_due_items(facts(), TODAY) == [MMR, POLIO_TODAY]
    assert list_still_due_items(facts(), YESTERDAY) == [MMR]


def test_item_given_since_is_no_longer_due_and_names_its_source() -> None:
    known = facts(given=(GivenDose("vaccine", "MMR", "03", TODAY),))
    assert list_still_due_items(known, TODAY) == [POLIO_TODAY]
    (given, why), *others = list_due_items_given(known, TODAY)
    assert (given, others) == (MMR, [])
    assert "Mar 10, 2026" in why


def test_given_items_are_not_listed_for_a_deceased_child() -> None:
    known = facts(given=(GivenDose("vaccine", "MMR", "03", TODAY),), deceased=True)
    assert list_due_items_given(known, TODAY) == []
