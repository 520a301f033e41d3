"""The pages of one's own login lead back to the page that the person begins on, and name it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from checkin.models import Staff

As = Callable[[Staff], Client]
OWN_PAGES = ("/account/", "/account/password/", "/account/email/", "/account/pin/", "/account/logout/")


@pytest.mark.parametrize("path", OWN_PAGES)
@pytest.mark.parametrize(
    ("who", "link"),
    [
        ("dana", '<a href="/">Go to the board</a>'),
        ("otto", '<a href="/audit/">Go to the audit log</a>'),
        ("ada", '<a href="/settings/">Go to the settings</a>'),
    ],
)
def test_a_page_of_ones_own_login_leads_to_ones_own_first_page(
    as_: As, request: Any, dana: Staff, otto: Staff, ada: Staff, who: str, link: str, path: str
) -> None:
    """Auditors and administrators read "Back to the board", which they may not open."""
    page = as_(request.getfixturevalue(who)).get(path).content.decode()
    assert link in page
    assert ("the board</a>" in page) is (who == "dana")


def test_a_form_of_an_earlier_login_leads_to_ones_own_first_page(as_: As, ada: Staff) -> None:
    browser = as_(ada)
    browser.handler.enforce_csrf_checks = True
    answer = browser.post("/settings/security/", {"csrfmiddlewaretoken": "x" * 64})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "from an earlier login" in page and "board" not in page
    assert '<a href="/settings/">Go to the settings</a>' in page
