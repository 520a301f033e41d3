"""The e-mail of a patient who came alone, and whose address is hidden, is in no line about the visit."""

from __future__ import annotations

from typing import Any

import pytest

from checkin.actions import confidential_visits, preferences, visits
from checkin.models import Clinic, Location, Patient, SignInChannel, Staff, Visit
from checkin.models.entry_wording import preference_entry_words
from checkin.models.hidden_addresses import hide_typed_address
from checkin.models.visit_entries import list_visit_entries
from checkin.queries.family_timeline_events import preference_remembered_event
from checkin.queries.preferences import list_preferences_of_visit
from checkin.queries.visit_timeline import read_visit_timeline
from checkin.web.desk.promise_prefill import prefill_promise_from_visit
from tests import make
from tests.actions.corrected_visits import relink, told

TYPED, KEPT = "typed@mail.example", "kept@mail.example"
BY_MAIL = {"email": TYPED, "best_way": "email", "remember": True}


@pytest.fixture
def leo(brook: Clinic, dana: Staff) -> Patient:
    found = make.patient(brook, "Leo Ruiz")
    confidential_visits.hide_patient_address(patient=found, by=dana, at=make.at("8:00"))
    found.refresh_from_db()
    return found


@pytest.fixture
def mia(brook: Clinic) -> Patient:
    return make.patient(brook, "Mia Chen", born="2016-05-09")


def come_alone(front: Location, who: Patient) -> Visit:
    born = str(who.birth_date)
    found = make.visit(
        front, name=who.name, born=born, is_patient=True, escort_name="", relationship="", **BY_MAIL
    )
    assert found.patient == who
    return found


def keep(visit: Visit, by: Staff) -> None:
    preferences.set_preferences(escort=visit.escort, visit=visit, by=by, at=make.at("9:35"), email=KEPT)


def test_it_is_hidden_among_the_preferences_and_in_no_promise(front: Location, leo: Patient) -> None:
    visit = come_alone(front, leo)
    assert "Hidden" in [one.words for one in list_preferences_of_visit(visit)]
    assert prefill_promise_from_visit(visit)["reach_at"] == ""
    assert "Hidden" in preference_remembered_event(visit.escort).words[0][1]


def test_what_staff_kept_is_hidden_where_the_visits_entries_are_listed(
    front: Location, leo: Patient, mia: Patient, dana: Staff
) -> None:
    visit = come_alone(front, leo)
    keep(visit, dana)
    assert [one.what for one in list_visit_entries(visit, mia) if "Remembered" in one.what] == [
        "Remembered: Hidden"
    ]


@pytest.mark.parametrize("is_kept", [False, True])
def test_it_is_hidden_once_the_visit_is_the_patients(
    front: Location, leo: Patient, mia: Patient, dana: Staff, is_kept: bool
) -> None:
    visit = come_alone(front, mia)
    if is_kept:
        keep(visit, dana)
    said = told(relink(visit, leo, dana))
    assert "Remembered" in said and "Hidden" in said
    assert TYPED not in said and KEPT not in said


def test_it_is_shown_of_another_adult_or_if_nothing_is_hidden(
    front: Location, leo: Patient, mia: Patient
) -> None:
    brought = make.visit(front, name="Leo Ruiz", born=str(leo.birth_date), **BY_MAIL)
    for visit in (brought, come_alone(front, mia)):
        assert TYPED in preference_entry_words(visit.sign_in)


def test_a_page_gets_a_copy_with_the_mark_and_the_visit_keeps_what_was_typed(
    front: Location, leo: Patient
) -> None:
    visit = come_alone(front, leo)
    shown = hide_typed_address(visit)
    assert (shown.pk, shown.sign_in.email) == (visit.pk, "Hidden")
    assert visit.sign_in.email == TYPED and Visit.objects.get(pk=visit.pk).sign_in.email == TYPED


def test_a_repeated_sign_in_names_a_hidden_address_only_if_it_is_another(
    front: Location, leo: Patient
) -> None:
    """After a tap, the same address came a second time, and the page said that it was another one."""
    said: dict[str, Any] = {"location": front, "at": make.at("9:30"), "channel": SignInChannel.KIOSK}
    claim = make.claim("Leo Ruiz", str(leo.birth_date), address="1 Zqxvkj Street")
    visit = visits.record_sign_in(claim=claim, **said).visit
    for changed in ({"reason": "cough"}, {"address": "2 Zqxvkj Street"}):
        visits.record_sign_in(claim=claim | changed, **said)
    assert visit.sign_in.replays.count() == 2
    events = [one for one in read_visit_timeline(visit).events if one.icon == "repeat"]
    assert [dict(one.words) for one in events] == [{"Reason": "cough"}, {"Address": "Hidden"}]
