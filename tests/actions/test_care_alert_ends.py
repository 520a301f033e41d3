"""An ended care alert is put back with the words it had, and calls again."""

from __future__ import annotations

import pytest

from checkin.actions import care_alerts
from checkin.actions.care_alerts import AlertWords
from checkin.actions.permissions import NotAllowed
from checkin.actions.refusals import Refused
from checkin.models import AuditEvent, CareAlert, Clinic, Location, Role, Staff
from checkin.queries.care_alerts import list_care_notices
from checkin.rules.care_alerts import AlertKind, AlertStatus
from tests import make


@pytest.fixture
def boss(brook: Clinic) -> Staff:
    return make.staff(brook, "boss-ends", role=Role.MANAGER)


@pytest.fixture
def nurse(brook: Clinic) -> Staff:
    return make.staff(brook, "nurse-ends", role=Role.CLINICIAN)


@pytest.fixture
def alert(brook: Clinic, boss: Staff, nurse: Staff) -> CareAlert:
    said = AlertWords(AlertKind.NOT_WITH, "Miguel Delgado", "father", "Call me", colleague=nurse)
    leo = make.patient(brook, "Leo Ruiz")
    return care_alerts.write_care_alert(patient=leo, said=said, by=boss, at=make.at("8:00"))


@pytest.mark.parametrize("in_error", [False, True])
def test_undo_puts_back_the_words_as_a_version_of_its_own(
    alert: CareAlert, boss: Staff, nurse: Staff, in_error: bool
) -> None:
    care_alerts.end_care_alert(alert=alert, by=boss, at=make.at("8:20"), in_error=in_error)
    alert.refresh_from_db()
    care_alerts.undo_care_alert_end(alert=alert, seen=alert.current_id, by=nurse, at=make.at("8:21"))
    now = alert.versions.latest("pk")
    assert (now.status, now.person_name, now.relationship) == (AlertStatus.ACTIVE, "Miguel Delgado", "father")
    assert (now.words, now.colleague, now.by) == ("Call me", nurse, nurse)
    assert alert.versions.count() == 3
    assert CareAlert.objects.active().get() == alert
    lines = AuditEvent.objects.filter(action__startswith="care_alert").order_by("pk")
    assert [one.action for one in lines][1:] == ["care_alert.ended", "care_alert.end_undone"]
    assert all(one.detail == {} for one in lines)


def test_it_calls_again(alert: CareAlert, boss: Staff, nurse: Staff, front: Location) -> None:
    visit = make.visit(front, make.at("9:12"), escort_name="Miguel Delgado")
    care_alerts.end_care_alert(alert=alert, by=boss, at=make.at("9:20"))
    assert list_care_notices(nurse, at=make.at("9:21")) == []
    care_alerts.undo_care_alert_end(alert=alert, by=boss, at=make.at("9:22"))
    assert [one.visit for one in list_care_notices(nurse, at=make.at("9:23"))] == [visit]


def test_twice_is_once_and_undoing_what_goes_on_writes_nothing(alert: CareAlert, boss: Staff) -> None:
    care_alerts.undo_care_alert_end(alert=alert, by=boss, at=make.at("8:10"))
    assert alert.versions.count() == 1
    care_alerts.end_care_alert(alert=alert, by=boss, at=make.at("8:20"))
    ended = alert.versions.latest("pk").pk
    for _ in range(2):
        care_alerts.undo_care_alert_end(alert=alert, seen=ended, by=boss, at=make.at("8:21"))
    assert alert.versions.count() == 3


def test_undo_of_an_end_before_the_last_one_is_refused(alert: CareAlert, boss: Staff) -> None:
    care_alerts.end_care_alert(alert=alert, by=boss, at=make.at("8:20"))
    first = alert.versions.latest("pk").pk
    care_alerts.undo_care_alert_end(alert=alert, by=boss, at=make.at("8:21"))
    care_alerts.end_care_alert(alert=alert, by=boss, at=make.at("8:30"))
    with pytest.raises(Refused, match="changed this at"):
        care_alerts.undo_care_alert_end(alert=alert, seen=first, by=boss, at=make.at("8:31"))


def test_front_desk_and_another_clinic_undo_nothing(alert: CareAlert, boss: Staff, hill: Clinic) -> None:
    care_alerts.end_care_alert(alert=alert, by=boss, at=make.at("8:20"))
    with pytest.raises(NotAllowed):
        care_alerts.undo_care_alert_end(
            alert=alert, by=make.staff(boss.clinic, "frank-ends"), at=make.at("8:21")
        )
    stranger = make.staff(hill, "stranger-ends", role=Role.MANAGER)
    with pytest.raises(Refused):
        care_alerts.undo_care_alert_end(alert=alert, by=stranger, at=make.at("8:21"))
    assert not CareAlert.objects.active().exists()
