"""Nothing is written to a record that is not on file, or at a visit that is now another child's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from checkin.actions import consent, match_decisions, preferences, promises
from checkin.actions.refusals import Refused
from checkin.models import (
    Clinic,
    ConsentRecord,
    Escort,
    Location,
    Patient,
    Promise,
    Staff,
    StandingProxy,
    Visit,
)
from checkin.rules.consent_adults import CareKind, ConsentBasis, ConsentChannel
from checkin.rules.preferences import ContactWay
from checkin.rules.promises import PromiseTerms
from tests import make

pytestmark = pytest.mark.usefixtures("tuesday")
AT = make.at("9:50")


def agree(patient: Any, visit: Any, by: Any) -> None:
    said = {
        "care": CareKind.VACCINE,
        "agreed": True,
        "basis": ConsentBasis.TELEPHONE,
        "how": ConsentChannel.TELEPHONE,
        "who": "Ana Ruiz",
    }
    consent.record_consent(patient=patient, visit=visit, heard_by=by, at=AT, **said)


def grant(patient: Any, visit: Any, by: Any) -> None:
    said = {"name": "Kim Sand", "granted_by": "Ana Ruiz", "written_on": dt.date(2026, 3, 1)}
    consent.grant_proxy(patient=patient, visit=visit, by=by, at=AT, **said)


def promise(patient: Any, visit: Any, by: Any) -> None:
    said = PromiseTerms(
        to_whom="Ana Ruiz",
        way=ContactWay.PHONE,
        reach_at="555-010-0123",
        about="x-ray",
        due_at=make.at("16:00"),
    )
    promises.make_promise(
        location=by.location, said=said, owner=by, by=by, at=AT, patient=patient, visit=visit
    )


def put_down(patient: Any, visit: Any, by: Any) -> None:
    said = {"language": "pl", "interpreter_needed": True, "access_needs": "wheelchair"}
    preferences.record_language_and_needs(patient=patient, visit=visit, by=by, at=AT, **said)


WRITERS = (agree, grant, promise, put_down)


def written() -> list[int]:
    return [ConsentRecord.objects.count(), StandingProxy.objects.count(), Promise.objects.count(),
            Patient.objects.exclude(language="").count()]  # fmt: skip


@pytest.fixture
def other(brook: Clinic) -> Patient:
    return make.patient(brook, "Zofia Wilk", "2019-06-06")


@pytest.mark.parametrize("write", WRITERS)
def test_an_entry_is_written_if_record_and_visit_are_unchanged(
    write: Callable[..., None], brook: Clinic, front: Location, dana: Staff
) -> None:
    leo = make.patient(brook)
    write(leo, make.visit(front), dana)
    assert sum(written()) == 1


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("status", [Patient.Status.MERGED, Patient.Status.ENTERED_IN_ERROR])
def test_nothing_is_written_to_a_merged_or_voided_record(
    write: Callable[..., None], status: Any, brook: Clinic, dana: Staff, other: Patient
) -> None:
    leo = make.patient(brook)
    into = other if status == Patient.Status.MERGED else None
    Patient.objects.filter(pk=leo.pk).update(status=status, merged_into=into)
    with pytest.raises(Refused, match="search again"):
        write(leo, None, dana)
    assert sum(written()) == 0


@pytest.mark.parametrize("write", WRITERS)
def test_nothing_is_written_at_a_visit_that_is_now_another_childs(
    write: Callable[..., None], brook: Clinic, front: Location, dana: Staff, other: Patient
) -> None:
    leo = make.patient(brook)
    visit = make.visit(front)
    stale = Visit.objects.select_related("patient", "location__clinic", "sign_in").get(pk=visit.pk)
    match_decisions.link_visit_to_patient(visit=visit, patient=other, by=dana, at=make.at("9:45"))
    with pytest.raises(Refused, match="another child"):
        write(leo, stale, dana)
    assert sum(written()) == 0


def test_a_preference_for_an_escort_no_longer_on_the_record_is_refused(
    brook: Clinic, front: Location, dana: Staff, other: Patient
) -> None:
    make.patient(brook)
    visit = make.visit(front)
    escort = Escort.objects.get(pk=visit.escort_id)
    match_decisions.link_visit_to_patient(visit=visit, patient=other, by=dana, at=make.at("9:45"))
    assert not Escort.objects.filter(pk=escort.pk).exists()
    with pytest.raises(Refused, match="not on the record anymore"):
        preferences.set_preferences(
            escort=escort, approach="greet", best_way="", best_time="", by=dana, at=AT
        )
