"""Needs that lapse and return because a match was corrected are reported once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from checkin.actions import match_decisions, needs
from checkin.models import Clinic, Location, Patient, Staff, Visit
from checkin.models.needs import drop_repeated_need_answers
from checkin.queries import visit_timeline
from checkin.rules.need_types import NeedKind
from tests import make

pytestmark = pytest.mark.usefixtures("tuesday")
LAPSED = "No longer needed: phone a guardian, flu vaccine"


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    found = make.patient(brook)
    make.guardian(found)
    return found


@pytest.fixture
def visit(leo: Patient, front: Location) -> Visit:
    return make.visit(front, make.at("9:30"), relationship="aunt")


def fresh(visit: Visit) -> Visit:
    return Visit.objects.get(pk=visit.pk)


def taken_back_and_linked(visit: Visit, leo: Patient, dana: Staff, times: int) -> None:
    for nth in range(times):
        match_decisions.undo_match_decision(visit=fresh(visit), by=dana, at=make.at(f"9:4{2 * nth}"))
        match_decisions.link_visit_to_patient(
            visit=fresh(visit), patient=leo, by=dana, at=make.at(f"9:4{2 * nth + 1}")
        )


def told(visit: Visit) -> list[Any]:
    return [one.what for one in visit_timeline.read_visit_timeline(fresh(visit)).events]


def panel(client: Client, visit: Visit) -> str:
    return (
        client.get(f"/visits/{visit.pk}/")
        .content.decode()
        .partition('id="needs"')[2]
        .partition("</section>")[0]
    )


def test_a_need_that_lapsed_and_returned_is_reported_once(
    desk_client: Client, visit: Visit, leo: Patient, dana: Staff
) -> None:
    taken_back_and_linked(visit, leo, dana, 3)
    assert [what for what in told(visit) if "flu vaccine" in what] == [
        "Needed again: phone a guardian, flu vaccine"
    ]
    text = panel(desk_client, visit)
    assert text.count("needed again") == 2, "one line at each of the two"
    assert "the facts changed" not in text


def test_lapsed_needs_share_one_line_and_are_not_answers(
    desk_client: Client, visit: Visit, leo: Patient, dana: Staff
) -> None:
    taken_back_and_linked(visit, leo, dana, 1)
    match_decisions.undo_match_decision(visit=fresh(visit), by=dana, at=make.at("9:50"))
    assert [what for what in told(visit) if "flu vaccine" in what] == [LAPSED]
    shown = desk_client.get(f"/visits/{visit.pk}/").content.decode()
    assert "the facts changed" not in shown
    text = panel(desk_client, visit)
    assert "Answered" not in text
    gone = text.partition("No longer needed: ")[2].partition("</p>")[0]
    assert gone.count("<bdi>") == gone.count("</bdi>") == 2 and "flu vaccine" in gone.lower()


def test_answers_given_by_staff_are_never_dropped(
    desk_client: Client, visit: Visit, leo: Patient, dana: Staff, noor: Staff
) -> None:
    need = visit.needs.get(kind=NeedKind.VACCINE)
    needs.answer_need(need=need, outcome="declined", by=noor, at=make.at("9:31"))
    needs.undo_need_answer(need=need, by=noor, at=make.at("9:32"))
    taken_back_and_linked(visit, leo, dana, 2)
    lines = drop_repeated_need_answers(need.answers.order_by("pk"))
    assert [one.outcome for one in lines] == ["declined", "open", "open"]
    assert "Declined: flu vaccine" in told(visit) and "Undone: flu vaccine" in told(visit)
    match_decisions.undo_match_decision(visit=fresh(visit), by=dana, at=make.at("9:55"))
    text = panel(desk_client, visit)
    assert "Answered" in text and "declined" in text, "it was answered once, so its history stays"
