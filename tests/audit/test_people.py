"""What did this person do? Counts by kind and the full list."""

from __future__ import annotations

import pytest
from django.test import Client

from checkin.models import Staff
from checkin.models.audit import AuditEvent
from checkin.rules.audit_words import AuditKind
from tests import make
from tests.audit.test_events import As, text_of, write
from tests.leaks import without_tokens

pytestmark = pytest.mark.usefixtures("tuesday")


def test_what_a_person_did_is_counted_and_listed(as_: As, otto: Staff, dana: Staff, noor: Staff) -> None:
    leo = make.patient(dana.clinic)
    for action in ("seen", "seen", "proxy.granted", "of.an.earlier.version"):
        write(action, dana, subject=leo, patient_id=leo.pk)
    write("seen", noor, subject=leo, patient_id=leo.pk)
    answer = as_(otto).get(f"/audit/people/{dana.pk}/")
    counts = dict(answer.context["counts"])
    assert counts == {AuditKind.VIEW: 2, AuditKind.CONSENT: 1, AuditKind.OTHER: 1}
    assert {row.who for row in answer.context["page"].rows} == {"Dana"}
    page = answer.content.decode()
    assert "Dana did something (of.an.earlier.version)" in page
    assert "Ruiz" not in page
    read = AuditEvent.objects.get(action="audit_log.person_read")
    assert (read.staff, read.subject, read.subject_id) == (otto, "Staff", dana.pk)


def test_what_no_kind_has_is_found_as_everything_else(as_: As, otto: Staff, dana: Staff) -> None:
    write("of.an.earlier.version", dana)
    write("seen", dana)
    answer = as_(otto).get(f"/audit/people/{dana.pk}/?kind=other")
    assert [row.event.action for row in answer.context["page"].rows] == ["of.an.earlier.version"]
    assert len(answer.context["counts"]) == 2


def test_people_of_this_clinic_are_listed(as_: As, otto: Staff, dana: Staff, sol: Staff) -> None:
    page = text_of(as_(otto), "/audit/people/")
    assert f'href="/audit/people/{dana.pk}/"' in page
    assert "Sol" not in without_tokens(page)


def test_person_of_another_clinic_is_not_there(as_: As, otto: Staff, sol: Staff) -> None:
    assert as_(otto).get(f"/audit/people/{sol.pk}/").status_code == 404


def test_only_an_auditor_asks_about_a_person(as_: As, dana: Staff, max_: Staff) -> None:
    page = f"/audit/people/{dana.pk}/"
    assert Client().get(page).status_code == 302
    assert as_(dana).get(page).status_code == as_(max_).get(page).status_code == 403


def test_person_is_only_read(as_: As, otto: Staff, dana: Staff) -> None:
    assert as_(otto).post(f"/audit/people/{dana.pk}/").status_code == 405
