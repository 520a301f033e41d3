"""Conditions on visits, written into the SQL literally.

SQLite uses a partial index only if the query contains the index's condition word for word.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models.expressions import RawSQL

from checkin.rules.visit_steps import VISIT_PATH


def _list_in_sql(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in map(str, words))


OPEN_VISIT_STATES_SQL = _list_in_sql(VISIT_PATH[:-1])
"""The states of an open visit, as the conditions of the indexes list them."""


def visit_is_open_condition() -> RawSQL:
    return _visit_condition("state", OPEN_VISIT_STATES_SQL)


def visit_match_condition(states: Iterable[str]) -> RawSQL:
    """Return the condition that the match of a visit is in one of these states."""
    return _visit_condition("match", _list_in_sql(states))


def _visit_condition(column: str, listed: str) -> RawSQL:
    """Return the condition that this column of visits is one of the words listed, all of them our own."""
    return RawSQL(f'"checkin_visit"."{column}" IN ({listed})', [], output_field=models.BooleanField())  # noqa: S611
