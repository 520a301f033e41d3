"""Ask for one's own password before something of one's login changes: a desk may be left open."""

from __future__ import annotations

from django.utils import timezone

from checkin.web import throttle
from checkin.web.access import StaffRequest

_MOST_TRIES = 10
"""Tries per hour on each page that asks."""


def read_password_problem(request: StaffRequest, *, of: str, kept: str, again: str) -> str:
    """Return why the password that was sent does not do; "" if it is right.

    `of`: the page, by which its tries are counted. `kept` and `again`: the sentences that say what stays as
    it was, and what to type once more.
    """
    key = throttle.throttle_key(of, str(request.user.pk))
    if throttle.increment_throttle(key, timezone.now())[0] > _MOST_TRIES:
        return f"Too many tries. {kept} Wait an hour, then try again."
    if not request.user.check_password(request.POST.get("password", "")):
        return f"This is not your password. {kept} {again}"
    return ""
