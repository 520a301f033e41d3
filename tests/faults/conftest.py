"""A tablet for tests."""

from __future__ import annotations

from tests.kiosk.conftest import tablet, tell

__all__ = ["tablet", "tell"]
