"""Which number an adult has again who went back with the undo of a merge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from checkin.models import PaperMove
from checkin.rules.entry_fates import ADULT_ROW_TYPES, EntryOutcome


class RestoredPhone(NamedTuple):
    """The phone of an adult who went back as it is again, and as it had been said for the other child."""

    who: str
    now: str
    said: str

    @property
    def words(self) -> str:
        return f"{self.who} has {self.now or 'no phone number'} again: {self.said} was said for"


def list_restored_phones(moves: Iterable[PaperMove], names: Mapping[int, str]) -> list[RestoredPhone]:
    """Of those who went back with the undo: an adult a line, however often the number had been corrected."""
    found: dict[tuple[str, int], RestoredPhone] = {}
    home: set[tuple[str, int]] = set()
    for move in moves:
        row = move.subject, move.subject_id
        if move.done == EntryOutcome.MOVED and move.subject in ADULT_ROW_TYPES:
            home.add(row)
        if move.done == EntryOutcome.CHANGED and row in home and "phone" in move.after:
            said = found[row].said if row in found else str(move.before["phone"])
            found[row] = RestoredPhone(names[move.pk], str(move.after["phone"]), said)
    return list(found.values())
