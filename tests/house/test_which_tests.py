"""Every test that can reach a database runs on both databases; the others run once."""

from __future__ import annotations

import pytest

from checkin.models import Clinic
from tests import run
from tests.which_tests import touches_database


def test_no_database_fixture_means_no_database_access(request):
    assert not touches_database(request.node)
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        Clinic.objects.exists()


def test_clinic_fixture_marks_a_test_as_touching_the_database(request, dana):
    assert touches_database(request.node)


@pytest.mark.django_db
def test_database_marker_marks_a_test_as_touching_the_database(request):
    assert touches_database(request.node)


@pytest.mark.only_on("sqlite", "postgresql")
def test_only_on_runs_a_test_only_on_the_named_databases(request):
    assert not touches_database(request.node)


def pytest_arguments(monkeypatch, *arguments: str) -> dict[str, list[str]]:
    """Return the arguments that `tests/run.py` passes to pytest for each database."""
    given: dict[str, list[str]] = {}

    def run_on(database: str, from_package: bool, arguments: list[str]) -> run.Outcome:
        given[database] = arguments
        return run.Outcome(0, "")

    monkeypatch.setattr(run, "run_on", run_on)
    monkeypatch.setattr("sys.argv", ["run.py", *arguments])
    monkeypatch.setattr("signal.signal", lambda *_: None)
    assert run.main() == 0
    return given


def test_second_database_runs_only_tests_that_touch_it(monkeypatch):
    assert pytest_arguments(monkeypatch, "tests/desk") == {
        "sqlite": ["tests/desk"],
        "postgresql": ["tests/desk", "--database-tests-only"],
    }


def test_single_chosen_database_runs_all_tests(monkeypatch):
    assert pytest_arguments(monkeypatch, "--database", "postgresql") == {"postgresql": []}
