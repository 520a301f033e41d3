"""The desk's own sign-in form."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from checkin.actions import match_decisions, merge_undo, patient_merges
from checkin.models import (
    AuditEvent,
    Clinic,
    Discrepancy,
    Escort,
    Location,
    MatchState,
    Patient,
    PatientMerge,
    SignIn,
    SignInChannel,
    Staff,
    Visit,
)
from tests import make
from tests.drawn_forms import draw

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse

    from tests.conftest import Kiosk


pytestmark = pytest.mark.usefixtures("tuesday")


def send(client: Client, **said: Any) -> ClientResponse:
    return client.post("/sign-in/", {"key": str(uuid.uuid4())} | said)


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook)


def test_the_form_makes_its_own_key_each_time(desk_client: Client) -> None:
    pages = [desk_client.get("/sign-in/").content.decode() for _ in range(2)]
    keys = {page.split('name="key" value="')[1][:36] for page in pages}
    assert len(keys) == 2
    assert all(uuid.UUID(key) for key in keys)


def test_desk_and_tablet_offer_the_same_relationship_suggestions(
    desk_client: Client, kiosk: Kiosk, brook: Clinic
) -> None:
    brook.relationship_suggestions = ["Parish sponsor", "aunt", 5, " "]
    brook.save()
    page, at_the_door = desk_client.get("/sign-in/"), Client().get("/kiosk/", headers=kiosk.headers)
    listed = page.content.decode().split('<datalist id="relationships">')[1].split("</datalist>")[0]
    at_the_desk = re.findall(r'value="([^"]+)"', listed)
    assert at_the_desk[:3] == ["Parish sponsor", "aunt", "Mother"]
    assert "Aunt" not in at_the_desk
    on_the_tablet = re.findall(r'data-fill="relationship">([^<]+)<', at_the_door.content.decode())
    assert at_the_desk[: len(on_the_tablet)] == on_the_tablet


def test_the_desk_signs_in_a_family_in_its_own_words(
    desk_client: Client, dana: Staff, front: Location
) -> None:
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
    assert (said.channel, said.by, visit.location) == (SignInChannel.DESK, dana, front)
    assert said.relationship == "his aunt, my sister is at work"
    assert (said.reason, said.also, said.notes_wanted, said.approach) == (
        "cough",
        "a rash",
        ["school", "work"],
        "greet",
    )
    assert (said.language, said.interpreter, said.access_needs) == ("es", True, "step-free")
    assert f"{visit.token} is on the board." in desk_client.get("/").content.decode()


def test_an_empty_form_signs_in(desk_client: Client) -> None:
    send(desk_client)
    assert Visit.objects.get().match == MatchState.UNKNOWN


def test_the_same_form_sent_twice_makes_one_visit(desk_client: Client, leo: Patient) -> None:
    said = {
        "key": str(uuid.uuid4()),
        "child_given_name": "Leo",
        "child_family_name": "Ruiz",
        "patient": leo.pk,
    }
    tokens = {desk_client.post("/sign-in/", said).url for _ in range(2)}
    assert (Visit.objects.count(), tokens) == (1, {"/"})


def test_a_patient_chosen_at_the_desk_is_linked_by_that_staff_member(
    desk_client: Client, brook: Clinic, dana: Staff
) -> None:
    anna, hanna = make.patient(brook, "Anna Berg"), make.patient(brook, "Hanna Berg")
    send(
        desk_client,
        child_given_name="Hanna",
        child_family_name="Berg",
        patient=hanna.pk,
        escort_name="Ingrid",
    )
    visit = Visit.objects.get()
    assert (visit.patient, visit.match) == (hanna, MatchState.CONFIRMED)
    assert visit.match_decisions.get().by == dana
    assert list(Escort.objects.values_list("patient", flat=True)) == [hanna.pk]
    assert not anna.visits.exists()


def test_a_resent_form_leaves_a_colleagues_later_match_alone(
    desk_client: Client, brook: Clinic, noor: Staff
) -> None:
    anna, hanna = make.patient(brook, "Anna Berg"), make.patient(brook, "Hanna Berg")
    said = {
        "key": str(uuid.uuid4()),
        "child_given_name": "Anna",
        "child_family_name": "Berg",
        "patient": anna.pk,
    }
    send(desk_client, **said)
    match_decisions.link_visit_to_patient(
        visit=Visit.objects.get(), patient=hanna, by=noor, at=make.at("9:45")
    )
    answer = send(desk_client, **said)
    visit = Visit.objects.get()
    assert (visit.patient, visit.match_decisions.order_by("pk").last().by) == (hanna, noor)
    assert "Noor settled" in desk_client.get(answer.url).content.decode()


def test_choosing_a_certain_match_makes_no_second_decision(desk_client: Client, leo: Patient) -> None:
    send(
        desk_client,
        child_given_name="Leo",
        child_family_name="Ruiz",
        child_birth_date="2018-03-14",
        patient=leo.pk,
    )
    assert [one.kind for one in Visit.objects.get().match_decisions.all()] == ["auto"]


def test_an_invalid_patient_still_signs_in_for_matching(desk_client: Client, hill: Clinic) -> None:
    theirs = make.patient(hill)
    assert desk_client.get(f"/sign-in/?patient={theirs.pk}").status_code == 404
    assert desk_client.get("/sign-in/?patient=x").status_code == 404
    for nth, said in enumerate((theirs.pk, "x", "9" * 40, "-1", "²", "0"), start=1):
        answer = send(desk_client, patient=said, child_given_name="Zoe")
        assert Visit.objects.count() == nth
        visit = Visit.objects.latest("pk")
        assert answer.url == f"/match/{visit.pk}/" and visit.is_unsettled
        page = desk_client.get(answer.url).content.decode()
        assert (
            f"{visit.token} is on the board. The record that was chosen for it is not on file here." in page
        )


def test_a_merged_patient_that_no_longer_fits_is_left_to_match(
    desk_client: Client, brook: Clinic, leo: Patient
) -> None:
    """Where the typed details do not fit the merge target; otherwise it is linked, as below."""
    gone = make.patient(brook, "Leon Ruiz", status="merged", merged_into=leo)
    answer = send(desk_client, child_given_name="Leon", child_family_name="Ruiz", patient=gone.pk)
    visit = Visit.objects.get()
    assert answer.url == f"/match/{visit.pk}/"
    assert "is on the board" in desk_client.get(answer.url).content.decode()


@pytest.fixture
def twice(brook: Clinic, leo: Patient) -> Patient:
    """Return a second record of Leo."""
    return make.patient(brook, "Leo Ruiz")


def merge(merged: Patient, into: Patient, by: Staff, clock: str = "9:42") -> PatientMerge | None:
    return patient_merges.merge_patients(merged=merged, into=into, by=by, at=make.at(clock), sure=True).merge


def test_a_patient_merged_meanwhile_is_signed_in_on_the_merge_target(
    tab: Client, twice: Patient, leo: Patient, max_: Staff, front: Location
) -> None:
    address = f"/sign-in/?patient={twice.pk}"
    form = draw(tab, address, "/sign-in/")
    merge(twice, leo, max_)
    answer = tab.post(address, form.with_(escort_name="Rosa Delgado", reason="cough"))
    visit = Visit.objects.get()
    assert (answer.url, visit.patient, visit.location) == ("/", leo, front)
    page = html.unescape(tab.get(answer.url).content.decode())
    assert (
        f"{visit.token} is on the board. Max merged the record of Leo Ruiz into Leo Ruiz at 9:42 AM." in page
    )


def test_a_merge_target_with_another_birth_date_is_left_to_match(
    tab: Client, brook: Clinic, leo: Patient, max_: Staff
) -> None:
    other = make.patient(brook, "Leo Ruiz", "2018-04-14")
    address = f"/sign-in/?patient={other.pk}"
    form = draw(tab, address, "/sign-in/")
    merge(other, leo, max_)
    answer = tab.post(address, form.fields)
    visit = Visit.objects.get()
    assert answer.url.endswith(f"/match/{visit.pk}/") and visit.match != MatchState.CONFIRMED
    page = html.unescape(tab.get(answer.url).content.decode())
    assert "Max merged the record of Leo Ruiz into Leo Ruiz at 9:42 AM. What was typed does not fit" in page


def test_an_undone_merge_leaves_the_sign_in_to_match(
    tab: Client, twice: Patient, leo: Patient, max_: Staff
) -> None:
    merged = merge(twice, leo, max_)
    address = f"/sign-in/?patient={leo.pk}"
    form = draw(tab, address, "/sign-in/")
    merge_undo.undo_patient_merge(merge=merged, by=max_, at=make.at("9:43"))
    answer = tab.post(address, form.fields)
    visit = Visit.objects.get()
    assert answer.url.endswith(f"/match/{visit.pk}/") and visit.match != MatchState.CONFIRMED
    page = html.unescape(tab.get(answer.url).content.decode())
    assert "Max undid the merge of Leo Ruiz and Leo Ruiz at 9:43 AM. Please choose whose visit it is." in page


@pytest.mark.parametrize(
    "mark", ["", "nonsense", "v9.p9.sarrived.l1", "p999999.m3.g7.l{0}", "q1.l{1}", "l" + "9" * 18]
)
def test_a_sign_in_is_accepted_with_any_page_version(
    tab: Client, front: Location, hilltop: Location, mark: str
) -> None:
    said = {
        "key": str(uuid.uuid4()),
        "child_given_name": "Zoe",
        "drawn_for": mark.format(front.pk, hilltop.pk),
    }
    assert tab.post("/sign-in/", said).status_code == 302
    assert Visit.objects.get().location == front


def test_a_sign_in_at_another_clinics_desk_goes_to_the_own_desk(
    tab: Client, front: Location, hilltop: Location
) -> None:
    answer = tab.post(f"/at/{hilltop.pk}/sign-in/", {"key": str(uuid.uuid4())})
    visit = Visit.objects.get()
    assert (visit.location, answer.url) == (front, f"/at/{front.pk}/")
    page = tab.get(answer.url).content.decode()
    assert f"{visit.token} is on the board of {front}: the page named no desk of this clinic." in page


def test_the_form_opened_for_a_patient_is_prefilled_and_offers_escorts(
    desk_client: Client, brook: Clinic, leo: Patient, dana: Staff
) -> None:
    Escort.objects.create(clinic=brook, patient=leo, name="Rosa <b>Delgado", relationship="tía")
    page = desk_client.get(f"/sign-in/?patient={leo.pk}").content.decode()
    for part in ('value="Leo"', 'value="Ruiz"', 'value="3/14/2018"', f'name="patient" value="{leo.pk}"'):
        assert part in page
    assert 'data-escort="Rosa &lt;b&gt;Delgado" data-relationship="tía"' in page
    assert AuditEvent.objects.filter(action="seen", patient=leo, staff=dana).exists()


@pytest.mark.parametrize(
    "text", ["\x00NUL\x00", "<script>alert(1)</script>", "'; DROP TABLE x; --", "👩‍👧 خالة", "x" * 10_000]
)
def test_any_text_is_accepted(desk_client: Client, text: str) -> None:
    send(desk_client, child_given_name=text, relationship=text, reason=text)
    said = SignIn.objects.get()
    assert said.relationship == text.replace("\x00", "")[:500]
    page = desk_client.get(f"/visits/{said.visit.pk}/").content.decode()
    assert "<script>alert" not in page


def test_an_impossible_birth_date_is_kept_and_shown(desk_client: Client) -> None:
    send(desk_client, child_given_name="Leo", child_birth_date="2019-02-31")
    assert Discrepancy.objects.open().get().typed == "2019-02-31"


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_405(desk_client: Client, method: str) -> None:
    assert getattr(desk_client, method)("/sign-in/").status_code == 405


def test_an_anonymous_visitor_is_sent_to_log_in(client: Client, db: None) -> None:
    for answer in (client.get("/sign-in/"), client.post("/sign-in/")):
        assert answer.url == "/account/login/?next=/sign-in/"


def test_an_auditor_cannot_sign_in_a_family(as_: Callable[[Staff], Client], otto: Staff) -> None:
    assert as_(otto).get("/sign-in/").status_code == 403
    assert send(as_(otto)).status_code == 403
    assert not Visit.objects.exists()


def test_a_request_without_csrf_token_is_403(dana: Staff) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(dana)
    assert send(strict).status_code == 403
