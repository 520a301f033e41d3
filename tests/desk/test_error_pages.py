"""A page about an error leads each person to their own first page, and asks the database nothing for that."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.functional import SimpleLazyObject

from checkin.models import Staff
from checkin.web import health

FIRST_PAGES = {
    "dana": ("/", "Go to the board"),
    "max_": ("/", "Go to the board"),
    "ada": ("/settings/", "Go to the settings"),
    "otto": ("/audit/", "Go to the audit log"),
}


@pytest.mark.parametrize("name", FIRST_PAGES)
def test_each_role_is_led_to_its_own_first_page(name: str, request: pytest.FixtureRequest) -> None:
    """Administrators and auditors were sent to the board, which they may not open."""
    person = request.getfixturevalue(name)
    address, label = FIRST_PAGES[name]
    link = f'<a class="btn btn-primary" href="{address}">{label}</a>'
    client = Client(raise_request_exception=False)
    client.force_login(person)
    assert link in client.get("/nowhere/").content.decode()
    html = {"Accept": "text/html"}
    assert link in client.get("/account/lock/", headers=html).content.decode()
    assert client.get(address, follow=True).status_code == 200


def test_whoever_is_not_known_yet_is_looked_up_for_no_error_page(db: None) -> None:
    def fail() -> Staff:
        raise AssertionError("asked the database")

    asked = RequestFactory().get("/nowhere/")
    asked.user = SimpleLazyObject(fail)
    with CaptureQueriesContext(connection) as queries:
        pages = [
            health.show_bad_request(asked, ValueError()),
            health.show_not_allowed(asked, ValueError()),
            health.show_not_found(asked, ValueError()),
            health.show_server_error(asked),
        ]
    assert [page.status_code for page in pages] == [400, 403, 404, 500]
    for page in pages:
        assert 'href="/">Go to the first page</a>' in page.content.decode()
    assert not len(queries)
