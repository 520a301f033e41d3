"""Phone numbers that adults have again after the undo of a merge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from checkin.models import PaperMove
from checkin.rules.entry_fates import ADULT_ROW_TYPES, EntryOutcome


class RestoredPhone(NamedTuple):
    """An adult's phone after they moved back: the current number, and the one given for the other child."""

    who: str
    now: str
    said: str

    @property
    def words(self) -> str:
        return f"{self.who} has {self.now or 'no phone number'} again: {self.said} was said for"


def list_restored_phones(moves: Iterable[PaperMove], names: Mapping[int, str]) -> list[RestoredPhone]:
    """Return one entry per adult who moved back with another number, however often it was corrected."""
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
