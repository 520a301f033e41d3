"""Which number an adult has again who went back with the undo of a merge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from checkin.models import PaperMove
from checkin.rules.paper_fates import ADULTS, Done


class Number(NamedTuple):
    """The phone of an adult who went back as it is again, and as it had been said for the other child."""

    who: str
    now: str
    said: str

    @property
    def words(self) -> str:
        return f"{self.who} has {self.now or 'no phone number'} again: {self.said} was said for"


def numbers_back(moves: Iterable[PaperMove], names: Mapping[int, str]) -> list[Number]:
    """Of those who went back with the undo: an adult a line, however often the number had been corrected."""
    found: dict[tuple[str, int], Number] = {}
    home: set[tuple[str, int]] = set()
    for move in moves:
        row = move.subject, move.subject_id
        if move.done == Done.MOVED and move.subject in ADULTS:
            home.add(row)
        if move.done == Done.CHANGED and row in home and "phone" in move.after:
            said = found[row].said if row in found else str(move.before["phone"])
            found[row] = Number(names[move.pk], str(move.after["phone"]), said)
    return list(found.values())
