"""The keys of each need: given or done, declined, deferred, not offered."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import pytest_django
import time_machine
from django.test import Client

from checkin.actions import match_decisions, needs
from checkin.models import (
    AuditEvent,
    Clinic,
    DueItem,
    Immunization,
    Location,
    Need,
    NeedAnswer,
    Role,
    Staff,
    Visit,
)
from checkin.rules.need_types import NeedKind
from checkin.rules.roles import StaffAct, may_role_act
from tests import make
from tests.drawn_forms import OTHER_SEEN, UNREADABLE_SEEN

LIVE = {"HX-Request": "true"}


@pytest.fixture
def visit(brook: Clinic, front: Location, tuesday: time_machine.Traveller) -> Visit:
    leo = make.patient(brook, "Leo Ruiz")
    make.guardian(leo, "Ana Ruiz", phone="555-010-0123")
    return make.visit(front, relationship="aunt")


@pytest.fixture
def clinic_client(as_: Callable[[Staff], Client], noor: Staff) -> Client:
    """Return Noor's browser; a clinician may say what was given."""
    return as_(noor)


@pytest.fixture
def need(visit: Visit) -> Need:
    return visit.needs.get(kind=NeedKind.VACCINE)


def press(
    client: Client, need: Any, outcome: str = "done", headers: dict[str, str] | None = None, **data: Any
) -> Any:
    address = f"/visits/{need.visit_id}/needs/{need.pk}/"
    return client.post(address, {"outcome": outcome, **data}, headers=headers)


def test_the_panel_shows_reason_next_step_phone_and_four_keys(clinic_client: Client, need: Need) -> None:
    page = press(clinic_client, need, "deferred", headers=LIVE).content.decode()
    assert "in season, and none recorded since Sep 1, 2025" in page
    first = 'flu vaccine: aunt · phone Ana Ruiz first: <span class="unbroken">555-010-0123</span>'
    assert first in page
    assert page.count("aunt · phone Ana Ruiz first") == 1, "said by the need for it, and only there"
    for key, times in (("y", 3), ("q", 3), ("f", 3), ("s", 2)):
        assert page.count(f'data-key="{key}"') == times, "nobody offers a phone call or not"
    assert 'aria-label="Given: flu vaccine"' in page
    assert 'aria-label="Done: school note"' in page
    assert 'aria-label="Not reached: phone a guardian"' in page


def test_marking_given_shows_history_and_undo(clinic_client: Client, need: Need) -> None:
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
def test_deferred_and_not_offered_ask_for_a_reason(desk_client: Client, need: Need, outcome: str) -> None:
    answer = press(desk_client, need, outcome, headers=LIVE)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f'data-asking="{outcome}"' in page
    assert page.count("data-asking=") == 1
    answer = press(desk_client, need, outcome, headers=LIVE, quick="will come back")
    need.refresh_from_db()
    assert (answer.status_code, need.status, need.reason) == (200, outcome, "will come back")


def test_a_typed_reason_wins_over_a_quick_one(desk_client: Client, need: Need) -> None:
    press(desk_client, need, "deferred", quick="will come back", reason=" fever\x00 today ")
    need.refresh_from_db()
    assert need.reason == "fever today"


def test_an_unknown_quick_reason_is_refused(desk_client: Client, need: Need) -> None:
    assert press(desk_client, need, "deferred", headers=LIVE, quick="because").status_code == 409


def test_without_script_it_redirects_back_to_the_page_that_asked(clinic_client: Client, need: Need) -> None:
    visit = need.visit
    answer = press(clinic_client, need, next=f"/visits/{visit.pk}/")
    assert (answer.status_code, answer.url) == (302, f"/visits/{visit.pk}/")
    assert press(clinic_client, need, next="https://elsewhere.example/").url == f"/visits/{visit.pk}/"
    from_leaving = press(clinic_client, need, panel="leaving", next="//elsewhere.example")
    assert from_leaving.url == f"/visits/{visit.pk}/leave/"


def test_answering_twice_by_one_person_is_once_and_a_second_is_told(
    clinic_client: Client, need: Need, dana: Staff, as_: Callable[[Staff], Client]
) -> None:
    for _ in range(2):
        assert press(clinic_client, need, headers=LIVE).status_code == 200
    assert NeedAnswer.objects.filter(need=need).count() == 1
    client = as_(dana)
    answer = press(client, need, "declined", headers=LIVE)
    assert answer.status_code == 409
    assert "Noor already answered “flu vaccine”: given." in answer.content.decode()


@pytest.mark.parametrize("outcome", ["", "open", "lapsed", "nonsense", "done\x00"])
def test_an_unknown_outcome_changes_nothing(desk_client: Client, need: Need, outcome: str) -> None:
    assert press(desk_client, need, outcome, headers=LIVE).status_code == 409
    need.refresh_from_db()
    assert need.is_open


def test_a_need_of_another_visit_is_404(desk_client: Client, need: Need, front: Location) -> None:
    other = make.visit(front, name="Mia Novak")
    assert desk_client.post(f"/visits/{other.pk}/needs/{need.pk}/", {"outcome": "done"}).status_code == 404


def test_the_front_desk_cannot_mark_a_vaccine_given(desk_client: Client, visit: Visit, need: Need) -> None:
    """The button is absent; its key, an old page or a script gets the explanation, and nothing is saved."""
    page = desk_client.get(f"/visits/{visit.pk}/").content.decode()
    assert 'aria-label="Given: flu vaccine"' not in page
    assert "A clinician marks it as given" in page
    assert 'data-key="y" data-why-not="Only a clinician marks a vaccine as given' in page
    assert 'aria-label="Declined: flu vaccine"' in page, "what they hear, they write down"
    answer = press(desk_client, need, headers=LIVE)
    assert answer.status_code == 409
    assert "Only a clinician marks a vaccine as given or a check-up as done." in answer.content.decode()
    need.refresh_from_db()
    assert (need.is_open, visit.patient.immunizations.count()) == (True, 0)
    assert press(desk_client, need, "declined", headers=LIVE).status_code == 200


def test_the_front_desk_can_mark_a_note_done(desk_client: Client, visit: Visit) -> None:
    note = visit.needs.get(kind=NeedKind.SCHOOL_NOTE)
    assert press(desk_client, note, headers=LIVE).status_code == 200
    note.refresh_from_db()
    assert note.status == "done"


def test_answering_a_need_refuses_get(desk_client: Client, need: Need) -> None:
    assert desk_client.get(f"/visits/{need.visit_id}/needs/{need.pk}/").status_code == 405


def test_an_anonymous_visitor_is_sent_to_log_in(client: Client, need: Need) -> None:
    assert press(client, need).url.startswith("/account/login/")


def test_a_need_of_another_clinic_is_404(as_: Callable[[Staff], Client], sol: Staff, need: Need) -> None:
    assert press(as_(sol), need).status_code == 404


def test_an_auditor_is_403(as_: Callable[[Staff], Client], otto: Staff, need: Need) -> None:
    assert press(as_(otto), need).status_code == 403
    need.refresh_from_db()
    assert need.is_open


def test_a_request_without_csrf_token_is_403(noor: Staff, need: Need) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(noor)
    assert press(client, need).status_code == 403


def undo(client: Client, need: Any, headers: dict[str, str] | None = None) -> Any:
    """Undo on a page that shows the newest answer."""
    newest = need.answers.order_by("pk").last()
    seen = {"seen": newest.pk} if newest else {}
    return client.post(f"/visits/{need.visit_id}/needs/{need.pk}/undo/", seen, headers=headers)


def test_undo_reopens_the_need_and_keeps_both_history_entries(
    clinic_client: Client, need: Need, noor: Staff
) -> None:
    needs.answer_need(need=need, outcome="done", by=noor, at=make.at("9:50"))
    page = undo(clinic_client, need, LIVE).content.decode()
    assert 'data-said="flu vaccine: open again."' in page
    assert "given" in page
    assert "undone" in page
    need.refresh_from_db()
    assert need.is_open


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("outcome", ["declined", "done"])
def test_each_role_can_undo_exactly_the_answers_it_can_give(
    as_: Callable[[Staff], Client],
    brook: Clinic,
    front: Location,
    need: Need,
    noor: Staff,
    outcome: str,
    role: str,
) -> None:
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


def test_only_a_clinician_can_undo_a_given_vaccine(
    as_: Callable[[Staff], Client], need: Need, dana: Staff, noor: Staff
) -> None:
    needs.answer_need(need=need, outcome="done", by=noor, at=make.at("9:50"))
    answer = undo(as_(dana), need, LIVE)
    assert answer.status_code == 409
    assert "Only a clinician undoes that a vaccine was given" in answer.content.decode()


def test_a_late_undo_does_not_undo_a_newer_answer(
    as_: Callable[[Staff], Client], need: Need, dana: Staff, noor: Staff
) -> None:
    seen = needs.answer_need(need=need, outcome="declined", by=noor, at=make.at("9:50")).pk
    needs.undo_need_answer(need=need, by=noor, at=make.at("9:51"), seen=seen)
    address = f"/visits/{need.visit_id}/needs/{need.pk}/undo/"
    page = as_(dana).post(address, {"seen": seen}, headers=LIVE)
    assert page.status_code == 409
    assert (
        "Noor undid the answer to “flu vaccine” at 9:51 AM. Nothing more was changed."
        in page.content.decode()
    )
    needs.answer_need(need=need, outcome="done", by=noor, at=make.at("9:52"))
    page = as_(dana).post(address, {"seen": seen}, headers=LIVE)
    assert "Noor already answered “flu vaccine”: given." in page.content.decode()
    need.refresh_from_db()
    assert need.status == "done"


@pytest.mark.parametrize("said", [*UNREADABLE_SEEN, *OTHER_SEEN])
def test_an_undo_that_does_not_say_what_its_page_showed_undoes_nothing(
    as_: Callable[[Staff], Client], need: Need, dana: Staff, noor: Staff, said: dict[str, str]
) -> None:
    needs.answer_need(need=need, outcome="declined", by=noor, at=make.at("9:50"))
    page = as_(dana).post(f"/visits/{need.visit_id}/needs/{need.pk}/undo/", said, headers=LIVE)
    assert page.status_code == 409
    assert "Noor already answered “flu vaccine”: declined." in page.content.decode()
    need.refresh_from_db()
    assert need.status == "declined"


def test_the_same_undo_sent_twice_is_done_once(clinic_client: Client, need: Need, noor: Staff) -> None:
    seen = needs.answer_need(need=need, outcome="done", by=noor, at=make.at("9:50")).pk
    address = f"/visits/{need.visit_id}/needs/{need.pk}/undo/"
    for _ in range(2):
        assert clinic_client.post(address, {"seen": seen}, headers=LIVE).status_code == 200
    assert need.answers.count() == 2


def test_a_second_undo_is_refused(clinic_client: Client, need: Need, noor: Staff) -> None:
    needs.answer_need(need=need, outcome="done", by=noor, at=make.at("9:50"))
    assert undo(clinic_client, need, LIVE).status_code == 200
    assert undo(clinic_client, need, LIVE).status_code == 409


def test_undo_refuses_get_anonymous_other_clinic_and_auditor(
    client: Client, desk_client: Client, as_: Callable[[Staff], Client], sol: Staff, otto: Staff, need: Need
) -> None:
    assert desk_client.get(f"/visits/{need.visit_id}/needs/{need.pk}/undo/").status_code == 405
    assert undo(client, need).url.startswith("/account/login/")
    assert undo(as_(sol), need).status_code == 404
    assert undo(as_(otto), need).status_code == 403


def test_html_in_needs_is_escaped(desk_client: Client, brook: Clinic, front: Location, need: Need) -> None:
    brook.need_settings = {"own": ["<script>alert(1)</script>" + "x" * 300]}
    brook.save()
    visit = make.visit(front, also="<b>ear</b>" * 60)
    some = Visit.objects.get(pk=visit.pk).needs.get(kind=NeedKind.SECOND_CONCERN)
    page = press(desk_client, some, headers=LIVE).content.decode()
    assert "<script>alert" not in page
    assert "<b>ear" not in page


def test_the_panel_costs_the_same_queries_with_many_needs(
    desk_client: Client,
    brook: Clinic,
    front: Location,
    need: Need,
    django_assert_max_num_queries: pytest_django.DjangoAssertNumQueries,
) -> None:
    brook.need_settings = {"own": [f"Ask {number}" for number in range(30)]}
    brook.save()
    visit = make.visit(front)
    desk_client.get("/healthz")  # renews the desk's session, because the clock was moved after the login
    # Five, and the audit row in its savepoint, for which the end of the chain is locked.
    with django_assert_max_num_queries(9):
        desk_client.get(f"/visits/{visit.pk}/leave/", headers=LIVE)


@pytest.fixture
def declined_for_another(brook: Clinic, visit: Visit, need: Need, noor: Staff, dana: Staff) -> Need:
    """MMR was declined for Leo; then the visit turned out to be Mia's, who is due for it too."""
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


@pytest.mark.parametrize("page_name", ["", "leave/"])
def test_an_answer_for_an_earlier_child_is_labeled_and_has_no_undo(
    clinic_client: Client, visit: Visit, declined_for_another: Need, page_name: str
) -> None:
    page = clinic_client.get(f"/visits/{visit.pk}/{page_name}").content.decode()
    assert "For <bdi>Leo Ruiz</bdi>. This visit is <bdi>Mia Novak</bdi> now." in page
    assert f"/needs/{declined_for_another.pk}/" not in page
    hers = visit.needs.open().get(label="MMR")
    assert f'action="/visits/{visit.pk}/needs/{hers.pk}/"' in page


@pytest.mark.parametrize(("press_it", "said"), [("undo", {}), ("answer", {"outcome": "done"})])
def test_undoing_or_changing_an_earlier_childs_answer_writes_nothing(
    clinic_client: Client, visit: Visit, declined_for_another: Need, press_it: str, said: dict[str, str]
) -> None:
    before = NeedAnswer.objects.count()
    address = f"/visits/{visit.pk}/needs/{declined_for_another.pk}/" + ("undo/" if press_it == "undo" else "")
    seen = {"seen": str(declined_for_another.answers.latest("pk").pk)}
    answer = clinic_client.post(address, seen | said, headers=LIVE)
    assert answer.status_code == 409
    told = "“MMR” was answered for Leo Ruiz, and this visit is Mia Novak’s now. Nothing was changed."
    assert told in answer.content.decode()
    assert NeedAnswer.objects.count() == before
    assert not Immunization.objects.exists()


def need_row(page: str, need: Need) -> str:
    """Return a need's row on the leaving panel, with its history."""
    return page.partition(f'id="need-{need.pk}"')[2].partition('<li class="need')[0]


def leaving(client: Client, visit: Visit) -> str:
    return client.get(f"/visits/{visit.pk}/leave/?to=left", headers=LIVE).content.decode()


def test_who_is_this_is_answered_by_matching_or_by_nobody_could_say(
    desk_client: Client, front: Location
) -> None:
    """It offered “Declined” and “Not offered”, and before that “Done”, and the child stayed unmatched."""
    need = make.visit(front, name="Nobody Known").needs.get(kind=NeedKind.MATCH)
    row = need_row(leaving(desk_client, need.visit), need)
    assert f'href="/match/{need.visit_id}/"' in row and ">Match this child <kbd>" in row
    assert [words in row for words in ("Done", "Declined", "Deferred", "Not offered")] == [False] * 4
    answer = press(desk_client, need, "declined", headers=LIVE)
    assert (answer.status_code, need.answers.count()) == (409, 0)
    assert "“who is this?” is not answered like that. Use “Match this child”" in answer.content.decode()
    answer = press(desk_client, need, "left_open", headers=LIVE)
    need.refresh_from_db()
    assert (answer.status_code, need.status, need.reason) == (200, "left_open", "nobody could say")
    assert 'data-said="who is this?: nobody could say."' in answer.content.decode()


def test_a_need_that_another_decision_answers_links_to_it_and_may_be_left_open_on_leaving(
    desk_client: Client, as_: Callable[[Staff], Client], otto: Staff, brook: Clinic, front: Location
) -> None:
    """“Done” on “Check birth date” left the same difference standing."""
    make.patient(brook, "Leo Ruiz")
    need = make.visit(front, born="2019-02-31").needs.get(kind=NeedKind.DISCREPANCY)
    row = need_row(leaving(desk_client, need.visit), need)
    assert f'href="/visits/{need.visit_id}/discrepancies/"' in row and ">Decide discrepancies <kbd>" in row
    assert row.count('name="outcome"') == 1 and "Leave it open" in row
    assert press(desk_client, need, headers=LIVE).status_code == 409
    assert press(desk_client, need, "left_open", headers=LIVE).status_code == 409, "why?"
    assert press(desk_client, need, "left_open", headers=LIVE, reason="they had to go").status_code == 200
    need.refresh_from_db()
    assert (need.status, need.reason) == ("left_open", "they had to go")


@pytest.mark.parametrize(
    ("outcome", "said", "told"),
    [
        ("done", {}, "done today"),
        ("deferred", {"reason": "Monday at 9"}, "booked for Monday at 9"),
        ("not_offered", {"reason": "no X-ray here"}, "not possible because no X-ray here"),
    ],
)
def test_a_second_concern_answered_on_leaving_is_the_answer_that_the_family_is_told(
    clinic_client: Client, front: Location, outcome: str, said: dict[str, str], told: str
) -> None:
    """“Deferred” on leaving was another kind of answer than “Booked for” on the visit."""
    need = make.visit(front, also="his hearing").needs.get(kind=NeedKind.SECOND_CONCERN)
    if said:
        assert press(clinic_client, need, outcome, headers=LIVE).status_code == 409
    assert press(clinic_client, need, outcome, headers=LIVE, **said).status_code == 200
    need.refresh_from_db()
    assert need.reason_words == told
    page = clinic_client.get(f"/visits/{need.visit_id}/").content.decode()
    assert "Not told yet" in page


def test_whom_to_phone_is_said_in_one_format_of_phones(
    desk_client: Client, brook: Clinic, front: Location
) -> None:
    leo = make.patient(brook)
    make.guardian(leo, "Ana Ruiz", phone="3125550199")
    visit = make.visit(front, relationship="aunt")
    for address in (f"/visits/{visit.pk}/", f"/visits/{visit.pk}/leave/?to=left"):
        page = desk_client.get(address).content.decode()
        assert 'first: <span class="unbroken">(312) 555-0199</span>' in page, address
        assert not re.search(r">[^<]*3125550199", page), address
