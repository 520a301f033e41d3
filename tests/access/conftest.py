"""The standing morning of tests/desk/test_stale_walk.py, for the tests of who may open what."""

from __future__ import annotations

from tests.desk.test_stale_walk import at, tabs

__all__ = ["at", "tabs"]
