"""Who may look after whose account, and what a change of an account may not do."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Collection
from typing import NamedTuple

from checkin.rules.hidden_characters import is_never_seen, remove_never_seen
from checkin.rules.roles import Role

_ROLES_LOOKED_AFTER: dict[str, frozenset[Role]] = {
    Role.ADMINISTRATOR: frozenset(Role),
    # Neither somebody with more rights than their own, nor who reads what they do.
    Role.MANAGER: frozenset(Role) - {Role.ADMINISTRATOR, Role.AUDITOR},
}

ONLY_ADMINISTRATORS = (
    "Only an administrator looks after the accounts of administrators and auditors. "
    "Nothing was changed; ask an administrator."
)
OWN_ROLE = "Nobody changes their own role. Nothing was changed; ask another administrator or manager."
OWN_ACCOUNT = (
    "Nobody deactivates their own account. Nothing was changed; ask another administrator or manager."
)
OWN_ADDRESS = (
    "Your address also logs you in with the clinic's account, so nobody changes their own. Nothing was "
    "changed; ask another administrator or manager."
)
SHARED_ADDRESS = (
    "This address is on another account already, and an address also logs its person in with the clinic's "
    "account. Nothing was changed; write another address, or none."
)
CHANGE_IT_YOURSELF = (
    "This is your own account. Nothing was changed: change your password under your name, at the top right."
)
OWN_FACTORS = (
    "This is your own account. Nothing was changed: look after your own second factors under your name, "
    "at the top right, or ask another administrator or manager."
)
OWN_LOGIN_RESET = (
    "Your own password was changed a moment ago, so nothing was changed here. Please log in again."
)
NEEDS_NAME = "Write the person's name."
LAST_ADMINISTRATOR = (
    "{name} is the clinic's only active administrator, and a clinic always keeps one. Nothing was changed. "
    "Make somebody else an administrator first."
)
CHANGED_MEANWHILE = (
    "Somebody else changed this account after you opened the page, so nothing was saved. "
    "The boxes still hold what you typed. It is now: {now}. Save again to keep yours."
)


class StaffFacts(NamedTuple):
    """What the settings may change about a person."""

    name: str
    role: str
    location_id: int | None
    email: str

    @property
    def mark(self) -> str:
        """A short text that differs for other facts: how a page says which ones it showed."""
        return hashlib.sha256("\0".join(map(str, self)).encode()).hexdigest()[:16]


def list_roles_looked_after(role: str) -> tuple[Role, ...]:
    """Return the roles whose accounts somebody with this role may make and change, in `Role`'s order."""
    return tuple(one for one in Role if one in _ROLES_LOOKED_AFTER.get(role, ()))


def may_look_after(role: str, *, of: str) -> bool:
    """Return whether somebody with this role may make and change accounts with the role `of`."""
    return of in _ROLES_LOOKED_AFTER.get(role, ())


def is_blank_name(name: str) -> bool:
    """Return whether nothing of this name is seen."""
    return all(is_never_seen(sign) or unicodedata.category(sign)[0] in "CMZ" for sign in name)


def username_key(username: str) -> str:
    """Return what a username is in every case, on every keyboard and however its accents are typed.

    Two that look alike because of a sign that nobody sees are one.
    """
    return _normalize_username(remove_never_seen(_normalize_username(username)).casefold())


def pick_username(usernames: Collection[str], typed: str) -> str | None:
    """Return which of these usernames was typed; None if it is none of them, or could be two.

    Older accounts may differ in the case of an accented letter only. Each still logs in as it is written.
    """
    for read in (str.strip, _normalize_username, username_key):
        found = [one for one in usernames if read(one) == read(typed)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def pick_exact_username(usernames: Collection[str], said: str) -> str | None:
    """Return which of these usernames another system names, sign by sign; None if it is none, or several.

    Stricter than `pick_username`: no password stands behind it, and at the provider "strauß" and "strauss"
    may be two people.
    """
    found = [one for one in usernames if is_exactly_same_login(one, said)]
    return found[0] if len(found) == 1 else None


def is_exactly_same_login(one: str, other: str) -> bool:
    """Return whether two usernames or addresses are one in all but case, and how an accent is stored."""
    first, second = (unicodedata.normalize("NFC", said).lower() for said in (one, other))
    return first == second


def _normalize_username(username: str) -> str:
    return unicodedata.normalize("NFKC", username).strip()
