"""Record which test runs which line, so that a mutant runs only against tests that can notice it."""

from __future__ import annotations

import itertools
import json
import math
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from coverage import Coverage

from tests.mutations import ROOT, statements_with

IMPORT = ""
"""Coverage's own name for lines that no test ran: those run while modules were imported."""


class LineCoverage(NamedTuple):
    by_line: dict[str, dict[int, list[str]]]
    """Path from the root, then line, then the tests that run it."""
    seconds: dict[str, float]
    """CPU time of each test that passes without a mutant."""
    broken: list[str]
    """Tests that fail without a mutant."""

    @classmethod
    def read(cls, file: Path) -> LineCoverage:
        facts = json.loads(file.read_text())
        tests = facts["tests"]
        by_line = {
            path: {int(line): [tests[number] for number in found] for line, found in lines.items()}
            for path, lines in facts["by_line"].items()
        }
        return cls(by_line, facts["seconds"], facts["broken"])

    def tests_of(self, path: str, lines: Iterable[int]) -> set[str]:
        by_line = self.by_line.get(path, {})
        return {test for line in lines for test in by_line.get(line, [])}

    def tests_of_names(self, names: Iterable[str]) -> set[str]:
        """Return the tests of all code that uses such a constant, also through other constants."""
        found: set[str] = set()
        known, fresh = set(names), set(names)
        while fresh:
            word = re.compile(rf"\b(?:{'|'.join(map(re.escape, fresh))})\b")
            fresh = set()
            for path in sorted((ROOT / "checkin").rglob("*.py")):
                for statement in statements_with(word, path):
                    found |= self.tests_of(str(path.relative_to(ROOT)), statement.lines)
                    fresh |= statement.constants - known
            known |= fresh
        return found - {IMPORT}

    def in_order(self, tests: set[str], module: str, most_seconds: float = math.inf) -> list[str]:
        """Return the tests of the module's own file and then the others, each with the fastest first.

        The others end where all together would take more CPU seconds than this.
        """
        own = f"/test_{module}.py::"
        ordered = sorted(tests & self.seconds.keys(), key=lambda test: (own not in test, self.seconds[test]))
        until = itertools.accumulate(self.seconds[test] for test in ordered)
        return [
            test for test, so_far in zip(ordered, until, strict=True) if own in test or so_far <= most_seconds
        ]


def write_coverage(file: Path, coverage: Coverage, seconds: dict[str, float], broken: set[str]) -> None:
    data = coverage.get_data()
    tests = [IMPORT, *seconds]
    # Storing a name for each test and line would take hundreds of megabytes.
    numbers = {test: number for number, test in enumerate(tests)}
    by_line = {
        os.path.relpath(path, ROOT): {
            line: [numbers[test] for test in found] for line, found in data.contexts_by_lineno(path).items()
        }
        for path in data.measured_files()
    }
    passing = {test: length for test, length in seconds.items() if test not in broken}
    facts = {"tests": tests, "by_line": by_line, "seconds": passing, "broken": sorted(broken)}
    file.write_text(json.dumps(facts))
