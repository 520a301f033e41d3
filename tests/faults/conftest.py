"""A tablet for tests, and a database that cannot be written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.db.backends.signals import connection_created

from checkin.models import Location, Staff
from tests.kiosk.conftest import tablet, tell

if TYPE_CHECKING:
    from tests.conftest import Kiosk

__all__ = ["tablet", "tell"]


@pytest.fixture
def read_only(
    transactional_db: None, front: Location, dana: Staff, kiosk: Kiosk
) -> Iterator[Callable[..., None]]:
    """Return a switch that makes this test's own database connection really read-only."""
    sqlite = connection.vendor == "sqlite"
    off, on = (
        ("PRAGMA query_only=OFF", "PRAGMA query_only=ON")
        if sqlite
        else ("RESET default_transaction_read_only", "SET default_transaction_read_only = on")
    )

    state = {"wanted": False}

    def apply(**_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(on if state["wanted"] else off)

    def switch(wanted: bool) -> None:
        state["wanted"] = wanted
        apply()

    # The program reopens the database after such a fault; keep it read-only then too.
    connection_created.connect(apply)
    yield switch
    connection_created.disconnect(apply)
    state["wanted"] = False
    apply()
