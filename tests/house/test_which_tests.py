"""What can differ between databases runs on both; the rest runs once."""

from __future__ import annotations

from typing import Any

import pytest

from checkin.models import Clinic, Staff
from tests import run
from tests.which_tests import NEVER_AGAIN, PAGES, TESTS, WALKS, can_differ, is_first_case, touches_database


def test_no_database_fixture_means_no_database_access(request: pytest.FixtureRequest) -> None:
    assert not touches_database(request.node)
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        Clinic.objects.exists()


def test_clinic_fixture_marks_a_test_as_touching_the_database(
    request: pytest.FixtureRequest, dana: Staff
) -> None:
    assert touches_database(request.node)


@pytest.mark.django_db
def test_database_marker_marks_a_test_as_touching_the_database(request: pytest.FixtureRequest) -> None:
    assert touches_database(request.node)


@pytest.mark.only_on("sqlite", "postgresql")
def test_only_on_runs_a_test_only_on_the_named_databases(request: pytest.FixtureRequest) -> None:
    assert not touches_database(request.node)


def test_named_files_and_folders_exist() -> None:
    assert [name for name in sorted(PAGES | WALKS) if not (TESTS / name).is_file()] == []
    assert [name for name in sorted(NEVER_AGAIN) if not (TESTS / name).is_dir()] == []


@pytest.mark.parametrize("case", [1, 2])
def test_is_first_case_is_true_only_for_the_first_case(request: pytest.FixtureRequest, case: int) -> None:
    assert is_first_case(request.node) == (case == 1)


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_runs_on_both_databases(request: pytest.FixtureRequest) -> None:
    assert can_differ(request.node)


def test_a_house_test_that_rolls_back_runs_once(request: pytest.FixtureRequest, db: None) -> None:
    assert not can_differ(request.node)


def pytest_arguments(monkeypatch: Any, *arguments: str) -> dict[str, list[str]]:
    """Return what `tests/run.py` passes to pytest for each database, without the number of processes."""
    given: dict[str, list[str]] = {}

    def run_on(commands: dict[str, list[str]], *_: object, **__: object) -> list[run.Outcome]:
        for database, command in commands.items():
            given[database] = command[command.index("worksteal") + 1 :]
        return [run.Outcome(0, "") for _ in commands]

    monkeypatch.setattr(run, "run_on", run_on)
    monkeypatch.setattr("sys.argv", ["run.py", *arguments])
    monkeypatch.setattr("signal.signal", lambda *_: None)
    assert run.main() == 0
    return given


def test_second_database_is_told_that_it_is_the_second(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pytest_arguments(monkeypatch, "tests/desk") == {
        "sqlite": ["tests/desk"],
        "postgresql": ["tests/desk", "--second-database"],
    }


@pytest.mark.parametrize(
    ("named", "codes", "code"),
    [
        (["tests/rules"], [0, 5], 0),
        (["tests/rules"], [5, 5], 5),
        (["tests/rules"], [0, 1], 1),
        (["tests/rules"], [1, 5], 1),
        ([], [0, 5], 5),
    ],
)
def test_nothing_to_run_is_no_failure_if_files_are_named(
    monkeypatch: pytest.MonkeyPatch, named: list[str], codes: list[int], code: int
) -> None:
    monkeypatch.setattr(run, "run_on", lambda *_, **__: [run.Outcome(one, "") for one in codes])
    monkeypatch.setattr("sys.argv", ["run.py", *named])
    monkeypatch.setattr("signal.signal", lambda *_: None)
    assert run.main() == code


def test_single_chosen_database_runs_all_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pytest_arguments(monkeypatch, "--database", "postgresql") == {"postgresql": []}
