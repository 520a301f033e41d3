"""How a test process spends less time on itself."""

from __future__ import annotations

import gc

import pytest

YOUNG = 50_000
"""Objects between two looks for garbage. At Python's own 700 most of what is looked at is still in use."""

# Thousands of tests are collected, and all of them stay: there is no garbage to look for.
gc.disable()


def pytest_collection_finish(session: pytest.Session) -> None:
    # Not frozen besides: tests/mutant_runs.py asks the collector for each function that it changes.
    gc.set_threshold(YOUNG, 20, 50)
    gc.enable()
