"""An opened care alert shows what it said before, and one that ended is found from the patient's page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from checkin.actions import care_alerts
from checkin.actions.care_alerts import AlertWords
from checkin.models import CareAlert, Clinic, Patient, Role, Staff
from checkin.rules.care_alerts import AlertKind
from tests import make

pytestmark = pytest.mark.usefixtures("front")

LINK = "Sealed entries"


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook, "Leo Ruiz")


@pytest.fixture
def boss(brook: Clinic) -> Staff:
    return make.staff(brook, "boss-history", role=Role.MANAGER)


@pytest.fixture
def nurse(brook: Clinic) -> Staff:
    return make.staff(brook, "nurse-history", role=Role.CLINICIAN)


@pytest.fixture
def alert(leo: Patient, boss: Staff) -> CareAlert:
    said = AlertWords(AlertKind.NOT_WITH, "Zzyzx First", "uncle", "Call the manager")
    return care_alerts.write_care_alert(patient=leo, said=said, by=boss, at=make.at("8:00"))


def open_it(browser: Client, leo: Patient) -> str:
    return browser.post(f"/patients/{leo.pk}/sealed/", {"reason": "safety"}).content.decode()


def test_the_opened_alert_shows_each_earlier_wording_with_who_and_when(
    as_: Callable[[Staff], Client], alert: CareAlert, leo: Patient, boss: Staff, nurse: Staff
) -> None:
    browser = as_(boss)
    assert "Earlier wordings" not in open_it(browser, leo)
    for clock, name in (("8:10", "Zzyzx Second"), ("8:20", "Zzyzx Third")):
        said = AlertWords(AlertKind.NOT_WITH, name, "coach", f"Words of {clock}", colleague=nurse)
        care_alerts.change_care_alert(alert=alert, said=said, seen=None, by=nurse, at=make.at(clock))
    care_alerts.end_care_alert(alert=alert, by=boss, at=make.at("8:30"))
    now, earlier = open_it(browser, leo).split("Earlier wordings")
    assert "Zzyzx Third" in now and "Ended by" in now and "8:30 AM" in now
    assert re.findall(r"Zzyzx \w+", earlier) == ["Zzyzx Third", "Zzyzx Second", "Zzyzx First"]
    for said_then in ("uncle", "Call the manager", "8:00 AM", "The managers", boss.name, "Words of 8:10"):
        assert said_then in earlier, said_then
    assert nurse.name in earlier and "8:10 AM" in earlier


def test_an_alert_that_ended_is_opened_from_the_patients_page_by_those_who_write_them(
    as_: Callable[[Staff], Client], alert: CareAlert, leo: Patient, boss: Staff, nurse: Staff
) -> None:
    care_alerts.end_care_alert(alert=alert, by=boss, at=make.at("8:30"))
    for person in (boss, nurse):
        page = as_(person).get(f"/patients/{leo.pk}/").content.decode()
        assert f'href="/patients/{leo.pk}/sealed/">{LINK}' in page
        assert "sealed-mark" not in page
        assert "Zzyzx First" in open_it(as_(person), leo)


@pytest.mark.parametrize("how", ["end", "error"])
def test_the_end_is_undone_in_its_message_or_later_in_the_opened_alert(
    as_: Callable[[Staff], Client], alert: CareAlert, leo: Patient, boss: Staff, nurse: Staff, how: str
) -> None:
    """One press ended a warning, and nothing on any page led back."""
    browser, address = as_(boss), f"/patients/{leo.pk}/sealed/{alert.pk}/end/"
    for person in (boss, nurse):
        page = browser.post(address, {"how": how}, follow=True).content.decode()
        assert not CareAlert.objects.active().exists()
        undo = f"{address}undo/?seen={alert.versions.latest('pk').pk}"
        assert f'action="{undo}"' in page and "What it said stays in its history." in page
        assert f'action="{undo}"' in open_it(as_(person), leo)
        told = as_(person).post(undo, follow=True).content.decode()
        assert "Undone. It is in force again." in told and "sealed-mark" in told
        assert CareAlert.objects.active().exists()
        assert "Undo end" not in open_it(as_(person), leo)


def test_front_desk_has_no_undo_and_an_older_one_is_told_why(
    as_: Callable[[Staff], Client], alert: CareAlert, leo: Patient, brook: Clinic, boss: Staff
) -> None:
    care_alerts.end_care_alert(alert=alert, by=boss, at=make.at("8:30"))
    frank, undo = as_(make.staff(brook, "frank-undo")), f"/patients/{leo.pk}/sealed/{alert.pk}/end/undo/"
    assert "Undo end" not in open_it(frank, leo)
    assert frank.post(undo).status_code == 403
    assert as_(boss).get(undo).status_code == 405
    told = as_(boss).post(f"{undo}?seen={alert.versions.earliest('pk').pk}", follow=True).content.decode()
    assert "changed this at" in told and not CareAlert.objects.active().exists()


def test_the_link_tells_nothing_and_front_desk_has_none(
    as_: Callable[[Staff], Client], alert: CareAlert, brook: Clinic, boss: Staff
) -> None:
    nobody = make.patient(brook, "Mia Chen", "2016-05-05")
    pages = [
        as_(boss).get(f"/patients/{pk}/").content.decode().count(LINK) for pk in (alert.patient_id, nobody.pk)
    ]
    assert pages == [1, 1]
    desk = as_(make.staff(brook, "frank-history")).get(f"/patients/{alert.patient_id}/").content.decode()
    assert LINK not in desk
