"""The address at which a tablet in the waiting room reaches this server."""

from __future__ import annotations

import socket
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

from checkin.models import Clinic
from checkin.models.mailing import chosen_site
from checkin.rules.local_hosts import choose_shared_host, is_local_host, join_site


class TabletSite(NamedTuple):
    """An address without a slash at the end. `is_reachable`: other machines can open it."""

    address: str
    is_reachable: bool


def find_tablet_site(
    clinic: Clinic, *, listens_on: str, port: int, is_tls: bool, opened_at: str = ""
) -> TabletSite:
    """Return the address for tablets.

    `opened_at` is the address at which the asking browser reached us. Unless it names the machine itself, it
    is the one proven to work, whatever proxies are in between. `listens_on` and `port` are what `serve`
    listens on, "" and 0 if unknown.
    """
    if opened_at and not is_local_host(urlsplit(opened_at).hostname or ""):
        return TabletSite(opened_at, is_reachable=True)
    if site := chosen_site(clinic):
        return TabletSite(site, is_reachable=True)
    is_shut = listens_on != "" and is_local_host(listens_on)
    host = "" if is_shut or not port else _host_for_others()
    if host:
        return TabletSite(join_site(host, port, is_tls=is_tls), is_reachable=True)
    here = opened_at or (join_site("localhost", port, is_tls=is_tls) if port else "")
    return TabletSite(here, is_reachable=False)


def find_network_address() -> str:
    """Return this machine's address on its network; "" if it has none. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # reserved for documentation: only the route is looked up
            address: str = probe.getsockname()[0]
        except OSError:
            return ""
    return "" if is_local_host(address) or address == "0.0.0.0" else address  # noqa: S104


def _host_for_others() -> str:
    """Return the first allowed host that other machines can use; "" if there is none."""
    if found := choose_shared_host(settings.ALLOWED_HOSTS, with_domains=False):
        return found
    # With any host allowed, the machine's own address on the network is.
    return find_network_address() if "*" in settings.ALLOWED_HOSTS else ""
