"""Phone numbers that adults have again after the undo of a merge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from checkin.models import Escort, PaperMove
from checkin.models.hidden_addresses import hide_column_value
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
    return _hide_own_numbers(found)


def _hide_own_numbers(found: Mapping[tuple[str, int], RestoredPhone]) -> list[RestoredPhone]:
    """Return them with the mark over the numbers of patients who came alone and whose address is hidden."""
    ids = [pk for kind, pk in found if kind == Escort.__name__]
    alone = Escort.objects.filter(pk__in=ids, is_patient=True)
    rows = {(Escort.__name__, escort.pk): escort for escort in alone.select_related("patient")}
    return [_hide_own_number(one, rows.get(key)) for key, one in found.items()]


def _hide_own_number(shown: RestoredPhone, escort: Escort | None) -> RestoredPhone:
    if escort is None:
        return shown
    now, said = (hide_column_value(escort, "phone", number) for number in (shown.now, shown.said))
    return shown._replace(now=now, said=said)
