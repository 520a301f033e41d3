"""Who saw this child? The name stays hidden until the auditor asks for it."""

from __future__ import annotations

import pytest
from django.test import Client

from checkin.models import Location, Patient, Staff
from checkin.models.audit import AuditEvent
from tests import make
from tests.audit.test_events import As, text_of, write

pytestmark = pytest.mark.usefixtures("tuesday")


@pytest.fixture
def leo(dana: Staff) -> Patient:
    return make.patient(dana.clinic)


def log_of(patient: Patient) -> list[str]:
    return list(AuditEvent.objects.about(patient.pk).order_by("pk").values_list("action", flat=True))


@pytest.mark.parametrize("sought", ["Ruiz", "3/14/2018", "leo ruiz 2018-03-14"])
def test_search_shows_a_number_and_never_a_name_and_is_on_the_log(
    sought: str, as_: As, otto: Staff, leo: Patient
) -> None:
    answer = as_(otto).post("/audit/patients/", {"q": sought})
    page = answer.content.decode()
    assert f">Patient {leo.pk}</a>" in page
    assert "Ruiz" not in page
    assert "2018" not in page
    assert log_of(leo) == ["audit_log.patient_searched"]
    assert "ruiz" not in str(AuditEvent.objects.values_list("detail")).lower()


def test_name_in_an_address_finds_nobody(as_: As, otto: Staff, leo: Patient) -> None:
    assert f"Patient {leo.pk}" not in text_of(as_(otto), "/audit/patients/?q=Ruiz")
    assert log_of(leo) == []


def test_search_for_nobody_says_so(as_: As, otto: Staff) -> None:
    browser = as_(otto)
    assert "Nobody on file fits" in browser.post("/audit/patients/", {"q": "Zorn"}).content.decode()
    assert "Type a name" in browser.post("/audit/patients/", {"q": " "}).content.decode()


def test_everything_about_a_patient_is_shown_lists_included(
    as_: As, otto: Staff, dana: Staff, noor: Staff, leo: Patient
) -> None:
    other = make.patient(leo.clinic, "Bo Li")
    write("seen", dana, "8:00", subject=leo, patient_id=leo.pk)
    write("discrepancies.seen", noor, "8:30", patient_ids=[other.pk, leo.pk])
    write("seen", noor, "8:40", subject=other, patient_id=other.pk)
    answer = as_(otto).get(f"/audit/patients/{leo.pk}/")
    rows = [(row.who, row.event.action) for row in answer.context["page"].rows]
    assert rows[1:] == [("Noor", "discrepancies.seen"), ("Dana", "seen")]
    assert rows[0] == ("Otto", "audit_log.patient_read")
    assert "Ruiz" not in answer.content.decode()


def test_name_is_shown_on_a_press_that_is_on_the_log(as_: As, otto: Staff, leo: Patient) -> None:
    browser = as_(otto)
    answer = browser.post(f"/audit/patients/{leo.pk}/name/")
    assert "Leo Ruiz" in answer.content.decode()
    assert "Ruiz" not in answer.headers.get("Location", "")
    assert log_of(leo) == ["audit_log.name_shown"]
    assert "Leo Ruiz" not in text_of(browser, f"/audit/patients/{leo.pk}/")


def test_patient_of_another_clinic_is_not_there(as_: As, otto: Staff, hill: object, sol: Staff) -> None:
    theirs = make.patient(sol.clinic)
    browser = as_(otto)
    assert browser.get(f"/audit/patients/{theirs.pk}/").status_code == 404
    assert browser.post(f"/audit/patients/{theirs.pk}/name/").status_code == 404
    assert f"Patient {theirs.pk}" not in browser.post("/audit/patients/", {"q": "Ruiz"}).content.decode()
    assert log_of(theirs) == []


def test_only_an_auditor_asks_about_a_patient(as_: As, dana: Staff, ada: Staff, leo: Patient) -> None:
    page = f"/audit/patients/{leo.pk}/"
    for browser, code in ((Client(), 302), (as_(dana), 403), (as_(ada), 403)):
        assert browser.get(page).status_code == code
        answer = browser.post(f"{page}name/")
        assert answer.status_code == code
        assert "Ruiz" not in answer.content.decode()
        assert browser.post("/audit/patients/", {"q": "Ruiz"}).status_code == code
    done = AuditEvent.objects.filter(action__startswith="audit_log.", outcome="done")
    assert not done.exists()


def test_wrong_methods_are_refused(as_: As, otto: Staff, leo: Patient) -> None:
    browser = as_(otto)
    assert browser.post(f"/audit/patients/{leo.pk}/").status_code == 405
    assert browser.get(f"/audit/patients/{leo.pk}/name/").status_code == 405
    assert browser.put("/audit/patients/").status_code == 405


def test_filter_on_a_patients_page_keeps_the_patient(
    as_: As, otto: Staff, dana: Staff, leo: Patient, front: Location
) -> None:
    write("seen", dana, subject=leo, patient_id=leo.pk)
    write("proxy.granted", dana, subject=leo, patient_id=leo.pk)
    write("proxy.granted", dana, subject=leo)
    answer = as_(otto).get(f"/audit/patients/{leo.pk}/?kind=consent&staff={dana.pk}")
    assert [row.event.action for row in answer.context["page"].rows] == ["proxy.granted"]
    assert f"patient={leo.pk}" in answer.context["export"]
