"""Match doses to due items, whoever recorded them, and list one vaccine on one day once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from checkin.rules.coded_sentences import CodedSentence, say_sentence
from checkin.rules.sentence_codes import SentenceCode
from checkin.rules.vaccine_families import (
    dose_number_in_name,
    find_vaccine_families,
    is_same_unlisted_vaccine,
)

VACCINE_KIND = "vaccine"


class AskedItem(Protocol):
    """A due item, from a row or from the facts of a visit."""

    @property
    def pk(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def due_on(self) -> dt.date: ...


@dataclass(frozen=True, slots=True)
class GivenDose:
    """A vaccine given or a check-up done, as one source recorded it."""

    kind: str
    name: str
    code: str
    on: dt.date
    is_ours: bool = False
    """Whether it was given here at a visit, not only imported from the record system."""

    @property
    def called(self) -> str:
        return self.name.strip() or (f"CVX {self.code}" if self.code else "it")


def doses_meeting_item(item: AskedItem, given: Iterable[GivenDose]) -> list[GivenDose]:
    """Return the doses given since the item became due, if they cover all it asks for; else an empty list.

    The next dose of a series is due weeks after the last one. An item due on or before the day of a dose asks
    for that dose; a later item is still due. A combined vaccine (MMRV) counts as each of its parts, and a
    combined item may have been given part by part.
    """
    since = [dose for dose in given if dose.kind == item.kind and dose.on >= item.due_on]
    since = [dose for dose in since if not _is_earlier_dose(dose, item)]
    same = [dose for dose in since if is_same_unlisted_vaccine(item.name, item.code, dose.name, dose.code)]
    wanted = find_vaccine_families(item.name, item.code) if item.kind == VACCINE_KIND else frozenset()
    if not wanted:
        return same
    some = [dose for dose in since if wanted & find_vaccine_families(dose.name, dose.code)]
    reached = frozenset().union(*(find_vaccine_families(dose.name, dose.code) for dose in some))
    return (
        some
        if wanted <= reached
        else [dose for dose in same if not find_vaccine_families(dose.name, dose.code)]
    )


class ItemBesideDose(NamedTuple):
    """An item due at the same visit as this dose, which was given for another item, due on another day."""

    item: int
    name: str
    on: dt.date


def match_doses_to_items(
    items: Iterable[AskedItem], given: Iterable[GivenDose], beside: Iterable[ItemBesideDose] = ()
) -> dict[int, list[GivenDose]]:
    """Return, by item id, the doses that cover each item that need not be asked again.

    One dose covers one item of a series, the one due first: if two are overdue, the other stays due. Two
    items due on one day are duplicates of one item. A dose that gives its number also covers earlier ones. A
    dose given here for one of two items does not cover the other (`beside`), but an item that a feed adds
    later under a new number may be the one that was given.
    """
    shots = sorted(build_dose_lines(given), key=lambda line: line.on)
    apart, taken = set(beside), [list[AskedItem]() for _ in shots]
    found: dict[int, list[GivenDose]] = {}
    for item in sorted(items, key=lambda one: (one.due_on, one.pk)):
        free = [
            number
            for number, shot in enumerate(shots)
            if not any(
                ItemBesideDose(item.pk, dose.name, dose.on) in apart for dose in shot.doses if dose.is_ours
            )
            and not any(_is_rival_item(item, other, shot) for other in taken[number])
        ]
        used = _fewest_shots_for_item(item, [shots[number] for number in free])
        if used:
            found[item.pk] = doses_meeting_item(item, [dose for shot in used for dose in shot.doses])
            for number in free:
                if any(shots[number] is shot for shot in used):
                    taken[number].append(item)
    return found


def _fewest_shots_for_item(item: AskedItem, shots: Sequence[DoseLine]) -> list[DoseLine]:
    """Return the smallest set of these shots that covers the item, earliest first."""
    for count in range(1, len(shots) + 1):
        if not _is_item_met(item, shots[:count]):
            continue
        used = list(shots[:count])
        for shot in reversed(shots[:count]):
            fewer = [one for one in used if one is not shot]
            used = fewer if _is_item_met(item, fewer) else used
        return used
    return []


def _is_item_met(item: AskedItem, shots: Sequence[DoseLine]) -> bool:
    return bool(doses_meeting_item(item, [dose for shot in shots for dose in shot.doses]))


def _is_rival_item(item: AskedItem, other: AskedItem, shot: DoseLine) -> bool:
    """Return whether both are in one series, so that the dose that covered one does not cover the other."""
    if item.kind != other.kind:
        return False
    if item.due_on == other.due_on and not is_other_dose_number(item.name, other.name):
        return False
    names = (item.name, other.name, *(dose.name for dose in shot.doses if dose_number_in_name(dose.name)))
    if len(names) > len((item, other)) and all(map(dose_number_in_name, names)):
        return False
    if item.kind != VACCINE_KIND:
        return is_same_unlisted_vaccine(item.name, item.code, other.name, other.code)
    first, second = find_vaccine_families(item.name, item.code), find_vaccine_families(other.name, other.code)
    return bool(first & second) or is_same_unlisted_vaccine(item.name, item.code, other.name, other.code)


def _is_earlier_dose(dose: GivenDose, item: AskedItem) -> bool:
    """Return whether both give a dose number and the dose's comes before the due one."""
    one, other = dose_number_in_name(dose.name), dose_number_in_name(item.name)
    return one is not None and other is not None and one < other


def given_dose_words(met: Sequence[GivenDose]) -> CodedSentence:
    """Return why it is not asked again: "MMR was given here on Mar 10, 2026; the record says …"."""
    said = {
        say_sentence(
            _GIVEN_CODES[dose.kind == VACCINE_KIND, dose.is_ours], name=_say_name(dose), day=dose.on
        ): 0
        for dose in sorted(met, key=lambda one: (not one.is_ours, one.on))
    }
    return say_sentence(SentenceCode.ALL_OF_THESE, each=[*said])


def _say_name(dose: GivenDose) -> str:
    return dose.called if dose.name.strip() or dose.code else say_sentence(SentenceCode.IT)


_GIVEN_CODES = {
    (True, True): SentenceCode.GIVEN_HERE,
    (True, False): SentenceCode.RECORD_SAYS_GIVEN,
    (False, True): SentenceCode.DONE_HERE,
    (False, False): SentenceCode.RECORD_SAYS_DONE,
}
"""Keyed by whether it is a vaccine, and whether it was given here."""


@dataclass(slots=True)
class DoseLine:
    """One vaccine on one day, with every source that recorded it."""

    doses: list[GivenDose] = field(default_factory=list)

    @property
    def on(self) -> dt.date:
        return self.doses[0].on

    @property
    def name(self) -> str:
        return self.doses[0].called

    @property
    def sources(self) -> str:
        """Say that it was given here, and under which other names it is on record; "" if there is neither."""
        said = ["given here"] if self.doses[0].is_ours else []
        others = [dose for dose in self.doses[1:] if not dose.is_ours]
        names = dict.fromkeys(dose.called for dose in others if dose.called != self.name)
        if others and (said or names):
            said.append("on record" + (f" as {', '.join(names)}" if names else ""))
        return ", and ".join(said)


def build_dose_lines(given: Iterable[GivenDose]) -> list[DoseLine]:
    """Return each vaccine of each day once, in the order given; a dose given here supplies the name."""
    found: list[DoseLine] = []
    for dose in given:
        line = next((one for one in found if _is_same_given_dose(one.doses[0], dose)), None)
        if line is None:
            found.append(DoseLine([dose]))
        else:
            line.doses.insert(0 if dose.is_ours and not line.doses[0].is_ours else len(line.doses), dose)
    return found


def is_other_dose_number(name: str, other: str) -> bool:
    """Return whether both names give a dose number and the numbers differ."""
    return len({dose_number_in_name(name), dose_number_in_name(other)} - {None}) > 1


def _is_same_given_dose(one: GivenDose, other: GivenDose) -> bool:
    """Return whether two rows record the same vaccine on the same day."""
    if (one.kind, one.on) != (other.kind, other.on):
        return False
    if is_other_dose_number(one.name, other.name):
        return False
    return is_same_vaccine(one.name, one.code, other.name, other.code)


def is_same_vaccine(name: str, code: str, other_name: str, other_code: str) -> bool:
    """Return whether two sources mean the same vaccine, whatever names they use."""
    first, second = find_vaccine_families(name, code), find_vaccine_families(other_name, other_code)
    return (
        first == second if first and second else is_same_unlisted_vaccine(name, code, other_name, other_code)
    )
