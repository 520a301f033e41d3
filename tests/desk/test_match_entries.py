"""The page before a match is corrected: each entry, which child it belongs to, and what was done with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from checkin.actions import consent, match_decisions, needs, preferences
from checkin.models import (
    ChartChange,
    Clinic,
    ConsentRecord,
    Immunization,
    Location,
    MatchDecision,
    Patient,
    PatientIdentifier,
    Staff,
    StandingProxy,
    Visit,
)
from checkin.rules.consent_adults import ConsentBasis, ConsentChannel
from checkin.rules.need_types import NeedOutcome
from tests import make

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


pytestmark = pytest.mark.usefixtures("tuesday")
WRITTEN = make.at("9:35")
LEA, LEO = "Lea, born Jan 1, 2016", "Leo, born Mar 14, 2018"


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    found = make.patient(brook)
    make.guardian(found)
    return found


@pytest.fixture
def lea(brook: Clinic) -> Patient:
    return make.patient(brook, "Lea Ruiz", born="2016-01-01")


@pytest.fixture
def visit(front: Location, leo: Patient, lea: Patient) -> Visit:
    return make.visit(front, make.at("9:30"))


def give_flu(visit: Visit, by: Staff) -> None:
    needs.answer_need(need=visit.needs.get(key="influenza"), outcome=NeedOutcome.DONE, by=by, at=WRITTEN)


def agree(visit: Any, by: Staff, who: str = "Ana Ruiz") -> ConsentRecord:
    return consent.record_consent(
        patient=visit.patient, visit=visit, care="vaccine", agreed=True, basis=ConsentBasis.TELEPHONE,
        how=ConsentChannel.TELEPHONE, who=who, heard_by=by, at=WRITTEN,
    )  # fmt: skip


def post(client: Client, visit: Visit, step: str = "link", **fields: Any) -> ClientResponse:
    newest = visit.match_decisions.order_by("pk").last()
    return client.post(f"/match/{visit.pk}/{step}/", {"seen": newest.pk if newest else 0} | fields)


def digest(page: Any) -> str:
    return re.search(r'name="papers" value="(\w*)"', page.content.decode())[1]


def text(answer: Any) -> str:
    return text_in(answer.content.decode())


def text_in(markup: str) -> str:
    found = re.sub(r"<[^>]+>", " ", re.sub("</?mark>", "", markup))
    return " ".join(found.replace("&#x27;", "'").split())


def test_a_visit_without_entries_is_relinked_at_once(desk_client: Client, visit: Visit, lea: Patient) -> None:
    answer = post(desk_client, visit, patient=lea.pk)
    visit.refresh_from_db()
    assert (answer.status_code, visit.patient) == (302, lea)


def test_relinking_lists_the_entries_first_and_changes_nothing(
    desk_client: Client, visit: Visit, leo: Patient, lea: Patient, noor: Staff
) -> None:
    give_flu(visit, noor)
    agree(visit, noor, who="Some Uncle")
    page = post(desk_client, visit, patient=lea.pk)
    visit.refresh_from_db()
    assert (page.status_code, visit.patient, MatchDecision.objects.count()) == (200, leo, 1)
    said = text(page)
    assert "Some Uncle agreed to vaccine by telephone" in said
    assert f"Goes with {visit.token} to {LEA}." in said
    asks = "flu vaccine given Which child got it?"
    assert f"{asks} {LEA} {LEO} Neither: it was not given" in said
    assert f"This is {LEA} Cancel" in said
    assert " checked" not in page.content.decode()


def test_a_missing_answer_asks_again_and_keeps_the_choices(
    desk_client: Client, visit: Visit, leo: Patient, lea: Patient, noor: Staff
) -> None:
    give_flu(visit, noor)
    made = agree(visit, noor)
    first = post(desk_client, visit, patient=lea.pk)
    chosen = {f"whose-consentrecord-{made.pk}": "old"}
    page = post(desk_client, visit, patient=lea.pk, papers=digest(first), **chosen)
    visit.refresh_from_db()
    assert (page.status_code, visit.patient) == (409, leo)
    assert re.search(r'value="old" required checked', page.content.decode())
    assert text(page).count("Please choose whose this is.") == 1
    assert re.findall(r'name="whose-(\w+)-\d+" value="\w+" required autofocus', page.content.decode()) == [
        "need"
    ]
    assert first.content.decode().count("autofocus") == page.content.decode().count("autofocus") == 1


def test_a_complete_answer_relinks_and_reports_each_entry_with_one_undo(
    desk_client: Client, visit: Visit, leo: Patient, lea: Patient, noor: Staff
) -> None:
    give_flu(visit, noor)
    made = agree(visit, noor)
    need = visit.needs.get(key="influenza")
    first = post(desk_client, visit, patient=lea.pk, back="visit")
    answers = {f"whose-consentrecord-{made.pk}": "nobody", f"whose-need-{need.pk}": "old"}
    answer = post(desk_client, visit, patient=lea.pk, papers=digest(first), back="visit", **answers)
    page = desk_client.get(answer.url)
    said = text(page)
    assert f"{visit.token} is Lea Ruiz" in said
    assert "Ana Ruiz agreed to vaccine by telephone: no longer counts." in said
    assert "flu vaccine given: stays on Leo Ruiz’s record (born Mar 14, 2018)." in said
    assert "Nothing on the record was changed" not in said
    back = post(desk_client, visit, "undo", back="visit")
    assert "as it was before, on Leo Ruiz’s record" in text(desk_client.get(back.url))
    made.refresh_from_db()
    assert (made.withdrawn_at, Immunization.objects.get().patient) == (None, leo)


def test_an_entry_added_meanwhile_is_shown_before_anything_changes(
    desk_client: Client, visit: Visit, leo: Patient, lea: Patient, noor: Staff
) -> None:
    give_flu(visit, noor)
    need = visit.needs.get(key="influenza")
    first = post(desk_client, visit, patient=lea.pk)
    agree(visit, noor, who="Some Uncle")
    answers = {"papers": digest(first), f"whose-need-{need.pk}": "new"}
    page = post(desk_client, visit, patient=lea.pk, **answers)
    visit.refresh_from_db()
    assert (page.status_code, visit.patient) == (409, leo)
    assert "Something was written, answered or undone since this page was opened." in text(page)
    assert "Some Uncle agreed" in text(page)
    assert re.search(r'value="new" required checked', page.content.decode())


def test_an_invalid_answer_counts_as_missing(
    desk_client: Client, visit: Visit, leo: Patient, lea: Patient, noor: Staff
) -> None:
    give_flu(visit, noor)
    need = visit.needs.get(key="influenza")
    first = post(desk_client, visit, patient=lea.pk)
    page = post(desk_client, visit, patient=lea.pk, papers=digest(first), **{f"whose-need-{need.pk}": "both"})
    assert (page.status_code, Immunization.objects.get().patient) == (409, leo)


def test_undoing_a_link_lists_the_entries_that_wait_for_the_next_match(
    desk_client: Client, visit: Visit, leo: Patient, noor: Staff
) -> None:
    agree(visit, noor, who="Some Uncle")
    page = post(desk_client, visit, "undo", back="visit")
    assert f"Waits at {visit.token} until its child is found." in text(page)
    answer = post(desk_client, visit, "undo", back="visit", papers=digest(page))
    said = text(desk_client.get(answer.url))
    assert f"waits at {visit.token} until its child is found" in said
    assert ConsentRecord.objects.get().patient is None
    match = text(desk_client.get(f"/match/{visit.pk}/"))
    assert "Also moves: Some Uncle agreed to vaccine by telephone" in match


def test_a_settled_discrepancy_names_the_record_it_changed(
    desk_client: Client, front: Location, leo: Patient, lea: Patient, dana: Staff
) -> None:
    visit = make.visit(front, make.at("9:31"), name="Leo Ruis")
    match_decisions.link_visit_to_patient(visit=visit, patient=leo, by=dana, at=WRITTEN)
    one = visit.discrepancies.open().get(field="name")
    make.decision(discrepancy=one, kind="use_new", by=dana, at=WRITTEN)
    first = post(desk_client, visit, patient=lea.pk)
    assert "The child before Leo Ruis called Leo Ruiz before, born Mar 14, 2018 ·" in text(first)
    asks = f"Put the name back on the record of {LEO}? Before that: Leo Ruiz Yes: put Leo Ruiz back"
    assert f"{asks} No: leave it as it is now" in text(first)
    post(desk_client, visit, patient=lea.pk, papers=digest(first), **{f"whose-discrepancy-{one.pk}": "old"})
    settled = text(desk_client.get("/discrepancies/")).partition("Settled today")[2]
    assert "Name of Leo Ruis : used the new" in settled


def test_a_chart_change_made_at_the_visit_is_listed_as_its_entry(
    desk_client: Client, visit: Visit, leo: Patient, lea: Patient, dana: Staff
) -> None:
    preferences.record_language_and_needs(
        patient=leo, visit=visit, language="pl", interpreter_needed=True, access_needs="", by=dana, at=WRITTEN
    )
    said = text(post(desk_client, visit, patient=lea.pk))
    assert "Language Polish, interpreter needed Whose is it?" in said
    only = f"{LEA}: on this record only {LEO}: on this record only"
    assert f"{only} Both: on each record Neither: on no record" in said


def numbered(patient: Patient, number: str) -> Patient:
    PatientIdentifier.objects.create(clinic=patient.clinic, patient=patient, system="mrn", value=number)
    return patient


@pytest.fixture
def renamed(front: Location, brook: Clinic, leo: Patient, dana: Staff, noor: Staff) -> Visit:
    """Leo was linked to another child's visit, and then his record was given that child's exact name."""
    numbered(leo, "411")
    visit = make.visit(front, make.at("9:31"), name="Leon Ruiz")
    match_decisions.link_visit_to_patient(visit=visit, patient=leo, by=dana, at=WRITTEN)
    one = visit.discrepancies.open().get(field="name")
    make.decision(discrepancy=one, kind="use_new", by=dana, at=WRITTEN)
    give_flu(visit, noor)
    visit.refresh_from_db()
    return visit


@pytest.mark.parametrize("name", ["Leon Ruiz", "Leonn Ruiz", "Léon Ruiz"])
def test_two_children_with_one_name_are_distinguished_in_every_answer(
    desk_client: Client, renamed: Visit, brook: Clinic, name: str
) -> None:
    other = numbered(make.patient(brook, name, born="2016-01-01"), "522")
    page = post(desk_client, renamed, patient=other.pk)
    said = text(page)
    old, new = "Leon, 411", f"{name.partition(' ')[0]}, 522"
    if name != "Leonn Ruiz":
        old, new = "Leon Ruiz, 411, the child before", f"{name}, 522, the child of this visit"
    assert f"Which child got it? {new} {old} Neither" in said
    assert said.index("Put the name back on the record of") < said.index("Which child got it?")
    head = f"record 411 · {renamed.token} is linked to this record now The child of this visit"
    assert f"called Leo Ruiz before, born Mar 14, 2018, {head}" in said
    assert ("<mark>n</mark>" in page.content.decode()) == (name == "Leonn Ruiz")


def test_each_answer_is_described_to_screen_readers_by_its_child(
    desk_client: Client, renamed: Visit, brook: Clinic
) -> None:
    """For screen readers: each choice points to the line on top with name, birth date and record number."""
    other = numbered(make.patient(brook, "Leon Ruiz", born="2016-01-01"), "522")
    preferences.record_language_and_needs(
        patient=renamed.patient, visit=renamed, language="pl", interpreter_needed=False, access_needs="",
        by=renamed.sign_in.location.clinic.staff.get(username="dana"), at=WRITTEN,
    )  # fmt: skip
    page = post(desk_client, renamed, patient=other.pk).content.decode()
    on_top = {
        one: text_in(re.search(rf'<dd id="{one}">(.*?)</dd>', page, re.S)[1])
        for one in ("who-old", "who-new")
    }
    assert "Leon Ruiz called Leo Ruiz before, born Mar 14, 2018, record 411" in on_top["who-old"]
    assert "Leon Ruiz born Jan 1, 2016, record 522" in on_top["who-new"]
    radios = re.findall(
        r'name="whose-(\w+)-\d+" value="(\w+)" required(?: aria-describedby="([^"]*)")?>', page
    )
    assert {(kind, value): ids for kind, value, ids in radios} == {
        ("discrepancy", "nobody"): "who-old",
        ("discrepancy", "old"): "who-old",
        ("need", "new"): "who-new",
        ("need", "old"): "who-old",
        ("need", "nobody"): "",
        ("chartchange", "new"): "who-new",
        ("chartchange", "old"): "who-old",
        ("chartchange", "both"): "who-old who-new",
        ("chartchange", "nobody"): "",
    }


def test_the_result_distinguishes_two_children_with_one_name(
    desk_client: Client, renamed: Visit, brook: Clinic
) -> None:
    other = numbered(make.patient(brook, "Leon Ruiz", born="2018-03-14"), "522")
    first = post(desk_client, renamed, patient=other.pk)
    need, one = renamed.needs.get(key="influenza"), renamed.discrepancies.get(field="name")
    answers = {f"whose-need-{need.pk}": "old", f"whose-discrepancy-{one.pk}": "old", "back": "visit"}
    done = post(desk_client, renamed, patient=other.pk, papers=digest(first), **answers)
    said = text(desk_client.get(done.url))
    assert f"{renamed.token} is Leon Ruiz (born Mar 14, 2018, record 522)" in said
    assert "stays on Leon Ruiz’s record (born Mar 14, 2018, record 411)." in said
    match = text(desk_client.get(f"/match/{renamed.pk}/"))
    assert "Settled: Leon Ruiz , born Mar 14, 2018, record 522." in match


@pytest.mark.django_db(transaction=True)
def test_undoing_a_relink_lists_what_it_restores_and_has_no_undo(
    desk_client: Client, visit: Visit, leo: Patient, lea: Patient, noor: Staff
) -> None:
    give_flu(visit, noor)
    need = visit.needs.get(key="influenza")
    first = post(desk_client, visit, patient=lea.pk)
    assert "All of it can be undone at once." in text(first)
    post(desk_client, visit, patient=lea.pk, papers=digest(first), **{f"whose-need-{need.pk}": "new"})
    visit.refresh_from_db()
    agree(visit, noor, who="Some Uncle")
    page = text(post(desk_client, visit, "undo"))
    back = "flu vaccine given: as it was before, on Leo’s record (born Mar 14, 2018)."
    assert f"The undo also gives back {back}" in page
    assert "The child until now Lea Ruiz born Jan 1, 2016 ·" in page
    assert f"The child of this visit Leo Ruiz born Mar 14, 2018 · {visit.token} goes to this record" in page
    assert f"Rosa Delgado moves to {LEO}; the record of {LEA} keeps them only" in page
    assert "can be undone at once" not in page
    assert f"To come back to this, link {visit.token} to Lea Ruiz (born Jan 1, 2016) again." in page


def test_the_visit_page_lists_entries_waiting_after_an_undo(
    desk_client: Client, visit: Visit, leo: Patient, noor: Staff, dana: Staff
) -> None:
    agree(visit, noor, who="Some Uncle")
    make_proxy(visit, dana)
    page = post(desk_client, visit, "undo", back="visit")
    answer = post(desk_client, visit, "undo", back="visit", papers=digest(page))
    said = text(desk_client.get(answer.url))
    waits = said.partition("Kept with this visit until it is matched to a child:")[2]
    assert waits.startswith(" Some Uncle agreed to vaccine by telephone Rosa Diaz may agree in their place")
    assert "match this child first" not in said
    assert "in writing from Some Uncle , Rosa Diaz may agree" in said
    StandingProxy.objects.update(revoked_at=WRITTEN)
    assert "match this child first" in text(desk_client.get(f"/visits/{visit.pk}/"))


def make_proxy(visit: Visit, by: Staff) -> StandingProxy:
    return StandingProxy.objects.create(
        clinic=visit.clinic, patient=visit.patient, visit=visit, name="Rosa Diaz", granted_by="Some Uncle",
        written_on=make.TUESDAY, recorded_by=by, recorded_at=WRITTEN,
    )  # fmt: skip


def test_a_settled_visit_offers_new_patient_and_lists_entries_first(
    desk_client: Client, visit: Visit, leo: Patient, noor: Staff
) -> None:
    agree(visit, noor, who="Some Uncle")
    match = text(desk_client.get(f"/match/{visit.pk}/"))
    assert "or New patient, corrects it." in match
    assert f"Takes {visit.token} off Leo Ruiz ’s record (born Mar 14, 2018). What was written at" in match
    assert "No other record changes" not in match
    page = text(post(desk_client, visit, "new"))
    assert f"Before {visit.token} goes to a new record" in page
    assert "Some Uncle agreed to vaccine by telephone" in page


def test_relinking_from_a_new_patient_says_beforehand_which_entries_move(
    desk_client: Client, visit: Visit, leo: Patient, lea: Patient, noor: Staff
) -> None:
    post(desk_client, visit, "undo")
    post(desk_client, visit, "new")
    visit.refresh_from_db()
    give_flu(visit, noor)
    agree(visit, noor, who="Some Uncle")
    match = text(desk_client.get(f"/match/{visit.pk}/"))
    along = "Also moves: Some Uncle agreed to vaccine by telephone; flu vaccine given."
    assert f"adds who brought them. {along}" in match
    assert "is listed before anything changes" not in match
    assert "<kbd>0</kbd><span>New patient" not in desk_client.get(f"/match/{visit.pk}/").content.decode()


def test_new_patient_says_which_waiting_entries_it_takes(
    desk_client: Client, visit: Visit, leo: Patient, noor: Staff
) -> None:
    agree(visit, noor, who="Some Uncle")
    page = post(desk_client, visit, "undo")
    post(desk_client, visit, "undo", papers=digest(page))
    match = text(desk_client.get(f"/match/{visit.pk}/"))
    assert "as a new patient, as typed. Also moves: Some Uncle agreed to vaccine by telephone." in match
    assert "No other record changes" not in match


def test_relinking_says_beforehand_which_appointment_is_freed(
    desk_client: Client, front: Location, leo: Patient, lea: Patient, noor: Staff
) -> None:
    booked = make.appointment(leo, front, make.at("9:45"))
    visit = make.visit(front, make.at("9:31"))
    assert visit.appointment == booked
    give_flu(visit, noor)
    page = text(post(desk_client, visit, patient=lea.pk))
    assert f"The appointment at 9:45 AM is free again for {LEO}." in page


def test_an_undo_says_how_to_redo_the_link(
    desk_client: Client, visit: Visit, lea: Patient, leo: Patient
) -> None:
    post(desk_client, visit, patient=lea.pk)
    answer = post(desk_client, visit, "undo")
    said = text(desk_client.get(answer.url))
    assert f"To come back to this, link {visit.token} to Lea Ruiz (born Jan 1, 2016) again." in said


def put_back(
    client: Client, front: Location, lea: Patient, dana: Staff, record: Patient, **typed: Any
) -> Visit:
    """Return a visit that was linked to this record, changed it as typed, and was then relinked."""
    visit = make.visit(front, make.at("9:31"), **typed)
    match_decisions.link_visit_to_patient(visit=visit, patient=record, by=dana, at=WRITTEN)
    for one in visit.discrepancies.open().exclude(field__in=["guardian", "sign_in"]):
        make.decision(discrepancy=one, kind="use_new", by=dana, at=WRITTEN)
    first = post(client, visit, patient=lea.pk)
    whose = {f"whose-discrepancy-{one.pk}": "nobody" for one in visit.discrepancies.filter(status="settled")}
    assert len(whose) == 1
    post(client, visit, patient=lea.pk, papers=digest(first), **whose)
    visit.refresh_from_db()
    assert visit.patient == lea
    return visit


def undo_page(client: Client, visit: Any, noor: Staff, *, more: bool = False) -> str:
    """Return what the undo page announces; it appears even if nothing else was added since."""
    if more:
        agree(visit, noor, who="Some Uncle")
    answer = post(client, visit, "undo")
    page, linked = text(answer), visit.patient
    visit.refresh_from_db()
    assert (answer.status_code, visit.patient) == (200, linked), "nothing is changed before it was seen"
    return page.partition("The undo also gives back")[2].partition("An undo has no Undo")[0]


@pytest.mark.parametrize("more", [False, True])
def test_an_undo_says_which_name_the_record_will_have(
    desk_client: Client, front: Location, brook: Clinic, lea: Patient, dana: Staff, noor: Staff, more: bool
) -> None:
    emma = numbered(make.patient(brook, "Emma Johnson", born="2019-05-03"), "BS-0025")
    visit = put_back(desk_client, front, lea, dana, emma, name="Lina Johnson", born="2019-05-03")
    back = undo_page(desk_client, visit, noor, more=more)
    emma.refresh_from_db()
    assert emma.name == "Emma Johnson"
    again = "BS-0025 will be called Lina Johnson, born May 3, 2019, again"
    assert f"{again} (now Emma Johnson; changed with “Use the new” at this visit)." in back
    assert "as it was before" not in back
    done = post(desk_client, visit, "undo", papers=digest(post(desk_client, visit, "undo")), back="visit")
    emma.refresh_from_db()
    assert emma.name == "Lina Johnson"
    assert "BS-0025 is called Lina Johnson, born May 3, 2019, again." in text(desk_client.get(done.url))


def test_an_undo_says_which_birth_date_the_record_will_have(
    desk_client: Client, front: Location, brook: Clinic, lea: Patient, dana: Staff, noor: Staff
) -> None:
    emma = make.patient(brook, "Emma Johnson", born="2019-05-01")
    visit = put_back(desk_client, front, lea, dana, emma, name="Emma Johnson", born="2019-05-03")
    back = undo_page(desk_client, visit, noor)
    record = "The record of Emma Johnson (born May 1, 2019)"
    assert f"{record} will be called Emma Johnson, born May 3, 2019, again (now born May 1, 2019;" in back


def test_an_undo_says_which_phone_the_record_will_have(
    desk_client: Client, front: Location, brook: Clinic, lea: Patient, dana: Staff, noor: Staff
) -> None:
    emma = numbered(make.patient(brook, "Emma Johnson", born="2019-05-03"), "BS-0025")
    known = {"name": "Emma Johnson", "born": "2019-05-03"}
    make.visit(front, make.at("9:29"), escort_phone="312.555.0155", **known)
    visit = put_back(desk_client, front, lea, dana, emma, escort_phone="3125550156", **known)
    back = undo_page(desk_client, visit, noor)
    assert "Rosa Delgado on BS-0025 will have phone (312) 555-0156 again (now phone (312) 555-0155;" in back


def test_an_undo_says_which_language_each_chart_will_have(
    desk_client: Client, visit: Visit, leo: Patient, lea: Patient, noor: Staff, dana: Staff
) -> None:
    numbered(leo, "411")
    numbered(lea, "522")
    preferences.record_language_and_needs(
        patient=leo,
        visit=visit,
        language="pl",
        interpreter_needed=False,
        access_needs="",
        by=dana,
        at=WRITTEN,
    )
    change = ChartChange.objects.get()
    first = post(desk_client, visit, patient=lea.pk)
    post(
        desk_client, visit, patient=lea.pk, papers=digest(first), **{f"whose-chartchange-{change.pk}": "new"}
    )
    visit.refresh_from_db()
    back = undo_page(desk_client, visit, noor)
    assert "411 will say again: Language Polish (now: Language not known)." in back
    assert "522 will say again: Language not known (now: Language Polish)." in back


@pytest.fixture
def two_wrong(desk_client: Client, front: Location, brook: Clinic, dana: Staff) -> Any:
    """Return a visit of a new patient with language and needs, and two patients it may belong to."""
    visit = make.visit(front, make.at("9:31"), name="Zoltan Kiss", born="2013-05-05")
    match_decisions.decide_new_patient(visit=visit, by=dana, at=WRITTEN)
    preferences.record_language_and_needs(
        patient=visit.patient, visit=visit, language="pl", interpreter_needed=True,
        access_needs="hearing aid", by=dana, at=WRITTEN,
    )  # fmt: skip
    names = (("Emma Johnson", "BS-0025"), ("Ben Stone", "BS-0026"))
    return visit, [numbered(make.patient(brook, one, language="en"), number) for one, number in names]


def answer(client: Client, visit: Any, record: Any, whose: str) -> str:
    """Correct the match with this answer about language and needs; return the page's report."""
    first = post(client, visit, patient=record.pk)
    change = ChartChange.objects.get(visit=visit, status="stands")
    fields = {"papers": digest(first), f"whose-chartchange-{change.pk}": whose}
    sent = post(client, visit, patient=record.pk, **fields)
    visit.refresh_from_db()
    assert visit.patient == record
    return text(client.get(sent.url))


def care_of(record: Any) -> tuple[str, bool, str]:
    return Patient.objects.values_list("language", "interpreter_needed", "access_needs").get(pk=record.pk)


def test_an_undo_announces_no_chart_value_of_the_sign_in_record(
    desk_client: Client, two_wrong: Any, noor: Staff
) -> None:
    """The page said that BS-0026 will say Polish again, which it never had; it stayed English and blank."""
    visit, (emma, ben) = two_wrong
    said = answer(desk_client, visit, emma, "nobody")
    assert "Not taken over, and only on the record that was merged: Language Polish" in said
    said = answer(desk_client, visit, ben, "nobody")
    assert "access: hearing aid: off the record made at sign-in." in said
    before = [care_of(one) for one in (emma, ben)]
    back = undo_page(desk_client, visit, noor)
    assert "will say again" not in back
    assert "access: hearing aid: as it was before, only on the record made at sign-in." in back
    done = post(desk_client, visit, "undo", papers=digest(post(desk_client, visit, "undo")), back="visit")
    said = text(desk_client.get(done.url))
    assert "access: hearing aid: as it was before, only on the record made at sign-in." in said
    assert "says again" not in said
    assert [care_of(one) for one in (emma, ben)] == before == [("en", False, "")] * 2


@pytest.mark.parametrize("whose", ["new", "old", "both"])
def test_an_undo_leaves_each_chart_as_announced(
    desk_client: Client, two_wrong: Any, noor: Staff, whose: str
) -> None:
    """Compare each line that the page announces with the records after the undo."""
    visit, (emma, ben) = two_wrong
    answer(desk_client, visit, emma, "nobody")
    answer(desk_client, visit, ben, whose)
    back = undo_page(desk_client, visit, noor)
    lines = {number: f"{number} will say again: Language English, no interpreter, access: nothing noted"
             for number in ("BS-0025", "BS-0026")}  # fmt: skip
    changed = {"new": ["BS-0026"], "old": ["BS-0025"], "both": ["BS-0025", "BS-0026"]}[whose]
    assert [number for number, line in lines.items() if line in back] == changed
    assert back.count("will say again") == len(changed)
    post(desk_client, visit, "undo", papers=digest(post(desk_client, visit, "undo")))
    assert [care_of(one) for one in (emma, ben)] == [("en", False, "")] * 2


def test_an_undo_announces_merged_chart_values_for_the_right_chart(
    desk_client: Client, two_wrong: Any, noor: Staff
) -> None:
    visit, (emma, ben) = two_wrong
    answer(desk_client, visit, emma, "new")
    answer(desk_client, visit, ben, "nobody")
    back = undo_page(desk_client, visit, noor)
    assert "BS-0025 will say again: Language Polish, interpreter needed, access: hearing aid" in back
    assert "BS-0026" not in back
    post(desk_client, visit, "undo", papers=digest(post(desk_client, visit, "undo")))
    assert [care_of(one) for one in (emma, ben)] == [("pl", True, "hearing aid"), ("en", False, "")]


def test_undo_and_relink_name_the_appointment_they_take(
    desk_client: Client, front: Location, leo: Patient, lea: Patient, noor: Staff
) -> None:
    make.appointment(leo, front, make.at("9:45"))
    make.appointment(lea, front, make.at("10:15"))
    visit = make.visit(front, make.at("9:31"))
    agree(visit, noor, who="Some Uncle")
    first = post(desk_client, visit, patient=lea.pk)
    assert f"The appointment at 10:15 AM is taken for {LEA}." in text(first)
    post(desk_client, visit, patient=lea.pk, papers=digest(first))
    visit.refresh_from_db()
    agree(visit, noor, who="Another Uncle")
    # Booked since, and nearer; the visit still takes back the one it had.
    make.appointment(leo, front, make.at("9:32"))
    page = text(post(desk_client, visit, "undo"))
    assert f"The appointment at 10:15 AM is free again for {LEA}." in page
    assert f"The appointment at 9:45 AM is taken for {LEO}." in page


def test_an_appointment_of_another_visit_is_not_announced_as_taken(
    desk_client: Client, front: Location, leo: Patient, lea: Patient, noor: Staff
) -> None:
    booked = make.appointment(lea, front, make.at("10:15"))
    booked.status = booked.Status.ARRIVED
    booked.save()
    visit = make.visit(front, make.at("9:31"))
    agree(visit, noor, who="Some Uncle")
    assert "is taken for" not in text(post(desk_client, visit, patient=lea.pk))


def test_a_declined_vaccine_is_never_reported_as_given(
    desk_client: Client, visit: Visit, leo: Patient, lea: Patient, noor: Staff
) -> None:
    flu = visit.needs.get(key="influenza")
    needs.answer_need(need=flu, outcome=NeedOutcome.DECLINED, by=noor, at=WRITTEN)
    first = post(desk_client, visit, patient=lea.pk)
    done = post(desk_client, visit, patient=lea.pk, papers=digest(first), back="visit")
    told = text(desk_client.get(done.url)).partition("What happened")[0]
    assert "flu vaccine given" not in told


@pytest.mark.parametrize("whose", ["new", "both"])
def test_replaced_access_needs_are_shown_before_and_after_and_on_undo(
    desk_client: Client, visit: Visit, lea: Patient, dana: Staff, whose: str
) -> None:
    """“Uses a wheelchair” of the right child was lost, and no page had said so beforehand."""
    type(lea).objects.filter(pk=lea.pk).update(access_needs="Uses a wheelchair, room 3")
    preferences.record_language_and_needs(
        patient=visit.patient, visit=visit, language="en", interpreter_needed=False,
        access_needs="crutches this week", by=dana, at=WRITTEN,
    )  # fmt: skip
    first = post(desk_client, visit, patient=lea.pk)
    gone = "Access: Uses a wheelchair, room 3"
    assert f"On the record of {LEA} , it would replace: {gone}" in text(first)
    row = ChartChange.objects.get()
    answers = {"papers": digest(first), f"whose-chartchange-{row.pk}": whose, "back": "visit"}
    done = text(desk_client.get(post(desk_client, visit, patient=lea.pk, **answers).url))
    assert re.search(rf"Lea Ruiz’s record \(born Jan 1, 2016\)( too)?, in place of: {gone}\.", done)
    lea.refresh_from_db()
    assert lea.access_needs == "crutches this week"
    back = undo_for_sure(desk_client, visit)
    assert re.search(r"\(born Jan 1, 2016\) says again: [^.]*access: Uses a wheelchair, room 3\.", back), back
    lea.refresh_from_db()
    assert lea.access_needs == "Uses a wheelchair, room 3"


def undo_for_sure(client: Client, visit: Visit) -> str:
    """Undo the decision, also where the page first lists what it restores."""
    first = post(client, visit, "undo", back="visit")
    if first.status_code == 302:
        return text(client.get(first.url))
    sent = post(client, visit, "undo", back="visit", papers=digest(first))
    return text(client.get(sent.url))


@pytest.mark.parametrize("step", ["link", "new"])
def test_after_a_correction_the_same_visit_is_shown(
    desk_client: Client, front: Location, visit: Visit, leo: Patient, lea: Patient, noor: Staff, step: str
) -> None:
    """The next family's question appeared under the list, one key from linking it, perhaps to a twin."""
    later = make.visit(front, make.at("9:40"), name="Lia Ruis", born="2016-01-01")
    assert later.is_unsettled
    agree(visit, noor)
    fields = {"patient": lea.pk} if step == "link" else {}
    first = post(desk_client, visit, step, **fields)
    answers = dict.fromkeys(re.findall(r'name="(whose-[^"]+)"', first.content.decode()), "old")
    answer = post(desk_client, visit, step, papers=digest(first), **fields, **answers)
    assert answer.url.startswith(f"/visits/{visit.pk}/?done=")
    assert f"{visit.token} is" in text(desk_client.get(answer.url))
    queued = post(desk_client, later, patient=lea.pk)
    assert queued.url.startswith("/match/?done="), "who is matched out of the queue goes on through the queue"


def test_the_title_of_the_question_names_nobody(
    desk_client: Client, visit: Visit, lea: Patient, noor: Staff
) -> None:
    agree(visit, noor)
    page = post(desk_client, visit, "link", patient=lea.pk).content.decode()
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    assert title and title[1] == f"Before {visit.token} is matched · Brought By"
    assert lea.given_name in page
