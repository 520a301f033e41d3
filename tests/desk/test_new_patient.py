"""Keeping the child as a new patient with one key."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from checkin.actions import visits
from checkin.models import Location, MatchDecision, MatchState, Patient, SignInChannel, Staff, Visit
from tests import make

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


pytestmark = pytest.mark.usefixtures("tuesday")


@pytest.fixture
def visit(front: Location) -> Visit:
    return make.visit(front, make.at("9:30"), name="Zoltan Kiss")


def keep(client: Client, visit: Visit, seen: str = "0") -> ClientResponse:
    return client.post(f"/match/{visit.pk}/new/", {"seen": seen})


def test_new_patient_activates_the_record_made_at_sign_in(desk_client: Client, visit: Visit) -> None:
    answer = keep(desk_client, visit)
    visit.refresh_from_db()
    assert (visit.match, visit.patient.status) == (MatchState.NEW, Patient.Status.ACTIVE)
    assert "is a new patient: <bdi>Zoltan Kiss</bdi>" in desk_client.get(answer.url).content.decode()


def test_new_patient_twice_makes_one_record(desk_client: Client, visit: Visit) -> None:
    assert {keep(desk_client, visit).status_code for _ in range(2)} == {302}
    assert (Patient.objects.count(), MatchDecision.objects.count()) == (1, 1)


def test_a_second_sign_in_of_a_new_child_points_to_the_first(
    desk_client: Client, front: Location, visit: Visit
) -> None:
    """One child got two records, and nothing said so."""
    again = make.visit(front, make.at("9:31"), name="Zoltan Kis")
    keep(desk_client, visit)
    visit.refresh_from_db()
    assert (
        "Also on file"
        not in desk_client.get(f"/match/?done={visit.match_decisions.get().pk}").content.decode()
    )
    page = desk_client.get(f"/match/{again.pk}/").content.decode()
    assert f'name="patient" value="{visit.patient_id}"' in page
    answer = keep(desk_client, again)
    made = MatchDecision.objects.get(visit=again).patient
    told = desk_client.get(answer.url).content.decode().split('role="status"')[1].split("</form>")[0]
    assert "Also on file" in told
    assert f"/patients/{made.pk}/merge/{visit.patient_id}/" in told


def test_without_a_name_it_says_what_to_do(desk_client: Client, front: Location) -> None:
    empty = visits.record_sign_in(
        location=front, claim={}, at=make.at("9:30"), channel=SignInChannel.KIOSK
    ).visit
    answer = keep(desk_client, empty)
    assert answer.status_code == 409
    assert "No name was typed" in answer.content.decode()


def test_the_second_of_two_people_sees_who_settled_it(
    desk_client: Client, as_: Callable[[Staff], Client], max_: Staff, visit: Visit
) -> None:
    keep(desk_client, visit)
    answer = keep(as_(max_), visit)
    assert (answer.status_code, "Dana settled" in answer.content.decode()) == (409, True)


def test_new_patient_refuses_anonymous_auditor_other_clinic_and_get(
    client: Client, as_: Callable[[Staff], Client], otto: Staff, sol: Staff, desk_client: Client, visit: Visit
) -> None:
    assert keep(client, visit).url.startswith("/account/login/")
    assert keep(as_(otto), visit).status_code == 403
    assert keep(as_(sol), visit).status_code == 404
    assert desk_client.get(f"/match/{visit.pk}/new/").status_code == 405
    assert not MatchDecision.objects.exists()
