"""Columns that may say that something was not done: no file is read as if they were not there."""

from __future__ import annotations

import re

from checkin.rules import names, records
from checkin.rules.records import BadRow

DOUBT = "doubt"
"""The column of all headings that may say so in words of their own."""
OTHER_STATUS = "other_status"
"""The column of all headings that are a status, and by no name that is known."""
UNDONE = (
    "“{heading}” says “{value}”: it may not have been done. Say what that is by --map, such as "
    '--map "{heading}=status", or "{heading}=ignore" where it has nothing to do with it.'
)
_STATUS = re.compile(r"status(?:code|text|name|desc|description)?$")
_OTHERS_STATUS = re.compile(
    "^(?:patient|pt|chart|member|payment|billing|insurance|coverage|marital|eligib|claim|employ|student|copay"
    "|smok|tobacco|vfc|fund|consent|hipaa|portal|registration|financial|account|referral|authori|language|legal"
    "|immigration|housing|veteran|pregnan|form|paperwork|intake|reminder|survey|stock|inventory|reporting)"
)
"""Beginnings of headings whose status is no appointment's, vaccine's or due item's."""
_DOUBTS = {
    "appointments": re.compile("cancel|noshow|missed|declin|refus|delet|void"),
    "immunizations": re.compile(
        "refus|declin|cancel|delet|void|reason|exempt|contraindic|error|"
        "not(?:given|administered|done|performed)"
    ),
    "due_items": re.compile("refus|declin|cancel|delet|void|exempt|contraindic|withdr|complet|^immune$"),
}
_NO = records.NO | {"", "none", "na", "null", "nil", "notapplicable"}
_NEUTRAL = frozenset(
    {"active", "valid", "ok", "current", "final", "verified", "approved", "new", "open", "entered"}
)
"""Words of a record's own status that say nothing of what it is about."""


def column_of(kind: str, heading: str) -> str:
    """Return the column of a heading that no list knows: a status, a doubt, or none ("")."""
    if kind not in _DOUBTS:
        return ""
    if _DOUBTS[kind].search(heading):
        return DOUBT
    return OTHER_STATUS if _STATUS.search(heading) and not _OTHERS_STATUS.search(heading) else ""


def refuse(heading: str, value: str) -> None:
    """Raise BadRow where a cell in doubt says anything but no."""
    if names.normalise(value) not in _NO:
        raise BadRow(UNDONE.format(heading=heading, value=value[:40]))


def is_neutral(value: str) -> bool:
    """Return whether a status is of the record and not of what it is about."""
    return names.normalise(value) in _NEUTRAL
