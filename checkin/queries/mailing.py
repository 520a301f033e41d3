"""The status of a clinic's e-mail, for managers."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple
from urllib.parse import urlsplit

from django.core.cache import cache

from checkin.models import Clinic
from checkin.models.mailing import (
    desk_base_url,
    is_mail_configured,
    mail_sender_address,
    unsent_mail_cache_key,
)
from checkin.rules.local_hosts import is_local_host
from checkin.rules.promises import PROMISE_KEEPER_ROLES

_MOST_STAFF_NAMED = 8
NO_MAIL_SERVER = "No mail server is set (EMAIL_URL), so nobody is told by e-mail."
NO_MAIL_SENDER = "No sender is set, so no e-mail goes out. Set one: manage.py set_clinic --mail-from ADDRESS"
_LINKS_ARE_LOCAL = (
    "The links in e-mails point to this machine itself. Set the address that people open: "
    "manage.py set_clinic --site https://…"
)


class MailingStatus(NamedTuple):
    """The settings of e-mail, and in `troubles` one sentence for each problem with it."""

    is_on: bool
    sender: str
    troubles: list[str]


def read_mailing_status(clinic: Clinic) -> MailingStatus:
    """Return the settings of e-mail, and what keeps it from reaching staff. One query."""
    is_on, known = is_mail_configured(), mail_sender_address(clinic)
    nowhere = list_mail_troubles(clinic)
    # The others are told of no promise.
    without = clinic.staff.filter(is_active=True, email="", role__in=PROMISE_KEEPER_ROLES)
    names = list(without.order_by("name", "pk").values_list("name", flat=True))
    return MailingStatus(is_on, known, [*nowhere, *([_no_address_trouble(names)] if names else [])])


def list_mail_troubles(clinic: Clinic) -> list[str]:
    """Return a sentence for each reason why this clinic's e-mail reaches nobody, whoever it is for."""
    if not is_mail_configured():
        return [NO_MAIL_SERVER]
    return [
        *([] if mail_sender_address(clinic) else [NO_MAIL_SENDER]),
        *_unsent_mail_troubles(clinic),
        *([_LINKS_ARE_LOCAL] if is_local_address(desk_base_url(clinic)) else []),
    ]


def _unsent_mail_troubles(clinic: Clinic) -> list[str]:
    """Return a sentence about e-mails that could not be sent, when and why; empty if all were."""
    kept = cache.get(unsent_mail_cache_key(clinic))
    if not kept:
        return []
    at = dt.datetime.fromtimestamp(kept[0], dt.UTC)
    when = f"{clinic.date_words(at)} at {clinic.time_words(at)}"
    letters = "1 e-mail" if kept[1] == 1 else f"{kept[1]} e-mails"
    return [f"{letters} could not be sent on {when} ({kept[2]}): see EMAIL_URL and the log."]


def is_local_address(address: str) -> bool:
    """Return whether only this machine itself can open the address."""
    return is_local_host(urlsplit(address).hostname or "")


def _no_address_trouble(names: list[str]) -> str:
    """Return a sentence that names the people without an e-mail address."""
    shown = ", ".join(names[:_MOST_STAFF_NAMED]) + (" …" if len(names) > _MOST_STAFF_NAMED else "")
    who = "1 person has" if len(names) == 1 else f"{len(names)} people have"
    return f"{who} no e-mail address: {shown}"
