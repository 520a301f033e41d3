"""Addresses as a person types them: of one mailbox, of a sender, and of the site that links open."""

from __future__ import annotations

import re
from email.utils import formataddr, parseaddr
from urllib.parse import urlsplit

LONGEST_ADDRESS, LONGEST = 254, 200
MAILBOX = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9-]*[A-Za-z]"
)
"""One mailbox: enough to tell an address from a name, a phone number or two addresses."""
HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])")


def read_address(text: str) -> str | None:
    """Return the one mailbox that was typed, without blanks around it; None for anything else."""
    said = text.strip()
    local = said.partition("@")[0]
    is_odd = local.startswith(".") or local.endswith(".") or ".." in said
    return said if MAILBOX.fullmatch(said) and len(said) <= LONGEST_ADDRESS and not is_odd else None


def read_sender(text: str) -> str | None:
    """Return a sender, "desk@brook.example" or "Brook <desk@brook.example>"; None for anything else."""
    said = text.strip()
    if not said.isprintable():
        return None
    name, address = parseaddr(said)
    known = read_address(address)
    if known is None or (said != known and not said.endswith(f"<{address}>")):
        return None
    made = formataddr((name, known)) if name.isascii() else f"{name} <{known}>"
    return made if len(made) <= LONGEST else None


def read_site(text: str) -> str | None:
    """Return the address of a site without a slash at its end; None for what is no http address of a host."""
    said = text.strip().rstrip("/")
    if not said.isprintable() or any(sign.isspace() for sign in said) or len(said) > LONGEST:
        return None
    try:
        parts = urlsplit(said)
        port = parts.port
    except ValueError:
        return None
    host = parts.netloc.removesuffix(f":{port}") if port else parts.netloc
    is_whole = (
        parts.scheme in ("http", "https") and HOST.fullmatch(host) and not (parts.query or parts.fragment)
    )
    return said if is_whole else None
