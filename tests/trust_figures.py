"""Runs the tests behind our promises of safety, each with its control, and writes docs/trust-figures.md.

python tests/trust_figures.py                       all, on both databases, the long ones too
python tests/trust_figures.py --only A-2 --quick    one figure, without the long ones; writes nothing

Every number in the table is counted by the tests of that run.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.trust_promises import PROMISES, Promise  # noqa: E402

PAGE = ROOT / "docs" / "trust-figures.md"
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
HEAD = """# What was tried, and what was seen

`make trust-figures` wrote this page: it runs the tests, and every number below was counted by them.
A control is the same test with the protection off or a fault planted, which it has to find. Without a
control, a figure proves little.

| Id | What was tried | Target | On SQLite | On PostgreSQL | Controls | Again by |
|---|---|---|---|---|---|---|
"""


class Result(NamedTuple):
    """What one case of one test said."""

    test: str
    """As in tests/trust_promises.py, without its parameters."""
    outcome: str
    cases: int
    found: int
    seconds: float
    """The slowest answer, where the promise is about time; otherwise 0."""


class Seen(NamedTuple):
    """What one database showed of one promise."""

    cases: int
    failed: int
    controls: int
    seconds: float
    missing: list[str]
    """Tests that did not run there."""


def name_test(classname: str, name: str) -> str:
    return f"{classname.replace('.', '/')}.py::{name.partition('[')[0]}"


def read_results(junit: Path) -> list[Result]:
    """Return what pytest wrote about each case."""
    found = []
    for case in ElementTree.parse(junit).iter("testcase"):  # noqa: S314  # written by our own run
        said = {one.get("name"): float(one.get("value", "0")) for one in case.iter("property")}
        bad = case.find("failure") is not None or case.find("error") is not None
        outcome = "failed" if bad else "skipped" if case.find("skipped") is not None else "passed"
        test = name_test(case.get("classname", ""), case.get("name", ""))
        cases, controls = int(said.get("cases", 1)), int(said.get("found", 1))
        found.append(Result(test, outcome, cases, controls, said.get("seconds", 0)))
    return found


def count(promise: Promise, results: Sequence[Result]) -> Seen:
    """Count the cases that passed, the tests that failed, and the controls that found their fault."""
    passed = [one for one in results if one.outcome == "passed"]
    of_promise = {*promise.tests, *promise.controls}
    return Seen(
        cases=sum(one.cases for one in passed if one.test in promise.tests),
        failed=sum(one.outcome == "failed" for one in results if one.test in of_promise),
        controls=sum(one.found for one in passed if one.test in promise.controls),
        seconds=max((one.seconds for one in passed if one.test in promise.tests), default=0),
        missing=sorted(of_promise - {one.test for one in results if one.outcome != "skipped"}),
    )


def say_seen(promise: Promise, seen: Seen | None) -> str:
    if not promise.tests:
        return "not yet"
    if seen is None:
        return "not run"
    if len(seen.missing) == len({*promise.tests, *promise.controls}):
        return "not run here"
    said = f"{seen.cases:,} {promise.unit}, " + (f"**{seen.failed} FAILED**" if seen.failed else "0 wrong")
    said += f", the slowest {seen.seconds:.2f} s" if seen.seconds else ""
    left_out = len(seen.missing)
    return said + (f"; {left_out} of its tests not run here" if left_out else "")


def say_row(promise: Promise, seen: dict[str, Seen]) -> str:
    controls = [f"{one.controls} found on {DATABASES[name]}" for name, one in seen.items() if one.controls]
    cells = [
        promise.id, promise.what, promise.target,
        *(say_seen(promise, seen.get(name)) for name in DATABASES),
        "; ".join(controls) or promise.note or "none",
        f"`make trust-figures ARGS=\"--only {promise.id}\"`" if promise.tests else promise.note,
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def write_page(promises: Sequence[Promise], seen: dict[str, dict[str, Seen]]) -> str:
    """Return the page. `seen` is by promise and database."""
    return HEAD + "\n".join(say_row(one, seen.get(one.id, {})) for one in promises) + "\n"


def run_tests(database: str, promises: Sequence[Promise], *, is_quick: bool) -> list[Result]:
    tests = sorted({test for one in promises for test in (*one.tests, *one.controls)})
    if not tests:
        return []
    with tempfile.TemporaryDirectory() as folder:
        junit = Path(folder) / "results.xml"
        command = [sys.executable, "tests/run.py", "--database", database, f"--junitxml={junit}", "-q", "-n0"]
        command += ["-o", "junit_family=xunit1", *([] if is_quick else ["-m", "long or not long"]), *tests]
        subprocess.run(command, check=False, cwd=ROOT, stdout=sys.stderr)
        return read_results(junit) if junit.exists() else []


def is_kept(promise: Promise, seen: dict[str, Seen]) -> bool:
    """Return whether everything passed that ran, something ran, and a control found something."""
    if not promise.tests:
        return True
    ran = list(seen.values())
    return (
        not any(one.failed for one in ran)
        and any(one.cases for one in ran)
        and any(one.controls for one in ran)
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", action="append", help="this figure, by its id; may be repeated")
    parser.add_argument("--database", choices=[*DATABASES, "both"], default="both")
    parser.add_argument("--quick", action="store_true", help="without the tests that take minutes")
    options = parser.parse_args()
    promises = [one for one in PROMISES if not options.only or one.id in options.only]
    databases = [*DATABASES] if options.database == "both" else [options.database]
    seen: dict[str, dict[str, Seen]] = {one.id: {} for one in promises}
    # Side by side: each waits for its own database most of the time.
    with ThreadPoolExecutor() as pool:
        runs = pool.map(lambda one: run_tests(one, promises, is_quick=options.quick), databases)
        for database, results in zip(databases, runs, strict=True):
            for one in promises:
                seen[one.id][database] = count(one, results)
    page = write_page(promises, seen)
    if options.only or options.quick or options.database != "both":
        print(page)
    else:
        PAGE.write_text(page)
    broken = [one.id for one in promises if not is_kept(one, seen[one.id])]
    if broken:
        print(f"Not kept, or without a control that found its fault: {', '.join(broken)}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
