"""Which token is free: not given that day, and held by nobody who stands on the board."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import count

from django.db import connection

from checkin.rules.tokens import Token, nth
from checkin.rules.visits import PATH

TRIED_AT_ONCE = 40
"""Names looked up in one query. More than that stand taken in a row only after a clock went wrong."""

# Written out word for word, because SQLite uses a partial index only where it can read its condition.
OPEN_STATES = ", ".join(f"'{state}'" for state in PATH[:-1])

SELECT = "SELECT colour, animal, token_number FROM checkin_visit WHERE location_id = %s"


def find_free(location_id: int, date: dt.date, *, start: int) -> Token:
    """Return the first free token of that day at or after the `start`-th (from 0).

    Call in the transaction that holds the board's row, in a statement of its own: on PostgreSQL the
    statement that waited for that row still sees the visits of before its wait.
    """
    names = [nth(start + step) for step in range(TRIED_AT_ONCE)]
    taken = find_taken(location_id, date, among=names)
    free = next((name for name in names if name not in taken), None)
    if free is not None:
        return free
    taken = find_taken(location_id, date)
    return next(name for name in map(nth, count(start)) if name not in taken)


def find_taken(location_id: int, date: dt.date, *, among: Sequence[Token] = ()) -> set[Token]:
    """Return the tokens given on that day or held by an open visit of any day; of all, or `among` these."""
    values = ", ".join(["(%s, %s, %s)"] * len(among))
    limit = f" AND (colour, animal, token_number) IN (VALUES {values})" if among else ""
    words = [part for name in among for part in name]
    # Two halves, so that each is read along an index of its own.
    of_the_day = f"{SELECT} AND local_date = %s{limit}"
    open_now = f"{SELECT} AND state IN ({OPEN_STATES}){limit}"
    sought = [location_id, date, *words, location_id, *words]
    with connection.cursor() as cursor:
        cursor.execute(f"{of_the_day} UNION ALL {open_now}", sought)
        return {Token(*row) for row in cursor.fetchall()}
