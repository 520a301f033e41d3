"""The match page: one visit beside its candidates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from checkin.actions import visits
from checkin.models import AuditEvent, Clinic, Escort, Location, SignInChannel, Staff, Visit
from checkin.rules.roles import Role, StaffAct, role_refusal
from tests import make

pytestmark = pytest.mark.usefixtures("tuesday")


@pytest.fixture
def twins(brook: Clinic) -> Any:
    return make.patient(brook, "Anna Berg"), make.patient(brook, "Hanna Berg")


@pytest.fixture
def visit(front: Location, twins: Any) -> Visit:
    return make.visit(front, make.at("9:30"), name="Ana Berg")


def test_without_visits_to_match_the_page_says_so(desk_client: Client) -> None:
    page = desk_client.get("/match/").content.decode()
    assert "Every child who is here is matched." in page


def test_typed_and_recorded_values_are_compared_with_letters_marked(
    desk_client: Client, visit: Visit
) -> None:
    page = desk_client.get("/match/").content.decode()
    assert "An<mark>n</mark>a" in page
    assert "<mark>H</mark>a<mark>n</mark>na" in page
    assert page.index("This is <bdi>Anna") < page.index("This is <bdi>Hanna")
    assert "The same family name. A similar given name. The same birth date." in page
    links = f"Links {visit.token} to <bdi>Anna Berg</bdi>, born <bdi>Mar 14, 2018</bdi>, and adds"
    assert f"{links} who brought them." in page


def test_phones_are_compared_in_one_format(desk_client: Client, front: Location, brook: Clinic) -> None:
    make.patient(brook, "Anna Berg", phone="312-555-0153")
    same = make.visit(front, name="Ana Berg", escort_phone="3125550153")
    other = make.visit(front, name="Ana Berg", escort_phone="3125550198")
    page = desk_client.get(f"/match/{same.pk}/").content.decode()
    assert page.count("(312) 555-0153") == 2
    page = desk_client.get(f"/match/{other.pk}/").content.decode()
    assert "(312) 555-01<mark>98</mark>" in page
    assert "(312) 555-01<mark>53</mark>" in page


def test_extra_letters_are_marked_in_the_typed_value(
    desk_client: Client, front: Location, brook: Clinic
) -> None:
    make.patient(brook, "Jon Smith")
    visit = make.visit(front, name="John Smith")
    page = desk_client.get(f"/match/{visit.pk}/").content.decode()
    assert "Jo<mark>h</mark>n" in page


def test_a_missing_accent_is_not_marked_as_a_difference(
    desk_client: Client, front: Location, brook: Clinic
) -> None:
    make.patient(brook, "José García")
    make.patient(brook, "José Garcia", born="2018-03-15")
    page = desk_client.get(f"/match/{make.visit(front, name='Jose Garcia', born='').pk}/").content.decode()
    assert "<mark>" not in page
    assert page.count(": the same<") == 4
    assert ": differs<" not in page


def test_every_known_detail_of_a_candidate_is_shown(
    desk_client: Client, visit: Visit, twins: Any, brook: Clinic, front: Location
) -> None:
    anna = twins[0]
    anna.phone, anna.postcode, anna.city = "555-010-7777", "62701", "Springfield"
    anna.save()
    make.guardian(anna, "Ingrid Berg")
    Escort.objects.create(clinic=brook, patient=anna, name="Rosa Delgado", relationship="the sitter")
    make.appointment(anna, front, make.at("9:45"))
    page = desk_client.get("/match/").content.decode()
    for part in (
        "555-010-7777",
        "Springfield 62701",
        "Ingrid Berg, mother",
        "Rosa Delgado, the sitter",
        "booked for 9:45 AM",
    ):
        assert part in page


def test_the_record_made_for_the_visit_is_not_a_candidate(desk_client: Client, front: Location) -> None:
    visit = make.visit(front, name="Zoltan Kiss")
    page = desk_client.get(f"/match/{visit.pk}/").content.decode()
    assert "Nobody on file is like this child." in page
    assert "This is <bdi>" not in page


def filled_buttons(page: str) -> list[str]:
    """Return the words of the buttons in the color of the page's likely next step."""
    found = re.findall(r'<button [^>]*class="btn btn-primary[^>]*>(.*?)</button>', page, re.DOTALL)
    return [re.sub(r"<kbd>.*?</kbd>|<[^>]+>", "", one) for one in found]


def test_only_a_single_answer_is_a_filled_button_and_of_several_candidates_none(
    desk_client: Client, visit: Visit, front: Location, brook: Clinic
) -> None:
    make.patient(brook, "Jon Smith", born="2016-05-01")
    one = make.visit(front, name="John Smith", born="2016-05-01")
    nobody = make.visit(front, name="Zoltan Kiss", born="2011-02-03")
    shown = {each: desk_client.get(f"/match/{each.pk}/").content.decode() for each in (visit, one, nobody)}
    assert [each.count("This is <bdi>") for each in shown.values()] == [2, 1, 0]
    assert [filled_buttons(each) for each in shown.values()] == [[], ["This is Jon"], ["New patient"]]


def test_merged_records_and_other_clinics_are_never_offered(
    desk_client: Client, front: Location, brook: Clinic, hill: Clinic
) -> None:
    into = make.patient(brook, "Mia Novak", born="2011-01-01")
    make.patient(brook, "Zoltan Kiss", status="merged", merged_into=into)
    make.patient(hill, "Zoltan Kiss")
    visit = make.visit(front, name="Zoltan Kiss")
    assert "This is <bdi>" not in desk_client.get(f"/match/{visit.pk}/").content.decode()


def test_todays_visits_come_before_older_ones(desk_client: Client, front: Location, twins: Any) -> None:
    old = make.visit(front, make.at("9:00", dt.date(2026, 3, 9)), name="Ana Berg")
    late, early = (make.visit(front, make.at(clock), name="Ana Berg") for clock in ("9:35", "9:20"))
    page = desk_client.get("/match/").content.decode().split('class="queue"')[1]
    at = [page.index(f'href="/match/{one.pk}/"') for one in (early, late, old)]
    assert at == sorted(at)
    assert "Mar 9" in page


def test_a_settled_visit_can_be_opened_for_correction(
    desk_client: Client, front: Location, brook: Clinic
) -> None:
    make.patient(brook)
    visit = make.visit(front)
    page = desk_client.get(f"/match/{visit.pk}/").content.decode()
    assert "Settled: <bdi>Leo Ruiz</bdi>" in page


def test_searching_finds_any_patient_without_the_name_in_the_address(
    desk_client: Client, visit: Visit, brook: Clinic
) -> None:
    make.patient(brook, "Zoltán O'Kiss", born="2011-01-01")
    answer = desk_client.post(f"/match/{visit.pk}/search/", {"q": "zoltan o kiss"})
    assert answer.url == f"/match/{visit.pk}/?s=1"
    page = desk_client.get(answer.url).content.decode()
    assert "This is <bdi>Zoltán" in page
    assert "Found for “<bdi>zoltan o kiss</bdi>”" in page
    again = desk_client.post(f"/match/{visit.pk}/search/", {"q": "nobody at all"})
    assert "Nobody on file is like “<bdi>nobody at all</bdi>”" in desk_client.get(again.url).content.decode()
    assert "This is <bdi>Zoltán" in desk_client.get(answer.url).content.decode()


def test_an_empty_claim_is_shown_as_no_name_typed(desk_client: Client, front: Location) -> None:
    visit = visits.record_sign_in(
        location=front, claim={}, at=make.at("9:30"), channel=SignInChannel.KIOSK
    ).visit
    page = desk_client.get(f"/match/{visit.pk}/").content.decode()
    assert "No name typed" in page


def test_opening_the_match_page_is_audited(desk_client: Client, visit: Visit, dana: Staff) -> None:
    desk_client.get(f"/match/{visit.pk}/")
    event = AuditEvent.objects.get(action="seen")
    assert (event.staff, event.subject_id) == (dana, visit.pk)


def test_a_decision_of_another_clinic_is_not_shown(
    desk_client: Client, hilltop: Location, hill: Clinic
) -> None:
    make.patient(hill, "Zebulon Quick")
    made = make.visit(hilltop, name="Zebulon Quick").match_decisions.get()
    page = desk_client.get(f"/match/?done={made.pk}")
    assert (page.status_code, "Zebulon" in page.content.decode()) == (200, False)


@pytest.mark.parametrize("done", ["x", "-1", "9" * 40, "1\x00"])
def test_an_invalid_decision_number_is_ignored(desk_client: Client, visit: Visit, done: str) -> None:
    assert desk_client.get("/match/", {"done": done}).status_code == 200


@pytest.mark.parametrize("who", ["ada", "otto"])
def test_staff_who_may_not_match_see_no_match_and_whom_to_ask(
    as_: Callable[[Staff], Client], request: pytest.FixtureRequest, visit: Visit, who: str
) -> None:
    person = request.getfixturevalue(who)
    for path in ("/match/", f"/match/{visit.pk}/"):
        answer = as_(person).get(path)
        page = answer.content.decode()
        assert (answer.status_code, "Berg" in page) == (403, False), path
        assert role_refusal(Role(person.role), StaffAct.READ_CHARTS) in page, path
    answer = as_(person).post(f"/match/{visit.pk}/search/", {"q": "Berg"})
    assert answer.status_code == 403
    assert "Ask the front desk, a clinician or the manager." in answer.content.decode()


@pytest.mark.parametrize("path", ["/match/", "/match/{}/"])
def test_match_pages_refuse_post_anonymous_and_other_clinic(
    desk_client: Client, client: Client, as_: Callable[[Staff], Client], sol: Staff, visit: Visit, path: str
) -> None:
    assert desk_client.post(path.format(visit.pk)).status_code == 405
    assert client.get(path.format(visit.pk)).url.startswith("/account/login/")
    theirs = as_(sol).get(path.format(visit.pk))
    assert theirs.status_code == (200 if path == "/match/" else 404)
    assert "Ana Berg" not in theirs.content.decode()
