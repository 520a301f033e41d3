"""Import what a test wrote into a file, without running the command."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checkin.feeds import columns
from checkin.feeds.import_runs import ROWS_PER_BATCH, ImportRun, ImportSummary
from checkin.feeds.rejected_rows import RejectedRows
from checkin.models import Clinic, Location, Patient
from checkin.rules.record_rows import ImportOutcome, fhir_id_system
from tests import make
from tests.feeds.shared_files import shared

WORDS = (ImportOutcome.MADE, ImportOutcome.CHANGED, ImportOutcome.UNCHANGED, ImportOutcome.REJECTED)


class Import:
    """`load("patients.csv", text)` imports it for Brook Street Clinic on the Tuesday morning of the tests."""

    def __init__(self, clinic: Any, folder: Path) -> None:
        self.clinic, self.folder = clinic, folder
        self.location: Any = None
        self.source = self.encoding = ""
        self.mapping = columns.HeadingMapping()
        self.is_trial, self.batch = False, ROWS_PER_BATCH
        self.summary = ImportSummary()

    def __call__(self, name: str, content: str | bytes | list | dict) -> tuple[int, ...]:
        return self.files({name: content})

    def files(self, contents: dict[str, Any]) -> tuple[int, ...]:
        return self.paths([self.write(name, content) for name, content in contents.items()])

    def paths(self, paths: list[Path]) -> tuple[int, ...]:
        """Return counts of made, changed, unchanged and rejected rows, of all kinds together."""
        rejects = RejectedRows(self.folder / "rejects")
        importer = ImportRun(self.clinic, self.location, make.at("9:40"), rejects)
        importer.is_trial, importer.batch = self.is_trial, self.batch
        importer.source, importer.encoding, importer.mapping = self.source, self.encoding, self.mapping
        self.summary = importer.run(paths, lambda _: None)
        return tuple(sum(counts[word] for counts in self.summary.counts.values()) for word in WORDS)

    def write(self, name: str, content: Any) -> Path:
        if isinstance(content, list) and name.endswith(".ndjson"):
            content = "\n".join(json.dumps(one) for one in content)
        if isinstance(content, list | dict):
            content = json.dumps(content)
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def rejected(self) -> list[dict[str, Any]]:
        """Return the rejected rows, from any kind of file."""
        found: list[dict[str, Any]] = []
        for path in self.summary.rejects:
            with path.open(newline="", encoding="utf-8") as file:
                if path.suffix == ".csv":
                    found += csv.DictReader(file)
                else:
                    found += [json.loads(line) for line in file]
        return found

    def reasons(self) -> list[str]:
        return [row["reason"] for row in self.rejected()]


@pytest.fixture
def load(brook: Clinic, front: Location, tmp_path: Path) -> Callable[..., Any]:
    return Import(brook, tmp_path)


@pytest.fixture
def leo(brook: Clinic, load: Callable[..., Any]) -> Patient:
    """Return a patient of a named source, since bare resource ids are valid only within their own file."""
    load.source = "ehr"
    patient = make.patient(brook)
    patient.identifiers.create(clinic=brook, value="7")
    patient.identifiers.create(clinic=brook, system=fhir_id_system("ehr"), value="p1")
    return patient


@pytest.fixture
def twice(load: Callable[..., Any]) -> Any:
    """Import shared files one after another, then all again; return each file's counts from the first time.

    The second time makes and changes nothing and rejects the same rows.
    """

    def run(*names: str) -> list[tuple[int, ...]]:
        paths = [shared(name) for name in names]
        first = [load.paths([path]) for path in paths]
        unreadable = list(load.summary.unreadable)
        for counts, path in zip(first, paths, strict=True):
            made, changed, unchanged, put_aside = load.paths([path])
            assert (made, changed) == (0, 0), path.name
            assert (unchanged, put_aside) == (sum(counts[:3]), counts[3]), path.name
        load.summary.unreadable = unreadable
        return first

    return run
