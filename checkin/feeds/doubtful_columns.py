"""Columns that may say that something was not done. They are never ignored."""

from __future__ import annotations

import re

from checkin.rules import name_keys, record_rows
from checkin.rules.record_rows import BadRow

DOUBT_COLUMN = "doubt"
"""The column of all headings that may say so in free text."""
OTHER_STATUS_COLUMN = "other_status"
"""The column of all status headings with an unknown name."""
_MAY_BE_UNDONE = (
    "“{heading}” says “{value}”: it may not have been done. Say what that is by --map, such as "
    '--map "{heading}=status", or "{heading}=ignore" where it has nothing to do with it.'
)
_STATUS_HEADING = re.compile(r"status(?:code|text|name|desc|description)?$")
_OTHERS_STATUS_HEADING = re.compile(
    "^(?:patient|pt|chart|member|payment|billing|insurance|coverage|marital|eligib|claim|employ|student|copay"
    "|smok|tobacco|vfc|fund|consent|hipaa|portal|registration|financial|account|referral|authori|language|legal"
    "|immigration|housing|veteran|pregnan|form|paperwork|intake|reminder|survey|stock|inventory|reporting)"
)
"""Starts of headings whose status is not that of an appointment, a vaccine or a due item."""
_DOUBT_HEADINGS = {
    "appointments": re.compile("cancel|noshow|missed|declin|refus|delet|void"),
    "immunizations": re.compile(
        "refus|declin|cancel|delet|void|reason|exempt|contraindic|error|"
        "not(?:given|administered|done|performed)"
    ),
    "due_items": re.compile("refus|declin|cancel|delet|void|exempt|contraindic|withdr|complet|^immune$"),
}
_CELLS_OF_NO = record_rows.RECORD_NO_WORDS | {"", "none", "na", "null", "nil", "notapplicable"}
_NEUTRAL_STATUSES = frozenset(
    {"active", "valid", "ok", "current", "final", "verified", "approved", "new", "open", "entered"}
)
"""Statuses of the record itself, which say nothing about its subject."""


def find_doubtful_column(kind: str, heading: str) -> str:
    """Return the column of a heading that no list knows: a status, a doubt, or ""."""
    if kind not in _DOUBT_HEADINGS:
        return ""
    if _DOUBT_HEADINGS[kind].search(heading):
        return DOUBT_COLUMN
    return (
        OTHER_STATUS_COLUMN
        if _STATUS_HEADING.search(heading) and not _OTHERS_STATUS_HEADING.search(heading)
        else ""
    )


def refuse_doubtful_cell(heading: str, value: str) -> None:
    """Raise BadRow if a doubtful cell says anything but no."""
    if name_keys.normalize_text(value) not in _CELLS_OF_NO:
        raise BadRow(_MAY_BE_UNDONE.format(heading=heading, value=value[:40]))


def is_neutral_status(value: str) -> bool:
    """Return whether a status describes the record and not its subject."""
    return name_keys.normalize_text(value) in _NEUTRAL_STATUSES
