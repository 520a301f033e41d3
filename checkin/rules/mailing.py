"""Addresses as people type them: a mailbox, a sender, and the site that links open."""

from __future__ import annotations

import re
from email.utils import parseaddr, quote
from urllib.parse import urlsplit

_LONGEST_MAIL_ADDRESS, _LONGEST_SENDER_OR_SITE = 254, 200
_MAILBOX_PATTERN = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9-]*[A-Za-z]"
)
"""One mailbox: enough to tell an address from a name, a phone number or two addresses."""
_HOST_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_HOST_PATTERN = re.compile(rf"(?:{_HOST_LABEL}(?:\.{_HOST_LABEL})*|\[[0-9A-Fa-f:.]+\])")
_SIGNS_IN_QUOTES_ONLY = re.compile(r'[()<>@,:;".\[\]\\]')
"""Signs that a sender's name may contain only in quotes (RFC 5322, section 3.2.3)."""


def read_mail_address(text: str) -> str | None:
    """Return the typed mailbox without surrounding blanks; None for anything else."""
    said = text.strip()
    local = said.partition("@")[0]
    is_odd = local.startswith(".") or local.endswith(".") or ".." in said
    return (
        said
        if _MAILBOX_PATTERN.fullmatch(said) and len(said) <= _LONGEST_MAIL_ADDRESS and not is_odd
        else None
    )


def read_mail_sender(text: str) -> str | None:
    """Return a sender, "desk@brook.example" or "Brook <desk@brook.example>"; None for anything else."""
    said = text.strip()
    if not said.isprintable():
        return None
    name, address = parseaddr(said)
    known = read_mail_address(address)
    if known is None or (said != known and not said.endswith(f"<{address}>")):
        return None
    typed = said.removesuffix(f"<{address}>").strip()
    in_quotes = f'"{quote(name)}"'
    if name and typed not in (name, in_quotes):
        return None  # part of it would be lost: a mail program reads "Brook: desk" as "desk"
    made = f"{in_quotes if _SIGNS_IN_QUOTES_ONLY.search(name) else name} <{known}>" if name else known
    return made if len(made) <= _LONGEST_SENDER_OR_SITE else None


def read_site_address(text: str) -> str | None:
    """Return a site's address without a trailing slash; None if it is not an http address of a host."""
    said = text.strip().rstrip("/")
    if not said.isprintable() or any(sign.isspace() for sign in said) or len(said) > _LONGEST_SENDER_OR_SITE:
        return None
    try:
        parts = urlsplit(said)
        port = parts.port
    except ValueError:
        return None
    host = parts.netloc.removesuffix(f":{port}") if port else parts.netloc
    is_whole = (
        parts.scheme in ("http", "https")
        and _HOST_PATTERN.fullmatch(host)
        and not (parts.query or parts.fragment)
    )
    return said if is_whole else None
