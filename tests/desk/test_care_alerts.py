"""Care alerts at the desk: one mark for all, opened with a reason, and a colleague called without a word."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from checkin.actions import care_alerts, confidential_visits, match_decisions, merge_undo, patient_merges
from checkin.actions.care_alerts import AlertWords
from checkin.models import (
    AuditEvent,
    CareAlert,
    CareAlertAnswer,
    Clinic,
    Location,
    Patient,
    Role,
    SealedReading,
    Staff,
    Visit,
)
from checkin.rules.care_alerts import AlertKind
from tests import make
from tests.drawn_forms import draw

pytestmark = pytest.mark.usefixtures("front")

SECRETS = ("Zzyzxname", "Qwxorder4711")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook, "Leo Ruiz")


@pytest.fixture
def boss(brook: Clinic) -> Staff:
    return make.staff(brook, "boss-alerts", role=Role.MANAGER)


@pytest.fixture
def alert(leo: Patient, boss: Staff) -> CareAlert:
    said = AlertWords(AlertKind.NOT_WITH, f"Miguel {SECRETS[0]}", "father", SECRETS[1])
    return care_alerts.write_care_alert(patient=leo, said=said, by=boss, at=timezone.now())


@pytest.fixture
def visit(front: Location, leo: Patient) -> Visit:
    return make.visit(front, timezone.now(), escort_name=f"Miguel {SECRETS[0]}")


@pytest.mark.parametrize("is_confidential", [False, True])
def test_the_form_on_the_page_of_a_visit_opens_it(
    tab: Client, dana: Staff, alert: CareAlert, visit: Visit, is_confidential: bool
) -> None:
    """The page named only the child, so every form from it was taken for an outdated one."""
    if is_confidential:
        now = timezone.now()
        confidential_visits.mark_visit_confidential(visit=visit, kind="other", by=dana, at=now)
    address = f"/visits/{visit.pk}/sealed/"
    tab.post(address, draw(tab, address, address).with_(reason="visit"))
    assert SealedReading.objects.get().patient_id == alert.patient_id


def test_only_a_reason_opens_it_and_each_opening_is_kept(
    as_: Callable[[Staff], Client], boss: Staff, alert: CareAlert, visit: Visit
) -> None:
    browser = as_(boss)
    for address in (f"/patients/{alert.patient_id}/sealed/", f"/visits/{visit.pk}/sealed/"):
        for answer in (
            browser.get(address),
            browser.post(address, {}),
            browser.post(address, {"reason": "x"}),
        ):
            assert SECRETS[1] not in answer.content.decode()
        assert browser.post(address, {"reason": "other", "typed": " "}).status_code == 409
    assert not SealedReading.objects.exists()
    opened = browser.post(f"/visits/{visit.pk}/sealed/", {"reason": "safety", "typed": "he is at the door"})
    page = opened.content.decode()
    assert SECRETS[1] in page and 'data-sealed="20"' in page
    assert "no-store" in opened.headers["Cache-Control"]
    reading = SealedReading.objects.get()
    assert (reading.reason, reading.typed, reading.patient_id) == (
        "safety",
        "he is at the door",
        alert.patient_id,
    )
    line = AuditEvent.objects.get(action="sealed.opened")
    assert (line.purpose, line.detail) == ("emergency", {"reason": "safety", "items": 1})


def test_pages_show_one_small_mark_and_no_word(
    as_: Callable[[Staff], Client], boss: Staff, alert: CareAlert, visit: Visit
) -> None:
    browser = as_(boss)
    for address in ("/", f"/visits/{visit.pk}/", f"/patients/{alert.patient_id}/"):
        page = browser.get(address).content.decode()
        assert page.count('class="sealed-mark"') == 1, address
        assert SECRETS[1] not in page
    care_alerts.end_care_alert(alert=alert, by=boss, at=timezone.now())
    for address in ("/", f"/visits/{visit.pk}/", f"/patients/{alert.patient_id}/"):
        assert "sealed-mark" not in browser.get(address).content.decode(), address


def test_colleague_is_asked_to_look_without_a_word_until_they_did(
    as_: Callable[[Staff], Client], boss: Staff, brook: Clinic, alert: CareAlert, visit: Visit
) -> None:
    other = make.staff(brook, "other-alerts", role=Role.CLINICIAN)
    assert as_(other).get("/notices/", headers=HTMX).status_code == 204
    browser = as_(boss)
    page = browser.get("/notices/", headers=HTMX).content.decode()
    assert "Please look at the visit of" in page and f"/visits/{visit.pk}/" in page
    assert not any(one in page for one in (*SECRETS, "Miguel", "Leo", 'alert">Care'))
    for _ in range(2):
        assert browser.post(f"/visits/{visit.pk}/looked/").status_code == 302
    assert CareAlertAnswer.objects.count() == 1
    assert browser.get("/notices/", headers=HTMX).status_code == 204


def test_whoever_is_called_to_a_confidential_visit_answers_without_opening_it(
    as_: Callable[[Staff], Client], boss: Staff, alert: CareAlert, visit: Visit
) -> None:
    confidential_visits.mark_visit_confidential(visit=visit, kind="other", by=boss, at=make.at("9:41"))
    browser = as_(boss)
    browser.post(f"/visits/{visit.pk}/looked/")
    assert CareAlertAnswer.objects.get().by == boss
    assert browser.get("/notices/", headers=HTMX).status_code == 204


def test_alert_is_written_replaced_and_ended(
    as_: Callable[[Staff], Client], boss: Staff, leo: Patient
) -> None:
    browser, said = as_(boss), {"kind": "not_with", "person_name": "Miguel", "words": SECRETS[1]}
    assert browser.post(f"/patients/{leo.pk}/sealed/new/", said).status_code == 302
    made = CareAlert.objects.get()
    page = browser.get(f"/patients/{leo.pk}/sealed/{made.pk}/replace/").content.decode()
    assert SECRETS[1] not in page
    address = f"/patients/{leo.pk}/sealed/{made.pk}/"
    seen = made.current_id
    browser.post(f"{address}replace/?seen={seen}", said | {"person_name": "Mike"})
    older = browser.post(f"{address}replace/?seen={seen}", said | {"words": "typed later"})
    assert older.status_code == 409 and "typed later" in older.content.decode()
    browser.post(f"{address}end/", {"how": "error"})
    made.refresh_from_db()
    assert made.current is not None
    assert (made.current.person_name, made.current.status) == ("Mike", "entered-in-error")


def test_the_form_leads_back_to_the_patient(
    as_: Callable[[Staff], Client], boss: Staff, leo: Patient
) -> None:
    page = as_(boss).get(f"/patients/{leo.pk}/sealed/new/").content.decode()
    assert re.search(rf'<a [^>]*href="/patients/{leo.pk}/">Back</a>', page)


def test_a_nameless_warning_is_refused_with_what_was_typed(
    as_: Callable[[Staff], Client], boss: Staff, leo: Patient
) -> None:
    answer = as_(boss).post(f"/patients/{leo.pk}/sealed/new/", {"kind": "not_with", "words": SECRETS[1]})
    assert answer.status_code == 409 and SECRETS[1] in answer.content.decode()


def test_the_person_of_any_kind_of_warning_is_shown_in_the_opened_alert(
    as_: Callable[[Staff], Client], boss: Staff, leo: Patient
) -> None:
    browser = as_(boss)
    said = {"kind": "other", "person_name": SECRETS[0], "relationship": "coach", "words": SECRETS[1]}
    assert browser.post(f"/patients/{leo.pk}/sealed/new/", said).status_code == 302
    page = browser.post(f"/patients/{leo.pk}/sealed/", {"reason": "safety"}).content.decode()
    assert SECRETS[0] in page and "coach" in page


@pytest.mark.parametrize("box", ["person_name", "relationship"])
def test_a_name_that_is_too_long_is_refused_with_what_was_typed(
    as_: Callable[[Staff], Client], boss: Staff, leo: Patient, box: str
) -> None:
    browser, typed = as_(boss), "y" * 257
    said = {"kind": "not_with", box: typed, "words": SECRETS[1]}
    answer = browser.post(f"/patients/{leo.pk}/sealed/new/", said)
    page = answer.content.decode()
    assert answer.status_code == 409 and "longer than 200 characters" in page
    assert typed in page and SECRETS[1] in page
    assert 'maxlength="200"' not in page, "the browser would cut a pasted name without a word"
    assert not CareAlert.objects.exists()


def test_front_desk_opens_but_does_not_write(
    as_: Callable[[Staff], Client], brook: Clinic, alert: CareAlert
) -> None:
    browser = as_(make.staff(brook, "frank-alerts"))
    address = f"/patients/{alert.patient_id}/sealed/"
    page = browser.post(address, {"reason": "visit"}).content.decode()
    assert SECRETS[1] in page and 'value="error"' not in page
    assert browser.get(f"{address}new/").status_code == 403
    assert "Write a care alert" not in browser.get(f"/patients/{alert.patient_id}/").content.decode()


def test_another_clinic_finds_nothing(as_: Callable[[Staff], Client], hill: Clinic, alert: CareAlert) -> None:
    stranger = as_(make.staff(hill, "stranger-alerts", role=Role.MANAGER))
    address = f"/patients/{alert.patient_id}/sealed/"
    for one in (address, f"{address}new/", f"{address}{alert.pk}/replace/"):
        assert stranger.get(one).status_code == 404
        assert stranger.post(one, {"reason": "visit"}).status_code == 404
    assert stranger.get("/notices/", headers=HTMX).status_code == 204


def test_the_boards_mark_follows_a_match_a_merge_and_its_undo(
    as_: Callable[[Staff], Client],
    boss: Staff,
    brook: Clinic,
    front: Location,
    alert: CareAlert,
    visit: Visit,
) -> None:
    mia = make.patient(brook, "Mia Chen", "2016-05-05")
    hers = make.visit(front, timezone.now(), name="Mia Chen", born="2016-05-05")
    browser = as_(boss)

    def marked() -> set[int]:
        rows = re.findall(r'<tr id="v(\d+)"(.*?)</tr>', browser.get("/").content.decode(), re.DOTALL)
        assert {int(pk) for pk, _ in rows} == {visit.pk, hers.pk}
        return {int(pk) for pk, row in rows if "sealed-mark" in row}

    assert marked() == {visit.pk}
    match_decisions.link_visit_to_patient(visit=visit, patient=mia, by=boss, at=timezone.now())
    assert marked() == set()
    done = patient_merges.merge_patients(
        merged=alert.patient, into=mia, by=boss, at=timezone.now(), sure=True
    )
    assert marked() == {visit.pk, hers.pk}
    assert done.merge is not None
    merge_undo.undo_patient_merge(merge=done.merge, by=boss, at=timezone.now())
    assert marked() == set()
