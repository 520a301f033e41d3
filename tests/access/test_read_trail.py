"""An answer that shows a child of the standing morning leaves a line in the trail: who was shown, to whom.

Lists count, and so do refusals (409) and forms shown again (422) that show the page behind them.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from checkin.models import AuditEvent, Clinic, Patient, Visit
from checkin.web.desk import patients as patient_views
from tests.access.walk import (
    Address,
    Principal,
    add_rows_of_addresses,
    list_addresses,
    list_principals,
    undone,
)

pytestmark = pytest.mark.usefixtures("tuesday")
FAMILY_NAMES = ("Ruiz", "Okafor", "Chen", "Stone", "Poole", "Moss", "Quill", "Berg")
"""Of the morning's children; nobody on the staff has one."""


class Reader:
    """Somebody who opens pages, and what the trail says of it."""

    def __init__(self, who: Principal, person_id: int) -> None:
        self.browser, self.person_id = who.browser, person_id
        self.known = {name: self.rows_of(name) for name in FAMILY_NAMES}

    def rows_of(self, name: str) -> tuple[set[int], set[int]]:
        """Return the ids of the patients of this name, and of its visits without a patient."""
        records = set(Patient.objects.filter(family_name=name).values_list("pk", flat=True))
        typed = Visit.objects.filter(sign_in__child_family_name=name, patient__isnull=True)
        return records, set(typed.values_list("pk", flat=True))

    def untold(self, answer: Any, since: int) -> list[str]:
        """Return the names that the answer shows and that no new line of the trail names."""
        shown = "" if answer.status_code == 302 else answer.content.decode(errors="replace")
        patients, visits = self.told(since)
        return [
            name
            for name, (records, unmatched) in self.known.items()
            if name in shown and not (patients & records or visits & unmatched)
        ]

    def told(self, since: int) -> tuple[set[int], set[int]]:
        """Return the patients and the visits that this person's lines after this one name."""
        patients, visits = set(), set()
        for event in AuditEvent.objects.filter(pk__gt=since, staff_id=self.person_id):
            patients |= {event.patient_id, *event.patients.values_list("patient_id", flat=True)}
            visits |= {event.subject_id} if event.subject == "Visit" else set()
            visits |= set(event.detail.get("visits", []))
        return patients, visits

    def read(self, method: str, address: Address) -> list[str]:
        since = AuditEvent.objects.order_by("pk").values_list("pk", flat=True).last() or 0
        with undone(self.browser):
            answer = (
                self.browser.get(address.path)
                if method == "GET"
                else self.browser.post(address.drawn, address.sent)
            )
            return [
                f"{method} {address.path} ({answer.status_code}): {one}" for one in self.untold(answer, since)
            ]


@pytest.fixture
def morning(at: SimpleNamespace, hill: Clinic) -> tuple[Reader, Reader, dict[str, Address]]:
    """Return a clinician and a manager who read, and every address."""
    add_rows_of_addresses(at)
    people = {who.name: who for who in list_principals(at, hill)}
    urls = list_addresses(at)
    return Reader(people["clinician"], at.noor.pk), Reader(people["manager"], at.max.pk), urls


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_each_answer_that_shows_a_child_is_in_the_trail(morning: Any, method: str) -> None:
    _, manager, urls = morning
    untold = {url: lines for url, address in urls.items() if (lines := manager.read(method, address))}
    assert untold == {}


def test_a_search_is_in_the_trail_with_everybody_it_listed(morning: Any, at: SimpleNamespace) -> None:
    reader = morning[1]
    address = reader.browser.post("/patients/", {"q": "Moss"}).headers["Location"]
    assert reader.read("GET", Address(address, address, {})) == []
    with undone(reader.browser):
        assert "Moss" in reader.browser.get(address).content.decode()
        event = AuditEvent.objects.order_by("pk").last()
        assert {one.patient_id for one in event.patients.all()} >= {at.twin.pk, at.other_twin.pk}
        assert "Moss" not in str(event.detail), "what was typed is no id"


def test_a_missing_line_is_found(morning: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, urls = morning[1], morning[2]
    only = urls["desk:patient"]
    assert reader.read("GET", only) == []
    monkeypatch.setattr(patient_views, "audit_page_view", lambda *said, **more: None)
    assert "Ruiz" in str(reader.read("GET", only))


def test_a_stranger_is_not_in_the_trail_as_a_reader() -> None:
    assert Client().get("/").status_code == 302
