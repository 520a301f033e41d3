"""The list of who was forgotten says what is begun before the commit, and after it what is done."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest
import pytest_django
from django.db import connection, transaction

from checkin.actions import forgetting
from checkin.models import AuditEvent, Clinic, Patient, Staff
from checkin.models.audit import TrailUnwritten
from tests import make
from tests.faults.trail_faults import FAULTS, broken_trail

Committed = Callable[[], contextlib.AbstractContextManager[object]]


pytestmark = pytest.mark.usefixtures("forgotten_list")


@pytest.fixture
def committed(
    django_capture_on_commit_callbacks: pytest_django.DjangoCaptureOnCommitCallbacks,
) -> Committed:
    """Return what does all that waits for the commit: a test's own transaction never commits."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook)


def forget(one: Patient, by: Staff) -> forgetting.Forgotten:
    return forgetting.forget_patient(
        clinic=by.clinic, patient_id=one.pk, reason="family", by=by, at=make.at()
    )


def test_nothing_is_erased_if_the_list_cannot_be_written(
    leo: Patient, max_: Staff, settings: pytest_django.Settings, tmp_path: Path
) -> None:
    settings.FORGOTTEN_LIST = str(tmp_path / "gone" / "forgotten.log")
    with pytest.raises(OSError, match="gone"):
        forget(leo, max_)
    assert Patient.objects.filter(pk=leo.pk).exists()
    assert not AuditEvent.objects.filter(action="patient.forgotten").exists()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_record_that_the_trail_kept_from_erasure_is_never_forgotten_by_itself(
    leo: Patient, max_: Staff, fault: str, committed: Committed
) -> None:
    connection.check_constraints()  # PostgreSQL alters no table with checks that wait for the commit
    with broken_trail(fault), pytest.raises(TrailUnwritten), committed():
        forget(leo, max_)
    assert forgetting.list_returned(max_.clinic) == []
    assert [one.patient for one in forgetting.list_unfinished(max_.clinic)] == [leo.pk]


def test_what_is_not_committed_is_not_done(leo: Patient, max_: Staff, committed: Committed) -> None:
    with contextlib.suppress(RuntimeError), committed(), transaction.atomic():
        forget(leo, max_)
        raise RuntimeError("the power goes before the commit")
    assert Patient.objects.filter(pk=leo.pk).exists() and forgetting.list_returned(max_.clinic) == []
    with committed():
        forget(leo, max_)
    leo.save(force_insert=True)
    assert [one.patient for one in forgetting.list_returned(max_.clinic)] == [leo.pk]
    assert forgetting.list_unfinished(max_.clinic) == []


def test_it_says_if_the_list_cannot_say_that_it_is_done(
    leo: Patient, max_: Staff, forgotten_list: Path, committed: Committed
) -> None:
    def forget_and_lose_the_list() -> None:
        with committed():
            forget(leo, max_)
            forgotten_list.rename(forgotten_list.with_suffix(".away"))
            forgotten_list.mkdir()

    with pytest.raises(forgetting.ListUnfinished, match=f"Patient {leo.pk} was erased"):
        forget_and_lose_the_list()
    assert not Patient.objects.filter(pk=leo.pk).exists()


def test_the_list_names_who_is_back_and_no_later_record_of_that_number(
    leo: Patient, max_: Staff, forgotten_list: Path, committed: Committed
) -> None:
    with committed():
        forget(leo, max_)
    assert leo.family_name not in forgotten_list.read_text() and forgetting.list_returned(max_.clinic) == []
    leo.save(force_insert=True)
    assert [one.patient for one in forgetting.list_returned(max_.clinic)] == [leo.pk]
    Patient.objects.filter(pk=leo.pk).update(created_at=make.at("11:00"))
    assert forgetting.list_returned(max_.clinic) == []
