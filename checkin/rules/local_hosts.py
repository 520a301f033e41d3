"""Tell names that only mean the machine itself from those that other machines can open."""

from __future__ import annotations

import ipaddress


def is_local_host(host: str) -> bool:
    """Return whether this name or address only means the machine itself; "" does."""
    name = host.strip("[]").rstrip(".").casefold()
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name in ("", "localhost") or name.endswith(".localhost")
