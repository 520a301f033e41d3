"""Measure the identity rules on a set whose truth is known, such as the FEBRL sets of record linkage."""

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

from django.core.management.base import BaseCommand, CommandError, CommandParser

from checkin.rules import names, phones
from checkin.rules.identity import Block, Claim, Judgement, Outcome, Record, blocks, judge

NEEDED = ("rec_id", "given_name", "surname", "date_of_birth")
PHONES = ("phone_number", "phone")
REGION = "US"

Row = dict[str, str]
_ROLE = re.compile(r"^(?P<truth>.+?)-(?P<role>org|dup)(?:-\d+)?$")
_DATE = re.compile(r"^(\d{4})-?(\d{2})-?(\d{2})$")


class Command(BaseCommand):
    """`evaluate_matching ORIGINALS.csv CLAIMS.csv [--ignore COLUMN] [--json]`."""

    help = (
        "Judges every row of CLAIMS against the rows of ORIGINALS and counts how often the identity rules "
        "were right. A claim is what a sign-in carries: names, birth date and phone (columns given_name, "
        "surname, date_of_birth, phone_number). Nobody types a postcode, so only the records have one. "
        "The truth is in rec_id: rec-7-org and rec-7-dup-0 are one person. Where a file holds "
        "both kinds (or one file is given twice), its -org rows are the originals, its -dup rows the claims."
    )

    # Reads two files and nothing else: it works before there is a database.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("originals", type=Path, metavar="ORIGINALS.csv")
        parser.add_argument("claims", type=Path, metavar="CLAIMS.csv")
        parser.add_argument("--ignore", action="append", default=[], metavar="COLUMN", help="leave it out")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON")
        parser.add_argument("--wrong", action="store_true", help="show each claim linked to a wrong record")

    def handle(self, *args: Any, **options: Any) -> None:
        ignored = {_heading(column) for column in options["ignore"]}
        originals = read_rows(options["originals"], ignored)
        claims = read_rows(options["claims"], ignored)
        originals, claims = parted(originals, claims)
        tally = evaluate(originals, claims)
        for line in tally.lines(len(originals)):
            self.stdout.write(line)
        if options["wrong"]:
            for line in tally.wrong:
                self.stdout.write(line)
        if options["json"]:
            self.stdout.write(json.dumps(tally.summary()))


@dataclass
class Tally:
    """What came of the claims, counted as it goes."""

    outcomes: Counter[str] = field(default_factory=Counter)
    ranks: Counter[int] = field(default_factory=Counter)
    certain_right: int = 0
    on_file: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, claim_id: str, truth: str, on_file: bool, judgement: Judgement) -> None:
        """Count one judgement against the truth."""
        self.outcomes[judgement.outcome] += 1
        self.on_file += on_file
        places = [truth_of(str(candidate.record.id)) for candidate in judgement.candidates]
        self.ranks[places.index(truth) + 1 if truth in places else 0] += 1
        if judgement.record is not None:
            right = truth_of(str(judgement.record.id)) == truth
            self.certain_right += right
            if not right:
                self.wrong.append(f"{claim_id} was linked to {judgement.record.id}")

    def summary(self) -> dict[str, int]:
        """The figures of the JSON line."""
        return {
            "claims": self.outcomes.total(),
            "certain": self.outcomes[Outcome.CERTAIN],
            "certain_right": self.certain_right,
            "probable": self.outcomes[Outcome.PROBABLE],
            "unknown": self.outcomes[Outcome.UNKNOWN],
            "first_three": sum(self.ranks[place] for place in (1, 2, 3)),
        }

    def lines(self, originals: int) -> Iterator[str]:
        """The figures for people."""
        claims = self.outcomes.total()
        certain = self.outcomes[Outcome.CERTAIN]
        yield "Judged by what a sign-in carries: the child's names and birth date, and the adult's phone."
        yield f"{claims} claims against {originals} records; of {self.on_file} the record is on file."
        for outcome in Outcome:
            yield f"  {outcome.value:<9}{_share(self.outcomes[outcome], claims)}"
        yield f"Of the certain, {self.certain_right} were right and {certain - self.certain_right} wrong."
        yield "The true record among the candidates:"
        for place in range(1, 6):
            yield f"  place {place}  {_share(self.ranks[place], claims)}"
        yield f"  not there{_share(self.ranks[0], claims)}"
        yield f"  first 3  {_share(sum(self.ranks[place] for place in (1, 2, 3)), claims)}"


def _share(count: int, of: int) -> str:
    return f"{count:>8}  {100 * count / of:5.1f} %" if of else f"{count:>8}"


def evaluate(originals: list[Row], claims: list[Row]) -> Tally:
    """Judge every claim against the records that its blocks find among the originals."""
    index = Index(record_of(row) for row in originals)
    on_file = {truth_of(row["rec_id"]) for row in originals}
    tally = Tally()
    for row in claims:
        claim, truth = claim_of(row), truth_of(row["rec_id"])
        tally.add(row["rec_id"], truth, truth in on_file, judge(claim, index.fetch(blocks(claim))))
    return tally


class Index:
    """Records in memory, found by the same blocks as in the database."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.records = list(records)
        self.by_date: dict[date, list[int]] = defaultdict(list)
        self.by_phone: dict[str, list[int]] = defaultdict(list)
        self.family = [names.normalise(record.family_name) for record in self.records]
        self.given = [names.normalise(record.given_name) for record in self.records]
        for place, record in enumerate(self.records):
            if record.birth_date:
                self.by_date[record.birth_date].append(place)
            for key in {key for box in record.phones for key in phones.phone_keys(box, REGION)}:
                self.by_phone[key].append(place)
        places = range(len(self.records))
        self.by_family = sorted((self.family[place], self.given[place], place) for place in places)
        self.by_given = sorted((self.given[place], self.family[place], place) for place in places)

    def fetch(self, wanted: Iterable[Block]) -> list[Record]:
        """The records of any of the blocks, each once, as they came."""
        places = {place for block in wanted for place in self._places(block)[: block.limit]}
        return [self.records[place] for place in sorted(places)]

    def _places(self, block: Block) -> list[int]:
        return sorted(
            place
            for place in self._start(block)
            if _within(block.family, self.family[place])
            and _within(block.given, self.given[place])
            and (not block.given_names or self.given[place] in block.given_names)
        )

    def _start(self, block: Block) -> Iterable[int]:
        if block.phone:
            return self.by_phone[block.phone]
        if block.dates:
            return [place for day in block.dates for place in self.by_date.get(day, ())]
        if block.family and block.family[1] == "":
            return _between(self.by_family, block.family[0], block.given)
        if block.given and block.given[1] == "":
            return _between(self.by_given, block.given[0], block.family)
        return ()


def _between(entries: list[tuple[str, str, int]], whole: str, start: tuple[str, str] | None) -> list[int]:
    low, high = start or ("", names.prefix_end(""))
    end = (whole, high, -1) if high else (whole, low + "\0", -1)
    found = entries[bisect_left(entries, (whole, low, -1)) : bisect_left(entries, end)]
    return [place for _, _, place in found]


def _within(limits: tuple[str, str] | None, key: str) -> bool:
    if limits is None:
        return True
    low, high = limits
    return low <= key < high if high else key == low


def record_of(row: Row) -> Record:
    """One original as a record on file; a birth date that is no day counts as missing."""
    return Record(
        id=row["rec_id"],
        given_name=row["given_name"],
        family_name=row["surname"],
        preferred_name=row.get("preferred_name", ""),
        birth_date=_day(row["date_of_birth"]),
        phones=tuple(row[column] for column in PHONES if row.get(column)),
        postcode=row.get("postcode", ""),
    )


def claim_of(row: Row) -> Claim:
    """One row as it would be typed: a sign-in asks for no postcode, so a claim has none."""
    return Claim(
        given_name=row["given_name"],
        family_name=row["surname"],
        birth_date=_day(row["date_of_birth"]),
        birth_text=row["date_of_birth"],
        phone=next((row[column] for column in PHONES if row.get(column)), ""),
    )


def _day(text: str) -> date | None:
    parts = _DATE.match(text)
    try:
        return date(*map(int, parts.groups())) if parts else None
    except ValueError:
        return None


def truth_of(rec_id: str) -> str:
    """Whom a row is about: what stands before -org or -dup-N."""
    parts = _ROLE.match(rec_id)
    return parts["truth"] if parts else rec_id


def parted(originals: list[Row], claims: list[Row]) -> tuple[list[Row], list[Row]]:
    """Keep no row on both sides: of a file that mixes both kinds only its own kind counts."""
    kept = _without_shared(originals, claims, "dup"), _without_shared(claims, originals, "org")
    return (kept[0] or originals, kept[1] or claims)


def _without_shared(rows: list[Row], others: list[Row], role: str) -> list[Row]:
    if len({_role(row) for row in rows}) < 2:
        return rows
    shared = {tuple(sorted(row.items())) for row in others}
    return [row for row in rows if _role(row) != role or tuple(sorted(row.items())) not in shared]


def _role(row: Row) -> str:
    parts = _ROLE.match(row["rec_id"])
    return parts["role"] if parts else ""


def read_rows(path: Path, ignored: set[str]) -> list[Row]:
    """The rows of a CSV file under plain headings; what cannot be read ends the command with one sentence."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return _rows(path, csv.reader(lines, skipinitialspace=True), ignored)
    except OSError as problem:
        raise CommandError(f"{path} cannot be read: {problem.strerror}.") from problem
    except (UnicodeDecodeError, csv.Error) as problem:
        raise CommandError(f"{path} is not a CSV file in UTF-8.") from problem


def _rows(path: Path, cells: Iterator[list[str]], ignored: set[str]) -> list[Row]:
    columns = [_heading(cell) for cell in next(cells, [])]
    missing = [column for column in NEEDED if column not in columns]
    if missing:
        raise CommandError(f"{path} lacks the column {missing[0]}; it needs {', '.join(NEEDED)}.")
    kept = [(place, column) for place, column in enumerate(columns) if column and column not in ignored]
    rows = []
    for row in cells:
        if any(cell.strip() for cell in row):
            values = {column: row[place].strip() if place < len(row) else "" for place, column in kept}
            rows.append(dict.fromkeys(NEEDED, "") | values)
    if not rows:
        raise CommandError(f"{path} holds no rows.")
    return rows


def _heading(cell: str) -> str:
    return cell.strip().lower().replace(" ", "_")
