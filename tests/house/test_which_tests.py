"""Every test that can reach a database runs on both; the others run once."""

from __future__ import annotations

import pytest

from checkin.models import Clinic
from tests import run
from tests.which_tests import touches_database


def test_a_test_that_asks_for_no_database_touches_none(request):
    assert not touches_database(request.node)
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        Clinic.objects.exists()


def test_one_that_asks_for_somebody_of_the_clinic_does(request, dana):
    assert touches_database(request.node)


@pytest.mark.django_db
def test_one_that_is_marked_does(request):
    assert touches_database(request.node)


@pytest.mark.only_on("sqlite", "postgresql")
def test_one_for_these_databases_alone_is_run_there(request):
    assert not touches_database(request.node)


def pytest_arguments(monkeypatch, *arguments: str) -> dict[str, list[str]]:
    """What `tests/run.py` hands to pytest for each database."""
    given: dict[str, list[str]] = {}

    def run_on(database: str, from_package: bool, arguments: list[str]) -> run.Outcome:
        given[database] = arguments
        return run.Outcome(0, "")

    monkeypatch.setattr(run, "run_on", run_on)
    monkeypatch.setattr("sys.argv", ["run.py", *arguments])
    monkeypatch.setattr("signal.signal", lambda *_: None)
    assert run.main() == 0
    return given


def test_the_second_database_is_given_only_what_touches_it(monkeypatch):
    assert pytest_arguments(monkeypatch, "tests/desk") == {
        "sqlite": ["tests/desk"],
        "postgresql": ["tests/desk", "--database-tests-only"],
    }


def test_a_database_that_runs_alone_is_given_everything(monkeypatch):
    assert pytest_arguments(monkeypatch, "--database", "postgresql") == {"postgresql": []}
