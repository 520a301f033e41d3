"""What a desk page was rendered for, as its forms send it back: child, adult, state and front desk.

It is neither a secret nor a permission. It lets the program notice that a page is out of date before it
writes anything on another child.
"""

from __future__ import annotations

import datetime as dt
import re
import zlib
from dataclasses import dataclass, replace
from typing import Any

from checkin.rules import name_keys
from checkin.rules.visit_steps import VisitState, is_open_visit_state

_PAGE_VERSION_PATTERN = re.compile(
    r"(?:q(?P<promise>\d{1,18})\.)?(?:v(?P<visit>\d{1,18})\.)?(?:x(?P<sealed>[0-9a-f]{32})\.)?"
    r"(?:p(?P<patient>\d{1,18})\.)?"
    r"(?:m(?P<merged_into>\d{1,18})\.)?(?:g(?P<merge>\d{1,18})\.)?(?:n(?P<named>[0-9a-f]{8})\.)?"
    r"(?:a(?P<adult>[0-9a-f]{8})\.)?(?:s(?P<state>[a-z_]{1,30})\.)?(?:l(?P<location>\d{1,18}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageVersion:
    """A promise, a visit or a patient's record as a page showed it; None for what the page is not about.

    `patient` is the child of the promise or visit; None if nobody was matched. `merged_into` and `merge` (the
    last merge of this record, or undo of one) are set only for a page about a record alone. `named` is a
    fingerprint of the child's name and birth date on the page, `adult` one of the adult who was here.
    `sealed` stands for `patient` and `named` on pages of a closed visit: a seal under our key.
    """

    promise: int | None = None
    visit: int | None = None
    patient: int | None = None
    merged_into: int | None = None
    merge: int | None = None
    named: str = ""
    adult: str = ""
    state: str = ""
    location: int | None = None
    sealed: str = ""

    @property
    def text(self) -> str:
        parts: list[tuple[str, object]] = [
            ("q", self.promise),
            ("v", self.visit),
            ("x", self.sealed),
            ("p", self.patient),
            ("m", self.merged_into),
            ("g", self.merge),
            ("n", self.named),
            ("a", self.adult),
            ("s", self.state),
        ]
        said = "".join(f"{letter}{value}." for letter, value in parts if value)
        return said + (f"l{self.location}" if self.location else "")

    def at(self, location: int | None) -> PageVersion:
        return replace(self, location=location)


def read_page_version(text: str) -> PageVersion | None:
    """Return what a form says it was rendered for; None if the text is not valid."""
    found = _PAGE_VERSION_PATTERN.fullmatch(text) if text else None
    if found is None:
        return None
    said = {name: value or "" for name, value in found.groupdict().items()}
    words: dict[str, Any] = {name: said.pop(name) for name in ("state", "named", "adult", "sealed")}
    numbers: dict[str, Any] = {name: int(value) for name, value in said.items() if value}
    is_known_state = not words["state"] or words["state"] in VisitState.values
    return replace(PageVersion(**numbers), **words) if is_known_state else None


def is_page_of_same_child(drawn: PageVersion, now: PageVersion) -> bool:
    """Return whether the page is still about the same child, on the same record with the same contents."""
    return is_page_of_same_record(drawn, now) and drawn.named == now.named


def is_page_of_same_family(drawn: PageVersion, now: PageVersion) -> bool:
    """Return `is_page_of_same_child`, and also whether the adult with the child is the one on the page."""
    return is_page_of_same_child(drawn, now) and drawn.adult == now.adult


def is_page_of_same_record(drawn: PageVersion, now: PageVersion) -> bool:
    """Return whether both are about the same record. A seal that does not open is about none."""
    of_drawn = (drawn.patient, drawn.merged_into, drawn.merge, drawn.sealed)
    return of_drawn == (now.patient, now.merged_into, now.merge, now.sealed)


def child_fingerprint(name: str, birth_date: dt.date | None) -> str:
    """Return a fingerprint of a child's name and birth date, so that a twin's changed record is noticed."""
    born = birth_date.isoformat() if birth_date else ""
    return _crc_hex(f"{name}|{born}")


def adult_fingerprint(*, on_record: str | None, said: str, relationship: str, is_alone: bool) -> str:
    """Return a fingerprint of the adult that a page showed as here: what they said, and their recorded name.

    `on_record` is None if nobody on record is here. Case, accents and spacing do not change it. Nor does a
    new row for the same name, which is made when the family goes on typing.
    """
    row = "" if on_record is None else f"row {name_keys.normalize_text(on_record)}"
    return _crc_hex(
        "|".join([str(is_alone), row, name_keys.normalize_text(said), name_keys.normalize_text(relationship)])
    )


def _crc_hex(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"


def has_visit_ended_or_reopened(drawn: str, now: str) -> bool:
    """Return whether the visit has ended, reopened or got another end since; other steps do not count."""
    return drawn != now and not (is_open_visit_state(drawn) and is_open_visit_state(now))
