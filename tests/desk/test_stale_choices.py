"""A record chosen on a stale page that has been renamed or is another child is not linked."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

import pytest
from django.test import Client

from checkin.actions import consent, discrepancies, match_decisions, merge_undo, patient_merges
from checkin.actions.discrepancy_questions import AnotherChildSuspected
from checkin.models import Clinic, Location, MatchDecision, MatchState, Patient, PatientMerge, Staff, Visit
from checkin.rules.page_versions import read_page_version
from checkin.web.page_versions import patient_page_version
from tests import make
from tests.drawn_forms import Form, draw, forms_on
from tests.leaks import without_tokens

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


pytestmark = pytest.mark.usefixtures("tuesday")
LOU = "It is Lou Ames, born Aug 9, 2014, now."


@pytest.fixture
def lou(brook: Clinic) -> Patient:
    return make.patient(brook, "Lou Ames", "2014-08-09")


@pytest.fixture
def wrong(brook: Clinic, lou: Patient, max_: Staff) -> PatientMerge:
    """Max merged Kay's record into Lou's, which took Kay's name and birth date."""
    kay, take = make.patient(brook, "Kay Ames", "2016-01-01"), ("given_name", "birth_date")
    said = {"by": max_, "at": make.at("9:40"), "sure": True}
    return patient_merges.merge_patients(merged=kay, into=lou, take=take, **said).merge


@pytest.fixture
def put_right(wrong: PatientMerge, max_: Staff) -> Callable[..., PatientMerge]:
    return lambda: merge_undo.undo_patient_merge(merge=wrong, by=max_, at=make.at("9:42"))


@pytest.fixture
def visit(front: Location, wrong: PatientMerge) -> Visit:
    """Return a sign-in that may be Kay's."""
    return make.visit(front, make.at("9:41"), name="Kaya Ames", born="2016-01-01")


def this_is(tab: Client, visit: Visit) -> Form:
    return draw(tab, f"/match/{visit.pk}/", f"/match/{visit.pk}/link/")


def use_new(named: Visit, by: Staff) -> None:
    """Decide “Use the new” for the name, confirming where it asks whether this is another child."""
    said = {"discrepancy": named.discrepancies.get(field="name"), "kind": "use_new"}
    said |= {"by": by, "at": make.at("9:43")}
    try:
        discrepancies.decide_discrepancy(**said)
    except AnotherChildSuspected as first:
        discrepancies.decide_discrepancy(**said, sure=first.question.mark)


def words(answer: ClientResponse) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub("<[^>]+>", "", answer.content.decode())))


def test_a_record_changed_by_an_undone_merge_is_not_linked(
    tab: Client, visit: Visit, lou: Patient, put_right: Callable[..., PatientMerge]
) -> None:
    form = this_is(tab, visit)
    assert form.fields["patient"] == [str(lou.pk)]
    put_right()
    answer = tab.post(form.action, form.fields)
    assert answer.status_code == 409
    told = "Max undid the merge of another record, Kay Ames, into the record that was chosen at 9:42 AM."
    assert f"{told} {LOU}" in words(answer)
    assert f'href="/match/{visit.pk}/" autofocus>Choose again' in answer.content.decode()
    visit.refresh_from_db()
    assert visit.patient != lou and visit.is_unsettled
    assert not MatchDecision.objects.filter(visit=visit, kind="link").exists()


def test_the_htmx_answer_is_one_sentence(
    tab: Client, visit: Visit, put_right: Callable[..., PatientMerge]
) -> None:
    form = this_is(tab, visit)
    put_right()
    answer = tab.post(form.action, form.fields, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["Page"]) == (409, "behind")
    assert answer.content.decode().endswith(f"{LOU} Nothing was written.")


def test_a_record_with_a_number_is_named_by_it(
    tab: Client, visit: Visit, lou: Patient, put_right: Callable[..., PatientMerge]
) -> None:
    lou.identifiers.create(clinic=lou.clinic, system="", value="BS-0012")
    form = this_is(tab, visit)
    put_right()
    told = "Max undid the merge of another record, Kay Ames, into record BS-0012 at 9:42 AM."
    assert told in words(tab.post(form.action, form.fields))


def test_a_record_renamed_meanwhile_is_not_linked(
    tab: Client, front: Location, brook: Clinic, max_: Staff, visit: Visit
) -> None:
    other = make.patient(brook, "Kaja Ames", "2016-01-01")
    named = make.visit(front, make.at("9:41"), name="Mo Ames", born="2016-01-01")
    match_decisions.link_visit_to_patient(visit=named, patient=other, by=max_, at=make.at("9:41"))
    found = [
        one for one in forms_on(tab.get(f"/match/{visit.pk}/").content.decode()) if "patient" in one.fields
    ]
    form = next(one for one in found if one.fields["patient"] == [str(other.pk)])
    use_new(named, max_)
    answer = tab.post(form.action, form.fields)
    assert answer.status_code == 409
    told = "Max changed the name or birth date on the record that was chosen at 9:43 AM"
    assert f"{told}: it is Mo Ames, born Jan 1, 2016, now." in words(answer)


def test_a_correction_list_drawn_for_a_changed_record_is_refused(
    tab: Client,
    front: Location,
    brook: Clinic,
    dana: Staff,
    lou: Patient,
    wrong: PatientMerge,
    put_right: Callable[..., PatientMerge],
) -> None:
    """Also where the entries are the same: the answers were about the child that the page named."""
    make.patient(brook, "Leo Ruiz")
    visit = make.visit(front, make.at("9:41"))
    said = {"care": "vaccine", "agreed": True, "basis": "telephone", "how": "telephone", "who": "Ana"}
    consent.record_consent(patient=visit.patient, visit=visit, heard_by=dana, at=make.at("9:41"), **said)
    newest = visit.match_decisions.order_by("pk").last().pk
    lou.refresh_from_db()
    fields = {
        "patient": lou.pk,
        "seen": newest,
        "drawn_for": draw(tab, f"/visits/{visit.pk}/preferences/", f"/visits/{visit.pk}/preferences/").fields[
            "drawn_for"
        ],
    }
    page = tab.post(f"/match/{visit.pk}/link/", fields | {"drawn_beside": patient_page_version(lou).text})
    form = next(one for one in forms_on(page.content.decode()) if "papers" in one.fields)
    put_right()
    answer = tab.post(form.action, form.fields)
    assert (answer.status_code, LOU in words(answer)) == (409, True)
    assert Visit.objects.get(pk=visit.pk).patient_id == visit.patient_id


def test_undoing_a_link_to_a_changed_record_is_refused(
    tab: Client,
    front: Location,
    brook: Clinic,
    max_: Staff,
    lou: Patient,
    wrong: PatientMerge,
    put_right: Callable[..., PatientMerge],
) -> None:
    """An undo form names no record; what its page showed of the record it returns to is compared."""
    leo, visit = (
        make.patient(brook, "Leo Ruiz"),
        make.visit(front, make.at("9:41"), name="Kay Ames", born="2016-01-01"),
    )
    match_decisions.link_visit_to_patient(visit=visit, patient=lou, by=max_, at=make.at("9:41"))
    match_decisions.link_visit_to_patient(visit=visit, patient=leo, by=max_, at=make.at("9:41"))
    agree = {"care": "vaccine", "agreed": True, "basis": "telephone", "how": "telephone", "who": "Ana Ruiz"}
    visit = Visit.objects.get(pk=visit.pk)
    consent.record_consent(patient=leo, visit=visit, heard_by=max_, at=make.at("9:41"), **agree)
    undo = draw(tab, f"/visits/{visit.pk}/", f"/match/{visit.pk}/undo/")
    page = tab.post(undo.action, undo.fields)
    form = next(one for one in forms_on(page.content.decode()) if "papers" in one.fields)
    assert [read_page_version(text).patient for text in form.fields["drawn_beside"]] == [lou.pk]
    put_right()
    answer = tab.post(form.action, form.fields)
    assert (answer.status_code, LOU in words(answer)) == (409, True)
    assert Visit.objects.get(pk=visit.pk).patient == leo


def test_a_provisional_record_is_not_merged_into_a_changed_record(
    tab: Client, front: Location, lou: Patient, wrong: PatientMerge, put_right: Callable[..., PatientMerge]
) -> None:
    visit = make.visit(front, make.at("9:41"), name="Zed Quill", born="2011-01-01")
    page = f"/patients/{visit.patient_id}/"
    found = tab.post(f"{page}search/", {"q": "Kay Ames"}).url.partition("#")[0]
    form = draw(tab, found, f"{page}merge/")
    assert form.fields["into"] == [str(lou.pk)]
    put_right()
    answer = tab.post(form.action, form.fields)
    assert (answer.status_code, LOU in words(answer)) == (409, True)
    assert f'href="{page}" autofocus>Choose again' in answer.content.decode()
    assert Patient.objects.get(pk=visit.patient_id).is_provisional


def test_merging_with_a_changed_record_is_refused_and_keeps_the_input(
    tab: Client, brook: Clinic, lou: Patient, put_right: Callable[..., PatientMerge]
) -> None:
    other = make.patient(brook, "Kay Amos", "2016-01-01")
    page = f"/patients/{other.pk}/merge/{lou.pk}/"
    form = draw(tab, page, f"{page}send/")
    put_right()
    said = {"why": "the mother showed both cards", "stays": "one", "col_family_name": "other"}
    answer = tab.post(form.action, form.with_(**said))
    assert (answer.status_code, LOU in words(answer)) == (409, True)
    assert f'href="{page}"' in answer.content.decode()
    again = next(one for one in forms_on(answer.content.decode()) if one.path == form.path)
    assert {name: again.fields[name] for name in said} == {name: [text] for name, text in said.items()}
    assert tab.post(again.action, again.fields).status_code == 409, "not by Enter alone"
    answer = tab.post(again.action, again.with_(drawn_for=form.fields["drawn_for"]))
    assert answer.status_code == 409 and "Please look at both again." in words(answer)
    assert "the mother showed both cards" in answer.content.decode()
    assert (
        not PatientMerge.objects.filter(merged=other).exists() and Patient.objects.get(pk=other.pk).is_on_file
    )


def test_linking_twice_makes_one_decision_even_if_the_first_merged(
    tab: Client, visit: Visit, lou: Patient
) -> None:
    form = this_is(tab, visit)
    assert [tab.post(form.action, form.fields).status_code for _ in range(2)] == [302, 302]
    assert visit.match_decisions.filter(patient=lou).count() == 1


def test_a_record_number_with_spaces_is_checked_too(tab: Client, visit: Visit, lou: Patient) -> None:
    form = this_is(tab, visit)
    form.fields.pop("drawn_beside")
    for text in (str(lou.pk), f" {lou.pk} "):
        assert tab.post(form.action, form.with_(patient=text)).status_code == 409
    assert Visit.objects.get(pk=visit.pk).is_unsettled


def test_a_record_of_another_clinic_is_never_named(tab: Client, visit: Visit, hilltop: Location) -> None:
    theirs = make.patient(hilltop.clinic, "Ida Moor", "2012-02-02")
    form = this_is(tab, visit)
    for mark in (patient_page_version(theirs).text, f"p{theirs.pk}.g9.n00000000."):
        answer = tab.post(form.action, form.with_(patient=str(theirs.pk), drawn_beside=mark))
        assert answer.status_code == 404
        answer = tab.post(form.action, form.with_(drawn_beside=[*form.fields["drawn_beside"], mark]))
        assert "Ida" not in without_tokens(answer.content.decode())


class TestTheDesksSignIn:
    """It is always accepted; only the link to a record may be in doubt."""

    KAY: ClassVar[dict[str, str]] = {
        "child_given_name": "Kay",
        "child_family_name": "Ames",
        "child_birth_date": "2016-01-01",
    }

    def picked(self, tab: Client) -> dict[str, str]:
        """Return the fields that the script fills in for a child chosen from the list."""
        found = tab.post("/sign-in/people/", {"q": "Kay Ames"}).content.decode()
        drawn, patient = (
            re.search(r'data-drawn="([^"]+)"', found)[1],
            re.search(r'data-patient="(\d+)"', found)[1],
        )
        form = draw(tab, "/sign-in/", "/sign-in/")
        return form.with_(patient=patient, drawn_beside=drawn, **self.KAY)

    def opened(self, tab: Client, lou: Patient) -> dict[str, str]:
        return draw(tab, f"/sign-in/?patient={lou.pk}", "/sign-in/").fields

    @pytest.mark.parametrize("how", ["picked", "opened"])
    def test_a_sign_in_with_a_changed_record_is_left_to_match(
        self, tab: Client, lou: Patient, put_right: Callable[..., PatientMerge], how: str
    ) -> None:
        fields = self.picked(tab) if how == "picked" else self.opened(tab, lou)
        assert fields["patient"] in (str(lou.pk), [str(lou.pk)])
        put_right()
        answer = tab.post("/sign-in/", fields)
        visit = Visit.objects.get()
        assert visit.patient != lou
        told = words(tab.get(answer.url, follow=True))
        assert f"{visit.token} is on the board." in told
        assert "Max undid the merge of Kay Ames and Lou Ames at 9:42 AM." in told

    @pytest.mark.parametrize("how", ["picked", "opened"])
    def test_a_sign_in_with_a_renamed_record_is_left_to_match(
        self, tab: Client, front: Location, max_: Staff, lou: Patient, wrong: PatientMerge, how: str
    ) -> None:
        named = make.visit(front, make.at("9:41"), name="Mo Ames", born="2016-01-01")
        match_decisions.link_visit_to_patient(visit=named, patient=lou, by=max_, at=make.at("9:41"))
        fields = self.picked(tab) if how == "picked" else self.opened(tab, lou)
        use_new(named, max_)
        answer = tab.post("/sign-in/", fields)
        visit = Visit.objects.exclude(pk=named.pk).get()
        assert answer.url == f"/match/{visit.pk}/" and visit.match != MatchState.CONFIRMED
        told = words(tab.get(answer.url))
        assert (
            "Max changed the name or birth date on the record that was chosen at 9:43 AM: it is Mo Ames"
            in told
        )
        assert "Please choose whose visit it is." in told

    def test_a_record_merged_into_the_chosen_one_keeps_the_link(
        self, tab: Client, brook: Clinic, lou: Patient, wrong: PatientMerge, max_: Staff
    ) -> None:
        fields = self.picked(tab) | {"child_given_name": "K."}
        twin = make.patient(brook, "Kay Ames", "2016-01-01")
        lou.refresh_from_db()
        patient_merges.merge_patients(merged=twin, into=lou, by=max_, at=make.at("9:42"), sure=True)
        tab.post("/sign-in/", fields)
        assert (Visit.objects.get().patient, Visit.objects.get().match) == (lou, MatchState.CONFIRMED)

    def test_a_chosen_record_without_its_version_is_left_to_match(
        self, tab: Client, front: Location, lou: Patient, wrong: PatientMerge
    ) -> None:
        said = {"key": str(uuid.uuid4()), "patient": lou.pk, "child_given_name": "K."}
        said["drawn_for"] = f"l{front.pk}"
        answer = tab.post("/sign-in/", said)
        visit = Visit.objects.get()
        assert answer.url == f"/match/{visit.pk}/" and visit.patient != lou
        assert "did not say how it showed the record" in words(tab.get(answer.url))
