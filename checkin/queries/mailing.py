"""What the people who run the clinic read about its e-mail: how it goes out, and what is in the way."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.core.cache import cache

from checkin.models import Clinic, Role
from checkin.models.mailing import AT_HOME, is_configured, sender, site, unsent_key
from checkin.rules import clocks

MOST_NAMED = 8
NO_SERVER = "No mail server is set (EMAIL_URL), so nobody is told by e-mail."
NO_SENDER = "No sender is set, so no e-mail goes out. Set one: manage.py set_clinic --mail-from ADDRESS"
NO_SITE = (
    "The links in e-mails point to this machine itself ({site}). Set the address that people open: "
    "manage.py set_clinic --site https://…"
)


class Mailing(NamedTuple):
    """How mail goes out, for the people who run the clinic: `troubles` are sentences."""

    is_on: bool
    sender: str
    site: str
    troubles: list[str]


def mailing(clinic: Clinic) -> Mailing:
    """Return how mail goes out, and what keeps whom from being told. One query."""
    is_on, known, address = is_configured(), sender(clinic), site(clinic)
    nowhere = [
        *([] if is_on else [NO_SERVER]),
        *([NO_SENDER] if is_on and not known else []),
        *(unsent(clinic) if is_on else []),
        *([NO_SITE.format(site=address)] if is_on and is_at_home(address) else []),
    ]
    without = clinic.staff.filter(is_active=True, email="").exclude(role=Role.AUDITOR)
    names = list(without.order_by("name", "pk").values_list("name", flat=True))
    return Mailing(is_on, known, address, [*nowhere, *([unaddressed(names)] if names else [])])


def unsent(clinic: Clinic) -> list[str]:
    """Say that the last e-mail could not be sent, when, and by which fault."""
    kept = cache.get(unsent_key(clinic))
    if not kept:
        return []
    when = dt.datetime.fromtimestamp(kept[0], clinic.zone)
    letters = "1 e-mail" if kept[1] == 1 else f"{kept[1]} e-mails"
    day = clocks.date_words(when.date())
    return [f"{letters} could not be sent on {day} at {when:%-H:%M} ({kept[2]}): see EMAIL_URL and the log."]


def is_at_home(address: str) -> bool:
    host = address.partition("://")[2]
    return any(host == name or host.startswith(f"{name}:") for name in AT_HOME)


def unaddressed(names: list[str]) -> str:
    """Say who cannot be told."""
    shown = ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
    who = "1 person has" if len(names) == 1 else f"{len(names)} people have"
    return f"{who} no e-mail address: {shown}"
