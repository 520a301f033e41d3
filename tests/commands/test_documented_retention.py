"""The commands of docs/retention.md, as written there, do what it says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
import pytest_django
from django.core.management import call_command

from checkin.management.commands import restore
from checkin.models import Clinic, Location, Patient
from checkin.rules.roles import Role
from tests import make

pytestmark = pytest.mark.usefixtures("forgotten_list")
ROOT = Path(__file__).resolve().parents[2]
DOC = (ROOT / "docs/retention.md").read_text()
PROGRAM = [".venv/bin/python", "manage.py"]
Typed = Callable[..., str]


def commands(heading: str) -> list[list[str]]:
    """Return the commands under that heading, each as a list of words."""
    part = DOC.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", part, re.DOTALL)
    return [shlex.split(line) for block in blocks for line in block.splitlines()]


@pytest.fixture
def seven(brook: Clinic, front: Location) -> Patient:
    """Return the record that the document names, of a grown person who has not come for eleven years.

    The manager whom it names works here.
    """
    make.staff(brook, "max", Role.MANAGER, location=front)
    found = make.patient(brook, "Leo Ruiz", "1990-01-01", pk=7)
    long_ago = make.at().replace(year=2010)
    Patient.objects.filter(pk=7).update(created_at=long_ago, updated_at=long_ago)
    found.refresh_from_db()
    return found


@pytest.fixture
def type_in(
    capsys: pytest.CaptureFixture[str],
    django_capture_on_commit_callbacks: pytest_django.DjangoCaptureOnCommitCallbacks,
) -> Typed:
    def run(heading: str, *more: str) -> str:
        (words,) = commands(heading)
        assert words[:2] == PROGRAM
        with django_capture_on_commit_callbacks(execute=True):
            call_command(*words[2:], *more)
        return capsys.readouterr().out

    return run


def test_one_patient_is_counted_and_then_forgotten(type_in: Typed, seven: Patient) -> None:
    said = type_in("Forget one patient")
    assert "Patient 7" in said and "Nothing was erased" in said and Patient.objects.exists()
    type_in("Forget one patient", "--yes")
    assert not Patient.objects.exists()


def test_who_is_back_after_a_restore_is_forgotten_again(type_in: Typed, seven: Patient) -> None:
    type_in("Forget one patient", "--yes")
    seven.save(force_insert=True)
    type_in("After restoring an older backup")
    assert not Patient.objects.exists()


def test_records_out_of_use_are_counted(type_in: Typed, seven: Patient) -> None:
    assert ": 1 record." in type_in("Records out of use")
    assert Patient.objects.exists()


def test_old_rows_of_the_trail_are_counted(type_in: Typed, seven: Patient) -> None:
    assert "Nothing was erased" in type_in("Old rows of the audit log")


def test_every_command_of_the_document_is_run_here() -> None:
    headings = re.findall(r"^## (.*)$", DOC, re.MULTILINE)
    with_commands = {one for one in headings if commands(one)}
    assert with_commands == {
        "Forget one patient",
        "After restoring an older backup",
        "Records out of use",
        "Old rows of the audit log",
    }


def test_restore_says_nothing_of_a_list_without_entries(brook: Clinic, forgotten_list: Path) -> None:
    assert restore._describe_forgotten() == ""
    forgotten_list.touch()
    assert restore._describe_forgotten() == ""


def test_restore_says_how_to_forget_again_and_how_many_are_back(type_in: Typed, seven: Patient) -> None:
    type_in("Forget one patient", "--yes")
    assert "who are back: 0." in restore._describe_forgotten()
    seven.save(force_insert=True)
    said = restore._describe_forgotten()
    assert "who are back: 1." in said
    assert "manage.py forget --again --by USERNAME --yes" in said


def test_restore_says_of_how_many_it_was_only_begun(
    type_in: Typed, seven: Patient, forgotten_list: Path
) -> None:
    type_in("Forget one patient", "--yes")
    seven.save(force_insert=True)
    begun, _done = forgotten_list.read_text().splitlines()
    forgotten_list.write_text(f"{begun}\n")
    said = restore._describe_forgotten()
    assert "who are back: 0." in said and "nobody knows whether it was done: 1." in said


def test_restore_says_if_the_list_cannot_be_read(brook: Clinic, forgotten_list: Path) -> None:
    forgotten_list.mkdir()
    assert f"{forgotten_list} cannot be read" in restore._describe_forgotten()
