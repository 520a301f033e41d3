"""The address in a tablet's link: one that works from the waiting room, never with a wrong port."""

from __future__ import annotations

import pytest
import pytest_django

from checkin.models import Clinic
from checkin.queries import tablet_sites
from checkin.queries.tablet_sites import TabletSite, find_tablet_site


@pytest.fixture(autouse=True)
def _machine(settings: pytest_django.Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "192.168.1.20"]
    monkeypatch.setattr(tablet_sites, "find_network_address", lambda: "10.0.0.7")


def site(clinic: Clinic, opened_at: str = "", host: str = "::", port: int = 8123) -> TabletSite:
    return find_tablet_site(clinic, listens_on=host, port=port, is_tls=False, opened_at=opened_at)


def test_the_address_in_the_browser_is_used_where_other_machines_can_open_it(brook: Clinic) -> None:
    seen = "https://checkin.example.org:8443"
    assert site(brook, seen, host="127.0.0.1") == TabletSite(seen, is_reachable=True)


@pytest.mark.parametrize("here", ["http://localhost:8123", "http://127.0.0.1:9999", "http://[::1]:8123", ""])
def test_a_browser_on_this_machine_gets_the_networks_address_and_the_served_port(
    brook: Clinic, here: str
) -> None:
    assert site(brook, here) == TabletSite("http://192.168.1.20:8123", is_reachable=True)
    assert site(brook, here, port=80) == TabletSite("http://192.168.1.20", is_reachable=True)


def test_where_any_host_is_allowed_the_machines_own_address_is_found(
    brook: Clinic, settings: pytest_django.Settings
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert site(brook, "http://localhost:8123").address == "http://10.0.0.7:8123"
    settings.ALLOWED_HOSTS = ["localhost", ".example.org"]
    assert site(brook, "http://localhost:8123") == TabletSite("http://localhost:8123", is_reachable=False)


def test_the_clinics_own_address_is_preferred_to_a_guess(brook: Clinic) -> None:
    brook.site = "https://desk.brook.example/"
    assert site(brook, "http://localhost:8123") == TabletSite("https://desk.brook.example", is_reachable=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_a_server_that_listens_on_this_machine_only_is_not_reachable(brook: Clinic, host: str) -> None:
    found = site(brook, "http://localhost:8123", host=host)
    assert found == TabletSite("http://localhost:8123", is_reachable=False)


def test_without_a_known_port_no_address_is_made_up(brook: Clinic) -> None:
    assert site(brook, host="", port=0) == TabletSite("", is_reachable=False)
