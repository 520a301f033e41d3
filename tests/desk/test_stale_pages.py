"""A page left open while a match is corrected saves nothing, says who corrected it, and keeps the input."""

from __future__ import annotations

import html
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from checkin.actions import discrepancies, match_decisions, merge_undo, patient_merges, visits
from checkin.models import (
    Clinic,
    ConsentRecord,
    DiscrepancyDecision,
    Immunization,
    Location,
    Patient,
    Promise,
    Role,
    Staff,
    StandingProxy,
    Visit,
)
from checkin.rules.need_types import NeedKind
from checkin.web import page_versions
from checkin.web.desk import promises as promise_views
from tests import make
from tests.drawn_forms import Form, draw, forms_on

LIVE = {"HX-Request": "true"}
MARK = "drawn_for"


@pytest.fixture
def tab(brook: Clinic, front: Location) -> Client:
    """Return Sam's real tab, which sends what its pages held. A clinician may do all of it."""
    client = Client()
    client.force_login(make.staff(brook, "sam", Role.CLINICIAN, location=front))
    return client


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    found = make.patient(brook, "Leo Ruiz")
    make.guardian(found, "Ana Ruiz", phone="555-010-0123")
    return found


@pytest.fixture
def mia(brook: Clinic) -> Patient:
    return make.patient(brook, "Mia Chen", "2017-05-05")


@pytest.fixture
def visit(leo: Patient, front: Location, tuesday: time_machine.Traveller) -> Visit:
    return make.visit(front, relationship="aunt")


@pytest.fixture
def relinked(visit: Visit, mia: Patient, dana: Staff) -> Callable[..., None]:
    """Return a function with which Dana corrects the match to Mia."""

    def act() -> None:
        match_decisions.link_visit_to_patient(
            visit=Visit.objects.get(pk=visit.pk), patient=mia, by=dana, at=make.at("9:42")
        )

    return act


def given(tab: Client, visit: Visit) -> tuple[str, Form]:
    need = visit.needs.get(kind=NeedKind.VACCINE)
    address = f"/visits/{visit.pk}/needs/{need.pk}/"
    return address, draw(tab, f"/visits/{visit.pk}/", address)


def test_a_vaccine_marked_given_on_a_stale_page_is_not_recorded(
    tab: Client, visit: Visit, relinked: Callable[..., None], mia: Patient, leo: Patient
) -> None:
    address, form = given(tab, visit)
    relinked()
    answer = tab.post(address, form.with_(outcome="done"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"Dana matched {visit.token} to Mia Chen at 9:42 AM." in page
    assert "Nothing was written" in page and "Leo Ruiz" in page
    assert not Immunization.objects.exists()
    assert not visit.needs.filter(answers__isnull=False).exists()


def test_the_htmx_answer_is_one_sentence(tab: Client, visit: Visit, relinked: Callable[..., None]) -> None:
    address, form = given(tab, visit)
    relinked()
    answer = tab.post(address, form.with_(outcome="done"), headers=LIVE)
    assert (answer.status_code, answer.headers["Page"]) == (409, "behind")
    said = f"Dana matched {visit.token} to Mia Chen at 9:42 AM. Nothing was written."
    assert answer.content.decode() == said


def test_input_is_kept_and_saved_for_the_new_child_only_if_confirmed(
    tab: Client, visit: Visit, relinked: Callable[..., None], mia: Patient
) -> None:
    address = f"/visits/{visit.pk}/consent/"
    form = draw(tab, address, address)
    relinked()
    said = {
        "care": "treatment",
        "agreed": "yes",
        "who": "Uncle <Kai>",
        "how": "telephone",
        "basis": "telephone",
    }
    said |= {"phone": "555-010-0123", "relationship": "uncle", "to_what": "stitches", "person": ""}
    answer = tab.post(address, form.with_(**said))
    page = answer.content.decode()
    assert (answer.status_code, ConsentRecord.objects.count()) == (409, 0)
    again = next(one for one in forms_on(page) if one.path == address)
    kept = {name: texts[-1] for name, texts in again.fields.items()}
    assert {name: kept[name] for name in said} == said
    assert "Save it for <bdi>Mia Chen</bdi>" in page and "autofocus" not in page
    assert tab.post(address, again.fields).status_code == 409, "not by Enter alone"
    assert not ConsentRecord.objects.exists()
    tick = html.unescape(page.split('type="checkbox" name="drawn_for" value="')[1].split('"')[0])
    tab.post(address, again.with_(drawn_for=tick))
    assert ConsentRecord.objects.get().patient == mia


def test_a_reading_is_asked_for_again_and_not_saved(
    tab: Client, visit: Visit, relinked: Callable[..., None]
) -> None:
    address = f"/visits/{visit.pk}/sealed/"
    form = draw(tab, address, address)
    relinked()
    answer = tab.post(address, form.with_(reason="other", typed="asked by phone", open="Open for 20 seconds"))
    page = answer.content.decode()
    assert answer.status_code == 409 and "asked by phone" in page and "Mia Chen" in page
    assert "Save it" not in page and "<bdi>Open for 20 seconds</bdi></button>" in page


def test_the_page_works_again_once_the_match_is_undone(
    tab: Client, visit: Visit, relinked: Callable[..., None], dana: Staff, leo: Patient
) -> None:
    address, form = given(tab, visit)
    relinked()
    match_decisions.undo_match_decision(visit=Visit.objects.get(pk=visit.pk), by=dana, at=make.at("9:43"))
    assert tab.post(address, form.with_(outcome="done")).status_code == 302
    assert Immunization.objects.get().patient == leo


def test_a_page_of_a_visit_that_left_says_who_closed_it(tab: Client, visit: Visit, dana: Staff) -> None:
    address, form = given(tab, visit)
    visits.move_visit(
        visit=visit, to="left", by=dana, at=make.at("9:50"), reason="will come back", reading="read"
    )
    answer = tab.post(address, form.with_(outcome="done"))
    assert answer.status_code == 409
    assert f"Dana moved {visit.token} to “Left” at 9:50 AM." in answer.content.decode()
    assert not Immunization.objects.exists()


def test_moving_the_visit_to_the_next_step_does_not_make_it_stale(
    tab: Client, visit: Visit, dana: Staff
) -> None:
    address, form = given(tab, visit)
    visits.move_visit(visit=visit, to="roomed", by=dana, at=make.at("9:45"), reading="read")
    assert tab.post(address, form.with_(outcome="done")).status_code == 302
    assert Immunization.objects.exists()


def test_a_form_without_a_valid_page_version_is_refused(tab: Client, visit: Visit) -> None:
    address, form = given(tab, visit)
    for mark in (
        "",
        "nonsense",
        f"l{visit.location_id}",
        f"v{visit.pk + 1}.p1.sarrived.l{visit.location_id}",
    ):
        answer = tab.post(address, form.with_(outcome="done", drawn_for=mark))
        assert answer.status_code == 409
        assert "does not say which child" in answer.content.decode()
    assert not Immunization.objects.exists()


def test_a_promise_from_a_stale_page_is_not_saved(
    tab: Client, visit: Visit, relinked: Callable[..., None]
) -> None:
    address = f"/promises/new/?visit={visit.pk}"
    form = draw(tab, address, "/promises/new/")
    relinked()
    said = {
        "to_whom": "Leo’s aunt",
        "about": "results",
        "way": "phone",
        "due": "hour",
        "owner": "role:manager",
    }
    answer = tab.post(address, form.with_(**said))
    assert (answer.status_code, Promise.objects.count()) == (409, 0)
    assert "Leo’s aunt" in html.unescape(answer.content.decode())


PROXY = {"name": "Nia Long", "granted_by": "Ana Ruiz", "written_on": "2026-03-01"}
PROMISED = {"to_whom": "Ana Ruiz", "about": "results", "way": "phone", "reach_at": "555-010-0123"}
PROMISED |= {"due": "tomorrow", "owner": "role:manager"}
OF_A_RECORD = {"proxy": ("/patients/{}/", "/patients/{}/proxies/", PROXY)}
OF_A_RECORD |= {"promise": ("/promises/new/?patient={}", "/promises/new/", PROMISED)}


def test_a_visit_page_reports_a_merge_and_its_undo(
    tab: Client, visit: Visit, leo: Patient, mia: Patient, dana: Staff
) -> None:
    address, form = given(tab, visit)
    merged = patient_merges.merge_patients(
        merged=leo, into=mia, by=dana, at=make.at("9:41"), sure=True, why="one"
    ).merge
    told = tab.post(address, form.with_(outcome="done")).content.decode()
    assert f"Dana merged the record of {visit.token} into Mia Chen at 9:41 AM." in told
    address, form = given(tab, visit)
    merge_undo.undo_patient_merge(merge=merged, by=dana, at=make.at("9:42"))
    told = tab.post(address, form.with_(outcome="done")).content.decode()
    assert f"Dana undid the merge of the record of {visit.token} at 9:42 AM: it is Leo Ruiz again." in told
    assert not Immunization.objects.exists()


@pytest.mark.parametrize("act", OF_A_RECORD.values(), ids=OF_A_RECORD)
def test_a_record_page_reports_an_undone_merge(
    tab: Client, brook: Clinic, leo: Patient, dana: Staff, act: tuple[str, str, dict[str, str]]
) -> None:
    """The page was drawn from both records, so a person has to say whose input this is."""
    twin = make.patient(brook, "Leo Ruiz")
    merged = patient_merges.merge_patients(
        merged=twin, into=leo, by=dana, at=make.at("9:41"), sure=True
    ).merge
    page, address, said = act[0].format(leo.pk), act[1].format(leo.pk), act[2]
    form = draw(tab, page, address)
    merge_undo.undo_patient_merge(merge=merged, by=dana, at=make.at("9:42"))
    answer = tab.post(form.action, form.with_(**said))
    assert answer.status_code == 409
    told = "Dana undid the merge of another record, Leo Ruiz, into this one at 9:42 AM."
    assert told in answer.content.decode()
    assert not StandingProxy.objects.exists() and not Promise.objects.exists()


def test_a_record_page_reports_a_merge_into_it(
    tab: Client, brook: Clinic, leo: Patient, dana: Staff, mia: Patient
) -> None:
    address = f"/patients/{leo.pk}/proxies/"
    form = draw(tab, f"/patients/{leo.pk}/", address)
    patient_merges.merge_patients(merged=mia, into=leo, by=dana, at=make.at("9:42"), sure=True)
    answer = tab.post(address, form.with_(**PROXY))
    assert answer.status_code == 409 and not StandingProxy.objects.exists()
    assert "Dana merged another record, Mia Chen, into this one at 9:42 AM." in answer.content.decode()


class TestARecordThatWasCalledOtherwise:
    """“Use the new” gave the record a twin's name, and was undone while a page still showed it."""

    @pytest.fixture
    def twins(self, front: Location, leo: Patient, dana: Staff) -> Visit:
        visit = make.visit(front, make.at("9:31"), name="Lia Ruiz", born="2018-03-14")
        match_decisions.link_visit_to_patient(visit=visit, patient=leo, by=dana, at=make.at("9:32"))
        self.named = visit.discrepancies.get(field="name")
        self.use(dana, "9:33")
        return Visit.objects.get(pk=visit.pk)

    def use(self, by: Staff, clock: str) -> None:
        kind, sure = DiscrepancyDecision.Kind.USE_NEW, f"other-{self.named.visit.patient_id}"
        discrepancies.decide_discrepancy(
            discrepancy=self.named, kind=kind, by=by, at=make.at(clock), sure=sure
        )

    def take_back(self, by: Staff) -> None:
        discrepancies.undo_discrepancy_decision(discrepancy=self.named, by=by, at=make.at("9:42"))

    @pytest.mark.parametrize("act", OF_A_RECORD.values(), ids=OF_A_RECORD)
    def test_a_page_drawn_with_an_undone_name_saves_nothing(
        self, tab: Client, twins: Visit, leo: Patient, dana: Staff, act: tuple[str, str, dict[str, str]]
    ) -> None:
        page, address, said = act[0].format(leo.pk), act[1].format(leo.pk), act[2]
        form = draw(tab, page, address)
        self.take_back(dana)
        answer = tab.post(form.action, form.with_(**said))
        told = answer.content.decode()
        assert answer.status_code == 409
        assert "Dana undid a change of the name or birth date on this record at 9:42 AM" in told
        assert "it is Leo Ruiz, born Mar 14, 2018, now." in told
        assert not StandingProxy.objects.exists() and not Promise.objects.exists()

    def test_a_visit_page_drawn_with_an_undone_name_saves_nothing(
        self, tab: Client, twins: Visit, dana: Staff
    ) -> None:
        address, form = given(tab, twins)
        self.take_back(dana)
        assert tab.post(address, form.with_(outcome="done")).status_code == 409
        assert not Immunization.objects.exists()

    def test_a_page_opened_before_the_rename_saves_nothing(
        self, tab: Client, twins: Visit, dana: Staff
    ) -> None:
        self.take_back(dana)
        address, form = given(tab, twins)
        self.use(dana, "9:43")
        answer = tab.post(address, form.with_(outcome="done"))
        assert answer.status_code == 409 and not Immunization.objects.exists()
        assert "Dana changed the name or birth date on this record at 9:43 AM" in answer.content.decode()

    def test_a_page_opened_again_after_the_undo_saves(self, tab: Client, twins: Visit, dana: Staff) -> None:
        self.take_back(dana)
        address, form = given(tab, twins)
        assert tab.post(address, form.with_(outcome="done")).status_code == 302
        assert Immunization.objects.get().patient == twins.patient


def test_only_changed_fields_are_carried_to_the_new_child(
    tab: Client, brook: Clinic, front: Location, dana: Staff
) -> None:
    """Hanna uses a wheelchair; Anna, who the child really was, needs a quiet room."""
    hanna = make.patient(
        brook, "Hanna Berg", access_needs="wheelchair", language="pl", interpreter_needed=True
    )
    anna = make.patient(brook, "Anna Berg", "2016-02-02", access_needs="quiet room")
    visit = make.visit(front, name="Hanna Berg", born="2018-03-14", escort_name="Ingrid Berg")
    address = f"/visits/{visit.pk}/preferences/"
    form = draw(tab, address, address)
    assert form.fields["access_needs"] == ["wheelchair"]
    now = Visit.objects.get(pk=visit.pk)
    match_decisions.link_visit_to_patient(visit=now, patient=anna, by=dana, at=make.at("9:42"))
    answer = tab.post(address, form.with_(best_time="after 17:00"))
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 409 and "This is what you changed" in page
    assert "Nothing is on record now for <bdi>Anna Berg</bdi> under: Best time, in their words." in page
    assert "wheelchair" not in again_of(page, address).fields.values()
    kept = again_of(page, address).fields
    assert (kept["best_time"], kept["access_needs"]) == (["after 17:00"], ["quiet room"])
    assert "interpreter_needed" not in kept
    tick = page.split('type="checkbox" name="drawn_for" value="')[1].split('"')[0]
    tab.post(address, again_of(page, address).with_(drawn_for=tick))
    anna.refresh_from_db()
    hanna.refresh_from_db()
    assert (anna.access_needs, anna.language, anna.interpreter_needed) == ("quiet room", "", False)
    assert hanna.access_needs == "wheelchair"
    assert Visit.objects.get().escort.best_time == "after 17:00"


def test_a_cleared_field_and_checkbox_are_carried_too(
    tab: Client, brook: Clinic, front: Location, dana: Staff
) -> None:
    known = {"access_needs": "ramp", "interpreter_needed": True}
    make.patient(brook, "Hanna Berg", **known)
    anna = make.patient(brook, "Anna Berg", "2016-02-02", language="pl", **known)
    visit = make.visit(front, name="Hanna Berg", born="2018-03-14", escort_name="Ingrid Berg")
    address = f"/visits/{visit.pk}/preferences/"
    form = draw(tab, address, address)
    match_decisions.link_visit_to_patient(
        visit=Visit.objects.get(pk=visit.pk), patient=anna, by=dana, at=make.at("9:42")
    )
    sent = form.with_(access_needs="")
    del sent["interpreter_needed"]
    page = html.unescape(tab.post(address, sent).content.decode())
    assert '<b dir="auto">ramp</b>' in page and '<b dir="auto">ticked</b>' in page
    tick = page.split('type="checkbox" name="drawn_for" value="')[1].split('"')[0]
    tab.post(address, again_of(page, address).with_(drawn_for=tick))
    anna.refresh_from_db()
    assert (anna.access_needs, anna.interpreter_needed, anna.language) == ("", False, "pl")


def test_without_changes_only_the_current_page_is_offered(
    tab: Client, visit: Visit, relinked: Callable[..., None]
) -> None:
    address = f"/visits/{visit.pk}/preferences/"
    form = draw(tab, address, address)
    relinked()
    page = tab.post(address, form.fields).content.decode()
    assert "Nothing was written" in page and 'name="drawn_with"' not in page


@pytest.mark.parametrize("said", ["", "x", "[]", '{"best_time": 5}', "[" * 9_000])
def test_an_invalid_form_snapshot_is_ignored(
    tab: Client, visit: Visit, relinked: Callable[..., None], said: str
) -> None:
    address = f"/visits/{visit.pk}/preferences/"
    form = draw(tab, address, address)
    relinked()
    answer = tab.post(address, form.with_(best_time="after 17:00", drawn_with=said))
    assert answer.status_code == 409 and "after 17:00" in answer.content.decode()


@pytest.mark.parametrize("act", OF_A_RECORD.values(), ids=OF_A_RECORD)
def test_input_for_a_merged_record_can_be_saved_on_its_target(
    tab: Client, brook: Clinic, leo: Patient, mia: Patient, dana: Staff, act: tuple[str, str, dict[str, str]]
) -> None:
    """Also where the target was merged into a third record."""
    twin, third = make.patient(brook, "Leo Ruiz"), make.patient(brook, "Leo Ruiz")
    form = draw(tab, act[0].format(twin.pk), act[1].format(twin.pk))
    for one, into in ((twin, third), (third, leo)):
        patient_merges.merge_patients(merged=one, into=into, by=dana, at=make.at("9:42"), sure=True)
    page = html.unescape(tab.post(form.action, form.with_(**act[2])).content.decode())
    tick = page.split('type="checkbox" name="drawn_for" value="')[1].split('"')[0]
    again = again_of(page, act[1].format(leo.pk))
    tab.post(again.action, again.with_(drawn_for=tick))
    (written,) = [*StandingProxy.objects.all(), *Promise.objects.all()]
    assert written.patient == leo


def test_without_a_form_snapshot_every_field_is_compared(
    tab: Client, visit: Visit, relinked: Callable[..., None], mia: Patient
) -> None:
    """As with pages opened before an update."""
    address = f"/visits/{visit.pk}/preferences/"
    Patient.objects.filter(pk=visit.patient_id).update(access_needs="wheelchair")
    Patient.objects.filter(pk=mia.pk).update(access_needs="quiet room")
    form = draw(tab, address, address)
    del form.fields["drawn_with"]
    relinked()
    page = tab.post(address, form.fields).content.decode()
    assert 'Mia Chen</bdi>: <b dir="auto">quiet room</b>' in page
    assert again_of(page, address).fields["access_needs"] == ["wheelchair"]


def again_of(page: str, address: str) -> Form:
    return next(one for one in forms_on(page) if one.path == address)


@pytest.mark.parametrize("said", ["%20{}", "{}%20", "{}", "{}%0A"])
def test_the_stale_check_parses_the_visit_number_like_the_page(
    tab: Client, visit: Visit, mia: Patient, front: Location, said: str
) -> None:
    """A space beside the number hid the visit from the check only, and the page saved the promise."""
    other = make.visit(front, make.at("9:35"), name="Mia Chen", born="2017-05-05")
    drawn = draw(tab, f"/promises/new/?visit={other.pk}", "/promises/new/")
    sent = drawn.with_(**PROMISED)
    answer = tab.post("/promises/new/?visit=" + said.format(visit.pk), sent)
    assert (answer.status_code, Promise.objects.count()) == (409, 0)
    assert page_versions.parse_number_param is promise_views.parse_number_param
