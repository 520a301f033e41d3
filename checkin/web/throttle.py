"""Limit how often one client may try unknown codes, whatever they are for.

A valid code is always answered: a waiting room shares one address, and nobody should suffer for another's
guesses. (Codes have 140 bits or more, so that gives nothing away.) The counters are in the database, shared
by all workers.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from checkin.actions.write_queue import write_in_turn

GUESSES_OF_BROWSER = 30
"""Unknown codes that one browser at one address may try within WINDOW_SECONDS."""
GUESSES_OF_ADDRESS = 300
"""Unknown codes that all browsers at one address may try together: one may keep changing its identity."""
WINDOW_SECONDS = 3600


def count_wrong_guess(request: HttpRequest) -> int:
    """Count one unknown code; return seconds until the next try, 0 if this one is answered."""
    at = timezone.now()
    limits = dict(zip(_guesser_keys(request), (GUESSES_OF_BROWSER, GUESSES_OF_ADDRESS), strict=True))
    over = [
        ends for who, (times, ends) in _read_guess_counts(list(limits), at).items() if times >= limits[who]
    ]
    if not over:
        with write_in_turn():
            over = [
                ends
                for who, limit in limits.items()
                for times, ends in [increment_throttle(who, at)]
                if times > limit
            ]
    return max((int((ends - at).total_seconds()) + 1 for ends in over), default=0)


def _guesser_keys(request: HttpRequest) -> tuple[str, str]:
    """Return the keys of this browser at this address, and of the address."""
    address = client_address(request)
    cookies = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    browser = next((request.COOKIES[name] for name in cookies if request.COOKIES.get(name)), "")
    return throttle_key("browser", address, browser), throttle_key("address", address)


def throttle_key(*parts: str) -> str:
    return f"guess-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:40]}"


def _read_guess_counts(whose: list[str], at: dt.datetime) -> dict[str, tuple[int, dt.datetime]]:
    """Return how often each guessed within its window, and when that ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cache_key, value, expires FROM cache WHERE cache_key IN (%s, %s) AND expires > %s",
            [*whose, _to_cache_time(at)],
        )
        return {who: (int(times), _from_cache_time(ends)) for who, times, ends in cursor.fetchall()}


def increment_throttle(who: str, at: dt.datetime) -> tuple[int, dt.datetime]:
    """Count one more guess in one statement, so two at once count twice. An expired window restarts."""
    ends = at + dt.timedelta(seconds=WINDOW_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cache (cache_key, value, expires) VALUES (%s, '1', %s) "
            "ON CONFLICT (cache_key) DO UPDATE SET "
            "value = CASE WHEN cache.expires > %s THEN CAST(CAST(cache.value AS integer) + 1 AS text) "
            "ELSE '1' END, "
            "expires = CASE WHEN cache.expires > %s THEN cache.expires ELSE excluded.expires END "
            "RETURNING value, expires",
            [who, _to_cache_time(ends), _to_cache_time(at), _to_cache_time(at)],
        )
        times, until = cursor.fetchone()
    return int(times), _from_cache_time(until)


def _to_cache_time(at: dt.datetime) -> Any:
    """Return the time as Django's cache writes it, so that it also clears these rows."""
    return connection.ops.adapt_datetimefield_value(at.replace(microsecond=0))


def _from_cache_time(value: object) -> dt.datetime:
    """Return a time from the cache table; SQLite gives it without its zone, which is UTC."""
    read = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))
    return read if read.tzinfo else read.replace(tzinfo=dt.UTC)


def client_address(request: HttpRequest) -> str:
    """Return the client's address as seen by our outermost proxy; for IPv6, its /64 network."""
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
