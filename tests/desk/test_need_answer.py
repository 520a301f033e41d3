"""Each need's own keys: given or done, declined, deferred, not offered."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from checkin.actions import match_decisions, needs
from checkin.models import AuditEvent, DueItem, Immunization, NeedAnswer, Role, Visit
from checkin.rules.need_types import NeedKind
from checkin.rules.roles import StaffAct, may_role_act
from tests import make

LIVE = {"HX-Request": "true"}


@pytest.fixture
def visit(brook, front, tuesday):
    leo = make.patient(brook, "Leo Ruiz")
    make.guardian(leo, "Ana Ruiz", phone="555-010-0123")
    return make.visit(front, relationship="aunt")


@pytest.fixture
def clinic_client(as_, noor):
    """Noor's browser: a clinician says what was given."""
    return as_(noor)


@pytest.fixture
def need(visit):
    return visit.needs.get(kind=NeedKind.VACCINE)


def press(client, need, outcome="done", headers=None, **data):
    address = f"/visits/{need.visit_id}/needs/{need.pk}/"
    return client.post(address, {"outcome": outcome, **data}, headers=headers)


def test_the_panel_shows_why_the_next_step_with_the_number_and_four_keys(clinic_client, need):
    page = press(clinic_client, need, "deferred", headers=LIVE).content.decode()
    assert "in season, and none recorded since Sep 1, 2025" in page
    first = 'flu vaccine: aunt · phone Ana Ruiz first: <span class="unbroken">555-010-0123</span>'
    assert first in page
    assert page.count("aunt · phone Ana Ruiz first") == 1, "said by the need for it, and only there"
    for key in "gdfn":
        assert page.count(f'data-key="{key}"') == 3, "each of the three open needs has it"
    assert 'aria-label="Given: flu vaccine"' in page
    assert 'aria-label="Done: school note"' in page


def test_given_is_said_at_once_with_its_history_and_an_undo(clinic_client, need):
    answer = press(clinic_client, need, headers=LIVE)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'data-said="flu vaccine: given."' in page
    assert f'action="/visits/{need.visit_id}/needs/{need.pk}/undo/"' in page
    assert "<bdi>Noor</bdi>: given" in page
    need.refresh_from_db()
    assert need.status == "done"
    assert need.visit.patient.immunizations.get().is_influenza


@pytest.mark.parametrize("outcome", ["deferred", "not_offered"])
def test_left_for_later_asks_why_beside_that_need_and_loses_nothing(desk_client, need, outcome):
    answer = press(desk_client, need, outcome, headers=LIVE)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f'data-asking="{outcome}"' in page
    assert page.count("data-asking=") == 1
    answer = press(desk_client, need, outcome, headers=LIVE, quick="will come back")
    need.refresh_from_db()
    assert (answer.status_code, need.status, need.reason) == (200, outcome, "will come back")


def test_own_words_come_before_the_quick_ones(desk_client, need):
    press(desk_client, need, "deferred", quick="will come back", reason=" fever\x00 today ")
    need.refresh_from_db()
    assert need.reason == "fever today"


def test_a_quick_reason_that_is_none_of_ours_is_no_reason(desk_client, need):
    assert press(desk_client, need, "deferred", headers=LIVE, quick="because").status_code == 409


def test_without_script_the_page_that_asked_comes_back(clinic_client, need):
    visit = need.visit
    answer = press(clinic_client, need, next=f"/visits/{visit.pk}/")
    assert (answer.status_code, answer.url) == (302, f"/visits/{visit.pk}/")
    assert press(clinic_client, need, next="https://elsewhere.example/").url == f"/visits/{visit.pk}/"
    at_door = press(clinic_client, need, panel="door", next="//elsewhere.example")
    assert at_door.url == f"/visits/{visit.pk}/door/"


def test_done_twice_by_the_same_hand_is_once_and_another_is_told_who_was_quicker(
    clinic_client, need, dana, as_
):
    for _ in range(2):
        assert press(clinic_client, need, headers=LIVE).status_code == 200
    assert NeedAnswer.objects.filter(need=need).count() == 1
    client = as_(dana)
    answer = press(client, need, "declined", headers=LIVE)
    assert answer.status_code == 409
    assert "Noor already answered “flu vaccine”: given." in answer.content.decode()


@pytest.mark.parametrize("outcome", ["", "open", "lapsed", "nonsense", "done\x00"])
def test_an_outcome_that_is_none_changes_nothing(desk_client, need, outcome):
    assert press(desk_client, need, outcome, headers=LIVE).status_code == 409
    need.refresh_from_db()
    assert need.is_open


def test_a_need_of_another_visit_is_not_there(desk_client, need, front):
    other = make.visit(front, name="Mia Novak")
    assert desk_client.post(f"/visits/{other.pk}/needs/{need.pk}/", {"outcome": "done"}).status_code == 404


def test_the_front_desk_is_told_who_marks_a_vaccine_given(desk_client, visit, need):
    """The button is not there; its key, an old page or a script gets the sentence, and nothing is written."""
    page = desk_client.get(f"/visits/{visit.pk}/").content.decode()
    assert 'aria-label="Given: flu vaccine"' not in page
    assert "A clinician marks it as given" in page
    assert 'data-key="g" data-why-not="Only a clinician marks a vaccine as given' in page
    assert 'aria-label="Declined: flu vaccine"' in page, "what they hear, they write down"
    answer = press(desk_client, need, headers=LIVE)
    assert answer.status_code == 409
    assert "Only a clinician marks a vaccine as given or a check-up as done." in answer.content.decode()
    need.refresh_from_db()
    assert (need.is_open, visit.patient.immunizations.count()) == (True, 0)
    assert press(desk_client, need, "declined", headers=LIVE).status_code == 200


def test_the_front_desk_hands_over_a_note_and_answers_what_is_no_care(desk_client, visit):
    note = visit.needs.get(kind=NeedKind.SCHOOL_NOTE)
    assert press(desk_client, note, headers=LIVE).status_code == 200
    note.refresh_from_db()
    assert note.status == "done"


def test_it_is_posted(desk_client, need):
    assert desk_client.get(f"/visits/{need.visit_id}/needs/{need.pk}/").status_code == 405


def test_a_stranger_is_asked_to_log_in(client, need):
    assert press(client, need).url.startswith("/account/login/")


def test_another_clinics_need_is_not_there(as_, sol, need):
    assert press(as_(sol), need).status_code == 404


def test_an_auditor_may_not(as_, otto, need):
    assert press(as_(otto), need).status_code == 403
    need.refresh_from_db()
    assert need.is_open


def test_another_site_cannot_press_it(noor, need):
    client = Client(enforce_csrf_checks=True)
    client.force_login(noor)
    assert press(client, need).status_code == 403


def undo(client, need, headers=None):
    return client.post(f"/visits/{need.visit_id}/needs/{need.pk}/undo/", headers=headers)


def test_undo_opens_it_again_and_keeps_both_lines(clinic_client, need, noor):
    needs.answer_need(need=need, outcome="done", by=noor, at=make.at("9:50"))
    page = undo(clinic_client, need, LIVE).content.decode()
    assert 'data-said="flu vaccine: open again."' in page
    assert "given" in page
    assert "undone" in page
    need.refresh_from_db()
    assert need.is_open


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("outcome", ["declined", "done"])
def test_whoever_may_give_an_answer_may_undo_that_of_another(as_, brook, front, need, noor, outcome, role):
    needs.answer_need(need=need, outcome=outcome, by=noor, at=make.at("9:50"))
    somebody = make.staff(brook, "sam", role, location=front)
    act = StaffAct.GIVE if outcome == "done" else StaffAct.ANSWER_NEED
    may = may_role_act(role, act)
    page = as_(somebody).get(f"/visits/{need.visit_id}/").content.decode()
    assert ('aria-label="Undo: flu vaccine"' in page) == may
    answer = undo(as_(somebody), need, LIVE)
    need.refresh_from_db()
    assert (answer.status_code == 200, need.is_open) == (may, may)
    if may:
        row = need.answers.latest("pk")
        assert (row.by, row.undoes.by) == (somebody, noor)
        line = AuditEvent.objects.get(action="need.answer_undone")
        assert (line.staff, line.detail["made_by"]) == (somebody, noor.pk)
        assert "<bdi>Noor</bdi>: " in answer.content.decode()
        assert "<bdi>Sam</bdi>: undone" in answer.content.decode()


def test_that_a_vaccine_was_given_is_undone_by_a_clinician(as_, need, dana, noor):
    needs.answer_need(need=need, outcome="done", by=noor, at=make.at("9:50"))
    answer = undo(as_(dana), need, LIVE)
    assert answer.status_code == 409
    assert "Only a clinician undoes that a vaccine was given" in answer.content.decode()


def test_whoever_is_slower_undoes_no_other_answer(as_, need, dana, noor):
    seen = needs.answer_need(need=need, outcome="declined", by=noor, at=make.at("9:50")).pk
    needs.undo_need_answer(need=need, by=noor, at=make.at("9:51"), seen=seen)
    address = f"/visits/{need.visit_id}/needs/{need.pk}/undo/"
    page = as_(dana).post(address, {"seen": seen}, headers=LIVE)
    assert page.status_code == 409
    assert (
        "Noor undid the answer to “flu vaccine” at 9:51. Nothing more was changed." in page.content.decode()
    )
    needs.answer_need(need=need, outcome="done", by=noor, at=make.at("9:52"))
    page = as_(dana).post(address, {"seen": seen}, headers=LIVE)
    assert "Noor already answered “flu vaccine”: given." in page.content.decode()
    need.refresh_from_db()
    assert need.status == "done"


def test_the_same_undo_twice_from_one_page_is_one(clinic_client, need, noor):
    seen = needs.answer_need(need=need, outcome="done", by=noor, at=make.at("9:50")).pk
    address = f"/visits/{need.visit_id}/needs/{need.pk}/undo/"
    for _ in range(2):
        assert clinic_client.post(address, {"seen": seen}, headers=LIVE).status_code == 200
    assert need.answers.count() == 2


def test_undo_twice_says_there_is_nothing(clinic_client, need, noor):
    needs.answer_need(need=need, outcome="done", by=noor, at=make.at("9:50"))
    assert undo(clinic_client, need, LIVE).status_code == 200
    assert undo(clinic_client, need, LIVE).status_code == 409


def test_undo_is_posted_by_staff_of_this_clinic(client, desk_client, as_, sol, otto, need):
    assert desk_client.get(f"/visits/{need.visit_id}/needs/{need.pk}/undo/").status_code == 405
    assert undo(client, need).url.startswith("/account/login/")
    assert undo(as_(sol), need).status_code == 404
    assert undo(as_(otto), need).status_code == 403


def test_the_longest_words_and_markup_stay_words(desk_client, brook, front, need):
    brook.need_settings = {"own": ["<script>alert(1)</script>" + "x" * 300]}
    brook.save()
    visit = make.visit(front, also="<b>ear</b>" * 60)
    some = Visit.objects.get(pk=visit.pk).needs.get(kind=NeedKind.SECOND_CONCERN)
    page = press(desk_client, some, headers=LIVE).content.decode()
    assert "<script>alert" not in page
    assert "<b>ear" not in page


def test_the_panel_costs_the_same_with_few_needs_and_many(
    desk_client, brook, front, need, django_assert_max_num_queries
):
    brook.need_settings = {"own": [f"Ask {number}" for number in range(30)]}
    brook.save()
    visit = make.visit(front)
    with django_assert_max_num_queries(6):
        desk_client.get(f"/visits/{visit.pk}/door/", headers=LIVE)


@pytest.fixture
def declined_for_another(brook, visit, need, noor, dana):
    """MMR was declined for Leo, and the visit turned out to be Mia's, who is due for it too."""
    mia = make.patient(brook, "Mia Novak", "2016-05-01")
    for one in (visit.patient, mia):
        DueItem.objects.create(
            clinic=brook, patient=one, kind="vaccine", name="MMR", due_on=dt.date(2026, 1, 1)
        )
    needs.recompute_needs(visit=visit, at=make.at("9:50"))
    said = visit.needs.get(label="MMR")
    needs.answer_need(need=said, outcome="declined", by=noor, at=make.at("9:51"))
    visit.refresh_from_db()
    match_decisions.link_visit_to_patient(visit=visit, patient=mia, by=dana, at=make.at("9:52"))
    return said


@pytest.mark.parametrize("door", ["", "door/"])
def test_an_answer_for_another_child_is_shown_as_that_childs_and_has_no_undo(
    clinic_client, visit, declined_for_another, door
):
    page = clinic_client.get(f"/visits/{visit.pk}/{door}").content.decode()
    assert "For <bdi>Leo Ruiz</bdi>. This visit is <bdi>Mia Novak</bdi> now." in page
    assert f"/needs/{declined_for_another.pk}/" not in page
    hers = visit.needs.open().get(label="MMR")
    assert f'action="/visits/{visit.pk}/needs/{hers.pk}/"' in page


@pytest.mark.parametrize(("press_it", "said"), [("undo", {}), ("answer", {"outcome": "done"})])
def test_pressed_all_the_same_it_says_whose_it_is_and_writes_nothing(
    clinic_client, visit, declined_for_another, press_it, said
):
    before = NeedAnswer.objects.count()
    address = f"/visits/{visit.pk}/needs/{declined_for_another.pk}/" + ("undo/" if press_it == "undo" else "")
    answer = clinic_client.post(address, said, headers=LIVE)
    assert answer.status_code == 409
    told = "“MMR” was answered for Leo Ruiz, and this visit is Mia Novak’s now. Nothing was changed."
    assert told in answer.content.decode()
    assert NeedAnswer.objects.count() == before
    assert not Immunization.objects.exists()
