"""A short way to make a promise: at 9:05, to be called after 17:00, unless the test says otherwise."""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.actions import promises
from checkin.models import Location, Promise, Role, Staff
from checkin.rules.promises import PromiseTerms
from tests import make

SAID = {
    "to_whom": "Ana Ruiz",
    "about": "the bill that came twice",
    "way": "phone",
    "reach_at": "555-010-0123",
    "best_words": "after 17:00",
}


def said(**fields: Any) -> PromiseTerms:
    return PromiseTerms(**SAID | {"best_from": make.at("17:00")} | fields)


def promise(
    where: Location,
    *,
    owner: Staff | Role | None = Role.MANAGER,
    by: Staff | None = None,
    at: dt.datetime | None = None,
    due: str = "",
    **facts: Any,
) -> Promise:
    """`due="9:30"` is a promise due then, with no best time; other facts go to `promises.make`."""
    words = said(best_from=None, best_words="", due_at=make.at(due)) if due else said()
    wanted = {"said": words, "owner": owner, "by": by, "at": at or make.at("9:05"), "confirmed": True}
    return promises.make_promise(location=where, **wanted | facts)
