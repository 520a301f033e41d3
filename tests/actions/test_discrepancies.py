"""A person decides between typed and recorded: use the new, keep the old, or ask; and can undo it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checkin.actions import match_decisions, visits
from checkin.actions.entry_moves import EntryAnswers
from checkin.actions.refusals import Refused
from checkin.models import (
    AuditEvent,
    Clinic,
    Escort,
    Guardian,
    Location,
    Patient,
    Staff,
    Visit,
)
from checkin.rules.need_types import NeedKind
from tests import make
from tests.differing import KINDS, decide, put_leo_and_ana_on_record, the, undo

WEDNESDAY = make.TUESDAY + dt.timedelta(days=1)


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return put_leo_and_ana_on_record(brook)


ALL = {
    "name": "Leo Ruiz",
    "escort_phone": "555-010-0002",
    "guardian_name": "Eva Ruiz",
    "address": "14 Oak Rd",
}


@pytest.fixture
def visit(front: Location, leo: Patient) -> Visit:
    return make.visit(front, **ALL)


def snapshot() -> list:
    rows = [list(model.objects.order_by("pk").values()) for model in (Patient, Escort, Guardian)]
    for row in rows[0]:
        del row["updated_at"]
    return rows


def born_otherwise(front: Location, brook: Clinic) -> Visit:
    """Return a visit that staff linked to a child whose recorded birth date and name differ."""
    leon = make.patient(brook, "Leon Ruiz", born="2018-03-15")
    visit = make.visit(front)
    match_decisions.link_visit_to_patient(
        visit=visit, patient=leon, by=make.staff(brook, "mia"), at=make.at("9:45")
    )
    return Visit.objects.get(pk=visit.pk)


def test_every_field_that_differs_makes_a_discrepancy(visit: Visit) -> None:
    found = set(visit.discrepancies.values_list("field", flat=True))
    assert found == {"phone", "guardian", "address"}
    assert visit.open_discrepancies == 3


def test_using_the_new_phone_writes_its_key_and_keeps_the_old_value(visit: Visit, dana: Staff) -> None:
    made = decide(the(visit, "phone"), KINDS.USE_NEW, dana)
    escort = Escort.objects.get(name="Rosa Delgado")
    assert (escort.phone, escort.phone_key) == ("555-010-0002", "550100002")
    assert (made.subject, made.before, made.after) == (
        "Escort",
        {"phone": "555-010-0001"},
        {"phone": "555-010-0002"},
    )
    one = the(visit, "phone")
    assert (one.status, one.settled_by, one.settled_at) == ("settled", dana, make.at("9:50"))


def test_using_the_new_address_keeps_city_and_postcode(visit: Visit, dana: Staff, leo: Patient) -> None:
    decide(the(visit, "address"), KINDS.USE_NEW, dana)
    leo.refresh_from_db()
    assert (leo.address, leo.city, leo.postcode) == ("14 Oak Rd", "Springfield", "62701")


def test_using_a_new_guardian_adds_one_who_may_not_consent(visit: Visit, dana: Staff, leo: Patient) -> None:
    decide(the(visit, "guardian"), KINDS.USE_NEW, dana)
    eva = leo.guardians.get(name="Eva Ruiz")
    assert (eva.may_consent, eva.position) == (False, 2)
    assert leo.guardians.get(name="Ana Ruiz").may_consent


def test_a_guardians_own_new_phone_is_written_on_the_guardian(
    front: Location, brook: Clinic, dana: Staff
) -> None:
    ana = make.guardian(make.patient(brook, "Leo Ruiz"), "Ana Ruiz", phone="555-010-0123")
    visit = make.visit(front, escort_name="Ana Ruiz", escort_phone="555-010-9999")
    decide(the(visit, "phone"), KINDS.USE_NEW, dana)
    ana.refresh_from_db()
    assert (ana.phone, ana.may_consent) == ("555-010-9999", True)
    undo(the(visit, "phone"), dana)
    ana.refresh_from_db()
    assert ana.phone == "555-010-0123"


def test_using_the_new_name_and_birth_date_also_writes_their_search_keys(
    front: Location, brook: Clinic, dana: Staff
) -> None:
    visit = born_otherwise(front, brook)
    for field in ("name", "birth_date"):
        decide(the(visit, field), KINDS.USE_NEW, dana)
    visit.patient.refresh_from_db()
    patient = visit.patient
    assert (patient.name, patient.given_key) == ("Leo Ruiz", "leo")
    assert patient.birth_date == dt.date(2018, 3, 14)


def test_a_typed_name_can_be_saved_as_the_preferred_name(front: Location, brook: Clinic, dana: Staff) -> None:
    visit = born_otherwise(front, brook)
    decide(the(visit, "name"), KINDS.USE_NEW, dana, called=True)
    visit.patient.refresh_from_db()
    assert (visit.patient.given_name, visit.patient.preferred_name) == ("Leon", "Leo")


def test_an_invalid_birth_date_cannot_be_used(
    front: Location, brook: Clinic, dana: Staff, leo: Patient
) -> None:
    visit = make.visit(front, born="2018-02-30")
    match_decisions.link_visit_to_patient(visit=visit, patient=leo, by=dana, at=make.at("9:45"))
    one = visit.discrepancies.open().get(field="birth_date")
    with pytest.raises(Refused, match="cannot be used: the birth date as typed is not in the calendar"):
        decide(one, KINDS.USE_NEW, dana)
    assert decide(one, KINDS.KEEP_OLD, dana).after == {}


@pytest.mark.parametrize("kind", [KINDS.KEEP_OLD, KINDS.ASK])
def test_keeping_or_asking_writes_nothing_to_the_record(visit: Visit, dana: Staff, kind: Any) -> None:
    before = snapshot()
    for one in visit.discrepancies.all():
        decide(one, kind, dana)
    assert snapshot() == before


def test_an_asked_discrepancy_stays_open_at_the_desk(visit: Visit, dana: Staff, noor: Staff) -> None:
    one = the(visit, "phone")
    decide(one, KINDS.ASK, dana)
    visit.refresh_from_db()
    assert (the(visit, "phone").status, visit.open_discrepancies) == ("asking", 3)
    asked = one.decisions.get()
    decide(one, KINDS.USE_NEW, noor, seen=asked.pk)
    assert the(visit, "phone").settled_by == noor
    undo(one, noor)
    assert the(visit, "phone").status == "asking"


@pytest.mark.parametrize("field", ["phone", "guardian", "address"])
def test_undo_restores_exactly_the_previous_value(visit: Visit, dana: Staff, noor: Staff, field: str) -> None:
    before = snapshot()
    one = the(visit, field)
    decide(one, KINDS.USE_NEW, dana)
    assert snapshot() != before
    undo(one, noor)
    assert snapshot() == before
    again = the(visit, field)
    assert (again.status, again.settled_at, again.settled_by) == ("open", None, None)


def test_undo_of_name_and_birth_date_restores_exactly_the_previous_values(
    front: Location, brook: Clinic, dana: Staff
) -> None:
    visit = born_otherwise(front, brook)
    before = snapshot()
    for field in ("name", "birth_date"):
        decide(the(visit, field), KINDS.USE_NEW, dana)
    for field in ("name", "birth_date"):
        undo(the(visit, field), dana)
    assert snapshot() == before


def test_undo_is_refused_if_the_record_changed_since(visit: Visit, dana: Staff, leo: Patient) -> None:
    one = the(visit, "address")
    decide(one, KINDS.USE_NEW, dana)
    Patient.objects.filter(pk=leo.pk).update(address="somewhere newer")
    with pytest.raises(Refused, match="changed again since"):
        undo(one, dana)
    leo.refresh_from_db()
    assert leo.address == "somewhere newer"


def test_undo_does_not_remove_a_guardian_changed_since(visit: Visit, dana: Staff, leo: Patient) -> None:
    one = the(visit, "guardian")
    decide(one, KINDS.USE_NEW, dana)
    Guardian.objects.filter(name="Eva Ruiz").update(may_consent=True)
    with pytest.raises(Refused):
        undo(one, dana)
    assert leo.guardians.filter(name="Eva Ruiz").exists()


def test_use_new_is_refused_once_if_the_record_changed_after_the_page_opened(
    visit: Visit, dana: Staff, leo: Patient
) -> None:
    one = the(visit, "address")
    Patient.objects.filter(pk=leo.pk).update(address="1 Newest Way")
    with pytest.raises(Refused, match="1 Newest Way"):
        decide(one, KINDS.USE_NEW, dana)
    leo.refresh_from_db()
    assert (leo.address, the(visit, "address").recorded) == (
        "1 Newest Way",
        "1 Newest Way, Springfield, 62701",
    )
    decide(one, KINDS.USE_NEW, dana)
    leo.refresh_from_db()
    assert leo.address == "14 Oak Rd"


def test_a_discrepancy_is_withdrawn_once_the_record_says_the_same(
    visit: Visit, dana: Staff, leo: Patient
) -> None:
    Patient.objects.filter(pk=leo.pk).update(address="14 Oak Rd")
    with pytest.raises(Refused, match="says the same by now"):
        decide(the(visit, "address"), KINDS.USE_NEW, dana)
    visit.refresh_from_db()
    assert (the(visit, "address").status, visit.open_discrepancies) == ("withdrawn", 2)
    with pytest.raises(Refused, match="Nothing is left to decide"):
        decide(the(visit, "address"), KINDS.KEEP_OLD, dana)


def test_the_same_person_deciding_twice_makes_one_decision(visit: Visit, dana: Staff) -> None:
    one = the(visit, "phone")
    first = decide(one, KINDS.USE_NEW, dana, seen=0)
    assert decide(one, KINDS.USE_NEW, dana, seen=0) == first
    taken = undo(one, dana, seen=first.pk)
    assert undo(one, dana, seen=first.pk) == taken
    assert one.decisions.count() == 2


@pytest.mark.parametrize("seen", [0, None])
def test_the_second_of_two_people_is_told_who_decided(
    visit: Visit, dana: Staff, noor: Staff, seen: int | None
) -> None:
    one = the(visit, "phone")
    decide(one, KINDS.KEEP_OLD, noor, seen=seen)
    with pytest.raises(Refused, match="Noor kept the old at 9:50 AM. Nothing more was changed."):
        decide(one, KINDS.USE_NEW, dana, seen=seen)
    assert Escort.objects.get(name="Rosa Delgado").phone == "555-010-0001"


def test_a_page_from_before_somebody_asked_is_refused(visit: Visit, dana: Staff, noor: Staff) -> None:
    one = the(visit, "phone")
    decide(one, KINDS.ASK, noor, seen=0)
    with pytest.raises(Refused, match="Noor is asking the family at 9:50 AM"):
        decide(one, KINDS.USE_NEW, dana, seen=0)


def test_undoing_nothing_and_an_unknown_choice_are_refused(visit: Visit, dana: Staff) -> None:
    with pytest.raises(Refused, match="nothing to undo"):
        undo(the(visit, "phone"), dana)
    with pytest.raises(Refused, match="use the new, keep the old, or ask"):
        decide(the(visit, "phone"), "shred", dana)


def test_deciding_updates_needs_count_board_and_audit(visit: Visit, dana: Staff) -> None:
    version = visit.board_version
    for one in visit.discrepancies.all():
        assert visit.needs.open().filter(kind=NeedKind.DISCREPANCY).exists()
        decide(one, KINDS.KEEP_OLD, dana)
    visit.refresh_from_db()
    assert visit.open_discrepancies == 0
    assert visit.board_version > version
    assert not visit.needs.open().filter(kind=NeedKind.DISCREPANCY).exists()
    assert NeedKind.DISCREPANCY not in [kind for kind, _ in visit.chips]
    trail = AuditEvent.objects.filter(action="discrepancy.keep_old", staff=dana)
    assert trail.count() == 3
    assert "555" not in str(list(trail.values("detail")))
    undo(the(visit, "phone"), dana)
    visit.refresh_from_db()
    assert visit.open_discrepancies == 1
    assert visit.needs.open().filter(kind=NeedKind.DISCREPANCY).exists()


def test_a_second_sign_in_of_the_child_can_only_be_acknowledged(
    visit: Visit, front: Location, dana: Staff
) -> None:
    again = make.visit(front, make.at("9:42"))
    one = the(again, "sign_in")
    with pytest.raises(Refused, match="Mark it as seen"):
        decide(one, KINDS.ASK, dana)
    decide(one, KINDS.KEEP_OLD, dana)
    assert the(again, "sign_in").status == "settled"
    undo(one, dana)
    assert the(again, "sign_in").status == "open"


def test_a_kept_value_is_not_asked_again_until_either_side_changes(
    visit: Visit, front: Location, dana: Staff, leo: Patient
) -> None:
    for one in visit.discrepancies.all():
        decide(one, KINDS.KEEP_OLD, dana)
    visits.move_visit(visit=visit, to="left_without_being_seen", by=dana, at=make.at("10:00"))

    def next_time(**said: Any) -> set[str]:
        other = make.visit(front, make.at("9:40", WEDNESDAY), **{**ALL, **said})
        fields = set(other.discrepancies.exclude(field="sign_in").values_list("field", flat=True))
        visits.move_visit(visit=other, to="left_without_being_seen", by=dana, at=make.at("9:50", WEDNESDAY))
        return fields

    assert next_time() == set()
    assert next_time(address="15 Oak Rd") == {"address"}
    assert next_time(escort_name="Somebody Else") == set()
    Escort.objects.filter(name="Rosa Delgado").update(phone="555-010-0003")
    Patient.objects.filter(pk=leo.pk).update(address="13 Elm St")
    assert next_time() == {"phone", "address"}


def test_a_kept_value_whose_decision_was_undone_is_asked_again(
    visit: Visit, front: Location, dana: Staff
) -> None:
    decide(the(visit, "address"), KINDS.KEEP_OLD, dana)
    undo(the(visit, "address"), dana)
    other = make.visit(front, make.at("9:40", WEDNESDAY), **ALL)
    assert the(other, "address").status == "open"


def test_kept_values_cost_no_query_at_sign_in(visit: Visit, front: Location, dana: Staff) -> None:
    def cost(when: dt.datetime) -> int:
        with CaptureQueriesContext(connection) as queries:
            other = make.visit(front, when)
        visits.move_visit(visit=other, to="left_without_being_seen", by=dana, at=when)
        return len(queries)

    visits.move_visit(visit=visit, to="left_without_being_seen", by=dana, at=make.at("9:50"))
    before = cost(make.at("9:40", WEDNESDAY))
    for one in visit.discrepancies.all():
        decide(one, KINDS.KEEP_OLD, dana)
    assert cost(make.at("9:41", WEDNESDAY)) == before


def test_a_decision_updates_the_childs_other_visits(
    visit: Visit, front: Location, annexe: Location, dana: Staff
) -> None:
    other = make.visit(annexe, make.at("9:45"), **ALL)
    decide(the(visit, "address"), KINDS.USE_NEW, dana)
    assert the(other, "address").status == "withdrawn"
    other.refresh_from_db()
    left = other.open_discrepancies
    undo(the(visit, "address"), dana)
    assert the(other, "address").status == "open"
    other.refresh_from_db()
    assert other.open_discrepancies == left + 1


def test_a_value_written_to_the_wrong_child_can_be_undone_after_relinking(
    visit: Visit, front: Location, brook: Clinic, dana: Staff, leo: Patient
) -> None:
    before = snapshot()[0]
    one = the(visit, "address")
    decide(one, KINDS.USE_NEW, dana)
    twin = make.patient(brook, "Lea Ruiz", address="14 Oak Rd")
    said = EntryAnswers({f"discrepancy-{one.pk}": "old"})
    match_decisions.link_visit_to_patient(visit=visit, patient=twin, by=dana, at=make.at("9:52"), said=said)
    undo(one, dana)
    assert the(visit, "address").status == "withdrawn"
    leo.refresh_from_db()
    assert leo.address == "12 Elm St"
    assert snapshot()[0][: len(before)] == before


@pytest.mark.parametrize(("whose", "phone"), [("old", "555-010-0002"), ("nobody", "555-010-0001")])
def test_a_phone_written_for_the_wrong_child_stays_or_reverts_as_answered(
    visit: Visit, dana: Staff, leo: Patient, brook: Clinic, whose: str, phone: str
) -> None:
    one = the(visit, "phone")
    decide(one, KINDS.USE_NEW, dana)
    said = EntryAnswers({f"discrepancy-{one.pk}": whose})
    lea = make.patient(brook, "Lea Ruiz")
    match_decisions.link_visit_to_patient(visit=visit, patient=lea, by=dana, at=make.at("9:52"), said=said)
    assert list(leo.escorts.filter(name="Rosa Delgado").values_list("phone", flat=True)) == [phone]


def test_use_new_is_refused_before_the_visit_has_a_record(
    front: Location, brook: Clinic, dana: Staff
) -> None:
    make.patient(brook, "Anna Berg"), make.patient(brook, "Hanna Berg")
    visit = make.visit(front, name="Ana Berg", born="2018-02-30")
    one = the(visit, "birth_date")
    with pytest.raises(Refused):
        decide(one, KINDS.USE_NEW, dana)
    decide(one, KINDS.ASK, dana)
    assert the(visit, "birth_date").status == "asking"
