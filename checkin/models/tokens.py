"""Find a free token: not given that day, and not held by an open visit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import count

from django.db import connection

from checkin.rules.tokens import VisitToken, nth_token_of_day
from checkin.rules.visit_steps import VISIT_PATH

TOKENS_TRIED_AT_ONCE = 40
"""Tokens checked in one query. So many in a row are taken only after a clock was wrong."""

# Written out literally, because SQLite uses a partial index only if it can read its condition.
_OPEN_VISIT_STATES_SQL = ", ".join(f"'{state}'" for state in VISIT_PATH[:-1])

_SELECT_TOKENS_SQL = "SELECT colour, animal, token_number FROM checkin_visit WHERE location_id = %s"


def find_free_token(location_id: int, date: dt.date, *, start: int) -> VisitToken:
    """Return the first free token of that day at or after the `start`-th (from 0).

    Call in the transaction that holds the board's row, in a separate statement: on PostgreSQL, the statement
    that waited for that row still sees the visits from before its wait.
    """
    names = [nth_token_of_day(start + step) for step in range(TOKENS_TRIED_AT_ONCE)]
    taken = _find_taken_tokens(location_id, date, among=names)
    free = next((name for name in names if name not in taken), None)
    if free is not None:
        return free
    taken = _find_taken_tokens(location_id, date)
    return next(name for name in map(nth_token_of_day, count(start)) if name not in taken)


def _find_taken_tokens(
    location_id: int, date: dt.date, *, among: Sequence[VisitToken] = ()
) -> set[VisitToken]:
    """Return the tokens given on that day or held by an open visit of any day; all, or only `among` these."""
    values = ", ".join(["(%s, %s, %s)"] * len(among))
    limit = f" AND (colour, animal, token_number) IN (VALUES {values})" if among else ""
    words = [part for name in among for part in name]
    # Two halves, so that each can use its own index.
    of_the_day = f"{_SELECT_TOKENS_SQL} AND local_date = %s{limit}"
    open_now = f"{_SELECT_TOKENS_SQL} AND state IN ({_OPEN_VISIT_STATES_SQL}){limit}"
    sought = [location_id, date, *words, location_id, *words]
    with connection.cursor() as cursor:
        cursor.execute(f"{of_the_day} UNION ALL {open_now}", sought)
        return {VisitToken(*row) for row in cursor.fetchall()}
