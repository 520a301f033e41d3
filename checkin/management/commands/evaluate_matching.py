"""Measure the identity rules on a data set that says which rows are one person, such as FEBRL's."""

from __future__ import annotations

import csv
import json
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from checkin.management.plain_commands import PlainCommand, read_path_argument
from checkin.rules import name_keys, phones
from checkin.rules.identity import IdentityJudgment, IdentityOutcome, judge_identity
from checkin.rules.identity_blocks import CandidateBlock, build_candidate_blocks
from checkin.rules.identity_facts import IdentityClaim, PatientRecord

_NEEDED_COLUMNS = ("rec_id", "given_name", "surname", "date_of_birth")
_PHONE_COLUMNS = ("phone_number", "phone")
_PHONE_REGION = "US"

_CsvRow = dict[str, str]
_ROW_ROLE = re.compile(r"^(?P<truth>.+?)-(?P<role>org|dup)(?:-\d+)?$")
_ROW_DATE = re.compile(r"^(\d{4})-?(\d{2})-?(\d{2})$")


class Command(PlainCommand):
    """`evaluate_matching ORIGINALS.csv CLAIMS.csv [--ignore COLUMN] [--json]`."""

    help = (
        "Judges every row of CLAIMS against the rows of ORIGINALS and counts how often the identity rules "
        "were right. A claim is what a sign-in carries: names, birth date and phone (columns given_name, "
        "surname, date_of_birth, phone_number). Nobody types a postcode, so only the records have one. "
        "The truth is in rec_id: rec-7-org and rec-7-dup-0 are one person. Where a file holds "
        "both kinds (or one file is given twice), its -org rows are the originals, its -dup rows the claims."
    )

    # Reads only two files, so it works without a database.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("originals", type=read_path_argument, metavar="ORIGINALS.csv")
        parser.add_argument("claims", type=read_path_argument, metavar="CLAIMS.csv")
        parser.add_argument("--ignore", action="append", default=[], metavar="COLUMN", help="leave it out")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON")
        parser.add_argument("--wrong", action="store_true", help="show each claim linked to a wrong record")

    def handle(self, *args: object, **options: Any) -> None:
        ignored = {_plain_csv_heading(column) for column in options["ignore"]}
        originals = _read_csv_rows(options["originals"], ignored)
        claims = _read_csv_rows(options["claims"], ignored)
        originals, claims = _part_originals_from_claims(originals, claims)
        tally = _evaluate_claims(originals, claims)
        for line in tally.lines(len(originals)):
            self.stdout.write(line)
        if options["wrong"]:
            for line in tally.wrong:
                self.stdout.write(line)
        if options["json"]:
            self.stdout.write(json.dumps(tally.summary()))


@dataclass
class _MatchTally:
    """Running counts of how the claims were judged."""

    outcomes: Counter[str] = field(default_factory=Counter)
    ranks: Counter[int] = field(default_factory=Counter)
    certain_right: int = 0
    on_file: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, claim_id: str, truth: str, on_file: bool, judgment: IdentityJudgment) -> None:
        """Count one judgment against the truth."""
        self.outcomes[judgment.outcome] += 1
        self.on_file += on_file
        places = [_true_person_id(str(candidate.record.id)) for candidate in judgment.candidates]
        self.ranks[places.index(truth) + 1 if truth in places else 0] += 1
        if judgment.record is not None:
            right = _true_person_id(str(judgment.record.id)) == truth
            self.certain_right += right
            if not right:
                self.wrong.append(f"{claim_id} was linked to {judgment.record.id}")

    def summary(self) -> dict[str, int]:
        """Return the figures for the JSON line."""
        return {
            "claims": self.outcomes.total(),
            "certain": self.outcomes[IdentityOutcome.CERTAIN],
            "certain_right": self.certain_right,
            "probable": self.outcomes[IdentityOutcome.PROBABLE],
            "unknown": self.outcomes[IdentityOutcome.UNKNOWN],
            "first_three": sum(self.ranks[place] for place in (1, 2, 3)),
        }

    def lines(self, originals: int) -> Iterator[str]:
        """Yield the figures for people."""
        claims = self.outcomes.total()
        certain = self.outcomes[IdentityOutcome.CERTAIN]
        yield "Judged by what a sign-in carries: the child's names and birth date, and the adult's phone."
        yield f"{claims} claims against {originals} records; of {self.on_file} the record is on file."
        for outcome in IdentityOutcome:
            yield f"  {outcome.value:<9}{_share_words(self.outcomes[outcome], claims)}"
        yield f"Of the certain, {self.certain_right} were right and {certain - self.certain_right} wrong."
        yield "The true record among the candidates:"
        for place in range(1, 6):
            yield f"  place {place}  {_share_words(self.ranks[place], claims)}"
        yield f"  not there{_share_words(self.ranks[0], claims)}"
        yield f"  first 3  {_share_words(sum(self.ranks[place] for place in (1, 2, 3)), claims)}"


def _share_words(count: int, of: int) -> str:
    return f"{count:>8}  {100 * count / of:5.1f} %" if of else f"{count:>8}"


def _evaluate_claims(originals: list[_CsvRow], claims: list[_CsvRow]) -> _MatchTally:
    """Judge every claim against the originals that its blocks find."""
    index = _RecordIndex(_record_of_csv_row(row) for row in originals)
    on_file = {_true_person_id(row["rec_id"]) for row in originals}
    tally = _MatchTally()
    for row in claims:
        claim, truth = _claim_of_csv_row(row), _true_person_id(row["rec_id"])
        tally.add(
            row["rec_id"],
            truth,
            truth in on_file,
            judge_identity(claim, index.fetch(build_candidate_blocks(claim))),
        )
    return tally


class _RecordIndex:
    """Records in memory, found by the same blocks as in the database."""

    def __init__(self, records: Iterable[PatientRecord]) -> None:
        self.records = list(records)
        self.by_date: dict[date, list[int]] = defaultdict(list)
        self.by_phone: dict[str, list[int]] = defaultdict(list)
        self.family = [name_keys.normalize_text(record.family_name) for record in self.records]
        self.given = [name_keys.normalize_text(record.given_name) for record in self.records]
        for place, record in enumerate(self.records):
            if record.birth_date:
                self.by_date[record.birth_date].append(place)
            for key in {key for box in record.phones for key in phones.phone_keys(box, _PHONE_REGION)}:
                self.by_phone[key].append(place)
        places = range(len(self.records))
        self.by_family = sorted((self.family[place], self.given[place], place) for place in places)
        self.by_given = sorted((self.given[place], self.family[place], place) for place in places)

    def fetch(self, wanted: Iterable[CandidateBlock]) -> list[PatientRecord]:
        """Return the records of any of the blocks, each once, in file order."""
        places = {place for block in wanted for place in self._places(block)[: block.limit]}
        return [self.records[place] for place in sorted(places)]

    def _places(self, block: CandidateBlock) -> list[int]:
        return sorted(
            place
            for place in self._start(block)
            if _is_within_limits(block.family, self.family[place])
            and _is_within_limits(block.given, self.given[place])
            and (not block.given_names or self.given[place] in block.given_names)
        )

    def _start(self, block: CandidateBlock) -> Iterable[int]:
        if block.phone:
            return self.by_phone[block.phone]
        if block.dates:
            return [place for day in block.dates for place in self.by_date.get(day, ())]
        if block.family and block.family[1] == "":
            return _places_between(self.by_family, block.family[0], block.given)
        if block.given and block.given[1] == "":
            return _places_between(self.by_given, block.given[0], block.family)
        return ()


def _places_between(
    entries: list[tuple[str, str, int]], whole: str, start: tuple[str, str] | None
) -> list[int]:
    low, high = start or ("", name_keys.end_of_key_prefix(""))
    end = (whole, high, -1) if high else (whole, low + "\0", -1)
    found = entries[bisect_left(entries, (whole, low, -1)) : bisect_left(entries, end)]
    return [place for _, _, place in found]


def _is_within_limits(limits: tuple[str, str] | None, key: str) -> bool:
    if limits is None:
        return True
    low, high = limits
    return low <= key < high if high else key == low


def _record_of_csv_row(row: _CsvRow) -> PatientRecord:
    """Return one original as a record on file; an invalid birth date counts as missing."""
    return PatientRecord(
        id=row["rec_id"],
        given_name=row["given_name"],
        family_name=row["surname"],
        preferred_name=row.get("preferred_name", ""),
        birth_date=_parse_csv_date(row["date_of_birth"]),
        phones=tuple(row[column] for column in _PHONE_COLUMNS if row.get(column)),
        postcode=row.get("postcode", ""),
    )


def _claim_of_csv_row(row: _CsvRow) -> IdentityClaim:
    """Return one row as it would be typed, without a postcode: sign-in does not ask for one."""
    return IdentityClaim(
        given_name=row["given_name"],
        family_name=row["surname"],
        birth_date=_parse_csv_date(row["date_of_birth"]),
        birth_text=row["date_of_birth"],
        phone=next((row[column] for column in _PHONE_COLUMNS if row.get(column)), ""),
    )


def _parse_csv_date(text: str) -> date | None:
    parts = _ROW_DATE.match(text)
    try:
        return date(*map(int, parts.groups())) if parts else None
    except ValueError:
        return None


def _true_person_id(rec_id: str) -> str:
    """Return the id of the person that a row is about: the part before -org or -dup-N."""
    parts = _ROW_ROLE.match(rec_id)
    return parts["truth"] if parts else rec_id


def _part_originals_from_claims(
    originals: list[_CsvRow], claims: list[_CsvRow]
) -> tuple[list[_CsvRow], list[_CsvRow]]:
    """Return both lists without the rows that both have: of a file that mixes both kinds, only its own."""
    kept = _drop_shared_rows(originals, claims, "dup"), _drop_shared_rows(claims, originals, "org")
    return (kept[0] or originals, kept[1] or claims)


def _drop_shared_rows(rows: list[_CsvRow], others: list[_CsvRow], role: str) -> list[_CsvRow]:
    if len({_csv_row_role(row) for row in rows}) < 2:
        return rows
    shared = {tuple(sorted(row.items())) for row in others}
    return [row for row in rows if _csv_row_role(row) != role or tuple(sorted(row.items())) not in shared]


def _csv_row_role(row: _CsvRow) -> str:
    parts = _ROW_ROLE.match(row["rec_id"])
    return parts["role"] if parts else ""


def _read_csv_rows(path: Path, ignored: set[str]) -> list[_CsvRow]:
    """Return a CSV file's rows under plain headings. Raises CommandError if it cannot be read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return _parse_csv_rows(path, csv.reader(lines, skipinitialspace=True), ignored)
    except OSError as problem:
        raise CommandError(f"{path} cannot be read: {problem.strerror}.") from problem
    except (UnicodeDecodeError, csv.Error) as problem:
        raise CommandError(f"{path} is not a CSV file in UTF-8.") from problem


def _parse_csv_rows(path: Path, cells: Iterator[list[str]], ignored: set[str]) -> list[_CsvRow]:
    columns = [_plain_csv_heading(cell) for cell in next(cells, [])]
    missing = [column for column in _NEEDED_COLUMNS if column not in columns]
    if missing:
        raise CommandError(f"{path} lacks the column {missing[0]}; it needs {', '.join(_NEEDED_COLUMNS)}.")
    kept = [(place, column) for place, column in enumerate(columns) if column and column not in ignored]
    rows = []
    for row in cells:
        if any(cell.strip() for cell in row):
            values = {column: row[place].strip() if place < len(row) else "" for place, column in kept}
            rows.append(dict.fromkeys(_NEEDED_COLUMNS, "") | values)
    if not rows:
        raise CommandError(f"{path} holds no rows.")
    return rows


def _plain_csv_heading(cell: str) -> str:
    return cell.strip().lower().replace(" ", "_")
