"""An act that a person's role does not allow, behind a page that is theirs, leaves one line in the trail."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from checkin.models import AuditEvent, Clinic, Location, Need, Staff
from checkin.rules.need_types import NeedKind
from tests import make

LIVE = {"HX-Request": "true"}


@pytest.fixture
def vaccine(brook: Clinic, front: Location, tuesday: time_machine.Traveller) -> Need:
    """Return a vaccine that only a clinician marks as given."""
    leo = make.patient(brook, "Leo Ruiz")
    make.guardian(leo, "Ana Ruiz")
    return make.visit(front, relationship="aunt").needs.get(kind=NeedKind.VACCINE)


def give(browser: Client, vaccine: Need, headers: dict[str, str] | None = None) -> int:
    address = f"/visits/{vaccine.visit_id}/needs/{vaccine.pk}/"
    return browser.post(address, {"outcome": "done"}, headers=headers or {}).status_code


def refused() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action__in=["act.refused", "page.refused"]).order_by("pk"))


@pytest.mark.parametrize("headers", [{}, LIVE])
def test_an_act_refused_for_the_role_is_one_line(
    desk_client: Client, dana: Staff, vaccine: Need, headers: dict[str, str]
) -> None:
    assert give(desk_client, vaccine, headers) in (302, 409)
    vaccine.refresh_from_db()
    assert vaccine.is_open
    [line] = refused()
    assert (line.action, line.outcome, line.staff, line.role) == (
        "act.refused",
        "refused",
        dana,
        "front_desk",
    )
    assert line.detail == {"page": "desk:answer", "method": "POST"}


def test_two_refusals_in_one_request_are_one_line_and_the_next_request_is_another(
    desk_client: Client, vaccine: Need
) -> None:
    give(desk_client, vaccine)
    give(desk_client, vaccine)
    assert len(refused()) == 2
    assert desk_client.get(f"/visits/{vaccine.visit_id}/").status_code == 200
    assert len(refused()) == 2, "what was refused before is not refused again"


def test_an_act_of_ones_own_role_is_no_refusal(
    as_: Callable[[Staff], Client], noor: Staff, vaccine: Need
) -> None:
    give(as_(noor), vaccine)
    vaccine.refresh_from_db()
    assert (vaccine.status, refused()) == ("done", [])
