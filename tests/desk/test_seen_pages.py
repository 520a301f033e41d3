"""Each page that shows what a family said or a phone is recorded in the audit log when it is opened."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from checkin.models import AuditEvent, Clinic, Location, Staff, Visit
from tests import make
from tests.promising import promise


@pytest.fixture
def visit(brook: Clinic, front: Location, dana: Staff) -> Visit:
    leo = make.patient(brook, "Leo Ruiz")
    make.guardian(leo)
    return make.visit(front, patient=leo, reason="a fever", escort_phone=make.ESCORT_PHONE)


def list_seen() -> list[tuple[str, int, int | None]]:
    found = AuditEvent.objects.filter(action="seen").order_by("pk")
    return list(found.values_list("subject", "subject_id", "patient_id"))


@pytest.mark.parametrize("page", ["reason", "leaving"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_panel_about_a_visit_is_audited(
    desk_client: Client, visit: Visit, page: str, headers: dict[str, str]
) -> None:
    name = {"reason": "desk:reason", "leaving": "desk:leave"}[page]
    assert desk_client.get(reverse(name, args=[visit.pk]), headers=headers).status_code == 200
    assert list_seen() == [("Visit", visit.pk, visit.patient_id)]


@pytest.mark.parametrize("way", ["visit", "patient", "replaces", "again"])
def test_form_of_a_new_promise_is_audited(
    desk_client: Client, visit: Visit, front: Location, way: str
) -> None:
    about = {"visit": visit, "patient": visit.patient}.get(way) or promise(front, patient=visit.patient)
    assert desk_client.get(f"{reverse('desk:promise_new')}?{way}={about.pk}").status_code == 200
    assert list_seen() == [(type(about).__name__, about.pk, visit.patient_id)]


def test_form_of_a_promise_about_nobody_is_nothing_to_audit(desk_client: Client) -> None:
    assert desk_client.get(reverse("desk:promise_new")).status_code == 200
    assert list_seen() == []
