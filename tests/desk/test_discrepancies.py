"""The discrepancies page: what was typed beside what is recorded, at this front desk."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from checkin.actions import discrepancies, match_decisions, visits
from checkin.models import AuditEvent, Clinic, Location, Patient, Staff, Visit
from checkin.rules.roles import Role, StaffAct, role_refusal
from tests import make
from tests.differing import TYPED, put_leo_and_ana_on_record

pytestmark = pytest.mark.usefixtures("tuesday")


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return put_leo_and_ana_on_record(brook)


@pytest.fixture
def visit(front: Location, leo: Patient) -> Visit:
    return make.visit(front, make.at("9:30"), **TYPED)


def page(client: Client, address: str = "/discrepancies/") -> str:
    return client.get(address).content.decode()


def test_without_open_discrepancies_the_page_says_so(desk_client: Client) -> None:
    assert "Everything that was typed agrees with the records." in page(desk_client)


def test_both_values_are_shown_with_the_differing_letters_marked(desk_client: Client, visit: Visit) -> None:
    shown = page(desk_client)
    assert "555-010-000<mark>2</mark>" in shown
    assert "555-010-000<mark>1</mark>" in shown
    assert "another phone is on record for this escort" in shown
    assert "Eva Ruiz" in shown
    assert 'value="called"' not in shown, "only a name can be what they are called"


def test_phones_are_shown_in_one_format_and_only_digits_are_marked(
    desk_client: Client, front: Location, brook: Clinic, dana: Staff
) -> None:
    mia = make.patient(brook, "Mia Novak")
    for clock, phone in (("8:30", "312.555.0153"), ("9:30", "3125550198")):
        made = make.visit(front, make.at(clock), name="Mia Novak", escort_phone=phone)
        match_decisions.link_visit_to_patient(visit=made, patient=mia, by=dana, at=make.at("9:40"))
    shown = page(desk_client)
    assert "(312) 555-01<mark>98</mark>" in shown
    assert "(312) 555-01<mark>53</mark>" in shown
    assert 'will be <span class="unbroken">(312) 555-0198</span>.' in shown
    assert "3125550198" not in shown


def test_words_in_a_phone_box_are_marked(desk_client: Client, visit: Visit) -> None:
    """Only digits were marked, so these words seemed to agree with the number."""
    visit.discrepancies.filter(field="phone").update(typed="ask my mother")
    shown = page(desk_client)
    assert "<mark>ask my mother</mark>" in shown and "<mark>555-010-0001</mark>" in shown


def test_the_same_number_in_another_format_is_no_discrepancy(
    desk_client: Client, front: Location, brook: Clinic, dana: Staff
) -> None:
    mia = make.patient(brook, "Mia Novak")
    for clock, phone in (("8:30", "(312) 555-0153"), ("9:30", "+13125550153")):
        made = make.visit(front, make.at(clock), name="Mia Novak", escort_phone=phone)
        match_decisions.link_visit_to_patient(visit=made, patient=mia, by=dana, at=make.at("9:40"))
    assert "this child is already signed in" in page(desk_client)
    assert not brook.discrepancies.filter(field="phone").exists()


def test_each_choice_says_beforehand_what_it_does(desk_client: Client, visit: Visit) -> None:
    shown = page(desk_client)
    number = '<span class="unbroken">555-010-0002</span>'
    assert f"The number on record of Rosa Delgado will be {number}." in shown
    assert "Adds Eva Ruiz as a contact who may not consent until somebody says so." in shown
    assert "City and postal code stay: Springfield, 62701." in shown
    assert "Nothing is written until you choose." in shown


def test_a_birth_date_is_shown_formatted_and_as_typed(
    desk_client: Client, front: Location, leo: Patient, dana: Staff
) -> None:
    visit = make.visit(front, born="3/15/2018")
    match_decisions.link_visit_to_patient(visit=visit, patient=leo, by=dana, at=make.at("9:40"))
    shown = page(desk_client)
    assert "Mar 1<mark>5</mark>, 2018" in shown
    assert "3/15/2018" in shown
    assert "The record will say born Mar 15, 2018." in shown


def test_an_impossible_birth_date_cannot_be_used(
    desk_client: Client, front: Location, leo: Patient, dana: Staff
) -> None:
    visit = make.visit(front, born="2018-02-30")
    match_decisions.link_visit_to_patient(visit=visit, patient=leo, by=dana, at=make.at("9:40"))
    shown = page(desk_client, f"/visits/{visit.pk}/discrepancies/")
    assert "This cannot be used: the birth date as typed is not in the calendar." in shown
    assert 'value="use_new"' not in shown


def test_a_second_sign_in_names_the_other_visit(desk_client: Client, visit: Visit, front: Location) -> None:
    again = make.visit(front, make.at("9:35"))
    shown = page(desk_client, f"/visits/{again.pk}/discrepancies/")
    assert f'The other visit is <a href="/visits/{visit.pk}/">{visit.token}</a>' in shown
    assert "Mark as seen" in shown


@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_a_second_sign_in_names_the_other_visits_desk_if_it_differs(
    desk_client: Client, visit: Visit, front: Location, annexe: Location, is_elsewhere: bool
) -> None:
    """Both desks had an Orange Bird, and staff looked for the family at the wrong one."""
    again = make.visit(annexe if is_elsewhere else front, make.at("9:35"))
    shown = page(desk_client, f"/visits/{again.pk}/discrepancies/")
    assert f"{visit.token}</a>{' at <bdi>Front desk</bdi>' if is_elsewhere else ''}, arrived since" in shown


def test_a_visit_at_another_desk_names_the_desk_of_the_other_visit(
    desk_client: Client, annexe: Location, leo: Patient
) -> None:
    """Both visits are at the annexe and the page is opened at the front desk."""
    first, again = (make.visit(annexe, make.at(clock)) for clock in ("9:30", "9:35"))
    shown = page(desk_client, f"/visits/{again.pk}/discrepancies/")
    assert f"{first.token}</a> at <bdi>{annexe.name}</bdi>, " in shown


def test_only_this_desks_discrepancies_are_listed_today_first(
    desk_client: Client, front: Location, annexe: Location, leo: Patient, brook: Clinic
) -> None:
    monday = make.TUESDAY - dt.timedelta(days=1)
    older = make.visit(front, make.at("9:40", monday), **TYPED)
    elsewhere = make.visit(annexe, make.at("9:20"), **{**TYPED, "address": "9 Far Away"})
    now = make.visit(front, make.at("9:30"), **TYPED)
    shown = page(desk_client)
    assert shown.index(f'id="v{now.pk}"') < shown.index(f'id="v{older.pk}"')
    assert f'id="v{elsewhere.pk}"' not in shown
    assert "Mar 9" in shown


def test_a_visit_dated_after_today_is_listed_too(
    desk_client: Client, brook: Clinic, front: Location, leo: Patient
) -> None:
    """The clock ran ahead at sign-in and was set right since."""
    ahead = make.visit(front, make.at("9:40", make.TUESDAY + dt.timedelta(days=1)), **TYPED)
    assert f'id="v{ahead.pk}"' in page(desk_client)


def test_discrepancies_settled_today_show_who_settled_them_and_undo(
    desk_client: Client, visit: Visit, noor: Staff
) -> None:
    one = visit.discrepancies.get(field="address")
    discrepancies.decide_discrepancy(discrepancy=one, kind="keep_old", by=noor, at=make.at("9:35"))
    for address in ("/discrepancies/", f"/visits/{visit.pk}/discrepancies/"):
        shown = page(desk_client, address)
        assert "kept the old" in shown
        assert re.search(r"Noor, (<[^>]+>)?9:35 AM", shown)
        assert f'action="/discrepancies/{one.pk}/undo/"' in shown


def test_discrepancies_are_listed_in_turn_order(
    desk_client: Client, front: Location, brook: Clinic, visit: Visit
) -> None:
    first = make.patient(brook, "Mia Chen", address="1 Hill Rd")
    make.appointment(first, front, make.at("9:15"))
    booked = make.visit(front, make.at("9:35"), name="Mia Chen", address="2 Hill Rd")
    shown = page(desk_client)
    assert shown.index(f'id="v{booked.pk}"') < shown.index(f'id="v{visit.pk}"')


def test_a_visit_lists_open_before_settled_and_no_withdrawn_discrepancies(
    desk_client: Client, visit: Visit, dana: Staff
) -> None:
    phone, guardian, address = (visit.discrepancies.get(field=f) for f in ("phone", "guardian", "address"))
    discrepancies.decide_discrepancy(discrepancy=phone, kind="keep_old", by=dana, at=make.at("9:35"))
    visit.discrepancies.filter(pk=guardian.pk).update(status="withdrawn")
    shown = page(desk_client, f"/visits/{visit.pk}/discrepancies/")
    assert shown.index(f'id="d{address.pk}"') < shown.index(f'id="d{phone.pk}"')
    assert f'id="d{guardian.pk}"' not in shown


def test_an_unmatched_visit_offers_no_change_to_a_record(
    desk_client: Client, front: Location, leo: Patient, dana: Staff
) -> None:
    visit = make.visit(front, name="Leito Ruiz")
    match_decisions.link_visit_to_patient(visit=visit, patient=leo, by=dana, at=make.at("9:40"))
    shown = page(desk_client)
    assert 'value="use_new"' in shown and 'value="called"' in shown
    Visit.objects.filter(pk=visit.pk).update(patient=None, match="unknown")
    shown = page(desk_client)
    assert "Match this visit to a child first." in shown
    assert 'value="use_new"' not in shown and 'value="called"' not in shown


def test_the_latest_settled_discrepancy_is_listed_first(
    desk_client: Client, visit: Visit, dana: Staff
) -> None:
    for field, clock in (("address", "9:34"), ("phone", "9:35"), ("guardian", "9:33")):
        one = visit.discrepancies.get(field=field)
        discrepancies.decide_discrepancy(discrepancy=one, kind="keep_old", by=dana, at=make.at(clock))
    settled = page(desk_client).partition('id="settled-title"')[2]
    found = [settled.index(label) for label in ("<b>Phone", "<b>Address", "<b>Guardian")]
    assert found == sorted(found)


def test_settled_today_lists_only_todays_visits(
    desk_client: Client, front: Location, leo: Patient, dana: Staff
) -> None:
    monday = make.TUESDAY - dt.timedelta(days=1)
    older = make.visit(front, make.at("9:40", monday), **TYPED)
    one = older.discrepancies.get(field="phone")
    discrepancies.decide_discrepancy(discrepancy=one, kind="keep_old", by=dana, at=make.at("9:35"))
    assert "kept the old" not in page(desk_client)


def test_a_visit_of_another_clinic_is_never_linked(
    desk_client: Client, front: Location, leo: Patient, hill: Clinic, hilltop: Location, visit: Visit
) -> None:
    theirs, again = make.visit(hilltop, name="Ola Berg"), make.visit(front, make.at("9:35"))
    again.discrepancies.filter(field="sign_in").update(other_visit=theirs)
    shown = page(desk_client, f"/visits/{again.pk}/discrepancies/")
    assert "Mark as seen" in shown
    assert f"/visits/{theirs.pk}/" not in shown


def test_a_visit_entered_in_error_is_not_listed(desk_client: Client, visit: Visit, dana: Staff) -> None:
    visits.move_visit(visit=visit, to="entered_in_error", by=dana, at=make.at("9:35"))
    assert f'id="v{visit.pk}"' not in page(desk_client)


def test_typed_html_is_escaped(desk_client: Client, front: Location, leo: Patient) -> None:
    make.visit(front, address="<script>alert(1)</script>", guardian_name='"><img src=x>')
    shown = page(desk_client)
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown


def test_an_auditor_does_not_see_discrepancies(
    as_: Callable[[Staff], Client], otto: Staff, dana: Staff, visit: Visit
) -> None:
    one = visit.discrepancies.get(field="address")
    discrepancies.decide_discrepancy(discrepancy=one, kind="keep_old", by=dana, at=make.at("9:35"))
    for address in ("/discrepancies/", f"/visits/{visit.pk}/discrepancies/"):
        answer = as_(otto).get(address)
        shown = answer.content.decode()
        assert answer.status_code == 403
        assert role_refusal(Role.AUDITOR, StaffAct.READ_CHARTS) in shown
        assert "555-010" not in shown and "kept the old" not in shown
    assert not AuditEvent.objects.filter(action__in=("seen", "discrepancies.seen"), staff=otto).exists()


def test_opening_the_page_is_audited(desk_client: Client, visit: Visit, leo: Patient, dana: Staff) -> None:
    page(desk_client)
    page(desk_client, f"/visits/{visit.pk}/discrepancies/")
    listed = AuditEvent.objects.get(action="discrepancies.seen")
    told = (listed.staff, listed.patient_id, listed.detail)
    assert told == (dana, leo.pk, {"location": visit.location_id})
    assert AuditEvent.objects.filter(action="seen", subject_id=visit.pk).exists()


def test_the_wrong_method_is_refused(desk_client: Client, visit: Visit) -> None:
    assert desk_client.post("/discrepancies/").status_code == 405
    assert desk_client.post(f"/visits/{visit.pk}/discrepancies/").status_code == 405


def test_an_anonymous_visitor_is_sent_to_log_in(client: Client, visit: Visit) -> None:
    for address in ("/discrepancies/", f"/visits/{visit.pk}/discrepancies/"):
        assert client.get(address).status_code == 302


def test_another_clinic_sees_no_discrepancies(
    as_: Callable[[Staff], Client], sol: Staff, hilltop: Location, visit: Visit
) -> None:
    assert "Leo Ruiz" not in page(as_(sol))
    assert as_(sol).get(f"/visits/{visit.pk}/discrepancies/").status_code == 404


def test_ten_visits_cost_no_more_queries_than_one(
    desk_client: Client, visit: Visit, brook: Clinic, front: Location
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(desk_client)
        return len(queries)

    page(desk_client)
    one = cost()
    for n in range(9):
        make.patient(brook, f"Leo{n} Ruiz", address="12 Elm St")
        make.visit(front, make.at("9:31"), name=f"Leo{n} Ruiz", **TYPED)
    assert cost() == one


def test_discrepancies_have_one_name_in_the_menu_the_title_and_the_headings(
    desk_client: Client, visit: Visit
) -> None:
    listed, own = page(desk_client), page(desk_client, f"/visits/{visit.pk}/discrepancies/")
    assert "<title>Discrepancies · Brought By</title>" in listed
    assert '<h1 class="page-title">Discrepancies</h1>' in listed
    assert f'Discrepancies of <a href="/visits/{visit.pk}/">{visit.token}</a></h1>' in own
    assert ">Discrepancies <span" in listed
    assert (
        f'<b>{visit.discrepancies.open().count()}</b><span class="visually-hidden"> to settle</span>'
        in listed
    )
    assert "Differs" not in listed + own + page(desk_client, f"/visits/{visit.pk}/")
