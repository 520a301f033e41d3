"""How often one address may guess a code, whatever the code is for.

The counters are in the database, so all workers share them.
"""

from __future__ import annotations

import hashlib
import ipaddress
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

GUESSES = 30
"""Unknown codes that one address may try within WINDOW_SECONDS; then nothing is answered for a while."""
WINDOW_SECONDS = 3600


def slots(request: HttpRequest) -> list[str]:
    """One key for each guess that this address may still make or has made."""
    who = hashlib.sha256(address_of(request).encode()).hexdigest()[:32]
    return [f"guess-{who}-{number}" for number in range(GUESSES)]


def pause(request: HttpRequest) -> int:
    """Seconds until this address may ask again; 0 when it may now."""
    taken = cache.get_many(slots(request))
    if len(taken) < GUESSES:
        return 0
    return max(1, int(min(taken.values()) + WINDOW_SECONDS - time.time()) + 1)


def count(request: HttpRequest) -> None:
    """One more code that is none. Each guess takes a slot by itself, so two at once are two."""
    at = time.time()
    next((slot for slot in slots(request) if cache.add(slot, at, WINDOW_SECONDS)), None)


def address_of(request: HttpRequest) -> str:
    """Who asks, as seen by the outermost proxy of our own; of an IPv6 address, the network."""
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    hops = settings.TRUSTED_PROXY_COUNT
    found = seen[-hops] if 0 < hops <= len(seen) else request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(found)
    except ValueError:
        return found
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
