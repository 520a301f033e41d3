"""Which tests run on which database.

All run on the first. The second, to which `tests/run.py` passes `--second-database`, runs what can differ
there: whatever text may come in, each test that commits, as races do, each test that takes minutes, and one
case of every test below the pages. Tests marked `only_on("postgresql")` are deselected elsewhere.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

FIXTURES = {"db", "transactional_db", "live_server"}
WHOLE = {"faults", "feeds", "kiosk", "models"}
"""Folders of which each case runs on each database: any text may come in there, and indexes differ."""
ONE_CASE_EACH = {"actions", "commands", "queries"}
"""Of these it is the first case of each test. The other folders draw what these have read."""
PAGES = {
    "desk/test_board.py",
    "desk/test_board_days.py",
    "desk/test_board_expected.py",
    "desk/test_board_rows.py",
    "desk/test_discrepancies.py",
    "desk/test_family_timeline.py",
    "desk/test_find.py",
    "desk/test_link.py",
    "desk/test_location.py",
    "desk/test_login.py",
    "desk/test_note_page.py",
    "desk/test_patient.py",
    "desk/test_people.py",
    "desk/test_promise_list.py",
    "desk/test_roles.py",
    "desk/test_searches_by_part.py",
    "desk/test_sign_in.py",
    "desk/test_stale_pages.py",
    "desk/test_unsent_forms.py",
    "desk/test_visit.py",
    "verify/test_verify.py",
}
"""But for these, which open each page and press each button."""
NEVER_AGAIN = {"journeys", "papers", "rules"}
"""Folders of which the second database need not even read the files."""
WALKS = {
    "actions/test_entries_follow.py",
    "actions/test_match_correction_properties.py",
    "actions/test_merge_properties.py",
    "actions/test_need_properties.py",
    "actions/test_promise_properties.py",
}
"""Sequences by chance, of steps that other tests take on each database. Their long ones run on both."""
TESTS = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--second-database", action="store_true", help="leave out what cannot differ from the first database"
    )


def touches_database(item: pytest.Item) -> bool:
    """Return whether it uses the database; pytest-django lets no other test. A browser test always does."""
    named = FIXTURES.intersection(getattr(item, "fixturenames", ()))
    return bool(named or item.get_closest_marker("django_db") or item.get_closest_marker("browser"))


def commits(item: pytest.Item) -> bool:
    """Whether rows are written for others to see, as a race needs, and not rolled back."""
    marker = item.get_closest_marker("django_db")
    named = {"transactional_db", "live_server"}.intersection(getattr(item, "fixturenames", ()))
    return bool(named or (marker and marker.kwargs.get("transaction")))


def can_differ(item: pytest.Item) -> bool:
    """Whether the second database may say something else than the first."""
    if item.get_closest_marker("browser") or not touches_database(item):
        return False
    if commits(item) or any(map(item.get_closest_marker, ("only_on", "long"))):
        return True
    path = item.path.relative_to(TESTS)
    if path.as_posix() in WALKS:
        return False
    folder = path.parts[0]
    return folder in WHOLE or path.as_posix() in PAGES or (folder in ONE_CASE_EACH and is_first_case(item))


def is_first_case(item: pytest.Item) -> bool:
    """Whether it is the first of those that differ by their values alone. They send the same statements."""
    sets = getattr(item, "callspec", None)
    return sets is None or not any(sets.indices.values())


def is_for_this_run(item: pytest.Item) -> bool:
    only_on = item.get_closest_marker("only_on")
    if only_on and connection.vendor not in only_on.args:
        return False
    return can_differ(item) or not item.config.getoption("second_database")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if not config.getoption("second_database") or collection_path.parent != TESTS:
        return None
    return collection_path.name in NEVER_AGAIN or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if not is_for_this_run(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if is_for_this_run(item)]
