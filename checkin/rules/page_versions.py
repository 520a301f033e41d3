"""What a page of the desk was drawn for, as its forms say it: which child and adult, state and front desk.

A mark is no secret and no permission. It lets the program notice that a page speaks of something that is no
longer so, before anything is written on another child.
"""

from __future__ import annotations

import datetime as dt
import re
import zlib
from dataclasses import dataclass, replace

from checkin.rules import name_keys
from checkin.rules.visit_steps import VisitState, is_open_visit_state

_PAGE_VERSION_PATTERN = re.compile(
    r"(?:q(?P<promise>\d{1,18})\.)?(?:v(?P<visit>\d{1,18})\.)?(?:p(?P<patient>\d{1,18})\.)?"
    r"(?:m(?P<merged_into>\d{1,18})\.)?(?:g(?P<merge>\d{1,18})\.)?(?:n(?P<named>[0-9a-f]{8})\.)?"
    r"(?:a(?P<adult>[0-9a-f]{8})\.)?(?:s(?P<state>[a-z_]{1,30})\.)?(?:l(?P<location>\d{1,18}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageVersion:
    """A promise, a visit or a patient's record as a page showed it; None where the page is about none.

    `patient` is the child of the promise or visit, None where nobody was matched. `merged_into` and `merge`,
    the last merge of this record or undo of one, are only known of a page about a record alone. `named`
    stands for the name and birth date that the page showed of the child, `adult` for who was here with them.
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

    @property
    def text(self) -> str:
        parts: list[tuple[str, object]] = [
            ("q", self.promise),
            ("v", self.visit),
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
    """Return what a form says it was drawn for, or None where it says nothing that was ever drawn."""
    found = _PAGE_VERSION_PATTERN.fullmatch(text) if text else None
    if found is None:
        return None
    state = found["state"] or ""
    words = ("state", "named", "adult")
    numbers = {
        name: int(value)
        for name, value in found.groupdict().items()
        if value is not None and name not in words
    }
    return (
        PageVersion(state=state, named=found["named"] or "", adult=found["adult"] or "", **numbers)
        if not state or state in VisitState.values
        else None
    )


def is_page_of_same_child(drawn: PageVersion, now: PageVersion) -> bool:
    """Whether what the page showed is still about the same child, on the same record with the same in it."""
    return is_page_of_same_record(drawn, now) and drawn.named == now.named


def is_page_of_same_family(drawn: PageVersion, now: PageVersion) -> bool:
    """The same, where who is here with the child is also who the page showed."""
    return is_page_of_same_child(drawn, now) and drawn.adult == now.adult


def is_page_of_same_record(drawn: PageVersion, now: PageVersion) -> bool:
    return (drawn.patient, drawn.merged_into, drawn.merge) == (now.patient, now.merged_into, now.merge)


def child_fingerprint(name: str, birth_date: dt.date | None) -> str:
    """Stand for what a page called the child: a twin's record that was named otherwise is told from it."""
    born = birth_date.isoformat() if birth_date else ""
    return _crc_hex(f"{name}|{born}")


def adult_fingerprint(*, on_record: str | None, said: str, relationship: str, is_alone: bool) -> str:
    """Stand for the adult whom a page showed as here: who they said to be, and their name on record.

    `on_record` is None where nobody on record is here. A name in other letters, or with more spaces, is no
    other adult; and neither is a row that was made anew for the same name, as when the family types on.
    """
    row = "" if on_record is None else f"row {name_keys.normalize_text(on_record)}"
    return _crc_hex(
        "|".join([str(is_alone), row, name_keys.normalize_text(said), name_keys.normalize_text(relationship)])
    )


def _crc_hex(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"


def has_visit_ended_or_reopened(drawn: str, now: str) -> bool:
    """Whether the visit ended since, or came back, or ended otherwise. A step within the visit is neither."""
    return drawn != now and not (is_open_visit_state(drawn) and is_open_visit_state(now))
