"""/settings/tablets/: which tablets there are, a link that sets one up, and revoking one at once."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import pytest
import pytest_django
import structlog
import time_machine
from django.test import Client

from checkin.actions import devices
from checkin.models import AuditEvent, Device, Location, Staff
from tests import make

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Kiosk

pytestmark = pytest.mark.usefixtures("tuesday")
PAGE = "/settings/tablets/"


@pytest.fixture(autouse=True)
def _served(settings: pytest_django.Settings) -> None:
    settings.ALLOWED_HOSTS = ["192.168.1.20", "testserver", "localhost"]
    settings.SERVES_HOST, settings.SERVES_PORT = "0.0.0.0", 8123  # noqa: S104


@pytest.fixture
def manager(max_: Staff) -> Client:
    found = Client()
    found.force_login(max_)
    return found


def read(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def link_on(answer: Any) -> str:
    found = re.search(r">(http\S+/kiosk/enrol/#\S+?)<", read(answer))
    assert found, "the page shows no link"
    return found[1]


def enroll(manager: Client, where: Location, name: str = "Door", **headers: str) -> Any:
    return manager.post(PAGE, {"name": name, "location": where.pk}, headers=headers)


def test_tablets_are_listed_with_when_they_were_last_heard(
    manager: Client, kiosk: Kiosk, tuesday: time_machine.Traveller
) -> None:
    Device.objects.update(heard_at=None)
    assert "not yet" in read(manager.get(PAGE))
    Client().get("/kiosk/", headers=kiosk.headers)
    assert "just now" in read(manager.get(PAGE))
    tuesday.shift(180)
    assert "3 min ago" in read(manager.get(PAGE))
    page = read(manager.get(PAGE))
    assert (
        "Tablet by the door" in page
        and "Front desk" in page
        and kiosk.device.location.clinic.date_words(make.at()) in page
    )


def test_a_tablets_requests_write_once_in_five_minutes_and_ask_no_more(
    kiosk: Kiosk, tuesday: time_machine.Traveller, django_assert_num_queries: Any
) -> None:
    tablet = Client()
    tablet.get("/kiosk/", headers=kiosk.headers)
    with django_assert_num_queries(1):
        tablet.get("/kiosk/", headers=kiosk.headers)
    tuesday.shift(300)
    with django_assert_num_queries(2):
        tablet.get("/kiosk/", headers=kiosk.headers)


def test_the_link_sets_up_the_tablet_once(manager: Client, front: Location, max_: Staff) -> None:
    page = enroll(manager, front)
    code = link_on(page).split("#")[1]
    assert page.status_code == 200 and 'class="square"' in read(page)
    tablet = Client()
    answer = tablet.post("/kiosk/enrol/", {"token": code})
    assert (answer.status_code, answer["Location"]) == (303, "/kiosk/")
    assert tablet.get("/kiosk/").status_code == 200
    assert Client().post("/kiosk/enrol/", {"token": code}).status_code == 403, "it works once"
    assert tablet.get("/kiosk/").status_code == 200
    assert AuditEvent.objects.get(action="device.enrolled").staff == max_


def test_a_link_is_no_key_and_ends_after_fifteen_minutes(
    manager: Client, max_: Staff, front: Location, tuesday: time_machine.Traveller
) -> None:
    code = link_on(enroll(manager, front)).split("#")[1]
    assert Client().get("/kiosk/", headers={"Authorization": f"Device {code}"}).status_code == 403
    assert "not opened yet" in read(manager.get(PAGE))
    tuesday.shift(15 * 60)
    assert Client().post("/kiosk/enrol/", {"token": code}).status_code == 403
    later = Client()  # the first desk has locked meanwhile
    later.force_login(max_)
    assert "ran out" in read(later.get(PAGE))


@pytest.mark.parametrize(
    ("host", "site"),
    [("localhost:8123", "http://192.168.1.20:8123"), ("192.168.1.20:8123", "http://192.168.1.20:8123")],
)
def test_the_link_has_the_address_at_which_a_tablet_reaches_us(
    manager: Client, front: Location, host: str, site: str
) -> None:
    assert link_on(enroll(manager, front, Host=host)).startswith(f"{site}/kiosk/enrol/#")


def test_the_link_has_no_front_desk_in_it(manager: Client, front: Location, annexe: Location) -> None:
    """The tablet's cookie is for /kiosk/ only, so below /at/1/ it would stay a stranger."""
    assert link_on(manager.post(f"/at/{annexe.pk}{PAGE}", {"name": "Door", "location": front.pk})).startswith(
        "http://testserver/kiosk/enrol/#"
    )


def test_a_server_for_this_machine_only_says_how_a_tablet_can_reach_it(
    manager: Client, front: Location, settings: pytest_django.Settings
) -> None:
    settings.SERVES_HOST = "127.0.0.1"
    page = read(enroll(manager, front, Host="localhost:8123"))
    assert "make start HOST=0.0.0.0 PORT=8123" in page and 'class="square"' not in page
    assert "http://localhost:8123/kiosk/enrol/#" in page


def test_the_code_is_in_no_address_log_or_row(
    manager: Client, front: Location, capfd: pytest.CaptureFixture[str]
) -> None:
    with structlog.testing.capture_logs() as lines:
        page = enroll(manager, front)
        code = link_on(page).split("#")[1]
        answer = Client().post("/kiosk/enrol/", {"token": code})
    addresses = " ".join(re.findall(r'(?:href|action|src)="([^"]*)"', read(page)))
    assert code not in addresses and code not in answer["Location"]
    assert code not in f"{lines}{capfd.readouterr()}"
    assert code not in f"{[*Device.objects.values()]}{[*AuditEvent.objects.values()]}"
    assert "no-store" in page["Cache-Control"]
    assert code not in read(manager.get(PAGE))


def test_a_name_again_asks_first_and_then_stops_the_old_tablet(
    manager: Client, front: Location, kiosk: Kiosk
) -> None:
    asked = enroll(manager, front, "tablet by the DOOR")
    assert asked.status_code == 409 and "stops at once" in read(asked)
    tablet = Client()
    assert tablet.get("/kiosk/", headers=kiosk.headers).status_code == 200, "asking changes nothing"
    link_on(manager.post(f"{PAGE}{kiosk.device.pk}/key/"))
    assert tablet.get("/kiosk/", headers=kiosk.headers).status_code == 403
    assert Device.objects.count() == 1


def test_a_revoked_tablet_stops_with_its_next_request(manager: Client, kiosk: Kiosk) -> None:
    tablet = Client()
    assert tablet.get("/kiosk/", headers=kiosk.headers).status_code == 200
    asked = read(manager.get(f"{PAGE}{kiosk.device.pk}/revoke/"))
    assert "Undo is not possible" in asked
    assert tablet.get("/kiosk/", headers=kiosk.headers).status_code == 200, "asking changes nothing"
    for _ in range(2):
        done = manager.post(f"{PAGE}{kiosk.device.pk}/revoke/", follow=True)
        assert "is revoked" in read(done)
    answer = tablet.get("/kiosk/", headers=kiosk.headers)
    assert answer.status_code == 403 and "not set up" in read(answer)
    assert tablet.post("/kiosk/sign-ins/", {}, headers=kiosk.headers).status_code == 401
    page = read(manager.get(PAGE))
    assert "Nothing is enrolled yet" in page
    assert "Tablet by the door" in page.split('id="revoked-title"')[1]
    assert AuditEvent.objects.filter(action="device.revoked").count() == 1


def test_a_display_is_enrolled_listed_and_revoked_the_same_way(manager: Client, front: Location) -> None:
    asked = {"name": "Screen", "kind": "display", "location": front.pk}
    code = link_on(manager.post(PAGE, asked)).split("#")[1]
    screen = Client()
    assert screen.get("/display/").status_code == 403
    answer = screen.post("/kiosk/enrol/", {"token": code})
    assert (answer.status_code, answer["Location"]) == (303, "/display/")
    assert [cookie["path"] for cookie in answer.cookies.values()] == ["/display/"]
    page = read(screen.get("/display/"))
    assert "This display is set up" in page and "Screen" in page
    assert screen.get("/kiosk/").status_code == 403, "it is no tablet"
    assert screen.post("/kiosk/sign-ins/", {}).status_code == 401
    row = re.search(r">Screen<.*?</tr>", read(manager.get(PAGE)), re.DOTALL)[0]
    assert "Display" in row and "just now" in row and "New link" in row
    device = Device.objects.get()
    assert "is revoked" in read(manager.post(f"{PAGE}{device.pk}/revoke/", follow=True))
    again = screen.get("/display/")
    assert again.status_code == 403 and "not set up" in read(again)


def test_a_tablets_key_opens_no_display(kiosk: Kiosk) -> None:
    assert Client().get("/display/", headers=kiosk.headers).status_code == 403


def test_a_revoked_tablets_key_cannot_be_replaced(manager: Client, kiosk: Kiosk) -> None:
    devices.revoke_device(device=kiosk.device, by=None, at=make.at("9:00"))
    answer = manager.post(f"{PAGE}{kiosk.device.pk}/key/", follow=True)
    assert "was revoked" in read(answer) and "#" not in str(answer.redirect_chain)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"name": "  "},
        {"name": "\u200b"},
        {"name": "\u034f"},
        {"name": "\u2800"},
        {"name": "\u0301"},
        {"name": "x" * 121},
        {"name": "Door", "location": "0"},
    ],
)
def test_what_cannot_be_enrolled_is_said_and_kept(
    manager: Client, front: Location, said: dict[str, str]
) -> None:
    answer = manager.post(PAGE, {"location": front.pk, "name": ""} | said)
    assert answer.status_code == 422 and "is-invalid" in read(answer)
    assert said.get("name", "").strip() in read(answer)
    assert not Device.objects.exists()


def test_another_clinics_tablet_is_404(
    manager: Client, hilltop: Location, as_: Callable[[Staff], Client]
) -> None:
    theirs, token = devices.enrol_device(location=hilltop, name="Theirs", at=make.at("7:00"))
    for page in ("key", "revoke"):
        assert manager.get(f"{PAGE}{theirs.pk}/{page}/").status_code == 404
        assert manager.post(f"{PAGE}{theirs.pk}/{page}/").status_code == 404
    assert "Theirs" not in read(manager.get(PAGE))
    assert enroll(manager, hilltop).status_code == 422
    assert Device.objects.holding(token) == theirs


def test_only_managers_and_administrators_look_after_tablets(
    kiosk: Kiosk, dana: Staff, noor: Staff, otto: Staff, ada: Staff
) -> None:
    pages = [PAGE, f"{PAGE}{kiosk.device.pk}/key/", f"{PAGE}{kiosk.device.pk}/revoke/"]
    for person, status in ((dana, 403), (noor, 403), (otto, 403), (ada, 200)):
        browser = Client()
        browser.force_login(person)
        assert [browser.get(page).status_code for page in pages] == [status] * 3
        assert ("Tablets" in read(browser.get("/settings/", follow=True))) is (status == 200)
        if status == 403:
            assert [browser.post(page).status_code for page in pages] == [403] * 3
    assert [Client().get(page).status_code for page in pages] == [302] * 3
    assert Device.objects.holding(kiosk.token) is not None
