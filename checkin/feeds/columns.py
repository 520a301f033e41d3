"""The columns of CSV files: which headings name them, and which columns a kind of file needs."""

from __future__ import annotations

from collections.abc import Iterable

from checkin.feeds import doubtful_columns
from checkin.feeds.column_names import COLUMN_NAMES_BY_KIND
from checkin.feeds.column_owners import (
    NAME_COLUMNS,
    UNSURE_BIRTH_COLUMN,
    HeadingPlace,
    HeadingPlaces,
    heading_key,
    heading_owner_word,
    heading_readings,
    settle_heading_places,
)
from checkin.rules import name_keys

_NEEDED_COLUMNS_BY_KIND: dict[str, list[set[str]]] = {
    "due_items": [{"patient_id", "name", "due_on"}],
    "immunizations": [{"patient_id", "vaccine", "given_on"}, {"patient_id", "cvx", "given_on"}],
    "appointments": [{"patient_id", "start"}, {"patient_id", "date", "time"}],
    "guardians": [{"patient_id", "name"}, {"patient_id", "given_name"}, {"patient_id", "family_name"}],
    "patients": [
        {"patient_id", "family_name"},
        {"patient_id", "given_name", "name"},
        {"patient_id", "name", "birth_date"},
    ],
}
_MARKING_COLUMNS = {
    "due_items": {"due_on"},
    "immunizations": {"given_on"},
    "appointments": {"start", "date", "appointment_id", "time"},
    "guardians": {"relationship", "guardian_id", "may_consent"},
    "patients": set[str](),
}
"""A file is of a kind if it has the needed columns and, if any are listed here, one of these."""

_ADULT_ONLY_COLUMNS = {"guardian_id", "may_consent", "position", "ended_on"}
"""Columns that a file of patients with a relationship column ("Self") does not have."""
DATE_COLUMNS = {
    "birth_date",
    UNSURE_BIRTH_COLUMN,
    "deceased_on",
    "ended_on",
    "start",
    "date",
    "given_on",
    "due_on",
}
UNUSED_HEADING = "ignore"
"""What --map calls a heading to ignore."""


class HeadingMapping(dict[str, str]):
    """Headings, as `heading_key` returns them, and the columns that somebody said they are."""

    def __init__(self) -> None:
        super().__init__()
        self.written: dict[str, str] = {}
        """The headings as they were typed."""


def _heading_aliases(kind: str) -> dict[str, tuple[str, int]]:
    """Return each normalized heading's column, and its rank among that column's names."""
    return {
        name_keys.normalize_text(one): (column, place)
        for column, called in COLUMN_NAMES_BY_KIND[kind].items()
        for place, one in enumerate(called.split())
    }


def find_file_kind(heading: Iterable[str], said: HeadingMapping | None = None) -> str:
    """Return the kind of file with these headings; "" for none."""
    heading = list(heading)
    for kind in COLUMN_NAMES_BY_KIND:
        found = {column.rstrip("?") for column in find_column_places(kind, heading, said)}
        marked = not _MARKING_COLUMNS[kind] or bool(found & _MARKING_COLUMNS[kind])
        if kind == "guardians" and not found & _ADULT_ONLY_COLUMNS:
            marked = marked and "birth_date" not in find_column_places("patients", heading, said)
        if marked and any(needed <= found for needed in _NEEDED_COLUMNS_BY_KIND[kind]):
            return kind
    return ""


_WHOM_COLUMNS = ("given_name", "family_name", "second_family_name", "name", "birth_date")


def find_whom_columns(
    kind: str, heading: list[str], said: HeadingMapping | None = None
) -> dict[str, list[int]]:
    """Return where a file about patients' care names the patient, as columns such as `whom_name`."""
    if kind == "patients":
        return {}
    own = find_column_places(kind, heading, said)
    used = {at for there in own.values() for at in there}
    found = _find_heading_places("patients", heading, said)
    if kind == "guardians":
        # A bare name is the guardian's, unless another heading says that it is the guardian's name.
        is_told = any(
            one.owner < 1
            for name in NAME_COLUMNS
            for one in _find_heading_places(kind, heading, said).get(name, ())
        )
        found.pop("birth_date", None)
        if not is_told:
            found = {column: [one for one in there if one.owner < 1] for column, there in found.items()}
    left = {column: [one for one in found.get(column, ()) if one.at not in used] for column in _WHOM_COLUMNS}
    settled = settle_heading_places("patients", {column: there for column, there in left.items() if there})
    return {f"whom_{column}": [one.at for one in there] for column, there in settled.items()}


def find_column_places(
    kind: str, heading: Iterable[str], said: HeadingMapping | None = None
) -> dict[str, list[int]]:
    """Return each column's positions; if it has several, the better-known name comes first.

    A heading that says whom it is about wins over a better-known name: in a file with "First Name" and "Child
    First Name", the first is not used.
    """
    found = settle_heading_places(kind, _find_heading_places(kind, heading, said))
    return {column: [one.at for one in there] for column, there in found.items()}


def _find_heading_places(
    kind: str, heading: Iterable[str], said: HeadingMapping | None = None
) -> HeadingPlaces:
    """Return every heading that may name a column of that kind of file."""
    known = _heading_aliases(kind)
    found: HeadingPlaces = {}
    for at, one in enumerate(heading):
        read = heading_key(one)
        if said and (column := said.get(read)):
            if column in COLUMN_NAMES_BY_KIND[kind]:
                found.setdefault(column, []).append(HeadingPlace(-1, 0, -1, at, read))
            continue
        for name, said_owner, is_legal in heading_readings(kind, read):
            if name in known:
                column, called = known[name]
                owner = said_owner or heading_owner_word("patients" if column == "patient_id" else kind, name)
                place = HeadingPlace(0 if owner else 1, 0 if is_legal else 1, called, at, read, owner)
                found.setdefault(column, []).append(place)
                break
        else:
            if column := doubtful_columns.find_doubtful_column(kind, read):
                found.setdefault(column, []).append(HeadingPlace(1, 1, len(known), at, read))
    return found


def parse_heading_mapping(said: Iterable[str]) -> HeadingMapping:
    """Return the mapping in texts such as `MRN #=patient_id`.

    Raises ValueError with a sentence for an unknown column, or for a heading that is said to be two columns.
    """
    columns = {column for kind in COLUMN_NAMES_BY_KIND.values() for column in kind} | {UNUSED_HEADING}
    found = HeadingMapping()
    for one in said:
        heading, _, column = (part.strip() for part in one.rpartition("="))
        if not heading_key(heading) or column not in columns:
            raise ValueError(
                f"“{one}” is not HEADING=COLUMN with one of the columns {', '.join(sorted(columns))}."
            )
        if found.setdefault(heading_key(heading), column) != column:
            raise ValueError(
                f"“{heading}” is said to be {found[heading_key(heading)]} and {column}:"
                " a heading is one column."
            )
        found.written.setdefault(heading_key(heading), heading)
    return found


def missing_column_words(heading: list[str], said: HeadingMapping | None = None) -> str:
    """Return, for people, the headings and what is missing for the kind of file they come closest to."""
    kind = max(reversed(COLUMN_NAMES_BY_KIND), key=lambda one: len(find_column_places(one, heading, said)))
    found = set(find_column_places(kind, heading, said))
    lacking = min((needed - found for needed in _NEEDED_COLUMNS_BY_KIND[kind]), key=len)
    what = " and ".join(sorted(lacking)) or " or ".join(sorted(_MARKING_COLUMNS[kind]))
    is_or_are = "are" if " and " in what else "is"
    return (
        f"Its headings are {heading_list_words(heading)}."
        f" For {file_kind_words(kind)}, {what} {is_or_are} missing: name "
        f'the column by --map "HEADING={min(lacking, default="patient_id")}"'
    )


def heading_list_words(heading: list[str]) -> str:
    """Return a file's headings, for people."""
    return ", ".join(f"“{one.strip()[:40]}”" for one in heading[:40] if one.strip()) or "none"


def file_kind_words(kind: str) -> str:
    return f"a file of {kind.replace('_', ' ')}"


def needed_column_words() -> str:
    """Return, for people, the columns that each kind of file needs."""
    return (
        "a file of patients needs patient_id and given_name with family_name, or name with one of them or "
        "with birth_date; one of guardians patient_id, "
        "name and relationship; one of appointments patient_id and start; one of immunizations patient_id, "
        "vaccine and given_on; one of due items patient_id, name and due_on"
    )
