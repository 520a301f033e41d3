"""Completing a provisional record, or merging it into the one it turned out to be."""

from __future__ import annotations

import pytest

from checkin.models import Match, MatchDecision, Patient
from tests import make

pytestmark = pytest.mark.usefixtures("tuesday")


@pytest.fixture
def visit(front):
    return make.visit(front, make.at("9:30"), name="Zoltan Kiss", born="2019-05-05")


@pytest.fixture
def found(visit):
    return visit.patient


@pytest.fixture
def zoli(brook):
    return make.patient(brook, "Zoltán Kis", born="2019-05-06")


def merge(client, found, into):
    return client.post(f"/patients/{found.pk}/merge/", {"into": into.pk})


def complete(client, found, **said):
    return client.post(
        f"/patients/{found.pk}/complete/", {"given_name": "Zoltán", "family_name": "Kiss"} | said
    )


def test_its_page_says_whom_it_may_be(desk_client, found, zoli):
    page = desk_client.get(f"/patients/{found.pk}/").content.decode()
    assert "Made at sign-in, to be completed" in page
    assert "Merge into <bdi>Zoltán Kis</bdi>" in page
    assert f"Merge into <bdi>{found.name}</bdi>" not in page


def test_it_is_merged_with_a_way_back(desk_client, found, visit, zoli):
    answer = merge(desk_client, found, zoli)
    visit.refresh_from_db()
    assert (visit.patient, visit.match) == (zoli, Match.CONFIRMED)
    page = desk_client.get(answer.url).content.decode()
    assert "The record made at sign-in was merged." in page
    assert f'action="/match/{visit.pk}/undo/"' in page
    assert "This record was merged into" in desk_client.get(f"/patients/{found.pk}/").content.decode()


def test_twice_is_once(desk_client, found, zoli):
    assert {merge(desk_client, found, zoli).status_code for _ in range(2)} == {302}
    assert MatchDecision.objects.count() == 1


def test_a_whole_record_is_not_merged_away(desk_client, found, zoli):
    answer = merge(desk_client, zoli, found)
    assert answer.status_code == 409
    assert "Only a provisional record can be merged" in answer.content.decode()


def test_anybody_on_file_can_be_searched_for(desk_client, found, brook):
    make.patient(brook, "Mia Novak", born="2011-01-01")
    answer = desk_client.post(f"/patients/{found.pk}/search/", {"q": "novak"})
    assert answer.url == f"/patients/{found.pk}/?s=1#merge"
    assert "Merge into <bdi>Mia Novak" in desk_client.get(answer.url.removesuffix("#merge")).content.decode()


def test_it_is_completed_with_what_the_family_says(desk_client, found, visit):
    answer = complete(desk_client, found, birth_date="5/5/2019", phone="555-010-4444", preferred_name="Zoli")
    assert answer.url == f"/patients/{found.pk}/"
    found.refresh_from_db()
    visit.refresh_from_db()
    assert (found.status, found.given_name, found.preferred_name) == (Patient.Status.ACTIVE, "Zoltán", "Zoli")
    assert (visit.match, visit.sign_in.child_given_name) == (Match.NEW, "Zoltan")


@pytest.mark.parametrize(
    ("field", "said", "sentence"),
    [
        ("birth_date", "2019-02-31", "is not in the calendar"),
        ("birth_date", "2031-01-01", "is in the future"),
        ("birth_date", "last spring", "is not a date"),
        ("given_name", "x" * 201, "At most 200 letters fit here"),
    ],
)
def test_what_cannot_be_is_said_beside_the_box_and_nothing_is_lost(desk_client, found, field, said, sentence):
    answer = complete(desk_client, found, **{field: said, "phone": "555-010-4444"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert sentence in page
    assert f'value="{said}"' in page
    assert 'value="555-010-4444"' in page
    found.refresh_from_db()
    assert found.status == Patient.Status.PROVISIONAL


def test_it_needs_a_name(desk_client, found):
    answer = complete(desk_client, found, given_name="\x00", family_name=" ")
    assert (answer.status_code, "Please give at least one name." in answer.content.decode()) == (400, True)


def test_completing_twice_is_told_kindly(desk_client, found):
    complete(desk_client, found)
    answer = complete(desk_client, found, given_name="Somebody")
    found.refresh_from_db()
    assert (answer.status_code, found.given_name) == (409, "Zoltán")


@pytest.mark.parametrize("button", ["merge", "complete", "search"])
def test_who_may_not(client, as_, otto, sol, desk_client, found, zoli, hill, button):
    path, said = f"/patients/{found.pk}/{button}/", {"into": zoli.pk, "q": "x", "given_name": "x"}
    assert client.post(path, said).url.startswith("/account/login/")
    assert as_(otto).post(path, said).status_code == 403
    assert as_(sol).post(path, said).status_code == 404
    assert desk_client.get(path).status_code == 405
    found.refresh_from_db()
    assert found.status == Patient.Status.PROVISIONAL


def test_another_clinics_record_is_not_there_to_merge_into(desk_client, found, hill):
    assert merge(desk_client, found, make.patient(hill, "Zoltan Kiss")).status_code == 404
