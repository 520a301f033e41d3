"""Two records side by side before they are merged, and what a merge or its undo did, in words."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from checkin.models import Clinic, PaperMove, Patient, PatientMerge, Visit, merge_doubts
from checkin.models.own_records import went_on_with
from checkin.models.paper_words import chart
from checkin.models.visit_places import with_place
from checkin.queries import given_vaccines
from checkin.queries.comparing import Line, text
from checkin.queries.given_vaccines import Care
from checkin.queries.merge_numbers import Number, numbers_back
from checkin.queries.merge_sides import by_name
from checkin.queries.merge_words import names_of
from checkin.rules import clocks, languages, merges, telling_apart
from checkin.rules.paper_fates import Done, Paper
from checkin.rules.understanding import says_the_same, written_over

MOST_NAMED = 5
KINDS = {
    "visits": "Visits",
    "escorts": "Who brings them",
    "guardians": "Guardians",
    "identifiers": "Numbers",
    "appointments": "Appointments",
    "standing_proxies": "Written proxies",
    "consent_records": "Consents",
    "promises": "Promises",
    "due_items": "Due",
    "immunizations": "Vaccines given",
}
NAMED = ("escorts", "guardians", "identifiers", "standing_proxies")
"""Kinds whose rows are named on the page, and not only counted."""


class Column(NamedTuple):
    """One column of both. `chosen`: which is right unless a person says otherwise; "" where nobody knows."""

    name: str
    label: str
    one: list[Line]
    other: list[Line]
    differs: bool
    chosen: str
    follows: bool  # both say something: right is the record that stays


class Kind(NamedTuple):
    """How many rows of one kind stand on each, and the first of them by name."""

    label: str
    one: int
    one_names: list[str]
    other: int
    other_names: list[str]


class Pair(NamedTuple):
    """Two records, whichever stays: the first is the one whose page asked."""

    one: Patient
    other: Patient
    stays: Patient
    columns: list[Column]
    kinds: list[Kind]
    doubts: list[str]
    here: list[tuple[Visit, str]]
    """Who is here now, each with what it is called."""
    seen: str

    @property
    def asks(self) -> bool:
        """Whether a person has to say something first: then no key merges."""
        return bool(self.doubts) or any(one.differs and not one.chosen for one in self.columns)


def pair(one: Patient, other: Patient, *, on: dt.date) -> Pair:
    """Everything that a person should see before merging them; what is due and given as of this day."""
    stays = proposed(one, other)
    columns = [column(name, label, one, other, stays) for name, label in merges.COLUMNS.items()]
    care = [given_vaccines.of_patient(patient, on=on) for patient in (one, other)]
    kinds = [kind(name, label, one, other, care) for name, label in KINDS.items()]
    here = list(Visit.objects.open().filter(patient__in=[one, other]).order_by("pk"))
    called = with_place(here)
    return Pair(
        one,
        other,
        stays,
        [found for found in columns if found.one or found.other],
        [found for found in kinds if found.one or found.other],
        merge_doubts.doubts(one, other),
        [(visit, called[visit.pk]) for visit in here],
        seen(one, other),
    )


def proposed(one: Patient, other: Patient) -> Patient:
    """Which of the two stays, unless a person says otherwise."""
    return max(one, other, key=weight)


def weight(patient: Patient) -> merges.Weight:
    return merges.Weight(
        is_active=patient.status == Patient.Status.ACTIVE,
        has_number=patient.identifiers.exclude(system="").exists(),
        visits=patient.visits.count(),
        papers=sum(getattr(patient, name).count() for name in KINDS),
        is_older=-patient.pk,
    )


def column(name: str, label: str, one: Patient, other: Patient, stays: Patient) -> Column:
    first, second = getattr(one, name), getattr(other, name)
    is_blank = merges.is_blank(first) and merges.is_blank(second)
    differs = not is_blank and not says_the_same(name, first, second)
    words = [said(first), said(second)]
    if name == "language":
        words = [languages.name_language(one) for one in words]
    row = text(label, words[0], words[1], same=not differs)
    asks, is_filled = name == "is_deceased" and differs, merges.is_blank(first) != merges.is_blank(second)
    follows = differs and not asks and not is_filled
    chosen = "one" if (merges.is_blank(second) if is_filled else stays == one) else "other"
    return Column(name, label, row.typed, row.recorded, differs, "" if asks else chosen, follows)


def said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return clocks.date_words(value) if isinstance(value, dt.date) else str(value or "")


def kind(name: str, label: str, one: Patient, other: Patient, care: Sequence[Care]) -> Kind:
    if name in AS_ON_ITS_PAGE:
        first, second = (AS_ON_ITS_PAGE[name](each) for each in care)
        return Kind(label, len(first), first[:MOST_NAMED], len(second), second[:MOST_NAMED])
    rows = [getattr(patient, name).order_by("pk") for patient in (one, other)]
    words = [[str(row) for row in of[:MOST_NAMED]] if name in NAMED else [] for of in rows]
    return Kind(label, rows[0].count(), words[0], rows[1].count(), words[1])


def due_words(care: Care) -> list[str]:
    """What is due, without what was given since: "MMR, due Mar 10, 2026"."""
    return [f"{one.name}, due {clocks.date_words(one.due_on)}" for one in care.due]


def given_words(care: Care) -> list[str]:
    """Each vaccine of each day once, with its sources: "MMR, Mar 10, 2026, given here, and on record"."""
    lines = [(line.name, clocks.date_words(line.on), line.sources) for line in care.vaccines]
    return [", ".join(filter(None, line)) for line in lines]


AS_ON_ITS_PAGE: Mapping[str, Callable[[Care], list[str]]] = {
    "due_items": due_words,
    "immunizations": given_words,
}
"""Kinds that are told as the patient's own page tells them: several sources may say one thing."""


def seen(one: Patient, other: Patient) -> str:
    """Both records as they are now, in a few letters: a page left open is known by it."""
    values = [
        str(getattr(patient, name))
        for patient in sorted((one, other), key=lambda one: one.pk)
        for name in ("pk", "status", *merges.COLUMNS)
    ]
    return hashlib.sha256("\n".join(values).encode()).hexdigest()[:16]


class Group(NamedTuple):
    """Rows of one kind that a merge did the same with."""

    label: str
    names: list[str]
    more: int


class Left(NamedTuple):
    label: str
    name: str
    why: str


class Columns(NamedTuple):
    """What stands otherwise on one record now; `whose` is the name of its child."""

    whose: str
    labels: list[str]
    gone: str
    """What a family needs that stood there, and says something else now."""


class Told(NamedTuple):
    """What a merge or its undo did, thing by thing."""

    merge: PatientMerge
    merged: telling_apart.Told
    into: telling_apart.Told
    is_undo: bool
    may_undo: bool
    moved: list[Group]
    left: list[Left]
    columns: list[Columns]
    tokens: list[str]
    not_taken: str
    numbers: list[Number]


def told(clinic: Clinic, merge_id: int | None) -> Told | None:
    """One merge of this clinic in words; None where there is none of that id."""
    merges_ = clinic.patient_merges.select_related("merged", "into", "by", "undone_by", "undoes")
    merge = merges_.filter(pk=merge_id or 0).first()
    if merge is None:
        return None
    moves = list(merge.paper_moves.order_by("pk"))
    names = names_of(moves)
    moved: dict[str, list[str]] = defaultdict(list)
    for move in moves:
        if move.done == Done.MOVED and move.paper not in (Paper.RECORD, Paper.WISH, Paper.CHART):
            moved[move.paper].append(names[move.pk])
    merged, into = by_name(merge.merged, merge.into)
    return Told(
        merge=merge,
        merged=merged,
        into=into,
        is_undo=merge.undoes_id is not None,
        may_undo=merge.undoes_id is None and not hasattr(merge, "undone_by") and went_on_with(merge) is None,
        moved=[
            Group(str(Paper(paper).label), found[:MOST_NAMED], max(0, len(found) - MOST_NAMED))
            for paper, found in moved.items()
        ],
        left=[
            Left(str(Paper(move.paper).label), names[move.pk], move.why)
            for move in moves
            if move.done == Done.KEPT and move.why
        ],
        columns=columns_of(moves, names),
        tokens=moved.get(Paper.VISIT, []),
        not_taken=next((chart(move.before) for move in moves if says_not_taken(move)), ""),
        numbers=numbers_back(moves, names) if merge.undoes_id else [],
    )


def columns_of(moves: Iterable[PaperMove], names: dict[int, str]) -> list[Columns]:
    """The columns that were written, record by record: an undo may put back those of more than one."""
    found: dict[int, dict[str, None]] = defaultdict(dict)
    gone: dict[int, dict[str, Any]] = defaultdict(dict)
    whose: dict[int, str] = {}
    for move in filter(is_of_columns, moves):
        whose[move.subject_id] = names[move.pk]
        found[move.subject_id] |= {merges.COLUMNS[one]: None for one in move.after if one in merges.COLUMNS}
        stood = {name: value for name, value in move.before.items() if name in merges.CARE}
        gone[move.subject_id] |= written_over(stood, move.after)
    words = {pk: chart(stood) if stood else "" for pk, stood in gone.items()}
    return [Columns(whose[pk], list(labels), words[pk]) for pk, labels in found.items() if labels]


def lines(found: Told) -> list[str]:
    """What became of each kind of paper but the visits, and what was left and why, a sentence each."""
    more = [
        f"{group.label}: {', '.join(group.names)}" + (f" and {group.more} more" if group.more else "")
        for group in found.moved
        if group.label != str(Paper.VISIT.label)
    ]
    for one in found.columns:
        put_back = f"As it was before, on the record of {one.whose}, which stayed"
        instead = f", in place of: {one.gone}" if one.gone and not found.is_undo else ""
        more.append(f"{put_back if found.is_undo else 'Taken over'}: {', '.join(one.labels)}{instead}")
    if found.not_taken and not found.is_undo:
        more.append(f"Not taken over, and only on the record that was merged: {found.not_taken}")
    more += [f"{one.words} {found.into.name}" for one in found.numbers]
    return more + [f"Left where it is: {one.label} {one.name}. {one.why}" for one in found.left]


def says_not_taken(move: PaperMove) -> bool:
    return (move.subject, move.paper, move.done) == ("Patient", Paper.CHART, Done.KEPT)


def is_of_columns(move: PaperMove) -> bool:
    return bool(move.subject == "Patient" and move.done == Done.CHANGED)
