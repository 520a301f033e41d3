"""Several hands on one difference, and a page that is no longer true: nobody is overruled unasked."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.actions import discrepancies
from checkin.actions.refusals import Refused
from checkin.models import Clinic, Escort, Location, Patient, Staff, Visit
from tests import make
from tests.differing import KINDS, decide, put_leo_on_record, sign_in_otherwise, the, undo


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return put_leo_on_record(brook)


@pytest.fixture
def visit(front: Location, leo: Patient) -> Visit:
    return sign_in_otherwise(front)


def test_use_new_is_refused_when_the_visit_has_lost_its_record(
    visit: Visit, dana: Staff, leo: Patient
) -> None:
    Visit.objects.filter(pk=visit.pk).update(patient=None, match="unknown")
    with pytest.raises(Refused, match="Match it first"):
        decide(the(visit), KINDS.USE_NEW, dana)
    leo.refresh_from_db()
    assert leo.address == "12 Elm St"


def test_use_new_is_refused_when_the_escort_was_just_removed(
    visit: Visit, dana: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discrepancies, "recheck_recorded_value", lambda held, **facts: "")
    Visit.objects.filter(pk=visit.pk).update(escort=None)
    Escort.objects.all().delete()
    with pytest.raises(Refused, match="Nobody on record has this number"):
        decide(the(visit, "phone"), KINDS.USE_NEW, dana)


def test_a_guardians_number_is_not_written_to_an_escort_who_already_has_it(
    front: Location, leo: Patient, dana: Staff
) -> None:
    Escort.objects.update(phone="(555) 010-0002")
    guardian = make.guardian(leo, "Rosa Delgado", phone="555-010-0123")
    visit = make.visit(front, escort_phone="555-010-0002")
    decide(the(visit, "phone"), KINDS.USE_NEW, dana)
    guardian.refresh_from_db()
    assert guardian.phone == "555-010-0002"
    assert Escort.objects.get().phone == "(555) 010-0002"


def test_a_value_kept_then_undone_then_used_is_asked_again(
    visit: Visit, front: Location, dana: Staff, leo: Patient
) -> None:
    decide(the(visit), KINDS.KEEP_OLD, dana)
    undo(the(visit), dana)
    decide(the(visit), KINDS.USE_NEW, dana, clock="9:56")
    Patient.objects.filter(pk=leo.pk).update(address="12 Elm St")
    next_day = make.at("9:40", make.TUESDAY + dt.timedelta(days=1))
    assert the(make.visit(front, next_day, address="14 Oak Rd")).status == "open"


def test_undo_is_refused_if_the_row_was_deleted_or_the_record_merged(
    visit: Visit, dana: Staff, leo: Patient, brook: Clinic
) -> None:
    for field in ("guardian", "address"):
        decide(the(visit, field), KINDS.USE_NEW, dana)
    leo.guardians.get(name="Eva Ruiz").delete()
    with pytest.raises(Refused, match="is not there anymore, so nothing was undone"):
        undo(the(visit, "guardian"), dana)
    Patient.objects.filter(pk=leo.pk).update(status="merged", merged_into=make.patient(brook, "Leo Ruis"))
    with pytest.raises(Refused, match="was merged into another since"):
        undo(the(visit), dana)
    leo.refresh_from_db()
    assert leo.address == "14 Oak Rd"
