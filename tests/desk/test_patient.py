"""The patient page: who brings them, who may consent, and their visits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from checkin.actions import consent, excuse_notes
from checkin.models import (
    AuditEvent,
    Clinic,
    DueItem,
    Escort,
    Immunization,
    Location,
    Patient,
    PatientIdentifier,
    Staff,
)
from checkin.rules.patient_merges import MERGE_COLUMNS
from checkin.rules.roles import Role, StaffAct, role_refusal
from tests import make

pytestmark = pytest.mark.usefixtures("tuesday")


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook, preferred_name="Lío", city="Springfield", postcode="62701", language="Spanish")


def page(client: Client, patient: Patient) -> str:
    return client.get(f"/patients/{patient.pk}/").content.decode()


def test_the_page_shows_who_the_patient_is(desk_client: Client, leo: Patient) -> None:
    text = page(desk_client, leo)
    for part in (
        "Leo Ruiz",
        "called Lío",
        "Born <bdi>Mar 14, 2018 · 7 years</bdi>",
        "Springfield 62701",
        "speaks <bdi>Spanish",
    ):
        assert part in text


def test_escorts_are_listed_in_their_own_words_latest_first(
    desk_client: Client, leo: Patient, front: Location
) -> None:
    make.visit(front, make.at("9:40", dt.date(2026, 3, 2)), escort_name="Tom Ruiz", relationship="dad")
    make.visit(front, make.at("9:30"))
    text = page(desk_client, leo).split("Who brings them")[1]
    assert text.index("Rosa Delgado") < text.index("Tom Ruiz")
    assert "his aunt, my sister is at work" in text
    assert "last came Mar 10, 2026" in text


def test_the_page_lists_guardians_appointments_visits_and_numbers(
    desk_client: Client, leo: Patient, front: Location, brook: Clinic
) -> None:
    make.guardian(leo, may_consent=False)
    make.appointment(leo, front, make.at("14:15"), with_whom="Dr Shah")
    PatientIdentifier.objects.create(clinic=brook, patient=leo, system="MRN", value="A-77")
    visit = make.visit(front, make.at("9:30"))
    text = page(desk_client, leo)
    for part in (
        "Ana Ruiz",
        "mother, may not consent",
        "555-010-0123",
        "Mar 10, 2026, 2:15 PM",
        "Dr Shah",
        "A-77",
    ):
        assert part in text
    assert f'href="/visits/{visit.pk}/"' in text


def test_every_empty_section_says_so(desk_client: Client, leo: Patient) -> None:
    text = page(desk_client, leo)
    for part in (
        "Nobody has brought them yet",
        "No guardian is on file",
        "not been here yet",
        "Nothing is booked",
    ):
        assert part in text


def test_a_hundred_visits_cost_no_more_queries_than_one(
    desk_client: Client, leo: Patient, front: Location
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(desk_client, leo)
        return len(queries)

    make.visit(front, make.at("9:30"))
    page(desk_client, leo)
    few = cost()
    for day in range(1, 9):
        make.visit(front, make.at("9:30", dt.date(2026, 2, day)))
    assert cost() == few


def test_opening_the_patient_page_is_audited(desk_client: Client, leo: Patient, dana: Staff) -> None:
    page(desk_client, leo)
    event = AuditEvent.objects.get(action="seen")
    assert (event.staff, event.patient) == (dana, leo)


def test_names_are_escaped(desk_client: Client, brook: Clinic) -> None:
    one = make.patient(brook, "<b>Bobby</b> Tables")
    Escort.objects.create(clinic=brook, patient=one, name="<i>x</i>")
    text = page(desk_client, one)
    assert "<b>Bobby" not in text
    assert "<i>x</i>" not in text


def test_patient_page_refuses_post_anonymous_and_other_clinic(
    desk_client: Client, client: Client, as_: Callable[[Staff], Client], sol: Staff, leo: Patient
) -> None:
    path = f"/patients/{leo.pk}/"
    assert desk_client.post(path).status_code == 405
    assert client.get(path).url.startswith("/account/login/")
    assert as_(sol).get(path).status_code == 404


@pytest.mark.parametrize("who", ["ada", "otto"])
def test_administrators_and_auditors_do_not_see_the_patient(
    as_: Callable[[Staff], Client], request: pytest.FixtureRequest, leo: Patient, who: str
) -> None:
    answer = as_(request.getfixturevalue(who)).get(f"/patients/{leo.pk}/")
    text = answer.content.decode()
    assert answer.status_code == 403
    assert role_refusal(Role.AUDITOR, StaffAct.READ_CHARTS) in text
    assert [part for part in ("Ruiz", "Lío", "/sign-in/?patient") if part in text] == []


def test_the_page_links_to_sign_in_and_promise_unless_merged(
    desk_client: Client, leo: Patient, brook: Clinic
) -> None:
    ways = (f'href="/sign-in/?patient={leo.pk}"', f'href="/promises/new/?patient={leo.pk}"')
    assert [way for way in ways if way not in page(desk_client, leo)] == []
    Patient.objects.filter(pk=leo.pk).update(status="merged", merged_into=make.patient(brook, "Leo Ruis"))
    text = page(desk_client, leo)
    assert "This record was merged into" in text
    assert [way for way in ways if way in text] == []


def test_the_page_lists_due_items_immunizations_and_notes(
    desk_client: Client, leo: Patient, brook: Clinic, front: Location, dana: Staff
) -> None:
    mine = {"clinic": brook, "patient": leo}
    due = dt.date(2026, 2, 1)
    DueItem.objects.create(**mine, kind="vaccine", name="Hepatitis A", due_on=due)
    DueItem.objects.create(**mine, kind="vaccine", name="Polio", due_on=due, status="given")
    Immunization.objects.create(**mine, name="Influenza 2024", given_on=dt.date(2024, 10, 2))
    visit = make.visit(front, make.at("9:30"))
    note = excuse_notes.issue_note(visit=visit, kind="school", by=dana, at=make.at("9:35")).note
    text = page(desk_client, leo).split("Due and given")[1]
    for part in ("Feb 1, 2026", "Hepatitis A", "Influenza 2024", "Oct 2, 2024", "School note 1"):
        assert part in text
    assert "Polio" not in text
    assert 'class="tag">Void' not in text
    excuse_notes.void_issued_note(note=note, reason="wrong day", by=dana, at=make.at("9:36"))
    assert 'class="tag">Void' in page(desk_client, leo)


def test_the_page_lists_proxies_and_who_may_not_revoke_one_sees_whom_to_ask(
    desk_client: Client, as_: Callable[[Staff], Client], leo: Patient, dana: Staff, brook: Clinic
) -> None:
    proxy = consent.grant_proxy(
        patient=leo, name="Rosa Delgado", relationship="aunt", granted_by="Ana Ruiz", cares=["vaccine"],
        written_on=dt.date(2026, 1, 5), by=dana, at=make.at("9:00"),
    )  # fmt: skip
    text = page(desk_client, leo)
    assert "Rosa Delgado" in text
    assert "only vaccine" in text
    assert f'action="/patients/{leo.pk}/proxies/"' in text
    assert f"/proxies/{proxy.pk}/revoke/" in text
    colleague = page(as_(make.staff(brook, "fred")), leo)
    assert "Rosa Delgado" in colleague
    assert f"/proxies/{proxy.pk}/revoke/" not in colleague
    assert "A clinician or the manager revokes it" in colleague
    consent.revoke_proxy(proxy=proxy, by=dana, at=make.at("9:05"))
    over = page(desk_client, leo)
    assert "Revoked Mar 10, 2026" in over and "In force" not in over
    assert f"/proxies/{proxy.pk}/revoke/" not in over


def test_a_relationship_that_was_cut_says_so_on_the_patients_page(
    desk_client: Client, brook: Clinic, front: Location
) -> None:
    leo = make.patient(brook)
    make.visit(front, relationship="his aunt " + "x" * 600)
    make.visit(front, make.at("9:50"), escort_name="Ana Ruiz", relationship="his mother")
    page = desk_client.get(f"/patients/{leo.pk}/").content.decode()
    assert page.count("cut here: it was longer") == 1


def test_a_typed_name_with_line_breaks_is_on_record_on_one_line(desk_client: Client, front: Location) -> None:
    visit = make.visit(front, name="", child_given_name="Ana \n  Lucía", child_family_name="Line\nBreak")
    assert visit.patient is not None
    assert (visit.patient.given_name, visit.patient.family_name) == ("Ana Lucía", "Line Break")
    assert visit.sign_in.child_family_name == "Line\nBreak"


def test_a_record_to_complete_has_the_labels_of_the_merge_page(desk_client: Client, leo: Patient) -> None:
    Patient.objects.filter(pk=leo.pk).update(status=Patient.Status.PROVISIONAL)
    text = page(desk_client, leo)
    assert "Postal code" in text and MERGE_COLUMNS["postcode"] == "Postal code" and "Postcode" not in text
