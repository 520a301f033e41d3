"""The next steps as the consent panel lists them: one per kind of care, then one per item of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from checkin.rules.consent import ConsentFacts, ConsentPath, consent_answer_words, find_consent_path
from checkin.rules.consent_adults import CareKind
from checkin.rules.consent_answers import ConsentAnswer
from checkin.rules.consent_items import (
    is_care_item_named,
    is_of_all_items,
    is_same_care_item,
    split_care_items,
)
from checkin.rules.consent_precedence import standing_consent_answers
from checkin.rules.need_labels import label_words
from checkin.rules.need_types import NeedKind
from checkin.rules.short_lines import shorten_to_one_line
from checkin.rules.vaccines import is_plain_influenza_name

DueCareItem = tuple[CareKind, str]


class ConsentLineItem(NamedTuple):
    """An item of care that is due or was answered, and its own next step."""

    label: str
    path: ConsentPath


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """The next step for one or more kinds of care, and the items that differ from it."""

    label: str
    path: ConsentPath
    items: tuple[ConsentLineItem, ...] = ()
    """Items whose next step differs from the line's own."""
    alike: tuple[str, ...] = ()
    """Items with the line's own next step; listed only if other items differ."""
    refused: tuple[str, ...] = ()
    """Refusals that no step above mentions: a refusal in force is always shown."""


def build_consent_lines(facts: ConsentFacts, due: Iterable[DueCareItem]) -> list[ConsentLine]:
    """Return the next steps without repeats: "Vaccine, check-up" if both have the same one."""
    due = list(due)
    found = [_build_care_line(facts, care, due) for care in CareKind]
    return [_join_consent_lines(list(some)) for _, some in groupby(found, key=_shared_by_consent_lines)]


def _shared_by_consent_lines(line: ConsentLine) -> tuple[object, ...]:
    """Return what two kinds of care must share to be put on one line."""
    return (line.path, line.refused, line.label if line.items else "")


def _join_consent_lines(lines: list[ConsentLine]) -> ConsentLine:
    label = ", ".join(one.label for one in lines).capitalize()
    alike = tuple(item for one in lines for item in one.alike)
    return ConsentLine(label, lines[0].path, lines[0].items, alike, lines[0].refused)


def _build_care_line(facts: ConsentFacts, care: CareKind, due: Iterable[DueCareItem]) -> ConsentLine:
    whole = find_consent_path(facts, care)
    items = [
        ConsentLineItem(what, find_consent_path(facts, care, what))
        for what in _list_care_items(facts, care, due)
    ]
    own = tuple(
        ConsentLineItem(_shown_item_name(care, one.label), one.path) for one in items if one.path != whole
    )
    alike = tuple(_shown_item_name(care, one.label) for one in items if one.path == whole)
    return ConsentLine(
        str(care.label),
        whole,
        own,
        alike,
        tuple(_find_untold_refusals(facts, care, [ConsentLineItem("", whole), *items])),
    )


def _shown_item_name(care: CareKind, name: str) -> str:
    """Return the item as the needs beside it name it: the flu vaccine has one name on every screen."""
    is_flu = care == CareKind.VACCINE and is_plain_influenza_name(name)
    return label_words(NeedKind.VACCINE, name) if is_flu else shorten_to_one_line(name, 120)


def _list_care_items(facts: ConsentFacts, care: CareKind, due: Iterable[DueCareItem]) -> list[str]:
    """Return each item that is due or was answered, once, under the name on the record."""
    said = [one.to_what for one in facts.answers if one.care == care and not is_of_all_items(one.to_what)]
    named = [what for kind, what in due if kind == care and what.strip()]
    named += [part for text in said for part in split_care_items(text)]
    found: list[str] = []
    for text in named:
        if not any(is_same_care_item(text, known) for known in found):
            found.append(text)
    return found


def _find_untold_refusals(facts: ConsentFacts, care: CareKind, items: list[ConsentLineItem]) -> Iterator[str]:
    """Yield each no in force that the step of its item does not mention."""
    for one in facts.answers:
        if one.care != care or one.agreed or not _is_answer_standing(one, facts):
            continue
        steps = [item for item in items if _is_answer_of_item(one, item.label)]
        if not any(
            item.path.deciding_answer.is_saying(consent_answer_words(one, item.label)) for item in steps
        ):
            yield consent_answer_words(one)


def _is_answer_of_item(answer: ConsentAnswer, item: str) -> bool:
    return answer.is_of_all if not item else not answer.is_of_all and is_care_item_named(answer.to_what, item)


def _is_answer_standing(one: ConsentAnswer, facts: ConsentFacts) -> bool:
    """Return whether it is in force: not replaced by the same person or a later clinician's decision."""
    about = [
        other for other in facts.answers if other is one or other.is_about(CareKind(one.care), one.to_what)
    ]
    return any(other is one for other in standing_consent_answers(about, facts.known))
