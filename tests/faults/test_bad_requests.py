"""A request that cannot be read gets 400 or 404, never 500."""

from __future__ import annotations

import pytest
from django.test import Client

from checkin.models import Location, Move
from tests import make

BODIES = {
    "form in UTF-16": ("application/x-www-form-urlencoded; charset=utf-16", b"a=1"),
    "form in no known letters": ("application/x-www-form-urlencoded; charset=nonsense", b"a=1"),
    "1,100 fields": ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(1100))),
    "3 MB of a form": ("application/x-www-form-urlencoded", b"a=" + b"x" * 3_000_000),
    "parts without a boundary": ("multipart/form-data", b"xx"),
    "a boundary of one odd letter": ("multipart/form-data; boundary=\xff", b"xx"),
    "parts in broken base64": (
        "multipart/form-data; boundary=b",
        b"--b\r\nContent-Disposition: form-data; name=a\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n!\r\n--b--",
    ),
    "1,100 parts": (
        "multipart/form-data; boundary=b",
        b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n" * 1100 + b"--b--",
    ),
}
PAGES = (
    "/account/login/",
    "/kiosk/enrol/",
    "/kiosk/done/no/such/page/",
    "/nothing/",
    "/verify/",
    "/kiosk/after/x/",
)


@pytest.fixture
def visitor() -> Client:
    """Return a browser with the cookie that our pages set, which shows errors as a visitor sees them."""
    found = Client(raise_request_exception=False, enforce_csrf_checks=True)
    found.cookies["csrftoken"] = "a" * 32
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("what", BODIES)
def test_an_unreadable_body_never_causes_a_500(visitor: Client, what: str) -> None:
    kind, body = BODIES[what]
    for path in PAGES:
        assert visitor.generic("POST", path, body, content_type=kind).status_code < 500, path


def test_an_unreadable_body_from_staff_never_causes_a_500(desk_client: Client, front: Location) -> None:
    visit = make.visit(front)
    for what, (kind, body) in BODIES.items():
        for path in (f"/visits/{visit.pk}/move/", f"/visits/{visit.pk}/no-such-page/"):
            assert desk_client.generic("POST", path, body, content_type=kind).status_code < 500, (what, path)


FOREIGN = ["//evil.example", "https://evil.example/", "/" + "é" * 900]
NEXTS = ["x", "--", "a:b", "desk:board", "../x", "/\n", "\x00", *FOREIGN]


@pytest.mark.parametrize("asked", NEXTS)
@pytest.mark.parametrize("htmx", [False, True])
def test_any_next_value_redirects_within_this_site(
    desk_client: Client, front: Location, asked: str, htmx: bool
) -> None:
    visit = make.visit(front)
    headers = {"HX-Request": "true"} if htmx else {}
    said = {"to": "roomed", "from": "arrived", "next": asked}
    moved = desk_client.post(f"/visits/{visit.pk}/move/", said, headers=headers)
    undone = desk_client.post(f"/visits/{visit.pk}/undo/", {"next": asked}, headers=headers)
    urgent = desk_client.post(f"/visits/{visit.pk}/urgent/", {"next": asked}, headers=headers)
    left = desk_client.post(f"/visits/{visit.pk}/leave/?to=left", {"next": asked}, headers=headers)
    for answer in (moved, undone, urgent, left):
        assert answer.status_code in (200, 302, 409)
        assert not answer.get("Location", "/").startswith(("//", "http", "x", "a:", "-"))
    assert Move.objects.filter(visit=visit, to_state="roomed").exists()


def test_a_valid_next_value_is_followed(desk_client: Client, front: Location) -> None:
    visit = make.visit(front)
    answer = desk_client.post(f"/visits/{visit.pk}/move/", {"to": "roomed", "next": "/match/?x=1"})
    assert answer["Location"] == "/match/?x=1"


def test_messages_about_a_family_are_not_in_a_cookie(desk_client: Client, front: Location) -> None:
    visit = make.visit(front)
    answer = desk_client.post(f"/visits/{visit.pk}/move/", {"to": "roomed"})
    assert answer.status_code == 302
    assert "messages" not in answer.cookies
    assert visit.token in desk_client.get("/").content.decode()
