"""`manage.py forget` counts first, and erases only with --yes."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.timezone import localdate

from checkin.actions import audit, forgetting
from checkin.actions.write_queue import write_in_turn
from checkin.models import AuditEvent, Clinic, Location, Patient, Staff, Visit
from checkin.rules.forgetting import subtract_years
from tests import make

pytestmark = pytest.mark.usefixtures("forgotten_list")
Told = Callable[..., str]


@pytest.fixture
def forget(
    max_: Staff,
    capsys: pytest.CaptureFixture[str],
    django_capture_on_commit_callbacks: pytest_django.DjangoCaptureOnCommitCallbacks,
) -> Told:
    def run(*given: object) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            call_command("forget", *map(str, given), f"--by={max_.username}")
        return capsys.readouterr().out

    return run


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    found = make.patient(brook)
    long_ago = make.at().replace(year=2010)
    Patient.objects.filter(pk=found.pk).update(created_at=long_ago, updated_at=long_ago)
    return found


def test_it_counts_and_erases_nothing_without_yes(forget: Told, leo: Patient) -> None:
    said = forget("--patient", leo.pk, "--reason", "family")
    assert f"Patient {leo.pk}" in said and "Nothing was erased" in said and Patient.objects.exists()


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_it_says_at_a_terminal_whose_record_it_is_and_writes_the_name_nowhere(
    leo: Patient, max_: Staff, forget: Told
) -> None:
    given = ("forget", f"--patient={leo.pk}", "--reason=family", f"--by={max_.username}")
    call_command(*given, stdout=(shown := Terminal()))
    assert "This is Leo Ruiz, born 2018-03-14." in shown.getvalue()
    assert f"Patient {leo.pk}: 1 record." in shown.getvalue()
    said = forget("--patient", leo.pk, "--reason", "family")
    assert "Leo" not in said and "Run it at a terminal" in said


def test_who_may_not_erase_reads_that_at_once(leo: Patient, dana: Staff) -> None:
    """It counted, and said with --yes only that somebody else looks after backups."""
    with pytest.raises(CommandError, match=r"dana may not erase patients: .* Nothing was erased"):
        call_command("forget", f"--patient={leo.pk}", "--reason=family", f"--by={dana.username}")


def test_a_trail_without_old_rows_has_none_to_remove(forget: Told, leo: Patient) -> None:
    assert "no rows." in forget("--before", "2016-01-01", "--trail")


def test_it_says_how_long_backups_still_hold_it(forget: Told, leo: Patient) -> None:
    said = forget("--patient", leo.pk, "--reason", "family", "--yes")
    assert "14 nights" in said and "--again" in said and not Patient.objects.exists()


def test_records_out_of_use_are_forgotten_but_no_child(forget: Told, leo: Patient) -> None:
    assert "0 records" in forget("--older-than", 10, "--until-age", 21)
    assert ": 1 record." in forget("--older-than", 10, "--yes")
    assert not Patient.objects.exists()


def test_a_child_who_comes_during_the_run_is_kept(
    forget: Told, leo: Patient, front: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    select = forgetting.select_expired

    def select_and_let_come(*given: Any) -> list[int]:
        found = select(*given)
        Visit.objects.filter(pk=make.visit(front).pk).update(patient=leo)
        return found

    monkeypatch.setattr(forgetting, "select_expired", select_and_let_come)
    said = forget("--older-than", 10, "--yes")
    assert ": 1 record." in said and f"Patient {leo.pk} was in use since" in said
    assert Patient.objects.exists() and Visit.objects.exists()


def test_a_restored_patient_is_forgotten_again(forget: Told, leo: Patient) -> None:
    leo.refresh_from_db()
    forget("--patient", leo.pk, "--reason", "family", "--yes")
    leo.save(force_insert=True)
    assert f"Patient {leo.pk}" in forget("--again")
    forget("--again", "--yes")
    assert not Patient.objects.exists()
    assert AuditEvent.objects.filter(action="patient.forgotten").count() == 2


def test_all_who_are_back_are_forgotten_again_though_one_goes_with_another(
    forget: Told, leo: Patient, forgotten_list: Path
) -> None:
    twin, mia = make.patient(leo.clinic, "Leon Ruiz"), make.patient(leo.clinic, "Mia Stone")
    Patient.objects.filter(pk=twin.pk).update(status="merged", merged_into=leo)
    back = list(Patient.objects.order_by("pk"))
    for one in (leo, mia):
        forget("--patient", one.pk, "--reason", "family", "--yes")
    lines = forgotten_list.read_text().splitlines()
    forgotten_list.write_text("".join(f"{line}\n" for line in [*lines, *lines]))
    for one in back:
        one.save(force_insert=True)
    assert len(forgetting.list_returned(leo.clinic)) == 3
    forget("--again", "--yes")
    assert not Patient.objects.exists()
    assert len(forgotten_list.read_text().splitlines()) == 2 * len(lines) == 12


def test_a_record_that_somebody_only_began_to_forget_is_named_and_kept(
    forget: Told, leo: Patient, max_: Staff
) -> None:
    leo.refresh_from_db()
    call_command("forget", f"--patient={leo.pk}", "--reason=family", "--yes", f"--by={max_.username}")
    leo.save(force_insert=True)  # nothing was committed here, and so nothing is on the list as done
    said = forget("--again", "--yes")
    assert f"Patient {leo.pk} was kept. Somebody began to forget this record at 20" in said
    assert "the family asked for it" in said and Patient.objects.filter(pk=leo.pk).exists()
    forget("--patient", leo.pk, "--reason", "family", "--yes")
    assert "was kept" not in forget("--again")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (["--patient=999", "--reason=family", "--yes"], "no patient 999"),
        (["--patient=1"], "--reason"),
        ([], "Name one"),
        (["--before=2062-03-10", "--yes"], "2062-03-10 is after today.*Nothing was erased"),
        (["--before=2062-03-10", "--trail"], "after today"),
        (["--before=0001-01-01", "--trail"], "Write a day from"),
        (["--before=10/3/2026"], "not a date. Write it as"),
        (["--older-than=0", "--yes"], "Write 1 to 150 years, not 0.*Nothing was erased"),
        (["--older-than=-1", "--yes"], "not -1"),
        (["--older-than=2026"], "not 2026"),
        (["--older-than=3000"], "not 3000"),
        (["--older-than=99999999999999999999"], "not a number"),
        (["--older-than=10", "--until-age=-1", "--yes"], "--until-age: Write 1 to 150 years, not -1"),
        (["--older-than=10", "--until-age=0", "--yes"], "--until-age: .* not 0"),
        (["--patient=1", "--reason=family", "--until-age=18", "--yes"], "--until-age goes with"),
        (["--again", "--until-age=18", "--yes"], "--until-age goes with"),
        (["--patient=1_0", "--reason=family", "--yes"], "“1_0” is not a number"),
        (["--patient=1", "--reason=family", "--trail", "--yes"], "Name one.*Nothing was erased"),
    ],
)
def test_what_it_cannot_do_it_says(forget: Told, leo: Patient, given: list[str], why: str) -> None:
    given = [one.replace("=1", f"={leo.pk}") if one == "--patient=1" else one for one in given]
    with pytest.raises(CommandError, match=why):
        forget(*given)
    assert Patient.objects.filter(pk=leo.pk).exists()


@pytest.mark.parametrize("typed", ["MAX_", " max_ "])
def test_case_and_spaces_of_the_username_do_not_matter(max_: Staff, leo: Patient, typed: str) -> None:
    Staff.objects.filter(pk=max_.pk).update(username="max_")
    call_command("forget", f"--patient={leo.pk}", "--reason=family", "--yes", f"--by={typed}")
    assert not Patient.objects.filter(pk=leo.pk).exists()


def test_nobody_is_asked_for_by_a_name_that_is_not_there(leo: Patient) -> None:
    with pytest.raises(CommandError, match="Nobody who works here"):
        call_command("forget", "--patient=1", "--reason=family", "--by=nobody")


def test_audit_rows_of_the_last_six_years_stay_whatever_date_is_named(forget: Told, max_: Staff) -> None:
    today = localdate()
    with write_in_turn():
        for years in (7, 5):
            at = make.at(date=subtract_years(today, years))
            audit.write_audit_event(action="seen", subject=max_, by=max_, at=at)
    assert "up to row 1." in forget("--before", today, "--trail")
    assert "1 removed, behind a checkpoint" in forget("--before", today, "--trail", "--yes")
    assert AuditEvent.objects.get(action="seen").at.year == today.year - 5


@pytest.mark.only_on("sqlite")
def test_it_says_if_the_log_of_writes_still_holds_what_was_erased(forget: Told, leo: Patient) -> None:
    """A test runs in a transaction, in which the log cannot be emptied."""
    said = forget("--patient", leo.pk, "--reason", "family", "--yes")
    assert "the server still holds its log of writes" in said


def test_what_is_erased_leaves_the_write_log_though_the_next_cannot_be_listed(
    forget: Told, leo: Patient, forgotten_list: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    emptied: list[bool] = []
    monkeypatch.setattr(
        "checkin.management.commands.forget.empty_write_log", lambda: not emptied.append(True)
    )
    forgotten_list.mkdir()
    with pytest.raises(CommandError, match="cannot be read or written"):
        forget("--patient", leo.pk, "--reason", "family", "--yes")
    assert emptied
