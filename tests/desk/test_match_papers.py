"""The page before a match is corrected: what was written, whose it is, and what was done with it."""

from __future__ import annotations

import re

import pytest

from checkin.actions import consent, discrepancies, matches, needs, preferences
from checkin.models import ConsentRecord, Immunization, MatchDecision
from checkin.rules.consent import Basis, How
from checkin.rules.need_facts import Outcome
from tests import make

pytestmark = pytest.mark.usefixtures("tuesday")
WRITTEN = make.at("9:35")


@pytest.fixture
def leo(brook):
    found = make.patient(brook)
    make.guardian(found)
    return found


@pytest.fixture
def lea(brook):
    return make.patient(brook, "Lea Ruiz", born="2016-01-01")


@pytest.fixture
def visit(front, leo, lea):
    return make.visit(front, make.at("9:30"))


def give_flu(visit, by) -> None:
    needs.answer(need=visit.needs.get(key="influenza"), outcome=Outcome.DONE, by=by, at=WRITTEN)


def agree(visit, by, who="Ana Ruiz"):
    return consent.record(
        patient=visit.patient, visit=visit, care="vaccine", agreed=True, basis=Basis.TELEPHONE,
        how=How.TELEPHONE, who=who, heard_by=by, at=WRITTEN,
    )  # fmt: skip


def post(client, visit, step="link", **fields):
    newest = visit.match_decisions.order_by("pk").last()
    return client.post(f"/match/{visit.pk}/{step}/", {"seen": newest.pk if newest else 0} | fields)


def digest(page) -> str:
    return re.search(r'name="papers" value="(\w*)"', page.content.decode())[1]


def text(answer) -> str:
    found = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(found.replace("&#x27;", "'").split())


def test_with_nothing_written_one_key_corrects_it(desk_client, visit, lea):
    answer = post(desk_client, visit, patient=lea.pk)
    visit.refresh_from_db()
    assert (answer.status_code, visit.patient) == (302, lea)


def test_what_was_written_is_listed_first_and_nothing_is_changed(desk_client, visit, leo, lea, noor):
    give_flu(visit, noor)
    agree(visit, noor, who="Some Uncle")
    page = post(desk_client, visit, patient=lea.pk)
    visit.refresh_from_db()
    assert (page.status_code, visit.patient, MatchDecision.objects.count()) == (200, leo, 1)
    said = text(page)
    assert "Some Uncle agreed to vaccine by telephone" in said
    assert f"Goes with {visit.token} to Lea Ruiz." in said
    assert "flu vaccine given Which child got it? Lea Ruiz got it Leo Ruiz got it Nobody got it" in said
    assert "checked" not in page.content.decode()


def test_without_an_answer_it_asks_again_and_keeps_what_was_chosen(desk_client, visit, leo, lea, noor):
    give_flu(visit, noor)
    made = agree(visit, noor)
    first = post(desk_client, visit, patient=lea.pk)
    chosen = {f"whose-consentrecord-{made.pk}": "old"}
    page = post(desk_client, visit, patient=lea.pk, papers=digest(first), **chosen)
    visit.refresh_from_db()
    assert (page.status_code, visit.patient) == (409, leo)
    assert re.search(r'value="old" required checked', page.content.decode())
    assert text(page).count("Say whose this is.") == 1


def test_answered_it_is_done_and_told_thing_by_thing_with_one_undo(desk_client, visit, leo, lea, noor):
    give_flu(visit, noor)
    made = agree(visit, noor)
    need = visit.needs.get(key="influenza")
    first = post(desk_client, visit, patient=lea.pk, back="visit")
    answers = {f"whose-consentrecord-{made.pk}": "nobody", f"whose-need-{need.pk}": "old"}
    answer = post(desk_client, visit, patient=lea.pk, papers=digest(first), back="visit", **answers)
    page = desk_client.get(answer.url)
    said = text(page)
    assert f"{visit.token} is Lea Ruiz" in said
    assert "Ana Ruiz agreed to vaccine by telephone: counts no longer." in said
    assert "flu vaccine given: stays on Leo Ruiz’s record." in said
    assert "Nothing on the record was changed" not in said
    back = post(desk_client, visit, "undo", back="visit")
    assert "as it was before, on Leo Ruiz’s record" in text(desk_client.get(back.url))
    made.refresh_from_db()
    assert (made.withdrawn_at, Immunization.objects.get().patient) == (None, leo)


def test_something_written_meanwhile_is_shown_before_anything_is_done(desk_client, visit, leo, lea, noor):
    give_flu(visit, noor)
    need = visit.needs.get(key="influenza")
    first = post(desk_client, visit, patient=lea.pk)
    agree(visit, noor, who="Some Uncle")
    answers = {"papers": digest(first), f"whose-need-{need.pk}": "new"}
    page = post(desk_client, visit, patient=lea.pk, **answers)
    visit.refresh_from_db()
    assert (page.status_code, visit.patient) == (409, leo)
    assert "Something was written, answered or taken back since this page was opened." in text(page)
    assert "Some Uncle agreed" in text(page)
    assert re.search(r'value="new" required checked', page.content.decode())


def test_a_forged_answer_is_none(desk_client, visit, leo, lea, noor):
    give_flu(visit, noor)
    need = visit.needs.get(key="influenza")
    first = post(desk_client, visit, patient=lea.pk)
    page = post(desk_client, visit, patient=lea.pk, papers=digest(first), **{f"whose-need-{need.pk}": "both"})
    assert (page.status_code, Immunization.objects.get().patient) == (409, leo)


def test_taking_back_a_link_lists_what_waits_for_the_next_child(desk_client, visit, leo, noor):
    agree(visit, noor, who="Some Uncle")
    page = post(desk_client, visit, "undo", back="visit")
    assert f"Waits at {visit.token} until its child is found." in text(page)
    answer = post(desk_client, visit, "undo", back="visit", papers=digest(page))
    said = text(desk_client.get(answer.url))
    assert f"waits at {visit.token} until its child is found" in said
    assert ConsentRecord.objects.get().patient is None
    match = text(desk_client.get(f"/match/{visit.pk}/"))
    assert "Goes along: Some Uncle agreed to vaccine by telephone" in match


def test_a_settled_line_names_the_record_that_was_written(desk_client, front, leo, lea, dana):
    visit = make.visit(front, make.at("9:31"), name="Leo Ruis")
    matches.link(visit=visit, patient=leo, by=dana, at=WRITTEN)
    one = visit.discrepancies.open().get(field="name")
    discrepancies.decide(discrepancy=one, kind="use_new", by=dana, at=WRITTEN)
    first = post(desk_client, visit, patient=lea.pk)
    assert "Put it back? Before that: Leo Ruiz Put it back on Leo Ruis’s record" in text(first)
    post(desk_client, visit, patient=lea.pk, papers=digest(first), **{f"whose-discrepancy-{one.pk}": "old"})
    settled = text(desk_client.get("/discrepancies/")).partition("Settled today")[2]
    assert "Name of Leo Ruis : used the new" in settled


def test_what_a_person_puts_on_the_chart_at_a_visit_is_known_as_of_that_visit(
    desk_client, visit, leo, lea, dana
):
    preferences.record(
        patient=leo, visit=visit, language="pl", interpreter_needed=True, access_needs="", by=dana, at=WRITTEN
    )
    said = text(post(desk_client, visit, patient=lea.pk))
    assert "Language Polish, interpreter needed Whose is it?" in said
    assert "Taken off Leo Ruiz’s record, put on Lea Ruiz’s record" in said
