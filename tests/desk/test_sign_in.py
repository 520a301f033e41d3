"""The desk's own sign-in form."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client

from checkin.models import AuditEvent, Channel, Discrepancy, Escort, Match, SignIn, Visit
from tests import make

pytestmark = pytest.mark.usefixtures("tuesday")


def send(client, **said):
    return client.post("/sign-in/", {"key": str(uuid.uuid4())} | said)


@pytest.fixture
def leo(brook):
    return make.patient(brook)


def test_the_form_makes_its_own_key_each_time(desk_client):
    pages = [desk_client.get("/sign-in/").content.decode() for _ in range(2)]
    keys = {page.split('name="key" value="')[1][:36] for page in pages}
    assert len(keys) == 2
    assert all(uuid.UUID(key) for key in keys)


def test_the_same_words_are_offered_at_the_desk_as_on_the_tablet_the_clinics_own_first(
    desk_client, kiosk, brook
):
    brook.relationship_suggestions = ["Parish sponsor", "aunt", 5, " "]
    brook.save()
    page, at_the_door = desk_client.get("/sign-in/"), Client().get("/kiosk/", headers=kiosk.headers)
    listed = page.content.decode().split('<datalist id="relationships">')[1].split("</datalist>")[0]
    at_the_desk = re.findall(r'value="([^"]+)"', listed)
    assert at_the_desk[:3] == ["Parish sponsor", "aunt", "Mother"]
    assert "Aunt" not in at_the_desk
    on_the_tablet = re.findall(r'data-fill="relationship">([^<]+)<', at_the_door.content.decode())
    assert at_the_desk[: len(on_the_tablet)] == on_the_tablet


def test_somebody_at_the_desk_is_signed_in_in_their_own_words(desk_client, dana, front):
    answer = send(
        desk_client,
        child_given_name="Leo",
        child_family_name="Ruiz",
        child_birth_date="3/14/2018",
        escort_name="Rosa Delgado",
        relationship="his aunt, my sister is at work",
        escort_phone="555 010 0199",
        reason="cough",
        also="a rash",
        notes_wanted=["school", "work"],
        approach="greet",
        language="es",
        interpreter="on",
        access_needs="step-free",
    )
    assert answer.url == "/"
    visit = Visit.objects.get()
    said = visit.sign_in
    assert (said.channel, said.by, visit.location) == (Channel.DESK, dana, front)
    assert said.relationship == "his aunt, my sister is at work"
    assert (said.reason, said.also, said.notes_wanted, said.approach) == (
        "cough",
        "a rash",
        ["school", "work"],
        "greet",
    )
    assert (said.language, said.interpreter, said.access_needs) == ("es", True, "step-free")
    assert f"{visit.token} is on the board." in desk_client.get("/").content.decode()


def test_an_empty_form_signs_in_as_well(desk_client):
    send(desk_client)
    assert Visit.objects.get().match == Match.UNKNOWN


def test_the_same_form_sent_twice_is_one_visit(desk_client, leo):
    said = {
        "key": str(uuid.uuid4()),
        "child_given_name": "Leo",
        "child_family_name": "Ruiz",
        "patient": leo.pk,
    }
    tokens = {desk_client.post("/sign-in/", said).url for _ in range(2)}
    assert (Visit.objects.count(), tokens) == (1, {"/"})


def test_the_patient_chosen_at_the_desk_is_linked_by_that_person(desk_client, brook, dana):
    anna, hanna = make.patient(brook, "Anna Berg"), make.patient(brook, "Hanna Berg")
    send(
        desk_client,
        child_given_name="Hanna",
        child_family_name="Berg",
        patient=hanna.pk,
        escort_name="Ingrid",
    )
    visit = Visit.objects.get()
    assert (visit.patient, visit.match) == (hanna, Match.CONFIRMED)
    assert visit.match_decisions.get().by == dana
    assert list(Escort.objects.values_list("patient", flat=True)) == [hanna.pk]
    assert not anna.visits.exists()


def test_a_patient_certain_anyway_needs_no_second_decision(desk_client, leo):
    send(
        desk_client,
        child_given_name="Leo",
        child_family_name="Ruiz",
        child_birth_date="2018-03-14",
        patient=leo.pk,
    )
    assert [one.kind for one in Visit.objects.get().match_decisions.all()] == ["auto"]


def test_another_clinics_patient_is_not_there(desk_client, hill):
    theirs = make.patient(hill)
    assert send(desk_client, patient=theirs.pk).status_code == 404
    assert desk_client.get(f"/sign-in/?patient={theirs.pk}").status_code == 404
    assert desk_client.get("/sign-in/?patient=x").status_code == 404
    assert not Visit.objects.exists()


def test_a_patient_merged_meanwhile_leaves_the_visit_for_the_match_desk(desk_client, brook, leo):
    gone = make.patient(brook, "Leon Ruiz", status="merged", merged_into=leo)
    answer = send(desk_client, child_given_name="Leon", child_family_name="Ruiz", patient=gone.pk)
    visit = Visit.objects.get()
    assert answer.url == f"/match/{visit.pk}/"
    assert "is on the board" in desk_client.get(answer.url).content.decode()


def test_from_the_expected_list_the_child_is_filled_in_and_the_escorts_offered(desk_client, brook, leo, dana):
    Escort.objects.create(clinic=brook, patient=leo, name="Rosa <b>Delgado", relationship="tía")
    page = desk_client.get(f"/sign-in/?patient={leo.pk}").content.decode()
    for part in ('value="Leo"', 'value="Ruiz"', 'value="2018-03-14"', f'name="patient" value="{leo.pk}"'):
        assert part in page
    assert 'data-escort="Rosa &lt;b&gt;Delgado" data-relationship="tía"' in page
    assert AuditEvent.objects.filter(action="seen", patient=leo, staff=dana).exists()


@pytest.mark.parametrize(
    "text", ["\x00NUL\x00", "<script>alert(1)</script>", "'; DROP TABLE x; --", "👩‍👧 خالة", "x" * 10_000]
)
def test_any_text_signs_in(desk_client, text):
    send(desk_client, child_given_name=text, relationship=text, reason=text)
    said = SignIn.objects.get()
    assert said.relationship == text.replace("\x00", "")[:500]
    page = desk_client.get(f"/visits/{said.visit.pk}/").content.decode()
    assert "<script>alert" not in page


def test_an_impossible_birth_date_is_kept_and_shown(desk_client):
    send(desk_client, child_given_name="Leo", child_birth_date="2019-02-31")
    assert Discrepancy.objects.open().get().typed == "2019-02-31"


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_not_known(desk_client, method):
    assert getattr(desk_client, method)("/sign-in/").status_code == 405


def test_a_stranger_is_asked_to_log_in(client, db):
    for answer in (client.get("/sign-in/"), client.post("/sign-in/")):
        assert answer.url == "/account/login/?next=/sign-in/"


def test_an_auditor_may_not_sign_in(as_, otto):
    assert as_(otto).get("/sign-in/").status_code == 403
    assert send(as_(otto)).status_code == 403
    assert not Visit.objects.exists()


def test_without_the_forms_own_token_nothing_is_taken(dana):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(dana)
    assert send(strict).status_code == 403
