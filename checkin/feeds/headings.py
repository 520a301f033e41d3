"""Which headings the files of a run have, read before anything is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from checkin.feeds import columns, csv, xlsx
from checkin.feeds.columns import Mapping
from checkin.feeds.reading import Feed, Unreadable, head_of, is_json, opened

SHOWN_FILES = 5


def headings_of(path: Path, mapping: Mapping, encoding: str = "") -> list[str]:
    """Return the headings of a file; none of one that is JSON, or cannot be read."""
    feed = Feed(path, encoding=encoding, mapping=mapping)
    try:
        head = head_of(path)
        if is_json(path, head):
            return []
        with opened(path) as (stream, _):
            reader = xlsx.heading_in if head.startswith(xlsx.ZIP) else csv.heading_in
            return reader(feed, stream)
    except Unreadable:
        return []


def last_of_patients(paths: Sequence[Path], mapping: Mapping, encoding: str = "") -> int:
    """Return the place of the last file that may hold patients; -1 where none does."""
    for at in range(len(paths) - 1, -1, -1):
        if may_hold_patients(paths[at], mapping, encoding):
            return at
    return -1


def may_hold_patients(path: Path, mapping: Mapping, encoding: str) -> bool:
    """Return whether a file may hold patients; of a workbook, which is read whole, that is not found out."""
    try:
        head = head_of(path)
        if head.startswith(xlsx.ZIP) or is_json(path, head):
            return True
    except Unreadable:
        return False
    return columns.kind_of(headings_of(path, mapping, encoding), mapping) == "patients"


def misfit(paths: Sequence[Path], mapping: Mapping, encoding: str = "") -> str:
    """For people: what of the headings that somebody named does not fit the files; "" where all of it does.

    A file may lack a heading that another file of the run has.
    """
    if not mapping:
        return ""
    found = {path: heading for path in paths if (heading := headings_of(path, mapping, encoding))}
    problems = [*unfound(found, mapping), *doubled(found, mapping)]
    if not problems:
        return ""
    shown = [
        f"The headings of {path.name} are {columns.listed(one)}."
        for path, one in list(found.items())[:SHOWN_FILES]
    ]
    return " ".join([*problems, *(shown or ["No file with headings was found."]), "Nothing was loaded."])


def unfound(found: dict[Path, list[str]], mapping: Mapping) -> Iterator[str]:
    """A sentence for each heading that no file has, or whose column the files that have it do not know."""
    kinds = {path: columns.kind_of(heading, mapping) for path, heading in found.items()}
    for said, column in mapping.items():
        having = [path for path, heading in found.items() if said in map(columns.key, heading)]
        heading = mapping.written[said]
        if not having:
            yield f"--map names the heading “{heading}” ({column}), and it was not found."
        elif column != columns.UNUSED and not any(
            not kinds[path] or column in columns.KINDS[kinds[path]] for path in having
        ):
            kind, name = columns.file_of(kinds[having[0]]), having[0].name
            yield f"--map says that “{heading}” is {column}: {kind}, as {name} is, has no such column."


def doubled(found: dict[Path, list[str]], mapping: Mapping) -> Iterator[str]:
    """A sentence for each two headings of one file that are said to be one column."""
    for path, heading in found.items():
        here: dict[str, str] = {}
        for said in dict.fromkeys(map(columns.key, heading)):
            column = mapping.get(said, columns.UNUSED)
            if column != columns.UNUSED and here.setdefault(column, said) != said:
                first, second = mapping.written[here[column]], mapping.written[said]
                yield f"--map says that “{first}” and “{second}” of {path.name} are both {column}: name one."
