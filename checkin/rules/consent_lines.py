"""The next steps as the panel lists them: for each kind of care, and below it for each item of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from checkin.rules.consent import Care, Facts, Path, in_words, path, short
from checkin.rules.consent_answers import Answer
from checkin.rules.consent_items import is_all, is_same_item, names_item, parts
from checkin.rules.consent_weighing import not_superseded

Due = tuple[Care, str]


class Item(NamedTuple):
    """One item of a kind of care that is due or was answered, and its own next step."""

    label: str
    path: Path


@dataclass(frozen=True, slots=True)
class Line:
    """The next step for all of one or several kinds of care, and what differs from it."""

    label: str
    path: Path
    items: tuple[Item, ...] = ()
    """Those whose next step is another than that of the whole, each on its own."""
    alike: tuple[str, ...] = ()
    """Those whose next step is that of the whole: said again beside items of which another holds."""
    refused: tuple[str, ...] = ()
    """What somebody said no to and no step above says: a refusal in force is always told."""


def find_lines(facts: Facts, due: Iterable[Due]) -> list[Line]:
    """The next steps, each said once: "Vaccine, check-up" where it is the same for both."""
    due = list(due)
    found = [line_of(facts, care, due) for care in Care]
    return [joined(list(some)) for _, some in groupby(found, key=shared)]


def shared(line: Line) -> tuple[object, ...]:
    """What two kinds of care must have in common to be said in one line."""
    return (line.path, line.refused, line.label if line.items else "")


def joined(lines: list[Line]) -> Line:
    label = ", ".join(one.label for one in lines).capitalize()
    alike = tuple(item for one in lines for item in one.alike)
    return Line(label, lines[0].path, lines[0].items, alike, lines[0].refused)


def line_of(facts: Facts, care: Care, due: Iterable[Due]) -> Line:
    whole = path(facts, care)
    items = [Item(what, path(facts, care, what)) for what in items_of(facts, care, due)]
    own = tuple(Item(short(one.label, 120), one.path) for one in items if one.path != whole)
    alike = tuple(short(one.label, 120) for one in items if one.path == whole)
    return Line(str(care.label), whole, own, alike, tuple(untold(facts, care, [Item("", whole), *items])))


def items_of(facts: Facts, care: Care, due: Iterable[Due]) -> list[str]:
    """Each item that is due or was answered, once, by the name that the record gives it."""
    said = [one.to_what for one in facts.answers if one.care == care and not is_all(one.to_what)]
    named = [what for kind, what in due if kind == care and what.strip()]
    named += [part for text in said for part in parts(text)]
    found: list[str] = []
    for text in named:
        if not any(is_same_item(text, known) for known in found):
            found.append(text)
    return found


def untold(facts: Facts, care: Care, items: list[Item]) -> Iterator[str]:
    """Each no that nobody has taken back and that the step of its item does not tell."""
    for one in facts.answers:
        if one.care != care or one.agreed or not stands(one, facts):
            continue
        steps = [item for item in items if is_of(one, item.label)]
        if not any(in_words(one, item.label) in item.path.on_whose_word for item in steps):
            yield in_words(one)


def is_of(answer: Answer, item: str) -> bool:
    return answer.is_of_all if not item else not answer.is_of_all and names_item(answer.to_what, item)


def stands(one: Answer, facts: Facts) -> bool:
    """Whether nobody took it back: not the same person, and no clinician decided since."""
    about = [other for other in facts.answers if other is one or other.is_about(Care(one.care), one.to_what)]
    return any(other is one for other in not_superseded(about, facts.known))
