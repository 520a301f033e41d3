"""Which tests run on which database.

Tests that touch no database run only on the first one: `tests/run.py` passes `--database-tests-only` for the
second. A test marked `only_on("postgresql")` is deselected elsewhere, not skipped.
"""

from __future__ import annotations

import pytest
from django.db import connection

FIXTURES = {"db", "transactional_db", "live_server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-tests-only", action="store_true", help="leave out the tests that touch no database"
    )


def touches_database(item: pytest.Item) -> bool:
    """Return whether it uses the database; pytest-django lets no other test. A browser test always does."""
    named = FIXTURES.intersection(getattr(item, "fixturenames", ()))
    return bool(named or item.get_closest_marker("django_db") or item.get_closest_marker("browser"))


def is_for_this_run(item: pytest.Item) -> bool:
    only_on = item.get_closest_marker("only_on")
    if only_on and connection.vendor not in only_on.args:
        return False
    return touches_database(item) or not item.config.getoption("database_tests_only")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if not is_for_this_run(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if is_for_this_run(item)]
