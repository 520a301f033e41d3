"""Read two records side by side, before a person merges them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from checkin.models import Clinic, Patient, Visit, merge_doubts
from checkin.models.confidential_marks import leave_out_confidential_escorts
from checkin.models.visit_labels import visit_labels_by_id
from checkin.queries import immunizations as immunization_queries
from checkin.queries.immunizations import DueAndGiven
from checkin.queries.match_comparisons import MarkedLine, compare_phones, compare_texts
from checkin.queries.merge_row_names import MOST_MERGE_ROWS_NAMED
from checkin.rules import languages
from checkin.rules import patient_merges as patient_merge_rules
from checkin.rules.confidential_visits import ADDRESS_COLUMNS, HIDDEN_MARK
from checkin.rules.phones import format_phone
from checkin.rules.understanding import is_same_column_value

_MERGE_ROW_KINDS = {
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
_MERGE_KINDS_NAMED = ("escorts", "guardians", "identifiers", "standing_proxies")
"""Kinds whose rows are named on the page, not just counted."""


class MergeColumn(NamedTuple):
    """One column of both records. `chosen` is the default side; "" if a person must choose."""

    name: str
    label: str
    one: list[MarkedLine]
    other: list[MarkedLine]
    differs: bool
    chosen: str
    follows: bool  # both have a value, and the default is that of the record that stays


class MergeRowKind(NamedTuple):
    """The number of rows of one kind on each record, and the names of the first ones."""

    label: str
    one: int
    one_names: list[str]
    other: int
    other_names: list[str]


class MergePair(NamedTuple):
    """Two records to merge. The first is the one from whose page the merge was started; either may stay."""

    one: Patient
    other: Patient
    stays: Patient
    columns: list[MergeColumn]
    kinds: list[MergeRowKind]
    doubts: list[str]
    here: list[tuple[Visit, str]]
    """Open visits now, each with its label."""
    seen: str

    @property
    def asks(self) -> bool:
        """True if a person must answer something first; then the keyboard shortcut does not merge."""
        return bool(self.doubts) or any(one.differs and not one.chosen for one in self.columns)


def read_merge_pair(one: Patient, other: Patient, *, on: dt.date) -> MergePair:
    """Return everything that a person should see before merging; due and given items as of this day."""
    stays = _propose_staying_record(one, other)
    columns = [
        _make_merge_column(name, label, one, other, stays)
        for name, label in patient_merge_rules.MERGE_COLUMNS.items()
    ]
    care = [immunization_queries.read_due_and_given(patient, on=on) for patient in (one, other)]
    kinds = [_make_merge_row_kind(name, label, one, other, care) for name, label in _MERGE_ROW_KINDS.items()]
    here = list(Visit.objects.open().filter(patient__in=[one, other]).order_by("pk"))
    called = visit_labels_by_id(here)
    return MergePair(
        one,
        other,
        stays,
        [found for found in columns if found.one or found.other],
        [found for found in kinds if found.one or found.other],
        merge_doubts.find_merge_doubts(one, other),
        [(visit, called[visit.pk]) for visit in here],
        _digest_merge_pair(one, other),
    )


def _propose_staying_record(one: Patient, other: Patient) -> Patient:
    """Return the record that should stay by default."""
    return max(one, other, key=_weigh_record)


def _weigh_record(patient: Patient) -> patient_merge_rules.MergePriority:
    return patient_merge_rules.MergePriority(
        is_active=patient.status == Patient.Status.ACTIVE,
        has_number=patient.identifiers.exclude(system="").exists(),
        visits=patient.visits.count(),
        papers=sum(getattr(patient, name).count() for name in _MERGE_ROW_KINDS),
        is_older=-patient.pk,
    )


def _make_merge_column(name: str, label: str, one: Patient, other: Patient, stays: Patient) -> MergeColumn:
    first, second = getattr(one, name), getattr(other, name)
    is_blank = patient_merge_rules.is_blank_value(first) and patient_merge_rules.is_blank_value(second)
    words = [_merge_value_words(each, one.clinic) for each in (first, second)]
    if name in ADDRESS_COLUMNS:
        sides = zip((one, other), words, strict=True)
        words = [word and HIDDEN_MARK if side.address_hidden else word for side, word in sides]
    if name == "language":
        words = [languages.name_recorded_language(one) for one in words]
    if name == "phone":
        words = [each if each == HIDDEN_MARK else format_phone(each, one.clinic.region) for each in words]
    differs = not is_blank and not is_same_column_value(name, first, second)
    if name == "phone":  # One number may be on record in two formats.
        differs = differs and words[0] != words[1]
    compare = compare_phones if name == "phone" else compare_texts
    row = compare(label, words[0], words[1], same=not differs)
    asks, is_filled = (
        name == "is_deceased" and differs,
        patient_merge_rules.is_blank_value(first) != patient_merge_rules.is_blank_value(second),
    )
    follows = differs and not asks and not is_filled
    chosen = "one" if (patient_merge_rules.is_blank_value(second) if is_filled else stays == one) else "other"
    return MergeColumn(name, label, row.typed, row.recorded, differs, "" if asks else chosen, follows)


def _merge_value_words(value: Any, clinic: Clinic) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return clinic.date_words(value) if isinstance(value, dt.date) else str(value or "")


def _make_merge_row_kind(
    name: str, label: str, one: Patient, other: Patient, care: Sequence[DueAndGiven]
) -> MergeRowKind:
    if name in _LINES_AS_ON_PATIENT_PAGE:
        first, second = (_LINES_AS_ON_PATIENT_PAGE[name](each, one.clinic) for each in care)
        return MergeRowKind(
            label, len(first), first[:MOST_MERGE_ROWS_NAMED], len(second), second[:MOST_MERGE_ROWS_NAMED]
        )
    rows = [getattr(patient, name).order_by("pk") for patient in (one, other)]
    if name == "escorts":
        rows = [leave_out_confidential_escorts(of) for of in rows]
    words = [
        [str(row) for row in of[:MOST_MERGE_ROWS_NAMED]] if name in _MERGE_KINDS_NAMED else [] for of in rows
    ]
    return MergeRowKind(label, rows[0].count(), words[0], rows[1].count(), words[1])


def _due_item_lines(care: DueAndGiven, clinic: Clinic) -> list[str]:
    """Return what is due and has not been given since: "MMR, due Mar 10, 2026"."""
    return [f"{one.name}, due {clinic.date_words(one.due_on)}" for one in care.due]


def _given_vaccine_lines(care: DueAndGiven, clinic: Clinic) -> list[str]:
    """Return each vaccine of each day with its sources: "MMR, Mar 10, 2026, given here, and on record"."""
    lines = [(line.name, clinic.date_words(line.on), line.sources) for line in care.vaccines]
    return [", ".join(filter(None, line)) for line in lines]


_LINES_AS_ON_PATIENT_PAGE: Mapping[str, Callable[[DueAndGiven, Clinic], list[str]]] = {
    "due_items": _due_item_lines,
    "immunizations": _given_vaccine_lines,
}
"""Kinds shown as on the patient's own page: several sources may record the same thing."""


def _digest_merge_pair(one: Patient, other: Patient) -> str:
    """Return a digest of both records now, to recognize a page that is out of date."""
    values = [
        str(getattr(patient, name))
        for patient in sorted((one, other), key=lambda one: one.pk)
        for name in ("pk", "status", *patient_merge_rules.MERGE_COLUMNS)
    ]
    return hashlib.sha256("\n".join(values).encode()).hexdigest()[:16]
