"""What a confidential visit's sign-in typed is on no record that was made of it, until the mark is ended."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checkin.actions import (
    confidential_visits,
    discrepancies,
    match_decisions,
    patient_merges,
    preferences,
    visits,
)
from checkin.models import Clinic, Location, Patient, SignIn, SignInChannel, Staff, Visit
from tests import make
from tests.actions.corrected_visits import relink

CHILD = ("Quentin Vasquez", "2010-05-05")
TYPED = {"address": "1 Zqxvkj Street", "language": "vi", "is_patient": True}


def sign_in(front: Location, clock: str = "9:00", channel: str = "kiosk", **said: Any) -> Visit:
    claim = make.claim(*CHILD, **said)
    receipt = visits.record_sign_in(location=front, claim=claim, at=make.at(clock), channel=channel)
    return Visit.objects.get(pk=receipt.visit.pk)


def mark(visit: Visit, by: Staff) -> None:
    fresh = Visit.objects.get(pk=visit.pk)
    confidential_visits.mark_visit_confidential(visit=fresh, kind="other", by=by, at=make.at("10:00"))


def end(visit: Visit, by: Staff) -> None:
    fresh = Visit.objects.get(pk=visit.pk)
    confidential_visits.end_visit_confidential(visit=fresh, by=by, at=make.at("10:01"))


def keep_as_new(visit: Visit, by: Staff) -> None:
    match_decisions.decide_new_patient(visit=Visit.objects.get(pk=visit.pk), by=by, at=make.at("9:05"))


def on_record(patient_id: int | None) -> tuple[str, str]:
    found = Patient.objects.get(pk=patient_id)
    return found.address, found.language


@pytest.mark.parametrize("channel", [SignInChannel.KIOSK, SignInChannel.DESK])
def test_address_and_language_of_a_new_child_are_off_the_record_while_the_mark_stands(
    front: Location, dana: Staff, channel: str
) -> None:
    """The father's later visit was told which address and language the teenager had given alone."""
    visit = sign_in(front, channel=channel, **TYPED)
    mark(visit, dana)
    keep_as_new(visit, dana)
    assert on_record(visit.patient_id) == ("", "")
    later = sign_in(
        front, "9:30", address="77 Fathers Road", escort_name="Ron Vasquez", relationship="father"
    )
    assert later.patient_id == visit.patient_id
    assert not later.discrepancies.filter(recorded__contains="Zqxvkj").exists()
    end(visit, dana)
    assert on_record(visit.patient_id) == ("1 Zqxvkj Street", "vi")


def test_a_mark_after_the_record_was_kept_takes_them_off_too(front: Location, dana: Staff) -> None:
    visit = sign_in(front, **TYPED)
    keep_as_new(visit, dana)
    later = sign_in(front, "9:30", address="77 Fathers Road")
    assert later.discrepancies.open().filter(recorded__contains="Zqxvkj").exists()
    mark(visit, dana)
    assert on_record(visit.patient_id) == ("", "")
    assert not later.discrepancies.open().filter(recorded__contains="Zqxvkj").exists()


def test_an_open_visit_of_the_child_follows_the_record_at_the_mark_and_its_end(
    front: Location, dana: Staff
) -> None:
    visit = sign_in(front, **TYPED)
    keep_as_new(visit, dana)
    later = sign_in(front, "9:30", address="77 Fathers Road", escort_name="Ron Vasquez")
    for act, recorded in ((mark, ""), (end, "1 Zqxvkj Street")):
        act(visit, dana)
        assert later.discrepancies.open().get(field="address").recorded == recorded


def test_a_record_made_of_a_visit_that_is_marked_already_has_neither(
    front: Location, brook: Clinic, dana: Staff
) -> None:
    make.patient(brook, *CHILD)
    make.patient(brook, *CHILD)
    visit = sign_in(front, **TYPED)
    assert visit.patient_id is None
    mark(visit, dana)
    keep_as_new(visit, dana)
    made = Visit.objects.get(pk=visit.pk).patient_id
    assert on_record(made) == ("", "")
    end(visit, dana)
    assert on_record(made) == ("1 Zqxvkj Street", "vi")


@pytest.mark.parametrize("is_marked_first", [True, False])
def test_a_merge_leaves_them_on_neither_record(
    front: Location, brook: Clinic, dana: Staff, max_: Staff, is_marked_first: bool
) -> None:
    """The merged record's own page kept them, and the other had what was chosen from it."""
    into = make.patient(brook, "Mia Chen", "2016-05-05")
    visit = sign_in(front, **TYPED)
    own = visit.patient
    assert own is not None
    if is_marked_first:
        mark(visit, dana)
    patient_merges.merge_patients(
        merged=own, into=into, by=max_, at=make.at("9:50"), take=["address", "language"], sure=True
    )
    if not is_marked_first:
        assert on_record(into.pk) == ("1 Zqxvkj Street", "vi")
        mark(visit, dana)
    assert on_record(own.pk) == on_record(into.pk) == ("", "")
    end(visit, dana)
    assert on_record(own.pk) == ("1 Zqxvkj Street", "vi")
    assert on_record(into.pk) == (("", "") if is_marked_first else ("1 Zqxvkj Street", "vi"))


def test_what_another_visit_typed_too_or_staff_wrote_since_stays(front: Location, dana: Staff) -> None:
    visit = sign_in(front, **TYPED)
    keep_as_new(visit, dana)
    later = sign_in(front, "9:30", address="1 Zqxvkj Street")
    preferences.record_language_and_needs(
        patient=Patient.objects.get(pk=visit.patient_id), visit=later, by=dana, at=make.at("9:35"),
        language="es", interpreter_needed=False, access_needs="",
    )  # fmt: skip
    mark(visit, dana)
    assert on_record(visit.patient_id) == ("1 Zqxvkj Street", "es")
    end(visit, dana)
    assert on_record(visit.patient_id) == ("1 Zqxvkj Street", "es")


def test_a_language_that_covered_it_gives_nothing_away_when_its_own_visit_is_marked(
    front: Location, dana: Staff
) -> None:
    visit = sign_in(front, **TYPED)
    keep_as_new(visit, dana)
    later = sign_in(front, "9:30")
    preferences.record_language_and_needs(
        patient=Patient.objects.get(pk=visit.patient_id), visit=later, by=dana, at=make.at("9:35"),
        language="es", interpreter_needed=False, access_needs="",
    )  # fmt: skip
    mark(visit, dana)
    mark(later, dana)
    assert on_record(visit.patient_id) == ("", "")


def test_what_the_family_adds_to_a_marked_visit_is_not_on_the_new_record(
    front: Location, dana: Staff
) -> None:
    key = make.claim()["key"]
    call = {"key": key, "help": True}
    said: dict[str, Any] = {"location": front, "at": make.at("9:00"), "channel": SignInChannel.KIOSK}
    visit = visits.record_sign_in(claim=call, **said).visit
    mark(visit, dana)
    visits.record_sign_in(claim=make.claim(*CHILD, **TYPED) | call, **said)
    made = Visit.objects.get(pk=visit.pk).patient_id
    assert made is not None and on_record(made) == ("", "")


def test_an_undo_does_not_bring_back_what_a_confidential_visit_typed(front: Location, dana: Staff) -> None:
    visit = sign_in(front, **TYPED)
    keep_as_new(visit, dana)
    later = sign_in(front, "9:30", address="77 Fathers Road")
    facts: dict[str, Any] = {"by": dana, "at": make.at("9:40")}
    held = later.discrepancies.open().get(field="address")
    discrepancies.decide_discrepancy(discrepancy=held, kind="use_new", **facts)
    mark(visit, dana)
    assert on_record(visit.patient_id) == ("77 Fathers Road", "")
    discrepancies.undo_discrepancy_decision(discrepancy=held, **facts)
    assert on_record(visit.patient_id) == ("", "")
    end(visit, dana)
    assert on_record(visit.patient_id) == ("1 Zqxvkj Street", "vi")


def come_again(visit: Visit, count: int) -> None:
    """Write as many further visits of the same child, which have ended, without signing each in."""
    said = [SignIn.objects.get(pk=visit.sign_in_id) for _ in range(count)]
    for number, one in enumerate(said):
        one.pk, one.key, one.address = None, uuid.uuid4(), f"{number} Fathers Road"
    again = [Visit.objects.get(pk=visit.pk) for _ in range(count)]
    for one, row in zip(again, SignIn.objects.bulk_create(said), strict=True):
        one.pk, one.sign_in, one.state = None, row, "left"
    Visit.objects.bulk_create(again)


def test_a_mark_takes_as_many_queries_with_forty_visits_as_with_five(front: Location, dana: Staff) -> None:
    """What each of the child's other visits had typed was read by itself."""
    visit = sign_in(front, **TYPED)
    keep_as_new(visit, dana)
    second = sign_in(front, "9:30", address="77 Fathers Road", escort_name="Ron Vasquez")
    taken = {}
    for count in (5, 40):
        come_again(second, count - second.patient.visits.count() + 1)
        with CaptureQueriesContext(connection) as queries:
            mark(visit, dana)
        assert on_record(visit.patient_id) == ("", "")
        taken[count] = len(queries)
        end(visit, dana)
    assert taken[5] == taken[40]


def test_an_address_is_offered_at_a_visit_that_was_linked_while_marked(
    front: Location, brook: Clinic, dana: Staff
) -> None:
    """A link copies no address to the other record, with a mark or without one: staff decide at the visit."""
    mia = make.patient(brook, "Mia Chen", "2016-05-05")
    visit = sign_in(front, **TYPED)
    own = visit.patient_id
    mark(visit, dana)
    relink(visit, mia, dana, make.at("10:00"))
    end(visit, dana)
    assert on_record(own) == ("1 Zqxvkj Street", "vi") and on_record(mia.pk) == ("", "")
    offered = visit.discrepancies.open().get(field="address")
    assert (offered.typed, offered.recorded) == ("1 Zqxvkj Street", "")
    make.decision(discrepancy=offered, kind="use_new", by=dana, at=make.at("10:05"))
    assert on_record(mia.pk) == ("1 Zqxvkj Street", "")
