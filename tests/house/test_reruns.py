"""A failing browser test runs once more and is reported if it then passes. No other test is repeated."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser import chromium

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = """
[pytest]
addopts = -p tests.browser --import-mode=importlib -p no:django -p no:hypothesispytest
markers =
    browser: drives a real Chromium
    long: takes minutes
"""
FILE = """
from pathlib import Path
import pytest

def failing(name, times):
    tries = Path({folder!r}) / name
    tries.write_text((tries.read_text() if tries.exists() else "") + "x")
    assert len(tries.read_text()) > times, "the screen was not there"

@pytest.mark.browser
def test_a_journey_that_works():
    failing("working journey", 0)

@pytest.mark.browser
def test_a_journey():
    failing("journey", {journey})

def test_a_rule():
    failing("rule", {rule})
"""


def run_made_tests(folder: Path, *, journey: int = 0, rule: int = 0) -> tuple[int, list[str]]:
    """Return the exit code and output of `make test` on three tests that fail that many times."""
    (folder / "pytest.ini").write_text(SETTINGS)
    (folder / "test_made.py").write_text(FILE.format(folder=str(folder), journey=journey, rule=rule))
    command = [sys.executable, "tests/run.py", "--database", "sqlite", "-n", "2", "--dist", "worksteal"]
    command += ["-c", str(folder / "pytest.ini"), "--rootdir", str(folder), str(folder)]
    # It must run alone, not as a worker of the run that this test belongs to.
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DJANGO_"))}
    done = subprocess.run(
        command, check=False, cwd=ROOT, env=clean, capture_output=True, text=True, timeout=120
    )
    return done.returncode, done.stdout.splitlines()


pytestmark = pytest.mark.skipif(chromium() is None and not os.environ.get("CI"), reason="no Chromium")


def test_browser_test_that_fails_once_passes_the_run_and_is_reported_as_flaky(tmp_path: Path) -> None:
    code, lines = run_made_tests(tmp_path, journey=1)
    assert code == 0, lines
    assert lines[-2].startswith("FLAKY: test_made.py::test_a_journey (")
    assert "the screen was not there" in lines[-2] and lines[-2].endswith(" on SQLite")
    assert lines[-1] == "SQLite: 3 passed, 0 failed, 0 skipped, 1 flaky"
    assert (tmp_path / "working journey").read_text() == "x"


def test_browser_test_fails_after_two_attempts_and_other_tests_after_one(tmp_path: Path) -> None:
    code, lines = run_made_tests(tmp_path, journey=2, rule=1)
    assert code == 1
    assert not [line for line in lines if line.startswith("FLAKY")]
    assert lines[-1] == "SQLite: 1 passed, 2 failed, 0 skipped"
    assert (tmp_path / "journey").read_text() == "xx"
    assert (tmp_path / "rule").read_text() == "x"
