"""Read the headings of a run's files before anything is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from checkin.feeds import columns, csv_files, xlsx_files
from checkin.feeds.column_names import COLUMN_NAMES_BY_KIND
from checkin.feeds.column_owners import heading_key
from checkin.feeds.columns import HeadingMapping
from checkin.feeds.feed_files import (
    FeedFile,
    UnreadableFile,
    is_json_file,
    open_unpacked,
    read_file_head,
)

_SHOWN_FILES = 5


def _read_file_headings(path: Path, mapping: HeadingMapping, encoding: str = "") -> list[str]:
    """Return the headings of a file; [] for JSON or an unreadable file."""
    feed = FeedFile(path, encoding=encoding, mapping=mapping)
    try:
        head = read_file_head(path)
        if is_json_file(path, head):
            return []
        with open_unpacked(path) as (stream, _):
            reader = (
                xlsx_files.read_workbook_headings
                if head.startswith(xlsx_files.ZIP_MARK)
                else csv_files.read_csv_headings
            )
            return reader(feed, stream)
    except UnreadableFile:
        return []


def find_last_patient_file(paths: Sequence[Path], mapping: HeadingMapping, encoding: str = "") -> int:
    """Return the index of the last file that may have patients; -1 if none does."""
    for at in range(len(paths) - 1, -1, -1):
        if _may_hold_patients(paths[at], mapping, encoding):
            return at
    return -1


def _may_hold_patients(path: Path, mapping: HeadingMapping, encoding: str) -> bool:
    """Return whether a file may have patients; always True for a workbook, which must be read whole."""
    try:
        head = read_file_head(path)
        if head.startswith(xlsx_files.ZIP_MARK) or is_json_file(path, head):
            return True
    except UnreadableFile:
        return False
    return columns.find_file_kind(_read_file_headings(path, mapping, encoding), mapping) == "patients"


def mapping_misfit_words(paths: Sequence[Path], mapping: HeadingMapping, encoding: str = "") -> str:
    """Return, for people, which mapped headings do not fit the files; "" if all do.

    A file may lack a heading that another file of the run has.
    """
    if not mapping:
        return ""
    found = {path: heading for path in paths if (heading := _read_file_headings(path, mapping, encoding))}
    problems = [*_unfound_heading_words(found, mapping), *_doubled_heading_words(found, mapping)]
    if not problems:
        return ""
    shown = [
        f"The headings of {path.name} are {columns.heading_list_words(one)}."
        for path, one in list(found.items())[:_SHOWN_FILES]
    ]
    return " ".join([*problems, *(shown or ["No file with headings was found."]), "Nothing was loaded."])


def _unfound_heading_words(found: dict[Path, list[str]], mapping: HeadingMapping) -> Iterator[str]:
    """Yield a sentence for each mapped heading that no file has, or whose column its files do not know."""
    kinds = {path: columns.find_file_kind(heading, mapping) for path, heading in found.items()}
    for said, column in mapping.items():
        having = [path for path, heading in found.items() if said in map(heading_key, heading)]
        heading = mapping.written[said]
        if not having:
            yield f"--map names the heading “{heading}” ({column}), and it was not found."
        elif column != columns.UNUSED_HEADING and not any(
            not kinds[path] or column in COLUMN_NAMES_BY_KIND[kinds[path]] for path in having
        ):
            kind, name = columns.file_kind_words(kinds[having[0]]), having[0].name
            yield f"--map says that “{heading}” is {column}: {kind}, as {name} is, has no such column."


def _doubled_heading_words(found: dict[Path, list[str]], mapping: HeadingMapping) -> Iterator[str]:
    """Yield a sentence for each two headings of one file that are mapped to one column."""
    for path, heading in found.items():
        here: dict[str, str] = {}
        for said in dict.fromkeys(map(heading_key, heading)):
            column = mapping.get(said, columns.UNUSED_HEADING)
            if column != columns.UNUSED_HEADING and here.setdefault(column, said) != said:
                first, second = mapping.written[here[column]], mapping.written[said]
                yield f"--map says that “{first}” and “{second}” of {path.name} are both {column}: name one."
