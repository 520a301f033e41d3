"""A tablet for tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.http import HttpResponse
from django.test import Client

if TYPE_CHECKING:
    from tests.conftest import Kiosk


ADDRESS = "/kiosk/sign-ins/"
Tell = Callable[..., HttpResponse]


@pytest.fixture
def tablet(kiosk: Kiosk) -> Client:
    """Return a browser that holds the tablet's cookie."""
    browser = Client()
    browser.cookies["device"] = kiosk.token
    return browser


@pytest.fixture
def tell(kiosk: Kiosk) -> Tell:
    """Return `tell({...})`, which signs in over JSON as the tablet's own page does."""

    def post(said: Any, **extra: Any) -> HttpResponse:
        body = said if isinstance(said, str | bytes) else json.dumps(said)
        return Client().post(ADDRESS, body, content_type="application/json", headers=kiosk.headers, **extra)

    return post
