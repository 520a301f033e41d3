"""The page of differences: what was typed beside what is recorded, at this front desk."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checkin.actions import discrepancies, matches, visits
from checkin.models import AuditEvent, Escort
from tests import make

pytestmark = pytest.mark.usefixtures("tuesday")

ALL = {"escort_phone": "555-010-0002", "guardian_name": "Eva Ruiz", "address": "14 Oak Rd"}


@pytest.fixture
def leo(brook):
    leo = make.patient(brook, "Leo Ruiz", address="12 Elm St", city="Springfield", postcode="62701")
    make.guardian(leo, "Ana Ruiz")
    Escort.objects.create(clinic=brook, patient=leo, name="Rosa Delgado", phone="555-010-0001")
    return leo


@pytest.fixture
def visit(front, leo):
    return make.visit(front, make.at("9:30"), **ALL)


def page(client, address="/discrepancies/") -> str:
    return client.get(address).content.decode()


def test_with_nothing_open_it_says_so(desk_client):
    assert "Everything that was typed agrees with what is recorded." in page(desk_client)


def test_both_sides_stand_beside_each_other_with_the_letters_marked(desk_client, visit):
    shown = page(desk_client)
    assert "555-010-000<mark>2</mark>" in shown
    assert "555-010-000<mark>1</mark>" in shown
    assert "another phone is on record for this escort" in shown
    assert "Eva Ruiz" in shown


def test_what_each_choice_does_is_said_before(desk_client, visit):
    shown = page(desk_client)
    number = '<span class="unbroken">555-010-0002</span>'
    assert f"The number on record of Rosa Delgado will be {number}." in shown
    assert "Adds Eva Ruiz as a contact who may not consent until somebody says so." in shown
    assert "City and postcode stay: Springfield, 62701." in shown
    assert "Nothing is written until you say so." in shown


def test_a_birth_date_is_shown_as_people_say_it_and_as_they_wrote_it(desk_client, front, leo, dana):
    visit = make.visit(front, born="3/15/2018")
    matches.link(visit=visit, patient=leo, by=dana, at=make.at("9:40"))
    shown = page(desk_client)
    assert "Mar 1<mark>5</mark>, 2018" in shown
    assert "3/15/2018" in shown
    assert "The record will say born Mar 15, 2018." in shown


def test_an_impossible_birth_date_has_no_use_the_new(desk_client, front, leo, dana):
    visit = make.visit(front, born="2018-02-30")
    matches.link(visit=visit, patient=leo, by=dana, at=make.at("9:40"))
    shown = page(desk_client, f"/visits/{visit.pk}/discrepancies/")
    assert "This cannot be used: the birth date as typed is not in the calendar." in shown
    assert 'value="use_new"' not in shown


def test_a_second_sign_in_names_the_other_visit(desk_client, visit, front):
    again = make.visit(front, make.at("9:35"))
    shown = page(desk_client, f"/visits/{again.pk}/discrepancies/")
    assert f'The other visit is <a href="/visits/{visit.pk}/">{visit.token}</a>' in shown
    assert "Seen" in shown


def test_only_this_front_desks_are_listed_and_older_ones_after_todays(desk_client, front, annexe, leo, brook):
    monday = make.TUESDAY - dt.timedelta(days=1)
    older = make.visit(front, make.at("9:40", monday), **ALL)
    elsewhere = make.visit(annexe, make.at("9:20"), **{**ALL, "address": "9 Far Away"})
    now = make.visit(front, make.at("9:30"), **ALL)
    shown = page(desk_client)
    assert shown.index(f'id="v{now.pk}"') < shown.index(f'id="v{older.pk}"')
    assert f'id="v{elsewhere.pk}"' not in shown
    assert "Mar 9" in shown


def test_what_was_settled_today_is_listed_with_who_and_the_way_back(desk_client, visit, noor):
    one = visit.discrepancies.get(field="address")
    discrepancies.decide(discrepancy=one, kind="keep_old", by=noor, at=make.at("9:35"))
    for address in ("/discrepancies/", f"/visits/{visit.pk}/discrepancies/"):
        shown = page(desk_client, address)
        assert "kept the old" in shown
        assert "Noor, 9:35" in shown
        assert f'action="/discrepancies/{one.pk}/undo/"' in shown


def test_a_visit_entered_in_error_is_not_listed(desk_client, visit, dana):
    visits.move(visit=visit, to="entered_in_error", by=dana, at=make.at("9:35"))
    assert f'id="v{visit.pk}"' not in page(desk_client)


def test_what_was_typed_cannot_write_html(desk_client, front, leo):
    make.visit(front, address="<script>alert(1)</script>", guardian_name='"><img src=x>')
    shown = page(desk_client)
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown


def test_an_auditor_reads_and_is_offered_no_choice(as_, otto, visit):
    shown = page(as_(otto))
    assert "555-010-000<mark>2</mark>" in shown
    assert 'class="choices"' not in shown


def test_who_looked_is_on_the_trail(desk_client, visit, leo, dana):
    page(desk_client)
    page(desk_client, f"/visits/{visit.pk}/discrepancies/")
    listed = AuditEvent.objects.get(action="discrepancies.seen")
    assert (listed.staff, listed.detail) == (dana, {"patients": [leo.pk]})
    assert AuditEvent.objects.filter(action="seen", subject_id=visit.pk).exists()


def test_the_wrong_method_is_refused(desk_client, visit):
    assert desk_client.post("/discrepancies/").status_code == 405
    assert desk_client.post(f"/visits/{visit.pk}/discrepancies/").status_code == 405


def test_a_stranger_is_asked_to_log_in(client, visit):
    for address in ("/discrepancies/", f"/visits/{visit.pk}/discrepancies/"):
        assert client.get(address).status_code == 302


def test_another_clinic_sees_none_of_it(as_, sol, hilltop, visit):
    assert "Leo Ruiz" not in page(as_(sol))
    assert as_(sol).get(f"/visits/{visit.pk}/discrepancies/").status_code == 404


def test_ten_families_cost_no_more_queries_than_one(desk_client, visit, brook, front):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            page(desk_client)
        return len(queries)

    page(desk_client)
    one = cost()
    for n in range(9):
        make.patient(brook, f"Leo{n} Ruiz", address="12 Elm St")
        make.visit(front, make.at("9:31"), name=f"Leo{n} Ruiz", **ALL)
    assert cost() == one
