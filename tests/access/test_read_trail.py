"""An answer that shows a child of the standing morning leaves a line in the trail: who was shown, to whom.

test_matrix.py asks this of every address as everybody. Here are the answers that its requests do not get: to
scripts, to outdated pages, to searches, and the pages after a decision.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from checkin.actions import match_decisions
from checkin.actions.entry_moves import ALL_ENTRIES_GO
from checkin.models import AuditEvent, Clinic, Visit
from checkin.web.desk import excuse_notes as excuse_note_views
from checkin.web.desk import patients as patient_views
from checkin.web.desk import urgent_signs as urgent_sign_views
from tests import make
from tests.access.answers import compare, read
from tests.access.trail import FAMILY_NAMES, find_newest_event, list_untold, name_subjects
from tests.access.walk import (
    Address,
    Principal,
    add_rows_of_addresses,
    list_addresses,
    list_principals,
    make_address,
    undone,
)

pytestmark = pytest.mark.usefixtures("tuesday", "take_backups")
LIVE = {"HX-Request": "true"}
READERS = ["clinician", *(pytest.param(name, marks=pytest.mark.long) for name in ("front desk", "manager"))]


@pytest.fixture
def asked(at: SimpleNamespace, hill: Clinic) -> tuple[dict[str, Principal], dict[str, Address]]:
    add_rows_of_addresses(at)
    return {who.name: who for who in list_principals(at, hill)}, list_addresses(at)


def list_untold_of(
    who: Principal, urls: dict[str, Address], method: str, **headers: str
) -> tuple[dict[str, list[str]], list[int]]:
    """Return what the answers show and the trail omits, by address, and the status of each answer."""
    untold, statuses = {}, []
    for url, address in urls.items():
        answer, found = read(who, method, address, **headers)
        statuses.append(answer.status_code)
        untold |= {url: found} if found else {}
    return untold, statuses


@pytest.mark.parametrize("name", READERS)
def test_an_answer_to_a_script_is_in_the_trail(asked: Any, name: str) -> None:
    who, urls = asked[0][name], asked[1]
    for method in ("GET", "POST"):
        untold, statuses = list_untold_of(who, urls, method, **LIVE)
        assert untold == {}
        assert max(statuses) < 500


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("headers", [{}, LIVE], ids=["page", "script"])
def test_the_answer_to_an_outdated_page_is_in_the_trail(
    asked: Any, at: SimpleNamespace, name: str, headers: dict[str, str]
) -> None:
    """Each form of the desk is sent from a page that was drawn before its child became another one."""
    who, urls = asked[0][name], {url: one for url, one in asked[1].items() if url.startswith("desk:")}
    for visit, patient in ((at.leo, at.mia), (at.ben, at.mia)):
        match_decisions.link_visit_to_patient(
            visit=Visit.objects.get(pk=visit.pk),
            patient=patient,
            by=at.noor,
            at=make.at("9:42"),
            said=ALL_ENTRIES_GO,
        )
    untold, statuses = list_untold_of(who, urls, "POST", **headers)
    assert untold == {}
    assert statuses.count(409) >= 10, "most of these pages are outdated now"


def test_a_search_is_in_the_trail_with_everybody_it_listed(asked: Any, at: SimpleNamespace) -> None:
    who = asked[0]["manager"]
    onward = who.browser.post("/patients/", {"q": "Moss"}).headers["Location"]
    assert read(who, "GET", Address(onward, onward, {}))[1] == []
    with undone(who.browser):
        assert "Moss" in who.browser.get(onward).content.decode()
        event = AuditEvent.objects.order_by("pk").last()
        assert event and name_subjects(event)[0] >= {at.twin.pk, at.other_twin.pk}
        assert "Moss" not in str(event.detail), "what was typed is no id"


@pytest.mark.parametrize("name", ["front desk", "clinician", "manager"])
def test_whom_a_search_beside_a_visit_finds_is_in_the_trail(
    asked: Any, at: SimpleNamespace, name: str
) -> None:
    who, shown = asked[0][name], set()
    for sought in FAMILY_NAMES:
        path = f"/match/{at.zed.pk}/search/"
        sent = make_address(path, {"q": sought})
        with undone(who.browser):
            onward = who.browser.post(sent.drawn, sent.sent).headers["Location"]
            since = find_newest_event()
            answer = who.browser.get(onward)
            assert list_untold(answer, since, who.person_id) == []
            shown |= {one for one in FAMILY_NAMES if one == sought and one in answer.content.decode()}
    assert shown >= {"Ruiz", "Okafor", "Chen", "Moss"}


PAGES_AFTER_A_MATCH = ("/match/?done={made}", "/match/{other}/?done={made}", "/visits/{visit}/?done={made}",
                       "/visits/{other}/?done={made}", "/patients/{ola}/?done={made}",
    "/patients/{leo}/",
    "/patients/{mia}/",
                       "/visits/{visit}/", "/match/{visit}/")  # fmt: skip


@pytest.mark.parametrize("act", ["link", "relink", "undo"])
def test_who_was_just_decided_about_is_in_the_trail_of_the_page(
    asked: Any, at: SimpleNamespace, act: str
) -> None:
    """The page may be opened again a day later: the line of the decision does not tell of that."""
    who, visit = asked[0]["clinician"], at.leo if act == "relink" else at.noa
    made = match_decisions.link_visit_to_patient(
        visit=Visit.objects.get(pk=visit.pk), patient=at.mia, by=at.noor, at=make.at("9:42")
    )
    if act == "undo":
        made = match_decisions.undo_match_decision(
            visit=Visit.objects.get(pk=visit.pk), by=at.noor, at=make.at("9:43"), seen=made.pk
        )
    ids = {"made": made.pk, "visit": visit.pk, "other": at.zed.pk, "ola": at.ola.pk}
    paths = [one.format(**ids, leo=at.leo.patient_id, mia=at.mia.pk) for one in PAGES_AFTER_A_MATCH]
    answers = {path: read(who, "GET", Address(path, path, {})) for path in paths}
    assert {path: untold for path, (_, untold) in answers.items() if untold} == {}
    assert {answer.status_code for answer, _ in answers.values()} == {200}


def test_a_missing_line_is_found(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    who, only = asked[0]["manager"], {"desk:patient": asked[1]["desk:patient"]}
    assert compare(who, only, ("GET",)) == []
    monkeypatch.setattr(patient_views, "audit_page_view", lambda *said, **more: None)
    assert "manager GET desk:patient: shows Ruiz, which the trail omits" in compare(who, only, ("GET",))


def test_a_missing_line_of_a_sheet_is_found(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    who, only = asked[0]["front desk"], {one: asked[1][one] for one in ("desk:note_pdf", "desk:notes_today")}
    assert [who.browser.get(one.path).headers["Content-Type"] for one in only.values()] == [
        "application/pdf"
    ] * 2
    assert compare(who, only, ("GET",)) == []
    for name in ("audit_page_view", "audit_patients_listed"):
        monkeypatch.setattr(excuse_note_views, name, lambda *said, **more: None)
    assert [one.split(": ")[-1] for one in compare(who, only, ("GET",))] == [
        "shows PDF, which the trail omits"
    ] * 2


def test_a_missing_line_behind_a_redirect_is_found(
    asked: Any, at: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    who, move = asked[0]["clinician"], make_address(f"/visits/{at.leo.pk}/move/", {"to": "roomed"})
    answer, untold = read(who, "POST", move)
    assert (answer.url, untold) == (f"/visits/{at.leo.pk}/reason/?to=roomed", [])
    monkeypatch.setattr(urgent_sign_views, "audit_page_view", lambda *said, **more: None)
    assert "Ruiz behind it" in read(who, "POST", move)[1]


def test_a_stranger_is_not_in_the_trail_as_a_reader(asked: Any) -> None:
    before = find_newest_event()
    assert Client().get("/").status_code == 302
    assert Client().get(asked[1]["desk:patient"].path).status_code == 302
    assert find_newest_event() == before
