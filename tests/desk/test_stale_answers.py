"""Input sent from a stale page is kept as sent, and no default of another child replaces it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from checkin.actions import match_decisions, merge_undo, patient_merges
from checkin.models import (
    Clinic,
    ConsentRecord,
    Location,
    Patient,
    Promise,
    Role,
    Staff,
    StandingProxy,
    Visit,
)
from tests import make
from tests.drawn_forms import Form, draw, forms_on

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


pytestmark = pytest.mark.usefixtures("tuesday")
KAREN, LUKE = "Karen Johnson, mother, 555-010-0125", "Luke Johnson, father, 555-010-0126"
STITCHES = {"care": "treatment", "to_what": "stitches", "agreed": "yes"}
PROMISED = {"about": "results", "due": "hour"}


@pytest.fixture
def tab(brook: Clinic, front: Location) -> Client:
    client = Client()
    client.force_login(make.staff(brook, "sam", Role.CLINICIAN, location=front))
    return client


def emma(brook: Clinic, number: str, born: str, guardian: str, relationship: str) -> Patient:
    found = make.patient(brook, "Emma Johnson", born)
    found.identifiers.create(clinic=brook, value=f"BS-00{number}")
    make.guardian(found, guardian, phone=f"555-010-01{number}", relationship=relationship)
    return found


@pytest.fixture
def first(brook: Clinic) -> Patient:
    return emma(brook, "25", "2018-03-14", "Karen Johnson", "mother")


@pytest.fixture
def second(brook: Clinic) -> Patient:
    return emma(brook, "26", "2016-09-01", "Luke Johnson", "father")


@pytest.fixture
def visit(front: Location, first: Patient) -> Visit:
    """Whoever brought her gave no name, so the forms preselect the person to phone first."""
    found = make.visit(front, name="Emma Johnson", born="2018-03-14", relationship="aunt")
    assert found.patient == first
    return found


@pytest.fixture
def relink(visit: Visit, dana: Staff) -> Callable[..., None]:
    def act(patient: Patient, clock: str = "9:42") -> None:
        now = Visit.objects.get(pk=visit.pk)
        match_decisions.link_visit_to_patient(visit=now, patient=patient, by=dana, at=make.at(clock))

    return act


def refused(tab: Client, form: Form, **said: Any) -> tuple[str, Form]:
    """Return the page that refuses, and its form."""
    answer = tab.post(form.action, form.with_(**said))
    assert answer.status_code == 409
    page = html.unescape(answer.content.decode())
    return page, next(one for one in forms_on(answer.content.decode()) if "drawn_with" in one.fields)


def send_again(tab: Client, page: str, again: Form, **said: Any) -> ClientResponse:
    tick = re.search(r'type="checkbox" name="drawn_for" value="([^"]+)"', page)[1]
    return tab.post(again.action, again.with_(drawn_for=tick, **said))


def held(form: Form, *names: str) -> tuple[str, ...]:
    return tuple(form.fields[name][-1] for name in names)


def consent_form(tab: Client, visit: Visit) -> Form:
    address = f"/visits/{visit.pk}/consent/"
    return draw(tab, address, address)


class TestConsent:
    def test_the_person_is_asked_again_if_only_the_old_childs_guardian(
        self, tab: Client, visit: Visit, relink: Callable[..., None], second: Patient
    ) -> None:
        form = consent_form(tab, visit)
        assert held(form, "person", "how") == (KAREN, "telephone")
        relink(second)
        page, again = refused(tab, form, **STITCHES)
        assert held(again, *STITCHES, "person", "how") == (*STITCHES.values(), "", "telephone")
        assert f'Your page had <b dir="auto">{KAREN}</b>. Please fill this in again.' in page
        assert re.search(r'name="person" required>\s*<option value="" selected>Please choose', page)
        assert send_again(tab, page, again).status_code == 422
        assert not ConsentRecord.objects.exists()
        send_again(tab, page, again, person=LUKE)
        assert ConsentRecord.objects.get().who == "Luke Johnson"

    def test_the_adult_is_kept_if_on_both_records(
        self, tab: Client, visit: Visit, relink: Callable[..., None], second: Patient
    ) -> None:
        make.guardian(second, "Karen Johnson", phone="555-010-0125")
        form = consent_form(tab, visit)
        relink(second)
        page, again = refused(tab, form, **STITCHES)
        assert held(again, "person", "how") == (KAREN, "telephone")
        send_again(tab, page, again)
        (written,) = ConsentRecord.objects.all()
        assert (written.who, written.how, written.patient) == ("Karen Johnson", "telephone", second)

    def test_a_typed_person_is_kept(
        self, tab: Client, visit: Visit, relink: Callable[..., None], second: Patient, first: Patient
    ) -> None:
        first.guardians.all().delete()
        form = consent_form(tab, visit)
        assert held(form, "person") == ("",)
        relink(second)
        _, again = refused(tab, form, **STITCHES, who="Uncle Kai", how="verbal")
        assert held(again, "person", "who", "how") == ("", "Uncle Kai", "verbal")

    def test_answers_are_kept_where_the_new_child_has_no_default(
        self,
        tab: Client,
        visit: Visit,
        relink: Callable[..., None],
        second: Patient,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """“By telephone” came back as “Choose”, and the father as “Somebody else”."""
        form = consent_form(tab, visit)
        make.guardian(second, "Karen Johnson", phone="555-010-0125")
        relink(second)
        monkeypatch.setattr("checkin.web.desk.consent.likely_consent_answer", lambda *_: {})
        assert held(consent_form(tab, visit), "person", "how") == ("", "")
        _, again = refused(tab, form, **STITCHES)
        assert held(again, "person", "how") == (KAREN, "telephone")

    def test_a_renamed_guardian_is_asked_again_and_the_way_is_kept(
        self, tab: Client, visit: Visit, first: Patient, second: Patient, dana: Staff
    ) -> None:
        """The child is the same: a merge made the page stale and removed the adult's other name."""
        form = consent_form(tab, visit)
        first.guardians.update(name="Karin Johnson")
        patient_merges.merge_patients(
            merged=first, into=second, by=dana, at=make.at("9:42"), sure=True, why="one child"
        )
        _, again = refused(tab, form, **STITCHES)
        assert held(again, "person", "how", "to_what") == ("", "telephone", "stitches")

    def test_the_item_consented_to_is_never_changed(
        self, tab: Client, visit: Visit, relink: Callable[..., None], second: Patient
    ) -> None:
        form = consent_form(tab, visit)
        drawn = form.fields["drawn_with"][0].replace('"to_what": [""]', '"to_what": ["MMR"]')
        drawn = drawn.replace('"care": [""]', '"care": ["vaccine"]')
        relink(second)
        said = {"care": "vaccine", "to_what": "MMR", "agreed": "yes", "drawn_with": drawn}
        _, again = refused(tab, form, **said)
        assert held(again, "care", "to_what") == ("vaccine", "MMR")

    def test_a_form_stale_a_second_time_asks_again(
        self,
        tab: Client,
        visit: Visit,
        relink: Callable[..., None],
        first: Patient,
        second: Patient,
        brook: Clinic,
    ) -> None:
        third = emma(brook, "27", "2015-05-05", "Nora Johnson", "mother")
        make.guardian(second, "Karen Johnson", phone="555-010-0125")
        form = consent_form(tab, visit)
        relink(second)
        page, again = refused(tab, form, **STITCHES)
        assert held(again, "person") == (KAREN,)
        relink(third, "9:43")
        tick = re.search(r'type="checkbox" name="drawn_for" value="([^"]+)"', page)[1]
        page, again = refused(tab, again, drawn_for=tick)
        assert held(again, "person", "to_what") == ("", "stitches")


class TestProxy:
    def form(self, tab: Client, visit: Visit) -> Form:
        return draw(tab, f"/visits/{visit.pk}/consent/", f"/patients/{visit.patient_id}/proxies/")

    def test_the_grantor_is_asked_again_if_only_the_old_childs_guardian(
        self, tab: Client, visit: Visit, relink: Callable[..., None], second: Patient
    ) -> None:
        form = self.form(tab, visit)
        assert held(form, "granted_by") == ("Karen Johnson",)
        relink(second)
        page, again = refused(tab, form, name="Nia Long")
        assert held(again, "name", "granted_by") == ("Nia Long", "")
        assert 'Your page had <b dir="auto">Karen Johnson</b>. Please fill this in again.' in page
        assert send_again(tab, page, again).status_code == 422
        assert not StandingProxy.objects.exists()

    def test_the_adult_is_kept_if_on_both_records(
        self, tab: Client, visit: Visit, relink: Callable[..., None], second: Patient
    ) -> None:
        make.guardian(second, "Karen Johnson", phone="555-010-0125")
        form = self.form(tab, visit)
        relink(second)
        page, again = refused(tab, form, name="Nia Long")
        send_again(tab, page, again)
        assert StandingProxy.objects.get().granted_by == "Karen Johnson"

    def test_the_grantor_is_asked_again_after_the_merge_was_undone(
        self, tab: Client, first: Patient, second: Patient, dana: Staff
    ) -> None:
        merged = patient_merges.merge_patients(
            merged=second, into=first, by=dana, at=make.at("9:41"), sure=True, why="one child"
        ).merge
        address = f"/patients/{first.pk}/proxies/"
        form = draw(tab, f"/patients/{first.pk}/", address)
        drawn = form.fields["drawn_with"][0].replace('"granted_by": [""]', '"granted_by": ["Luke Johnson"]')
        merge_undo.undo_patient_merge(merge=merged, by=dana, at=make.at("9:42"))
        said = {"name": "Nia Long", "granted_by": "Luke Johnson", "drawn_with": drawn}
        _, again = refused(tab, form, **said)
        assert held(again, "granted_by") == ("",)

    def test_a_typed_grantor_is_kept(
        self, tab: Client, visit: Visit, relink: Callable[..., None], second: Patient
    ) -> None:
        form = self.form(tab, visit)
        relink(second)
        _, again = refused(tab, form, name="Nia Long", granted_by="Ana Ruiz")
        assert held(again, "granted_by") == ("Ana Ruiz",)


class TestPromise:
    def form(self, tab: Client, visit: Visit) -> Form:
        return draw(tab, f"/promises/new/?visit={visit.pk}", "/promises/new/")

    @pytest.fixture
    def visit(self, front: Location, first: Patient) -> Visit:
        return make.visit(front, name="Emma Johnson", born="2018-03-14", escort_name="", escort_phone="")

    def test_recipient_and_phone_are_asked_again_if_the_old_childs(
        self, tab: Client, visit: Visit, relink: Callable[..., None], second: Patient
    ) -> None:
        form = self.form(tab, visit)
        assert held(form, "to_whom", "reach_at") == ("Karen Johnson", "555-010-0125")
        relink(second)
        page, again = refused(tab, form, **PROMISED)
        assert held(again, "to_whom", "reach_at", *PROMISED) == ("", "", *PROMISED.values())
        send_again(tab, page, again)
        assert not Promise.objects.exists()

    def test_recipient_and_phone_are_kept_if_on_both_records(
        self, tab: Client, visit: Visit, relink: Callable[..., None], second: Patient
    ) -> None:
        make.guardian(second, "Karen Johnson", phone="555-010-0125")
        form = self.form(tab, visit)
        relink(second)
        _, again = refused(tab, form, **PROMISED)
        assert held(again, "to_whom", "reach_at") == ("Karen Johnson", "555-010-0125")

    def test_a_typed_recipient_does_not_get_the_old_childs_phone(
        self, tab: Client, visit: Visit, relink: Callable[..., None], second: Patient
    ) -> None:
        form = self.form(tab, visit)
        relink(second)
        _, again = refused(tab, form, **PROMISED, to_whom="Grandma Jo")
        assert held(again, "to_whom", "reach_at") == ("Grandma Jo", "")


def test_a_stale_note_keeps_its_submitted_dates(
    tab: Client, visit: Visit, relink: Callable[..., None], second: Patient
) -> None:
    address = f"/visits/{visit.pk}/notes/work/"
    form = draw(tab, address, address)
    relink(second)
    sent = {"return_on": "2026-03-13", "limits": "No sports.", "do": "keep"}
    _, again = refused(tab, form, **sent)
    kept = ("excused_from", "excused_to", "seen_from")
    assert held(again, *kept) == held(form, *kept)
    assert held(again, "return_on", "limits") == ("2026-03-13", "No sports.")


def test_a_stale_note_drops_how_the_school_writes_the_former_name(
    tab: Client, visit: Visit, brook: Clinic, relink: Callable[..., None]
) -> None:
    address = f"/visits/{visit.pk}/notes/school/"
    tab.post(address, draw(tab, address, address).with_(name_spelling="Emma Jonson", do="keep"))
    form = draw(tab, address, address)
    assert held(form, "name_spelling") == ("Emma Jonson",)
    relink(make.patient(brook, "Mia Voss", "2016-09-01"))
    _, again = refused(tab, form, limits="No sports.", do="keep")
    assert held(again, "name_spelling", "limits") == ("", "No sports.")


def test_a_stale_record_form_shows_the_old_and_current_values(
    tab: Client, visit: Visit, relink: Callable[..., None], first: Patient, second: Patient
) -> None:
    """Retyping the same value is no change, but nobody has to remember what the field said."""
    Patient.objects.filter(pk=first.pk).update(access_needs="wheelchair", interpreter_needed=True)
    Patient.objects.filter(pk=second.pk).update(access_needs="quiet room")
    address = f"/visits/{visit.pk}/preferences/"
    form = draw(tab, address, address)
    relink(second)
    page, again = refused(tab, form, best_time="after 17:00")
    assert held(again, "access_needs", "best_time") == ("quiet room", "after 17:00")
    assert 'Your page had <b dir="auto">wheelchair</b>.</p>' in page
    assert 'Your page had <b dir="auto">ticked</b>.</p>' in page
    assert page.count("Your page had") == 2


class TestNamesakes:
    NOW = "born Sep 1, 2016, record BS-0026"

    def test_message_and_checkbox_distinguish_namesakes(
        self, tab: Client, visit: Visit, relink: Callable[..., None], second: Patient
    ) -> None:
        form = consent_form(tab, visit)
        relink(second)
        page, _ = refused(tab, form, **STITCHES)
        assert f"Dana matched {visit.token} to Emma Johnson ({self.NOW}) at 9:42 AM." in page
        assert "about record BS-0025, now called <b><bdi>Emma Johnson</bdi></b>, born Mar 14, 2018." in page
        assert f"{visit.token} is <b><bdi>Emma Johnson</bdi></b> ({self.NOW}) now" in page
        assert f"This is for <b><bdi>Emma Johnson</bdi></b> ({self.NOW})" in page

    def test_similar_names_are_distinguished_too(
        self, tab: Client, visit: Visit, relink: Callable[..., None], second: Patient
    ) -> None:
        Patient.objects.filter(pk=second.pk).update(given_name="Emmy")
        form = consent_form(tab, visit)
        relink(Patient.objects.get(pk=second.pk))
        page, _ = refused(tab, form, **STITCHES)
        assert f"This is for <b><bdi>Emmy Johnson</bdi></b> ({self.NOW})" in page

    def test_the_htmx_answer_distinguishes_namesakes(
        self, tab: Client, visit: Visit, relink: Callable[..., None], second: Patient
    ) -> None:
        form = consent_form(tab, visit)
        relink(second)
        answer = tab.post(form.action, form.with_(**STITCHES), headers={"HX-Request": "true"})
        assert f"to Emma Johnson ({self.NOW}) at 9:42 AM. Nothing was written." in answer.content.decode()

    def test_a_form_without_a_page_version_describes_the_child_in_full(
        self, tab: Client, visit: Visit, second: Patient
    ) -> None:
        form = consent_form(tab, visit)
        page, _ = refused(tab, form, **STITCHES, drawn_for="")
        more = "born Mar 14, 2018, record BS-0025"
        assert f"This is for <b><bdi>Emma Johnson</bdi></b> ({more})" in page

    def test_different_names_are_shown_without_details(
        self, tab: Client, visit: Visit, relink: Callable[..., None], brook: Clinic
    ) -> None:
        form = consent_form(tab, visit)
        relink(make.patient(brook, "Mia Chen", "2017-05-05"))
        page, _ = refused(tab, form, **STITCHES)
        assert "This is for <b><bdi>Mia Chen</bdi></b>\n" in page
        assert f"Dana matched {visit.token} to Mia Chen at 9:42 AM." in page
