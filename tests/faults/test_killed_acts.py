"""The program is killed during a correction, a merge, an undo or an import: each is complete or not done.

A copy of this process runs the action and is killed at its first write, its second, and so on, and then at
random moments. Another connection compares every table afterwards.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, connections

from tests.actions.test_page_versions import give, grant, hear, promise, record, wish
from tests.actions.test_record_import_races import (
    Chained,
    Linked,
    Records,
    Unknown,
    link_mia,
    link_ned,
    load,
    merge_leo_into_mia,
    new_patient,
    rows_of,
    take_back_first,
    take_back_last,
    undo_match,
    use_new,
)

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
WRITES = ("INSERT", "UPDATE", "DELETE")
KILLS = 30
Rows = dict[str, list[tuple[Any, ...]]]


class Papers(Records):
    """Leo has one of each kind of entry that can be made at a visit."""

    def set_up(self) -> None:
        for write in (hear, give, grant, record, wish, promise, use_new):
            write(self, self.fresh())


class Merged(Papers):
    """The same, and his record was merged into Mia's."""

    def set_up(self) -> None:
        super().set_up()
        merge_leo_into_mia(self)


class Gone(Papers):
    """The same, and his visit was linked to Mia's record."""

    def set_up(self) -> None:
        super().set_up()
        link_mia(self)


ACTS: dict[str, tuple[type[Records], Callable[[Any], None]]] = {
    "a visit goes to another child": (Papers, link_mia),
    "and back": (Gone, undo_match),
    "and to a third": (Linked, link_ned),
    "a new patient": (Linked, new_patient),
    "an own record goes along": (Unknown, link_mia),
    "a merge": (Papers, merge_leo_into_mia),
    "its undo": (Merged, take_back_last),
    "the undo of a merge below another": (Chained, take_back_first),
    "an import": (Papers, load),
}


def every_row() -> Rows:
    """Return every row that the program stores."""
    found = {}
    for model in apps.get_app_config("checkin").get_models():
        found[model.__name__] = list(model._base_manager.order_by("pk").values_list())
    return found


def in_a_copy(act: Callable[[], None]) -> int:
    """Run it in a copy of this process with its own connections; return that process's id."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        act()
        code = 0
    finally:
        os._exit(code)


def killed_at(nth: int, act: Callable[[], None]) -> bool:
    """Return whether the copy was killed after its nth write; it may make fewer writes."""

    def run() -> None:
        seen = 0

        def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal seen
            result = execute(sql, params, many, context)
            seen += sql.lstrip().startswith(WRITES)
            if seen == nth:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        with connection.execute_wrapper(count):
            act()

    return ended(in_a_copy(run))


def ended(child: int) -> bool:
    """Return whether the process was killed, and not finished before."""
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the act itself failed"
    return os.WIFSIGNALED(status)


@pytest.mark.parametrize("name", ACTS)
def test_an_action_killed_at_any_write_leaves_no_change(name: str) -> None:
    """The same action succeeds afterwards, and leaves the same rows as if nobody had been killed."""
    setting, act = ACTS[name]
    control, one = setting("Control"), setting("Killed")
    act(control)
    before, nth = every_row(), 1
    while killed_at(nth, lambda: act(one)):
        assert every_row() == before, f"after a kill at write {nth}"
        nth += 1
    print(f"{name}: killed {nth - 1} times")
    assert nth > 8
    assert every_row() != before
    assert rows_of(one.clinic) == rows_of(control.clinic)


@pytest.mark.parametrize("name", ACTS)
def test_an_action_killed_at_any_moment_is_complete_or_not_done(name: str) -> None:
    """Also while the database is committing."""
    setting, act = ACTS[name]
    control = setting("Control")
    began = time.monotonic()
    act(control)
    takes = time.monotonic() - began
    whole, dice = rows_of(control.clinic), random.Random(7)  # noqa: S311
    undone = 0
    for nth in range(KILLS):
        one = setting(f"Killed {nth}")
        before = rows_of(one.clinic)
        child = in_a_copy(lambda one=one: act(one))
        # Most kills come near the end, during the commit.
        time.sleep(takes * (0.5 + 1.5 * dice.random()))
        os.kill(child, signal.SIGKILL)
        ended(child)
        found = rows_of(one.clinic)
        assert found in (before, whole), nth
        undone += found == before
    print(f"{name}: {undone} of {KILLS} not done, the others whole")
