"""Completing a provisional record, or merging it into an existing one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from checkin.actions import consent, match_decisions, merge_undo, patient_merges, preferences
from checkin.models import (
    Clinic,
    Location,
    MatchDecision,
    MatchState,
    Patient,
    PatientIdentifier,
    PatientMerge,
    Staff,
    Visit,
)
from checkin.queries import patient_merges as patient_merge_queries
from checkin.rules.roles import Role, StaffAct, role_refusal
from tests import make

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


pytestmark = pytest.mark.usefixtures("tuesday")


@pytest.fixture
def visit(front: Location) -> Visit:
    return make.visit(front, make.at("9:30"), name="Zoltan Kiss", born="2019-05-05")


@pytest.fixture
def found(visit: Visit) -> Patient | None:
    return visit.patient


@pytest.fixture
def zoli(brook: Clinic) -> Patient:
    return make.patient(brook, "Zoltán Kis", born="2019-05-06")


def merge(client: Client, found: Any, into: Patient) -> ClientResponse:
    return client.post(f"/patients/{found.pk}/merge/", {"into": into.pk})


def complete(client: Client, found: Any, **said: Any) -> ClientResponse:
    return client.post(
        f"/patients/{found.pk}/complete/", {"given_name": "Zoltán", "family_name": "Kiss"} | said
    )


def test_a_provisional_record_lists_likely_records_to_merge_into(
    desk_client: Client, found: Patient | None, zoli: Patient
) -> None:
    page = desk_client.get(f"/patients/{found.pk}/").content.decode()
    assert "Made at sign-in, to be completed" in page
    assert "Merge into <bdi>Zoltán Kis</bdi>" in page
    assert f"Merge into <bdi>{found.name}</bdi>" not in page


def test_a_merge_is_done_and_offers_undo(
    desk_client: Client, found: Patient | None, visit: Visit, zoli: Patient
) -> None:
    answer = merge(desk_client, found, zoli)
    visit.refresh_from_db()
    assert (visit.patient, visit.match) == (zoli, MatchState.CONFIRMED)
    page = desk_client.get(answer.url).content.decode()
    assert f"was merged into <bdi>{zoli.name}</bdi>" in page
    assert visit.token in page
    merge_id = PatientMerge.objects.get().pk
    assert f'action="/merges/{merge_id}/undo/"' in page
    assert "This record was merged into" in desk_client.get(f"/patients/{found.pk}/").content.decode()


@pytest.mark.parametrize(
    ("take", "said"),
    [
        ([], "Not taken over, and only on the record that was merged: Access: crutches."),
        (["access_needs"], "Taken over: Access needs, in place of: Access: uses a wheelchair."),
    ],
)
def test_a_merge_reports_which_access_needs_are_kept(
    desk_client: Client, found: Patient | None, zoli: Patient, max_: Staff, take: list[str], said: str
) -> None:
    Patient.objects.filter(pk=found.pk).update(access_needs="crutches")
    Patient.objects.filter(pk=zoli.pk).update(access_needs="uses a wheelchair")
    for one in (found, zoli):
        one.refresh_from_db()
    facts = {"by": max_, "at": make.at("9:45"), "why": "their mother showed both cards", "take": take}
    made = patient_merges.merge_patients(merged=found, into=zoli, **facts)
    assert said.removesuffix(".") in patient_merge_queries.merge_report_lines(
        patient_merge_queries.read_merge_report(zoli.clinic, made.merge.pk)
    )
    undone = merge_undo.undo_patient_merge(merge=made.merge, by=max_, at=make.at("9:46"))
    lines = patient_merge_queries.merge_report_lines(
        patient_merge_queries.read_merge_report(zoli.clinic, undone.pk)
    )
    assert not any("in place of" in one or "Not taken" in one for one in lines)


def test_a_clinician_sees_who_may_merge(
    as_: Callable[[Staff], Client], noor: Staff, found: Patient | None, zoli: Patient
) -> None:
    browser, sentence = as_(noor), "Only the front desk or the manager merges two records."
    page = browser.get(f"/patients/{found.pk}/").content.decode()
    assert "Merge into" not in page
    assert sentence in page
    answer = merge(browser, found, zoli)
    assert (answer.status_code, MatchDecision.objects.count()) == (403, 0)
    assert sentence in answer.content.decode()


def test_a_clinician_can_link_a_visit_and_undo_it(
    as_: Callable[[Staff], Client], noor: Staff, visit: Visit, zoli: Patient
) -> None:
    """A visit on the wrong child cannot wait for the person who keeps the records."""
    browser = as_(noor)
    assert browser.post(f"/match/{visit.pk}/link/", {"patient": zoli.pk, "seen": 0}).status_code == 302
    visit.refresh_from_db()
    assert visit.patient == zoli
    last = visit.match_decisions.order_by("pk").last()
    assert browser.post(f"/match/{visit.pk}/undo/", {"seen": last.pk}).status_code == 302
    visit.refresh_from_db()
    assert visit.patient != zoli


def test_two_children_here_at_once_are_compared_before_merging(
    desk_client: Client, front: Location, found: Patient | None, zoli: Patient
) -> None:
    other = make.visit(front, make.at("9:20"), name="Zoltán Kis", born="2019-05-06")
    other.patient, other.match = zoli, MatchState.CONFIRMED
    other.save()
    answer = merge(desk_client, found, zoli)
    assert answer.url == f"/patients/{found.pk}/merge/{zoli.pk}/"
    assert "are both here now" in desk_client.get(answer.url).content.decode()


def test_merging_twice_is_done_once(desk_client: Client, found: Patient | None, zoli: Patient) -> None:
    assert {merge(desk_client, found, zoli).status_code for _ in range(2)} == {302}
    assert MatchDecision.objects.count() == 1


def test_a_complete_record_cannot_be_merged_into_a_provisional_one(
    desk_client: Client, found: Patient | None, zoli: Patient
) -> None:
    answer = merge(desk_client, zoli, found)
    assert answer.status_code == 409
    assert "Only a provisional record can be merged" in answer.content.decode()


def test_any_patient_can_be_searched_as_merge_target(
    desk_client: Client, found: Patient | None, brook: Clinic
) -> None:
    make.patient(brook, "Mia Novak", born="2011-01-01")
    answer = desk_client.post(f"/patients/{found.pk}/search/", {"q": "novak"})
    assert answer.url == f"/patients/{found.pk}/?s=1#merge"
    assert "Merge into <bdi>Mia Novak" in desk_client.get(answer.url.removesuffix("#merge")).content.decode()


def test_completing_a_record_saves_the_corrected_details(
    desk_client: Client, found: Patient | None, visit: Visit
) -> None:
    answer = complete(desk_client, found, birth_date="5/5/2019", phone="555-010-4444", preferred_name="Zoli")
    assert answer.url == f"/patients/{found.pk}/"
    found.refresh_from_db()
    visit.refresh_from_db()
    assert (found.status, found.given_name, found.preferred_name) == (Patient.Status.ACTIVE, "Zoltán", "Zoli")
    assert (visit.match, visit.sign_in.child_given_name) == (MatchState.NEW, "Zoltan")


@pytest.mark.parametrize(
    ("field", "said", "sentence"),
    [
        ("birth_date", "2019-02-31", "is not in the calendar"),
        ("birth_date", "2031-01-01", "is in the future"),
        ("birth_date", "last spring", "is not a date"),
        ("given_name", "x" * 201, "At most 200 letters fit here"),
    ],
)
def test_an_invalid_field_is_explained_and_input_is_kept(
    desk_client: Client, found: Patient | None, field: str, said: str, sentence: str
) -> None:
    answer = complete(desk_client, found, **{field: said, "phone": "555-010-4444"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert sentence in page
    assert f'value="{said}"' in page
    assert 'value="555-010-4444"' in page
    found.refresh_from_db()
    assert found.status == Patient.Status.PROVISIONAL


def test_completing_requires_a_name(desk_client: Client, found: Patient | None) -> None:
    answer = complete(desk_client, found, given_name="\x00", family_name=" ")
    assert (answer.status_code, "Please give at least one name." in answer.content.decode()) == (400, True)


def test_completing_twice_is_refused(desk_client: Client, found: Patient | None) -> None:
    complete(desk_client, found)
    answer = complete(desk_client, found, given_name="Somebody")
    found.refresh_from_db()
    assert (answer.status_code, found.given_name) == (409, "Zoltán")


@pytest.mark.parametrize("button", ["merge", "complete", "search"])
def test_merging_refuses_anonymous_auditor_other_clinic_and_get(
    client: Client,
    as_: Callable[[Staff], Client],
    otto: Staff,
    sol: Staff,
    desk_client: Client,
    found: Patient | None,
    zoli: Patient,
    hill: Clinic,
    button: str,
) -> None:
    path, said = f"/patients/{found.pk}/{button}/", {"into": zoli.pk, "q": "x", "given_name": "x"}
    assert client.post(path, said).url.startswith("/account/login/")
    assert as_(otto).post(path, said).status_code == 403
    assert as_(sol).post(path, said).status_code == 404
    assert desk_client.get(path).status_code == 405
    found.refresh_from_db()
    assert found.status == Patient.Status.PROVISIONAL


def test_a_record_of_another_clinic_cannot_be_merged_into(
    desk_client: Client, found: Patient | None, hill: Clinic
) -> None:
    assert merge(desk_client, found, make.patient(hill, "Zoltan Kiss")).status_code == 404


class TestTwoOnFile:
    """Q17: two records of one child could not be merged when both were on file."""

    @pytest.fixture
    def emma(self, brook: Clinic, front: Location) -> Patient:
        emma = make.patient(brook, "Emma Johnson", "2017-04-04", city="Aurora")
        make.guardian(emma, "Ana Johnson")
        return emma

    @pytest.fixture
    def emmy(self, brook: Clinic, emma: Patient) -> Patient:
        emmy = make.patient(brook, "Emma Johnson", "2017-04-04", phone="555-010-0177", city="Joliet")
        PatientIdentifier.objects.create(clinic=brook, patient=emmy, system="", value="E-2")
        return emmy

    def compared(self, client: Client, one: Patient, other: Patient) -> str:
        return client.get(f"/patients/{one.pk}/merge/{other.pk}/").content.decode()

    def choices(self, page: str) -> dict[Any, Any]:
        """Return what the page sends when nothing is changed on it."""
        sent = dict(re.findall(r'name="(seen|ticked_for)" value="(\w+)"', page))
        picked = re.findall(r'name="((?:col_|stays)\w*)" value="(one|other)" checked', page)
        return sent | dict(picked)

    def send(self, client: Client, one: Patient, other: Patient, **said: Any) -> ClientResponse:
        said = self.choices(self.compared(client, one, other)) | said
        return client.post(f"/patients/{one.pk}/merge/{other.pk}/send/", said)

    def test_the_patient_page_finds_the_duplicate_record(
        self, desk_client: Client, emma: Patient, emmy: Patient
    ) -> None:
        page = desk_client.get(f"/patients/{emma.pk}/").content.decode()
        assert "The same child as another record" in page
        assert f"/merge/{emmy.pk}/" not in page
        found = desk_client.get(f"/patients/{emma.pk}/?alike=1").content.decode()
        assert f'href="/patients/{emma.pk}/merge/{emmy.pk}/"' in found
        sought = desk_client.post(f"/patients/{emma.pk}/search/", {"q": "E-2"})
        assert f"/merge/{emmy.pk}/" in desk_client.get(sought.url.removesuffix("#merge")).content.decode()

    def test_both_records_are_compared_with_differences_and_attachments(
        self, desk_client: Client, emma: Patient, emmy: Patient
    ) -> None:
        page = self.compared(desk_client, emma, emmy)
        for words in ("Aurora", "Joliet", "555-010-0177", "Ana Johnson", "E-2"):
            assert words in page
        assert 'name="col_phone" value="other" checked' in page
        assert 'name="stays" value="one" checked' in page

    def test_one_number_in_two_formats_is_no_difference(
        self, desk_client: Client, emma: Patient, emmy: Patient
    ) -> None:
        """Both were shown in one format, as "differs" and without a mark."""
        for one, phone in ((emma, "(312) 555-0153"), (emmy, "+13125550153")):
            one.phone = phone
            one.save()
        page = self.compared(desk_client, emma, emmy)
        row = re.search(r'<tr class="(\w+)"[^>]*>\s*<th scope="row">Phone(.*?)</th>', page)
        assert row and row.groups() == ("same", "")

    def test_two_records_with_one_name_are_distinguished_in_every_choice(
        self, desk_client: Client, emma: Patient, emmy: Patient
    ) -> None:
        """On screen and for screen readers: both were “Emma Johnson”, in the headings and in each choice."""
        page = self.compared(desk_client, emma, emmy)
        for head in ("born Apr 4, 2017</span></th>", "born Apr 4, 2017, record E-2</span></th>"):
            assert head in page
        one, other = (
            "Emma Johnson, born Apr 4, 2017, the first of the two",
            "Emma Johnson, E-2, the second of the two",
        )
        for side, tag in (("one", one), ("other", other)):
            assert f'aria-describedby="record-{side}"> <span><bdi>{tag}</bdi> stays</span>' in page
            assert f"Aurora</span>, as {tag} says" in page or f", as {tag} says</span>" in page
            assert f'<th scope="col" id="record-{side}">' in page
        answer = self.send(desk_client, emma, emmy)
        page = desk_client.get(answer.url).content.decode()
        assert "</a> (born Apr 4, 2017, the record that was merged) was merged into" in page
        assert "<bdi>Emma Johnson</bdi> (E-2, the record that stayed)." in page
        assert '>Undo merge<span class="visually-hidden"> of Emma Johnson, born Apr 4, 2017' in page
        made = PatientMerge.objects.get()
        page = desk_client.get(desk_client.post(f"/merges/{made.pk}/undo/").url).content.decode()
        assert "(E-2, the record that was merged) and" in page
        assert "(born Apr 4, 2017, the record that stayed) are two records again" in page

    def test_undoing_a_merge_says_beforehand_which_name_returns(
        self, desk_client: Client, brook: Clinic, front: Location, emma: Patient
    ) -> None:
        PatientIdentifier.objects.create(clinic=brook, patient=emma, system="mrn", value="E-1")
        other = make.patient(brook, "Emily Jonson", "2017-04-04", phone="555-010-0177")
        visit = make.visit(front, make.at("9:20"), name="Emily Jonson", born="2017-04-04")
        Visit.objects.filter(pk=visit.pk).update(patient=other, match=MatchState.CONFIRMED)
        said = {"col_given_name": "other", "col_family_name": "other", "why": "the mother showed both cards"}
        answer = self.send(desk_client, emma, other, stays="one", **said)
        emma.refresh_from_db()
        assert emma.name == "Emily Jonson"
        again = "After an undo: E-1 will be called Emma Johnson, born Apr 4, 2017, again (now Emily Jonson;"
        for address in (answer.url, f"/patients/{emma.pk}/", f"/visits/{visit.pk}/"):
            page = desk_client.get(address).content.decode()
            assert again in page and "phone not known again" in page

    def test_lists_of_namesakes_show_record_numbers_on_each_button(
        self, desk_client: Client, emma: Patient, emmy: Patient
    ) -> None:
        found = desk_client.get(f"/patients/{emma.pk}/?alike=1").content.decode()
        assert "Apr 4, 2017</bdi> · record <bdi>E-2</bdi>" in found
        assert "with Emma Johnson, born Apr 4, 2017, record E-2</span>" in found

    def test_a_merge_follows_the_choices_reports_them_and_can_be_undone(
        self, desk_client: Client, emma: Patient, emmy: Patient
    ) -> None:
        answer = self.send(desk_client, emma, emmy, col_city="other")
        emma.refresh_from_db()
        emmy.refresh_from_db()
        assert (emma.phone, emma.city, emmy.merged_into) == ("555-010-0177", "Joliet", emma)
        page = desk_client.get(answer.url).content.decode()
        assert "Record number: <bdi>E-2</bdi>" in page
        assert "Taken from that record:" in page
        made = PatientMerge.objects.get()
        again = desk_client.get(f"/patients/{emma.pk}/").content.decode()
        assert "Merged from" in again
        answer = desk_client.post(f"/merges/{made.pk}/undo/")
        page = desk_client.get(answer.url).content.decode()
        assert "are two records again" in page
        put_back = "As it was before, on the record of <bdi>Emma Johnson</bdi>, which stayed:"
        assert put_back in page and "Phone" in page.split(put_back)[1].partition("</li>")[0]
        emma.refresh_from_db()
        emmy.refresh_from_db()
        assert (emma.phone, emma.city, emmy.status) == ("", "Aurora", Patient.Status.ACTIVE)

    def test_a_stale_undo_says_the_records_were_merged_again(
        self, desk_client: Client, emma: Patient, emmy: Patient
    ) -> None:
        self.send(desk_client, emma, emmy)
        first = PatientMerge.objects.get()
        desk_client.post(f"/merges/{first.pk}/undo/")
        self.send(desk_client, emma, emmy)
        page = desk_client.post(f"/merges/{first.pk}/undo/", follow=True).content.decode()
        assert "undone already, and the record was merged again since" in page
        assert "are two records again" not in page
        emmy.refresh_from_db()
        assert emmy.merged_into == emma

    def test_keeping_the_other_record_reselects_its_values(
        self, desk_client: Client, emma: Patient, emmy: Patient
    ) -> None:
        """It kept the first record's birth date, city and language: a mix of both records."""
        Patient.objects.filter(pk=emma.pk).update(language="ar", sex="female")
        Patient.objects.filter(pk=emmy.pk).update(language="pl", birth_date=dt.date(2017, 4, 14))
        why = "one card, misread"
        answer = self.send(desk_client, emma, emmy, stays="other", why=why, col_birth_date="one")
        page = answer.content.decode()
        assert (answer.status_code, PatientMerge.objects.count()) == (409, 0)
        assert "The other record stays now: where they differ, what it says is chosen." in page
        drawn = self.choices(page)
        assert (drawn["stays"], drawn["ticked_for"]) == ("other", "other")
        assert (drawn["col_city"], drawn["col_language"], drawn["col_birth_date"]) == ("other",) * 3
        assert drawn["col_sex"] == "one", "only one of the two says it"
        drawn |= {"why": why, "col_birth_date": "one"}
        address = f"/patients/{emma.pk}/merge/{emmy.pk}/send/"
        assert desk_client.post(address, drawn).status_code == 302
        emma.refresh_from_db()
        emmy.refresh_from_db()
        assert (emma.merged_into, emmy.city, emmy.language) == (emmy, "Joliet", "pl")
        assert (emmy.birth_date, emmy.sex) == (dt.date(2017, 4, 4), "female"), "as a hand chose"

    def test_explicit_choices_survive_keeping_the_other_record(
        self, desk_client: Client, emma: Patient, emmy: Patient
    ) -> None:
        """Without script too: choices made against the kept record are not asked about again."""
        Patient.objects.filter(pk=emmy.pk).update(language="pl")
        Patient.objects.filter(pk=emma.pk).update(language="ar")
        page = self.send(desk_client, emma, emmy, stays="other", col_city="other").content.decode()
        assert self.choices(page)["col_city"] == "other"
        answer = self.send(desk_client, emma, emmy, stays="other", col_city="other", col_language="other")
        assert answer.status_code == 302

    def test_a_blank_chosen_explicitly_is_not_filled_from_the_other_record(
        self, desk_client: Client, emma: Patient, emmy: Patient, dana: Staff
    ) -> None:
        """The interpreter was another child's by mistake; it stays on the record merged away."""
        preferences.record_language_and_needs(
            patient=emmy, language="pl", interpreter_needed=True, access_needs="ramp", by=dana,
            at=make.at("9:30"),
        )  # fmt: skip
        blank = {"col_interpreter_needed": "one", "col_access_needs": "one"}
        answer = self.send(desk_client, emma, emmy, stays="one", **blank)
        emma.refresh_from_db()
        assert (emma.language, emma.interpreter_needed, emma.access_needs) == ("pl", False, "")
        page = desk_client.get(answer.url).content.decode()
        assert "Not taken over, and only on that record: <bdi>Interpreter needed, access: ramp</bdi>" in page
        desk_client.post(f"/merges/{PatientMerge.objects.get().pk}/undo/")
        for row in (emma, emmy):
            row.refresh_from_db()
        assert (emma.language, emmy.interpreter_needed, emmy.access_needs) == ("", True, "ramp")

    def test_a_difference_about_deceased_must_be_decided(
        self, desk_client: Client, emma: Patient, emmy: Patient
    ) -> None:
        Patient.objects.filter(pk=emmy.pk).update(is_deceased=True)
        answer = self.send(desk_client, emma, emmy)
        assert answer.status_code == 409
        assert "Choose which record is right about: deceased." in answer.content.decode()
        assert self.send(desk_client, emma, emmy, col_is_deceased="one").status_code == 302

    def test_merging_twins_requires_a_reason_and_keeps_choices(
        self, desk_client: Client, brook: Clinic, emma: Patient
    ) -> None:
        ella = make.patient(brook, "Ella Johnson", "2017-04-04", city="Joliet")
        assert "as twins have" in self.compared(desk_client, emma, ella)
        answer = self.send(desk_client, emma, ella, col_city="other")
        page = answer.content.decode()
        assert (answer.status_code, "write how you know" in page) == (409, True)
        assert 'name="col_city" value="other" checked' in page
        assert not PatientMerge.objects.exists()
        answer = self.send(desk_client, emma, ella, why="one card, misread")
        assert answer.status_code == 302
        assert "one card, misread" in desk_client.get(f"/patients/{emma.pk}/").content.decode()

    def test_the_merge_key_is_off_while_an_answer_is_required(
        self, desk_client: Client, brook: Clinic, front: Location, emma: Patient, emmy: Patient
    ) -> None:
        key = "Merge the two records <kbd>1</kbd>"
        assert key in self.compared(desk_client, emma, emmy)
        ella = make.patient(brook, "Ella Johnson", "2017-04-04")
        page = self.compared(desk_client, emma, ella)
        assert (key in page, "How do you know" in page) == (False, True)
        answer = self.send(desk_client, emma, ella, why="x")
        assert (answer.status_code, "in a few words how you know" in answer.content.decode()) == (409, True)
        Patient.objects.filter(pk=emmy.pk).update(is_deceased=True)
        assert key not in self.compared(desk_client, emma, emmy)

    def test_a_clinician_sees_who_may_merge_and_no_choices(
        self, as_: Callable[[Staff], Client], noor: Staff, emma: Patient, emmy: Patient
    ) -> None:
        page = self.compared(as_(noor), emma, emmy)
        assert "Only the front desk or the manager merges two records." in page
        assert 'type="radio"' not in page
        assert "the one chosen here is kept" not in page

    @pytest.mark.parametrize("who", ["ada", "otto"])
    def test_administrators_and_auditors_see_no_comparison(
        self,
        as_: Callable[[Staff], Client],
        request: pytest.FixtureRequest,
        emma: Patient,
        emmy: Patient,
        who: str,
    ) -> None:
        answer = as_(request.getfixturevalue(who)).get(f"/patients/{emma.pk}/merge/{emmy.pk}/")
        page = answer.content.decode()
        assert answer.status_code == 403
        assert role_refusal(Role.AUDITOR, StaffAct.READ_CHARTS) in page
        assert "Johnson" not in page

    def test_a_stale_page_merges_nothing(self, desk_client: Client, emma: Patient, emmy: Patient) -> None:
        sent = self.choices(self.compared(desk_client, emma, emmy))
        Patient.objects.filter(pk=emmy.pk).update(birth_date="2011-01-01")
        answer = desk_client.post(f"/patients/{emma.pk}/merge/{emmy.pk}/send/", sent)
        assert (answer.status_code, PatientMerge.objects.count()) == (409, 0)
        assert "since this page was opened" in answer.content.decode()

    def test_a_merged_record_links_to_its_target_and_has_no_forms(
        self, desk_client: Client, emma: Patient, emmy: Patient
    ) -> None:
        self.send(desk_client, emma, emmy)
        page = desk_client.get(f"/patients/{emmy.pk}/").content.decode()
        assert f'<a href="/patients/{emma.pk}/"' in page
        assert "Nothing can be written here" in page
        main = page.split("<main", 1)[1].split("</main>")[0]
        assert "<form" not in main
        assert desk_client.get(f"/patients/{emmy.pk}/merge/{emma.pk}/").status_code == 302

    def test_merging_refuses_anonymous_auditor_other_clinic_and_get(
        self,
        client: Client,
        as_: Callable[[Staff], Client],
        otto: Staff,
        sol: Staff,
        desk_client: Client,
        emma: Patient,
        emmy: Patient,
        hill: Clinic,
    ) -> None:
        path = f"/patients/{emma.pk}/merge/{emmy.pk}/send/"
        assert client.post(path).url.startswith("/account/login/")
        assert as_(otto).post(path).status_code == 403
        assert as_(sol).post(path).status_code == 404
        assert desk_client.get(path).status_code == 405
        assert desk_client.get(f"/patients/{emma.pk}/merge/{emma.pk}/").status_code == 404
        stranger = make.patient(hill)
        assert desk_client.get(f"/patients/{emma.pk}/merge/{stranger.pk}/").status_code == 404
        self.send(desk_client, emma, emmy)
        made = PatientMerge.objects.get()
        undo = f"/merges/{made.pk}/undo/"
        assert as_(otto).post(undo).status_code == 403
        assert as_(sol).post(undo).status_code == 404
        assert desk_client.get(undo).status_code == 405
        assert not PatientMerge.objects.filter(undoes=made).exists()


def test_the_comparison_lists_doses_and_due_items_like_the_patient_pages(
    desk_client: Client, brook: Clinic, found: Patient | None, zoli: Patient
) -> None:
    """One dose from two sources was listed twice, and the due item that it answers was listed as due."""
    for patient, rows in ((found, [("MMR", "03"), ("M-M-R II", "")]), (zoli, [("mmr", "3")])):
        for nth, (name, code) in enumerate(rows):
            patient.immunizations.create(
                clinic=brook,
                name=name,
                code=code,
                given_on=dt.date(2026, 3, 6),
                system="",
                value=f"{nth}{name}",
            )
        patient.due_items.create(clinic=brook, kind="vaccine", name="MMR", due_on=dt.date(2026, 1, 5))
    zoli.due_items.create(clinic=brook, kind="vaccine", name="Varicella", due_on=dt.date(2026, 1, 6))
    zoli.due_items.create(
        clinic=brook, kind="vaccine", name="DTaP", due_on=dt.date(2026, 1, 6), status="given"
    )
    page = desk_client.get(f"/patients/{found.pk}/merge/{zoli.pk}/").content.decode()
    given = cells(page, "Vaccines given")
    assert given == [["M-M-R II, Mar 6, 2026, on record as MMR"], ["mmr, Mar 6, 2026"]]
    assert cells(page, "Due") == [[], ["Varicella, due Jan 6, 2026"]]


def cells(page: str, label: str) -> list[list[str]]:
    """Return what a row of the comparison shows for each of the two records."""
    row = re.search(rf'<th scope="row">{label}</th>(.*?)</tr>', page, re.DOTALL)
    assert row, label
    return [re.findall(r"<bdi>(.*?)</bdi>", cell) for cell in row[1].split("<td>")[1:]]


def test_the_merge_report_names_what_moved_and_each_visits_desk(
    desk_client: Client,
    front: Location,
    annexe: Location,
    brook: Clinic,
    dana: Staff,
    found: Patient | None,
    visit: Visit,
    zoli: Patient,
) -> None:
    """A merge said “Kiss: check_up”, and named two Orange Birds, one of them at the annexe."""
    facts = {"agreed": True, "basis": "telephone", "how": "telephone", "heard_by": dana}
    consent.record_consent(patient=found, care="check_up", who="Ildi Kiss", at=make.at("9:35"), **facts)
    consent.record_consent(
        patient=found, care="vaccine", who="Jan Kiss", at=make.at("9:36"), **facts | {"agreed": False}
    )
    other = make.visit(
        annexe, make.at("9:32"), name="Zoltan Kiss", born="2019-05-05", escort_name="", relationship="uncle"
    )
    match_decisions.link_visit_to_patient(visit=other, patient=found, by=dana, at=make.at("9:34"))
    compare = desk_client.get(f"/patients/{found.pk}/merge/{zoli.pk}/").content.decode()
    assert f"{visit.token} at Front desk" in compare
    assert f"{other.token} at {annexe.name}" in compare
    page = desk_client.get(merge(desk_client, found, zoli).url).content.decode()
    assert "Ildi Kiss agreed to check-up" in page
    assert "Jan Kiss said no to vaccine" in page
    assert f"{visit.token} at Front desk" in page
    assert f"{other.token} at {annexe.name}" in page
    assert "<bdi>uncle</bdi>" in page
    assert ": check_up" not in page
