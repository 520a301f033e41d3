"""Hosts that only mean the machine itself, those that other machines can open, and the address of one."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

_USUAL_PORTS = {"http": 80, "https": 443}


def is_local_host(host: str) -> bool:
    """Return whether this name or address only means the machine itself; "" does."""
    name = host.strip("[]").rstrip(".").casefold()
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name in ("", "localhost") or name.endswith(".localhost")


def choose_shared_host(allowed: Iterable[str], *, with_domains: bool) -> str:
    """Return the first of these allowed hosts that other machines can open; "" if there is none.

    `with_domains`: whether a whole domain (“.clinic.example”) counts, by its own name.
    """
    names = (host.lstrip(".") if with_domains else host for host in allowed)
    usable = (name for name in names if name.strip("*.") and not name.startswith((".", "*")))
    return next((name for name in usable if not is_local_host(name)), "")


def join_site(host: str, port: int, *, is_tls: bool) -> str:
    """Return the address of this host, without a slash at the end and with its port if it needs one."""
    scheme = "https" if is_tls else "http"
    return f"{scheme}://{host}" + ("" if port in (0, _USUAL_PORTS[scheme]) else f":{port}")
