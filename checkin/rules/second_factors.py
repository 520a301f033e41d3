"""Who must log in with a second factor: a passkey, or a code of an authenticator app."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from checkin.rules.roles import Role

_ROLES_THAT_NEED_ONE = frozenset({Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR})
"""They can change or read what concerns the whole clinic."""


class SecondFactorFor(TextChoices):
    """Whom the clinic asks for a second factor."""

    MANAGERS = "managers", _("Managers, administrators and auditors")
    OUTSIDE = "outside", _("Those three, and everybody who is not on the clinic's own networks")
    ALL = "all", _("Everybody")
    NONE = "none", _("Nobody")


def is_second_factor_required(*, role: str, asked_of: str, is_outside: bool) -> bool:
    """Return whether a person of this role must have a second factor; `asked_of`: a SecondFactorFor."""
    return {
        SecondFactorFor.NONE: False,
        SecondFactorFor.ALL: True,
        SecondFactorFor.MANAGERS: role in _ROLES_THAT_NEED_ONE,
        SecondFactorFor.OUTSIDE: is_outside or role in _ROLES_THAT_NEED_ONE,
    }[SecondFactorFor(asked_of)]


def read_networks(text: str) -> list[str]:
    """Return the networks written in `text`, such as "10.1.0.0/16 192.168.7.4", in their usual form.

    Raises ValueError with the word that is not a network.
    """
    networks: list[str] = []
    for word in text.replace(",", " ").replace(";", " ").split():
        try:
            network = str(ipaddress.ip_network(word, strict=False))
        except ValueError:
            raise ValueError(word) from None
        if network not in networks:
            networks.append(network)
    return networks


def is_in_networks(address: str, networks: Iterable[str]) -> bool:
    """Return whether this IP address is in one of the networks. An unreadable address is in none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return any((mapped or found) in ipaddress.ip_network(network) for network in networks)
