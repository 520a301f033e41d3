"""Files to import: opened, unpacked and identified by their content."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import zlib
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Self, cast

from checkin.feeds.columns import HeadingMapping
from checkin.feeds.wide_text import binary_file_kind, find_wide_encoding
from checkin.models import Clinic
from checkin.rules.record_dates import DateOrder
from checkin.rules.record_rows import PatientItem, RecordItem, RecordKey

RECORD_FILE_SUFFIXES = (".csv", ".tsv", ".txt", ".json", ".ndjson", ".jsonl", ".xlsx", ".xlsm", ".xls")
_GZIP_MARK = b"\x1f\x8b"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
HEAD_BYTES = 4096
REMEMBERED_KEYS = 20_000


@dataclass(frozen=True, slots=True)
class ClinicFormat:
    """What readers need to know about the clinic."""

    zone: dt.tzinfo
    today: dt.date
    order: DateOrder

    @classmethod
    def of(cls, clinic: Clinic, at: dt.datetime) -> Self:
        return cls(clinic.zone, clinic.local_date(at), DateOrder(clinic.day_first))


class UnreadableFile(Exception):
    """The file, or the rest of it, cannot be read; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(slots=True)
class FeedFile:
    """One file, and what was noticed while reading it."""

    path: Path
    source: str = ""
    """The named source of its resource ids; "" if none was named."""
    encoding: str = ""
    """Its named encoding; "" if none was named."""
    mapping: HeadingMapping = field(default_factory=HeadingMapping)
    guessed: set[int] = field(default_factory=set)
    """Lines read ahead whose encoding is a guess."""
    is_misread: bool = False
    """Whether a line that is not UTF-8 is not Windows-1252 either; then no line is guessed."""
    has_icelandic_names: bool = False
    sexes: dict[str, str] = field(default_factory=dict)
    """What letters in its sex column mean, if unusual; "" for a letter that is ambiguous."""
    may_meet_patients: bool = False
    """Whether rows of patients may still come, in this file or in a later one of the run."""
    is_csv: bool = False
    heading: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)
    base: str = ""
    """The server that the file is from: the first one that its addresses name."""
    holders: OrderedDict[RecordKey, str] = field(default_factory=OrderedDict)
    versions: OrderedDict[RecordKey, tuple[object, object]] = field(default_factory=OrderedDict)
    """The newest version so far of each resource, by server and id."""

    def is_shared(self, key: RecordKey, holder: str) -> bool:
        """Return whether something else in this file already has this identifier; the first keeps it.

        Only the last few thousand are remembered: those that share one are close together.
        """
        if not key[1]:
            return False
        first = self.holders.setdefault(key, holder)
        if len(self.holders) > REMEMBERED_KEYS:
            self.holders.popitem(last=False)
        return first != holder


@dataclass(slots=True)
class FeedRow:
    """One line or resource of a file: either `items` or a `reason` why it could not be read."""

    feed: FeedFile
    place: int
    kind: str
    raw: Any
    items: list[RecordItem] = field(default_factory=list)
    reason: str = ""
    meant: PatientItem | None = None
    """For a patient's row that was rejected or skipped: whom it means, as far as it can be read."""


def find_record_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the named files, and files in named folders whose suffix says they could be records."""
    for path in paths:
        if path.is_dir():
            yield from (one for one in sorted(path.rglob("*")) if _may_be_record_file(one))
        else:
            yield path


def _may_be_record_file(path: Path) -> bool:
    name = path.name.casefold().removesuffix(".gz")
    return path.is_file() and not name.startswith(".") and name.endswith(RECORD_FILE_SUFFIXES)


@contextlib.contextmanager
def open_unpacked(path: Path) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Open a file, unpacking gzip; yield the stream and the file, whose tell() gives the progress.

    Raises UnreadableFile, also for errors while the caller reads on.
    """
    try:
        with path.open("rb") as file:
            packed = file.peek(2)[:2] == _GZIP_MARK
            with gzip.open(file) if packed else contextlib.nullcontext(file) as stream:
                yield cast(IO[bytes], stream), file
    except (OSError, EOFError, zlib.error) as problem:
        why = getattr(problem, "strerror", None) or "it is damaged, or not all there"
        raise UnreadableFile(f"{path} cannot be read: {why}.") from problem


def read_file_head(path: Path) -> bytes:
    """Return the first few thousand bytes, unpacked. Raises UnreadableFile."""
    with open_unpacked(path) as (stream, _):
        return stream.read(HEAD_BYTES)


def is_json_file(path: Path, head: bytes) -> bool:
    """Return whether it is JSON, else CSV. Raises UnreadableFile for anything else."""
    wide = find_wide_encoding(head)
    start = (
        head.lstrip(b"\xff\xfe\0").replace(b"\0", b"").lstrip()
        if wide
        else head.removeprefix(BYTE_ORDER_MARK).lstrip()
    )
    if not start:
        raise UnreadableFile(f"{path} is empty.")
    if start.startswith(b"<"):
        raise UnreadableFile(f"{path} is XML: export it as JSON or CSV.")
    if binary := binary_file_kind(head):
        raise UnreadableFile(f"{path} is {binary}, not a table: export the records as CSV.")
    if wide and start[:1] in (b"{", b"["):
        raise UnreadableFile(f"{path} is JSON in {wide[:6].upper()}: save it as UTF-8.")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(
            f"{path} is an old Excel workbook (.xls), or one with a password: save it as .xlsx without "
            "one, or save the sheet as CSV."
        )
    return start[:1] in (b"{", b"[")
