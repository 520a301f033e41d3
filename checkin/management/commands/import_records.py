"""Import another system's records: patients, guardians, appointments, vaccines given and due."""

from __future__ import annotations

import codecs
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import OperationalError, connection
from django.utils.timezone import now
from tqdm import tqdm

from checkin.feeds import columns
from checkin.feeds.feed_files import RECORD_FILE_SUFFIXES, find_record_files
from checkin.feeds.import_runs import ImportRun, ImportSummary
from checkin.feeds.rejected_rows import RejectedRows
from checkin.management.named_places import find_clinic_by_name, pick_places_by_name
from checkin.management.plain_commands import PlainCommand, read_path_argument
from checkin.models import Clinic, Location, Patient
from checkin.rules.record_rows import ImportOutcome
from checkin.rules.short_lines import put_on_one_line

_LONGEST_SOURCE_NAME = 100
_MOST_LOOK_ALIKES = 10
_OUTCOMES_SHOWN = (ImportOutcome.MADE, ImportOutcome.CHANGED, ImportOutcome.UNCHANGED, ImportOutcome.REJECTED)


class Command(PlainCommand):
    help = (
        "Import patients, guardians, appointments, immunizations and what is due from CSV or FHIR R4 "
        "(Bundle, NDJSON, one resource), plain or gzip. What is in a file is told by its content. Importing "
        "again changes only what differs. "
        "See docs/importing.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "paths", nargs="+", type=read_path_argument, metavar="PATH", help="files, or folders of files"
        )
        parser.add_argument("--clinic", help="whose records they are; needed where there are several clinics")
        parser.add_argument("--location", help="of appointments that name none of the clinic's locations")

        parser.add_argument(
            "--source",
            default="",
            metavar="NAME",
            help="whose resource ids FHIR files hold; without it an id holds in its own file only",
        )

        parser.add_argument(
            "--dry-run", action="store_true", help="tell what would be done, and do none of it"
        )
        parser.add_argument(
            "--encoding", default="", help="of text files that are not UTF-8, such as mac_roman"
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="HEADING=COLUMN",
            help='which column a heading is, such as "MRN #=patient_id"; may be given several times',
        )

    def handle(self, **options: Any) -> None:
        if Clinic._meta.db_table not in connection.introspection.table_names():
            raise CommandError("This database has no tables yet: run `manage.py migrate` first.")
        clinic = find_clinic_by_name(options["clinic"])
        location = _resolve_location_option(clinic, options["location"])
        paths = list(_list_import_files(options["paths"]))
        source = _clean_source_option(options["source"])
        importer = ImportRun(
            clinic,
            location,
            now(),
            RejectedRows(settings.VAR / "rejects"),
            source=source,
            is_trial=options["dry_run"],
            encoding=_resolve_encoding_option(options["encoding"]),
            mapping=_parse_mapping_option(options["map"]),
        )
        total = sum(path.stat().st_size for path in paths if path.is_file())
        try:
            with tqdm(
                total=total, unit="B", unit_scale=True, file=sys.stderr, disable=None, leave=False
            ) as bar:
                summary = importer.run(paths, bar.update)
        except OperationalError as problem:
            raise CommandError(
                f"The database went away or was too busy: {str(problem).strip()}. What was imported so far "
                "is kept; run the same command again."
            ) from problem
        self.tell(clinic, summary, is_trial=options["dry_run"])
        if summary.unreadable:
            raise CommandError("\n".join(summary.unreadable))

    def tell(self, clinic: Clinic, summary: ImportSummary, *, is_trial: bool) -> None:
        trial = f"A trial: nothing was kept. It would have been imported for {clinic}:"
        self.stdout.write(trial if is_trial else f"Imported for {clinic}:")
        for kind, counts in sorted(summary.counts.items()):
            figures = ", ".join(f"{counts[outcome]:,} {outcome.value}" for outcome in _OUTCOMES_SHOWN)
            self.stdout.write(f"  {kind.replace('_', ' ')}: {figures}")
        if not summary.counts:
            self.stdout.write("  nothing")
        if summary.passed_over:
            types = ", ".join(f"{name} {count:,}" for name, count in summary.passed_over.most_common())
            self.stdout.write(f"  passed over: {types}")
        if is_trial and summary.changes:
            self.stdout.write("What would change (the first rows):")
            for change in summary.changes:
                self.stdout.write(f"  {change}")
        for note in summary.notes:
            self.stdout.write(note)
        self.tell_look_alikes(summary)
        for path in summary.rejects:
            self.stdout.write(f"Rejected rows, each with its reason: {path}")

    def tell_look_alikes(self, summary: ImportSummary) -> None:
        """List records created by this run that may duplicate somebody on file."""
        found = summary.look_alikes
        if not found:
            return
        count = len({one.record_id for one in found})
        are = "record of this import is" if count == 1 else "records of this import are"
        self.stdout.write(f"Look-alikes: {count:,} {are} like somebody on file:")
        for one in found[:_MOST_LOOK_ALIKES]:
            self.stdout.write(
                f"  {_describe_imported_patient(one.record)} is like {_describe_imported_patient(one.older)}"
            )
        if len(found) > _MOST_LOOK_ALIKES:
            self.stdout.write(f"  and {len(found) - _MOST_LOOK_ALIKES:,} more")
        self.stdout.write("Merge each, or say that they are two children: Find, then Look-alikes.")


def _describe_imported_patient(patient: Patient) -> str:
    """Return enough to find the record: name, birth date, and record id."""
    born = f", born {patient.birth_date}" if patient.birth_date else ""
    return f"{patient}{born} (record {patient.pk})"


def _resolve_location_option(clinic: Clinic, name: str | None) -> Location | None:
    locations = list(clinic.locations.order_by("pk"))
    if not locations:
        raise CommandError(f"{clinic} has no location yet: make one first.")
    if name is None:
        return None
    found = pick_places_by_name(locations, name)
    if len(found) != 1:
        there = ", ".join(str(one) for one in locations)
        raise CommandError(f"{clinic} has no location “{name}”: there are {there}.")
    return found[0]


def _clean_source_option(name: str) -> str:
    """Return a source's name as stored with identifiers, without regard to case and spacing."""
    plain = put_on_one_line(name).casefold()
    if len(plain) > _LONGEST_SOURCE_NAME:
        raise CommandError(f"The name of a source has at most {_LONGEST_SOURCE_NAME} letters.")
    return plain


def _resolve_encoding_option(name: str) -> str:
    """Return Python's name of the encoding. Raises CommandError if there is none."""
    try:
        return codecs.lookup(name).name if name else ""
    except LookupError:
        raise CommandError(f"There is no encoding “{name}”: try cp1252, mac_roman or gb18030.") from None


def _parse_mapping_option(said: list[str]) -> columns.HeadingMapping:
    try:
        return columns.parse_heading_mapping(said)
    except ValueError as problem:
        raise CommandError(str(problem)) from None


def _list_import_files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        inside = list(find_record_files([path]))
        if not inside:
            raise CommandError(f"There are no files in {path} that end in {', '.join(RECORD_FILE_SUFFIXES)}.")
        yield from inside
