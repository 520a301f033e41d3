"""Find a free token: one that no open visit of the location holds."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from checkin.models.visit_conditions import OPEN_VISIT_STATES_SQL
from checkin.rules.tokens import VisitToken, choose_token
from checkin.rules.visit_steps import OPEN_VISIT_STATES

_SELECT_SQL = "SELECT id, state, colour, thing, token_number FROM checkin_visit WHERE location_id = %s"


def find_free_token(location_id: int, date: dt.date, *, passing: int = 0) -> VisitToken:
    """Return a token for a visit that opens at this location on this day. One query.

    `passing`: how many choices to skip after a conflict. Call in the transaction that holds the board's row,
    in a separate statement: on PostgreSQL, the statement that waited for that row still sees the visits from
    before its wait. `visit_token_held_once` refuses a token that is held all the same.
    """
    # Two halves, so that each can use its own index.
    of_the_day = f"{_SELECT_SQL} AND local_date = %s"
    open_now = f"{_SELECT_SQL} AND state IN ({OPEN_VISIT_STATES_SQL})"
    with connection.cursor() as cursor:
        cursor.execute(f"{of_the_day} UNION {open_now} ORDER BY 1", [location_id, date, location_id])
        rows = [(state, VisitToken(*words)) for _id, state, *words in cursor.fetchall()]
    held = {token for state, token in rows if state in OPEN_VISIT_STATES}
    return choose_token([token for _, token in rows], held, passing=passing)
