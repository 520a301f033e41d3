"""Warnings are written, changed and ended, and call a colleague when the person they name comes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from checkin.actions import care_alerts, match_decisions, merge_undo, patient_merges, provisional_patients
from checkin.actions.care_alerts import AlertWords
from checkin.actions.permissions import NotAllowed
from checkin.actions.refusals import Refused
from checkin.actions.write_queue import write_in_turn
from checkin.models import (
    AuditEvent,
    CareAlert,
    Clinic,
    Escort,
    ImmutableRowError,
    Location,
    Patient,
    Role,
    Staff,
    Visit,
)
from checkin.queries import care_alerts as care_alert_queries
from checkin.rules.care_alerts import AlertKind, AlertStatus
from tests import make

SECRET = "Zzyzx order 4711"


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook, "Leo Ruiz")


@pytest.fixture
def nurse(brook: Clinic) -> Staff:
    return make.staff(brook, "noor-alerts", role=Role.CLINICIAN)


@pytest.fixture
def boss(brook: Clinic) -> Staff:
    return make.staff(brook, "boss-alerts", role=Role.MANAGER)


def words(**changes: Any) -> AlertWords:
    said = {"kind": AlertKind.NOT_WITH, "person_name": "Miguel Delgado", "relationship": "father"}
    return AlertWords(**{**said, "words": SECRET, **changes})


def write(leo: Patient, by: Staff, **changes: Any) -> CareAlert:
    return care_alerts.write_care_alert(patient=leo, said=words(**changes), by=by, at=make.at("8:00"))


def called(person: Staff, clock: str = "9:45") -> list[tuple[int, int]]:
    found = care_alert_queries.list_care_notices(person, at=make.at(clock))
    return [(one.visit.pk, one.version.alert_id) for one in found]


def come(front: Location, who: str = "Miguel Delgado", **said: Any) -> Visit:
    return make.visit(front, make.at("9:12"), escort_name=who, **said)


def test_each_change_is_a_version_that_stays(leo: Patient, nurse: Staff, boss: Staff) -> None:
    made = write(leo, nurse)
    first = made.current_id
    care_alerts.change_care_alert(
        alert=made, said=words(person_name="Miguel A. Delgado"), seen=first, by=boss, at=make.at("8:10")
    )
    care_alerts.end_care_alert(alert=made, by=boss, at=make.at("8:20"))
    said = list(made.versions.order_by("pk").values_list("person_name", "status"))
    assert said == [
        ("Miguel Delgado", AlertStatus.ACTIVE),
        ("Miguel A. Delgado", AlertStatus.ACTIVE),
        ("Miguel A. Delgado", AlertStatus.INACTIVE),
    ]
    with pytest.raises(ImmutableRowError):
        made.versions.update(words="")


def test_twice_is_once(leo: Patient, nurse: Staff) -> None:
    assert write(leo, nurse) == write(leo, nurse)
    one = CareAlert.objects.get()
    for _ in range(2):
        care_alerts.end_care_alert(alert=one, by=nurse, at=make.at("8:20"), in_error=True)
    assert one.versions.count() == 2


def test_front_desk_writes_none(leo: Patient, brook: Clinic) -> None:
    with pytest.raises(NotAllowed):
        write(leo, make.staff(brook, "frank-alerts"))
    assert not CareAlert.objects.exists()


def test_another_clinic_neither_writes_nor_changes(leo: Patient, nurse: Staff, hill: Clinic) -> None:
    made, stranger = write(leo, nurse), make.staff(hill, "stranger-alerts", role=Role.MANAGER)
    with pytest.raises(Refused):
        write(leo, stranger)
    with pytest.raises(Refused):
        care_alerts.end_care_alert(alert=made, by=stranger, at=make.at())


def test_an_older_page_overwrites_nothing(leo: Patient, nurse: Staff, boss: Staff) -> None:
    made = write(leo, nurse)
    first = made.current_id
    care_alerts.change_care_alert(
        alert=made, said=words(words="new"), seen=first, by=boss, at=make.at("8:10")
    )
    with pytest.raises(Refused, match="changed this at"):
        care_alerts.change_care_alert(
            alert=made, said=words(words="older"), seen=first, by=nurse, at=make.at("8:11")
        )
    with pytest.raises(Refused, match="changed this at"):
        care_alerts.end_care_alert(alert=made, seen=first, by=nurse, at=make.at("8:11"))


def test_a_warning_says_something(leo: Patient, nurse: Staff, hill: Clinic) -> None:
    with pytest.raises(Refused):
        write(leo, nurse, person_name=" ", relationship="")
    with pytest.raises(Refused):
        write(leo, nurse, kind=AlertKind.OTHER, words=" ")
    with pytest.raises(Refused):
        write(leo, nurse, kind="nonsense")
    with pytest.raises(Refused):
        write(leo, nurse, colleague=make.staff(hill, "elsewhere", role=Role.MANAGER))


@pytest.mark.parametrize("nothing", ["?", "-", "😀", "n/a"])
def test_a_warning_about_a_person_asks_for_a_name_that_somebody_could_give(
    leo: Patient, nurse: Staff, nothing: str
) -> None:
    with pytest.raises(Refused, match="Write the name of the person"):
        write(leo, nurse, person_name=nothing, relationship="")
    with pytest.raises(Refused, match="Write the name of the person"):
        write(leo, nurse, person_name="", relationship=nothing)
    made = write(leo, nurse, person_name=nothing)
    said = words(person_name=nothing, relationship="")
    with pytest.raises(Refused, match="Write the name of the person"):
        care_alerts.change_care_alert(
            alert=made, said=said, seen=made.current_id, by=nurse, at=make.at("8:10")
        )
    assert write(leo, nurse, kind=AlertKind.OTHER, person_name=nothing, relationship="")


@pytest.mark.parametrize("box", ["person_name", "relationship"])
def test_a_name_or_relationship_that_would_be_cut_is_refused(leo: Patient, nurse: Staff, box: str) -> None:
    with pytest.raises(Refused, match="longer than 200 characters"):
        write(leo, nurse, **{box: "x" * 201})
    made = write(leo, nurse, **{box: "x " + "  " * 80 + "y" * 198})
    assert getattr(made.current, box) == "x " + "y" * 198


def test_the_trail_has_no_word_of_it(leo: Patient, nurse: Staff) -> None:
    made = write(leo, nurse)
    care_alerts.end_care_alert(alert=made, by=nurse, at=make.at("8:20"))
    lines = AuditEvent.objects.filter(action__startswith="care_alert")
    assert [one.action for one in lines.order_by("pk")] == ["care_alert.written", "care_alert.ended"]
    assert all(one.detail == {} and one.patient_id == leo.pk for one in lines)


def test_named_colleague_is_called_and_nobody_else(
    leo: Patient, nurse: Staff, boss: Staff, front: Location
) -> None:
    made = write(leo, boss, colleague=nurse)
    visit = come(front, "DELGADO, miguel")
    assert called(nurse) == [(visit.pk, made.pk)]
    assert called(boss) == []


@pytest.mark.parametrize("gone", [{"is_active": False}, {"role": Role.AUDITOR}])
def test_managers_are_called_where_nobody_is_named_or_the_named_one_cannot_look(
    leo: Patient, nurse: Staff, boss: Staff, front: Location, gone: dict[str, Any]
) -> None:
    """A nurse who became an auditor sees no charts, and nobody was called."""
    write(leo, boss, colleague=nurse)
    come(front)
    assert called(boss) == []
    Staff.objects.filter(pk=nurse.pk).update(**gone)
    assert len(called(boss)) == 1
    write(leo, boss)
    assert len(called(boss)) == 2


def test_nobody_is_called_for_another_adult_or_a_warning_that_ended(
    leo: Patient, boss: Staff, front: Location
) -> None:
    made = write(leo, boss)
    come(front, "Rosa Vega", relationship="aunt")
    assert called(boss) == []
    come(front)
    assert len(called(boss)) == 1
    care_alerts.end_care_alert(alert=made, by=boss, at=make.at("9:30"))
    assert called(boss) == []


def test_an_adult_who_ticked_that_they_are_the_patient_is_compared(
    leo: Patient, boss: Staff, front: Location
) -> None:
    write(leo, boss)
    visit = come(front, is_patient=True, relationship="")
    assert [pk for pk, _ in called(boss)] == [visit.pk]
    other = come(front, "", is_patient=True, relationship="dad")
    assert [pk for pk, _ in called(boss)] == [other.pk, visit.pk]


def test_a_patient_who_came_alone_and_typed_no_adult_calls_nobody(
    leo: Patient, boss: Staff, front: Location
) -> None:
    write(leo, boss, person_name="", relationship="xyzzy")
    come(front, "", is_patient=True, relationship="")
    come(front, "Leo Ruiz", is_patient=True, relationship="")
    assert called(boss) == []


def test_the_person_of_another_kind_of_warning_is_kept_and_calls(
    leo: Patient, boss: Staff, front: Location
) -> None:
    made = write(leo, boss, kind=AlertKind.OTHER)
    assert made.current is not None
    assert (made.current.person_name, made.current.relationship) == ("Miguel Delgado", "father")
    visit = come(front)
    assert called(boss) == [(visit.pk, made.pk)]
    care_alerts.change_care_alert(
        alert=made,
        said=words(kind=AlertKind.OTHER, person_name="", relationship=""),
        seen=None,
        by=boss,
        at=make.at("9:20"),
    )
    assert called(boss) == []


def test_a_child_not_settled_yet_calls_by_its_candidates(leo: Patient, boss: Staff, front: Location) -> None:
    write(leo, boss)
    visit = come(front, name="Leo Ruis", born="2018-03-15")
    assert visit.patient_id != leo.pk
    assert [pk for pk, _ in called(boss)] == [visit.pk]


def test_a_child_on_a_provisional_record_calls_by_its_candidates(
    leo: Patient, boss: Staff, front: Location
) -> None:
    write(leo, boss)
    visit = come(front, name="Leo Ruis", born="2018-03-15")
    with write_in_turn():
        made = provisional_patients.create_visit_provisional(visit, at=make.at("9:13"))
    Visit.objects.filter(pk=visit.pk).update(patient=made)
    assert [pk for pk, _ in called(boss)] == [visit.pk]


def test_the_adult_that_the_desk_found_on_record_is_compared_beside_what_was_typed(
    leo: Patient, boss: Staff, front: Location
) -> None:
    write(leo, boss)
    visit = come(front, "Rosa Vega", relationship="aunt")
    assert called(boss) == []
    found = Escort.objects.create(
        clinic=leo.clinic, patient=leo, name="Miguel Delgado", relationship="father"
    )
    Visit.objects.filter(pk=visit.pk).update(escort=found)
    assert [pk for pk, _ in called(boss)] == [visit.pk]


def test_a_match_made_later_calls(leo: Patient, boss: Staff, front: Location) -> None:
    write(leo, boss)
    visit = come(front, name="Somebody Else", born="2011-01-02")
    assert called(boss) == []
    match_decisions.link_visit_to_patient(visit=visit, patient=leo, by=boss, at=make.at("9:30"))
    assert [pk for pk, _ in called(boss)] == [visit.pk]


def test_a_warning_written_while_they_are_here_calls(leo: Patient, boss: Staff, front: Location) -> None:
    visit = come(front)
    care_alerts.write_care_alert(patient=leo, said=words(), by=boss, at=make.at("9:30"))
    assert [pk for pk, _ in called(boss)] == [visit.pk]


def test_it_stays_listed_until_somebody_answers(leo: Patient, boss: Staff, front: Location) -> None:
    made, visit = write(leo, boss), come(front)
    Visit.objects.filter(pk=visit.pk).update(state="left", state_since=make.at("10:00"))
    assert len(called(boss, "11:00")) == 1
    assert made.current is not None
    for _ in range(2):
        care_alerts.answer_care_alert(version=made.current, visit=visit, by=boss, at=make.at("11:05"))
    assert called(boss, "11:06") == []
    assert AuditEvent.objects.filter(action="care_alert.answered").count() == 1


def test_a_merge_carries_it_along(leo: Patient, boss: Staff, brook: Clinic, front: Location) -> None:
    made, other = write(leo, boss), make.patient(brook, "Leonardo Ruiz")
    desk = make.staff(brook, "merge-alerts")
    patient_merges.merge_patients(merged=leo, into=other, by=desk, at=make.at("9:00"), sure=True)
    made.refresh_from_db()
    assert made.patient_id == other.pk
    visit = come(front, name="Leonardo Ruiz")
    assert [pk for pk, _ in called(boss)] == [visit.pk]


def test_a_sign_in_does_the_same_work_whether_or_not_there_is_a_warning(
    leo: Patient, boss: Staff, front: Location
) -> None:
    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as queries, transaction.atomic():
            come(front)
            transaction.set_rollback(True)
        return [re.sub(r"\d+|'[^']*'", "", one["sql"]) for one in queries]

    without = asked()
    write(leo, boss)
    assert asked() == without
    assert not any("carealert" in one for one in without)


def test_undoing_a_merge_takes_it_back(leo: Patient, boss: Staff, brook: Clinic) -> None:
    made, other = write(leo, boss), make.patient(brook, "Leonardo Ruiz")
    merged = patient_merges.merge_patients(merged=leo, into=other, by=boss, at=make.at("9:00"), sure=True)
    assert merged.merge is not None
    merge_undo.undo_patient_merge(merge=merged.merge, by=boss, at=make.at("9:05"))
    made.refresh_from_db()
    assert made.patient_id == leo.pk
