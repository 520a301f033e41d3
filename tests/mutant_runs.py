"""Runs the tests that can notice a mutant in a separate process until one fails.

Most mutants run in forks of a process that has imported and collected everything, with new code in one
function. Values computed at import (constants, defaults) need a fresh process that imports the mutated
module. The source tree is never written to.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import gc
import importlib.abc
import importlib.machinery
import importlib.util
import json
import math
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import types
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage
from hypothesis import HealthCheck, Phase, settings

from tests.databases import quickest_folder
from tests.line_coverage import IMPORT, LineCoverage, write_coverage
from tests.mutations import ROOT, Mutant, mutate

# A mutant's exit code; the first two are pytest's own, 0 and 1.
SURVIVED, KILLED, TIMED_OUT, NOT_LIVE = 0, 1, 64, 65
# The same value for processes started by this one.
RUN = os.environ.setdefault("MUTANTS_RUN", str(os.getpid()))
LEAST_SECONDS, LONGEST_SECONDS_OF_ALL_TESTS = 10, 3600
_TIMES_AS_LONG_ASLEEP = 30
"""Wall-clock limit of a mutant, as a multiple of its CPU limit: it may wait for the CPU, or forever."""
# As in tests/conftest.py, but a failing property stops at once: nobody reads its smallest example here.
settings.register_profile(
    "mutants",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.generate),
)


class _DatabaseFixtures:
    """In place of those by which xdist tells a run and its workers apart."""

    @pytest.fixture(scope="session")
    def testrun_uid(self) -> str:
        return f"mutants-{RUN}"

    @pytest.fixture(scope="session")
    def worker_id(self) -> str:
        return f"mutant{os.getpid()}"


class OneDatabase:
    """The first process that needs the database migrates it; each mutant's process copies it."""

    def pytest_configure(self, config: pytest.Config) -> None:
        # Not before: of two plugins' fixtures of one name pytest takes those of the one that came last.
        config.pluginmanager.register(_DatabaseFixtures())


class MutantRuns(OneDatabase):
    """The plugin that replaces pytest's loop over the tests."""

    def __init__(
        self,
        coverage: Coverage,
        mutants: list[Mutant],
        report: Callable[[Mutant, int], None],
        most_seconds: float = math.inf,
    ) -> None:
        self.coverage, self.mutants, self.report = coverage, mutants, report
        self.most_seconds = most_seconds
        self.note_failure: Callable[[str], object] = print

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.note_failure(report.nodeid)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        with _database_folder() as folder:
            covered = self.take_coverage(items, folder / "coverage.json")
            for mutant in self.mutants:
                self.report(mutant, self.try_mutant(items, covered, mutant))
        return True

    def take_coverage(self, items: dict[str, pytest.Item], file: Path) -> LineCoverage:
        """Run every test once in a fork, so that mutants start with empty caches."""
        started = time.monotonic()
        result = run_in_fork(lambda: self.run_with_coverage(items, file), LONGEST_SECONDS_OF_ALL_TESTS)
        self.coverage.stop()
        if result != SURVIVED:
            raise SystemExit("The tests could not be run without a mutant.")
        covered = LineCoverage.read(file)
        print(f"{len(covered.seconds)} tests in {time.monotonic() - started:.0f} s", flush=True)
        for test in covered.broken:
            print(f"left out, because it fails without a mutant: {test}")
        return covered

    def run_with_coverage(self, items: dict[str, pytest.Item], file: Path) -> int:
        broken: set[str] = set()
        self.note_failure = broken.add
        seconds = {}
        caches = [one for one in _caches() if (one.__module__ or "").startswith("checkin.")]
        for item, following in _with_following(list(items.values())):
            started = time.process_time()
            # A value cached by another test would hide code from coverage, so its mutants would not be tried.
            for cache in caches:
                cache.cache_clear()
            self.coverage.switch_context(item.nodeid)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            seconds[item.nodeid] = time.process_time() - started
        self.coverage.stop()
        write_coverage(file, self.coverage, seconds, broken)
        return SURVIVED

    def try_mutant(self, items: dict[str, pytest.Item], covered: LineCoverage, mutant: Mutant) -> int:
        tree, place = mutate(mutant)
        tests = covered.tests_of(mutant.path, place.lines)
        is_live = bool(place.function) and IMPORT not in tests
        if not is_live:
            tests |= covered.tests_of_names(place.constants)
        chosen = covered.in_order(tests, Path(mutant.path).stem, self.most_seconds)
        if not chosen:
            return SURVIVED
        limit = LEAST_SECONDS + 5 * sum(covered.seconds[test] for test in chosen)
        if is_live:
            code = compile(tree, str(ROOT / mutant.path), "exec")
            change = functools.partial(put_in_code, code, place.function, place.first_line)
            result = run_in_fork(lambda: self.run_mutant([items[test] for test in chosen], change), limit)
            if result != NOT_LIVE:
                return result
        return run_imported(mutant, chosen, limit)

    def run_mutant(self, chosen: list[pytest.Item], change: Callable[[], bool]) -> int:
        if not change():
            return NOT_LIVE
        self.note_failure = lambda test: os._exit(KILLED)
        for item, following in _with_following(chosen):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        return SURVIVED


def run_in_fork(work: Callable[[], int], limit: float) -> int:
    """Return the result of the work, run in a fork with a limit of CPU seconds."""
    child = os.fork()
    if not child:
        # Never return into the parent's loop, whatever the mutant raises.
        result = KILLED
        with contextlib.suppress(BaseException):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            _limit_processor_time(limit)
            result = work()
        os._exit(result)
    ends = time.monotonic() + _TIMES_AS_LONG_ASLEEP * limit
    status = None
    try:
        while status is None and time.monotonic() < ends:
            time.sleep(0.005)
            status = _status_if_over(child)
    finally:
        # It timed out or the whole run was stopped: kill it.
        if status is None:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    if status is None or status == -signal.SIGXCPU:
        return TIMED_OUT
    return status if status >= 0 else KILLED


def _status_if_over(child: int) -> int | None:
    """Return its exit code, or the signal that ended it as a negative number; None while it runs."""
    done, status = os.waitpid(child, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if done else None


def _limit_processor_time(limit: float) -> None:
    """End this process after so many CPU seconds; elapsed time shows no endless loop on a busy machine."""
    seconds = math.ceil(limit)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


def put_in_code(code: types.CodeType, function: str, first_line: int) -> bool:
    """Give the function the mutant's code; return False if a live function cannot take it."""

    def is_meant(one: types.CodeType) -> bool:
        names = one.co_filename, one.co_qualname, one.co_firstlineno
        return names == (code.co_filename, function, first_line)

    new = next(one for one in _codes_in(code) if is_meant(one))
    # The old code filled the caches while tests were collected.
    for cache in _caches():
        cache.cache_clear()
    done = False
    for one in gc.get_objects():
        if type(one) is types.FunctionType and is_meant(one.__code__):
            if one.__code__.co_freevars != new.co_freevars:
                return False
            one.__code__, done = new, True
    return done


def _caches() -> list[functools._lru_cache_wrapper[Any]]:
    # Of `type`, not `isinstance`: that asks an object what it says it is, and a lazy one works itself out.
    return [one for one in gc.get_objects() if type(one) is functools._lru_cache_wrapper]


def _codes_in(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes_in(constant)


def run_imported(mutant: Mutant, chosen: Sequence[str], limit: float) -> int:
    """Try a mutant in a process that imports the mutated module."""
    command = [sys.executable, "-m", "tests.mutant_runs"]
    try:
        done = subprocess.run(
            command,
            check=False,
            input=json.dumps([mutant, chosen, limit]),
            text=True,
            cwd=ROOT,
            timeout=_TIMES_AS_LONG_ASLEEP * limit,
            capture_output=True,
        )
    except subprocess.TimeoutExpired:
        return TIMED_OUT
    if done.returncode == -signal.SIGXCPU:
        return TIMED_OUT
    # For example 2: it could not even be imported.
    return SURVIVED if done.returncode in (0, pytest.ExitCode.NO_TESTS_COLLECTED) else KILLED


class _OnlyChosen(OneDatabase):
    def __init__(self, chosen: Sequence[str]) -> None:
        self.order = {test: number for number, test in enumerate(chosen)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (one for one in items if one.nodeid in self.order), key=lambda one: self.order[one.nodeid]
        )


class _MutantImporter(importlib.abc.MetaPathFinder):
    def __init__(self, mutant: Mutant) -> None:
        self.path = str(ROOT / mutant.path)
        self.module = mutant.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        self.tree, _ = mutate(mutant)

    def find_spec(self, fullname: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.module:
            return None
        return importlib.util.spec_from_file_location(
            fullname, self.path, loader=_MutantLoader(fullname, self.path, self.tree)
        )


class _MutantLoader(importlib.machinery.SourceFileLoader):
    def __init__(self, fullname: str, path: str, tree: ast.Module) -> None:
        super().__init__(fullname, path)
        self.tree = tree

    def get_code(self, fullname: str) -> types.CodeType:
        return compile(self.tree, self.path, "exec")


def _with_following(items: list[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    return zip(items, [*items[1:], None], strict=True)


@contextlib.contextmanager
def _database_folder() -> Iterator[Path]:
    folder = Path(quickest_folder()) / f"tests-mutants-{RUN}"
    folder.mkdir(mode=0o700)
    # As if others were still running, so no process removes the migrated database when done.
    (folder / "in-use-by-all").touch()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def pytest_options() -> list[str]:
    return ["-q", "-s", "-n0", "-p", "no:cacheprovider", "--hypothesis-profile=mutants"]


if __name__ == "__main__":
    fields, chosen, limit = [*json.load(sys.stdin), LEAST_SECONDS][:3]
    _limit_processor_time(limit)
    sys.meta_path.insert(0, _MutantImporter(Mutant(*fields)))
    files = sorted({test.partition("::")[0] for test in chosen})
    sys.exit(pytest.main([*pytest_options(), "-x", *files], plugins=[_OnlyChosen(chosen)]))
