"""How a test process spends less time on itself."""

from __future__ import annotations

import functools
import gc
from collections.abc import Callable

import pytest

YOUNG = 50_000
"""Objects between two looks for garbage. At Python's own 700 most of what is looked at is still in use."""

ROOM = 40_000
"""Places on Python's stack, 320 KB, that the caller of a test takes: the block for them has 192 KB more."""

# Thousands of tests are collected, and all of them stay: there is no garbage to look for.
gc.disable()


def pytest_collection_finish(session: pytest.Session) -> None:
    # Not frozen besides: tests/mutant_runs.py asks the collector for each function that it changes.
    gc.set_threshold(YOUNG, 20, 50)
    gc.enable()


def run_with_room(run: Callable[..., None]) -> Callable[..., None]:
    """Return the function with one large block of memory for the stack of everything that it calls.

    Python's stack grows by blocks of 16 KB. A loop just below the end of one asks the system for the next
    and gives it back at each call: up to 200,000 times in one test, a quarter of its time. A block's size is
    a power of two, so the one for a large frame has a rest, and no test fills that.
    """

    @functools.wraps(run)
    def call(*given: object, **named: object) -> None:
        return run(*given, **named)

    call.__code__ = call.__code__.replace(co_stacksize=ROOM)
    return call


for phase in ("setup", "runtest"):
    setattr(pytest.Function, phase, run_with_room(getattr(pytest.Function, phase)))
