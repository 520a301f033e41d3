"""Make a promise: at 9:05, with a call after 17:00, unless the test says otherwise."""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.actions import promise_attempts, promise_undo, promises
from checkin.models import Location, Promise, PromiseDecision, Role, Staff
from checkin.rules.promises import AttemptResult, PromiseTerms
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
    """Make a promise; `due="9:30"` sets only the due time, other values go to `promises.make`."""
    words = said(best_from=None, best_words="", due_at=make.at(due)) if due else said()
    wanted = {"said": words, "owner": owner, "by": by, "at": at or make.at("9:05"), "confirmed": True}
    return promises.make_promise(location=where, **wanted | facts)


def keep(made: Promise, by: Staff, at: str = "9:40", **words: str) -> Promise:
    return promise_attempts.keep_promise(promise=made, by=by, at=make.at(at), **words)


def attempt(
    made: Promise, by: Staff, result: str = AttemptResult.NO_ANSWER, at: str = "9:35", **words: str
) -> Promise:
    return promise_attempts.attempt_promise(promise=made, result=result, by=by, at=make.at(at), **words)


def leave_message(made: Promise, by: Staff, at: str = "9:40") -> Promise:
    words = {"note": "with her son", "next_step": "they call on Monday"}
    return attempt(made, by, AttemptResult.LEFT_WORD, at, **words)


def withdraw(made: Promise, by: Staff, at: str = "9:40") -> Promise:
    return promises.withdraw_promise(promise=made, words="Ana said no", by=by, at=make.at(at))


def replace(made: Promise, by: Staff, at: str = "9:40", **facts: Any) -> Promise:
    wanted: dict[str, Any] = {"said": said(), "owner": Role.CLINICIAN, "by": by, "at": make.at(at)}
    return promises.replace_promise(promise=made, **wanted | facts)


def undo(made: Promise, by: Staff, at: str = "9:45", seen: int | None = None) -> PromiseDecision:
    return promise_undo.undo_promise_decision(promise=made, by=by, at=make.at(at), seen=seen)
