"""A link brings escort and appointment along, and never writes typed words over a record."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import transaction

from checkin.actions import visit_links, visits
from checkin.actions.visits import SignInReceipt
from checkin.models import Clinic, Discrepancy, Escort, Location, Patient, SignIn, SignInChannel, Staff
from checkin.queries import patient_dossiers
from checkin.queries.patient_dossiers import PatientDossier, RecordContact
from checkin.rules.sign_in_claims import SignInClaim
from tests import make


def sign_in(where: Location, when: dt.datetime | None = None, **said: Any) -> SignInReceipt:
    return visits.record_sign_in(
        location=where, claim=make.claim(**said), at=when or make.at("9:40"), channel=SignInChannel.KIOSK
    )


def test_the_same_escort_next_time_updates_the_row_with_the_newer_words(
    brook: Clinic, front: Location
) -> None:
    make.patient(brook, "Leo Ruiz")
    old = sign_in(front, when=make.at("9:40", dt.date(2026, 3, 3))).visit
    new = sign_in(front, escort_name="ROSA DELGADO", relationship="tía").visit
    escort = Escort.objects.get()
    assert (old.escort_id, new.escort_id) == (escort.pk, escort.pk)
    assert (escort.relationship, escort.name) == ("tía", "Rosa Delgado")
    assert SignIn.objects.get(visit=old).relationship == "his aunt, my sister is at work"


def test_siblings_brought_by_one_adult_each_get_their_own_escort(brook: Clinic, front: Location) -> None:
    make.patient(brook, "Leo Ruiz")
    make.patient(brook, "Mia Ruiz", born="2020-01-02")
    sign_in(front)
    sign_in(front, name="Mia Ruiz", born="2020-01-02")
    assert sorted(Escort.objects.values_list("patient__given_name", flat=True)) == ["Leo", "Mia"]


def test_typed_values_never_change_a_record(brook: Clinic, front: Location) -> None:
    leo = make.patient(brook, "Leo Ruiz", preferred_name="Lío", phone="555-010-0199")
    sign_in(front)
    Escort.objects.update(phone="555-010-0001", phone_key="550100001")
    before = Patient.objects.filter(pk=leo.pk).values().get()
    sign_in(front, name="LIO RUIZ", escort_phone="555-010-7777")
    assert Patient.objects.filter(pk=leo.pk).values().get() == before
    assert Escort.objects.get().phone == "555-010-0001"
    assert Discrepancy.objects.get(field="phone").recorded == "555-010-0001"


def test_a_patient_who_comes_alone_is_their_own_only_escort(brook: Clinic, front: Location) -> None:
    make.patient(brook, "Leo Ruiz", born="2010-03-14")
    visit = sign_in(front, born="2010-03-14", is_patient="1", escort_name="", relationship="").visit
    assert visit.escort == Escort.objects.get(is_patient=True, name="")


def said(**fields: Any) -> SignInClaim:
    return SignInClaim(key=uuid.uuid4(), **{"escort_name": "Rosa Delgado", "relationship": "aunt"} | fields)


def contact(
    pk: int, name: str, relationship: str = "aunt", kind: str = "escort", phone: str = ""
) -> RecordContact:
    return RecordContact(kind, pk, 1, name, relationship, phone)


@pytest.mark.parametrize(
    ("name", "relationship", "known"),
    [
        ("Rosa Delgado", "aunt", 2),
        ("ROSA  DELGADO", "sitter", 2),
        ("Rosa Marsh", "aunt", None),
        ("", "Aunt", 4),
        ("", "uncle", None),
    ],
)
def test_an_escort_is_known_by_name_or_without_one_by_the_relationship(
    name: str, relationship: str, known: int | None
) -> None:
    contacts = [
        contact(1, "Rosa Delgado", kind="guardian"),
        contact(2, "Rosa Delgado"),
        contact(3, "Ben Marsh"),
        contact(4, ""),
    ]
    found = visit_links.find_known_escort(said(escort_name=name, relationship=relationship), contacts)
    assert (found and found.pk) == known


def test_the_guardian_whom_an_escort_says_to_be_is_found_and_no_escort() -> None:
    rows = [contact(1, "Rosa Delgado"), contact(2, "Rosa Delgado", kind="guardian")]
    dossier = PatientDossier(contacts=rows)
    assert visit_links.guardian_matching_escort(said(), dossier).pk == 2
    assert visit_links.guardian_matching_escort(said(escort_name="Ben"), dossier) is None
    assert visit_links.guardian_matching_escort(said(escort_name=""), dossier) is None


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook)


def remember(leo: Patient, known: Any = None, clock: str = "9:40", **fields: Any) -> Escort | None:
    pk = visit_links.remember_escort(
        claim=said(**fields), clinic=leo.clinic, patient=leo, known=known, at=make.at(clock)
    )
    return Escort.objects.filter(pk=pk or 0).first()


def test_where_nobody_said_who_they_are_nobody_is_remembered(leo: Patient) -> None:
    assert remember(leo, escort_name="", relationship="") is None
    assert remember(leo, escort_name="", relationship="", escort_phone="555-010-0101")
    alone = remember(leo, is_patient=True)
    assert (alone.is_patient, alone.name, alone.relationship) == (True, "", "")


@pytest.mark.parametrize(("clock", "counts"), [("9:50", True), ("9:40", True), ("9:30", False)])
def test_what_was_said_last_counts_also_where_a_visit_is_linked_late(
    leo: Patient, clock: str, counts: bool
) -> None:
    rosa = remember(leo, remember=True, best_time="am")
    again = remember(leo, rosa.pk, clock, relationship="sitter", remember=True, best_time="pm")
    assert again.pk == rosa.pk
    assert (again.relationship, again.best_time) == (("sitter", "pm") if counts else ("aunt", "am"))
    assert again.last_came_at == max(make.at(clock), make.at("9:40"))


def test_who_says_no_relationship_keeps_the_one_that_is_known_and_the_phone_stays(leo: Patient) -> None:
    rosa = remember(leo, escort_phone="555-010-0101")
    again = remember(leo, rosa.pk, "9:50", relationship="", escort_phone="555-010-0999")
    assert (again.relationship, again.phone, again.last_came_at) == (
        "aunt",
        "555-010-0101",
        make.at("9:50"),
    )


def test_the_record_that_was_judged_is_held_as_it_is_unless_it_is_another_by_now(
    brook: Clinic, leo: Patient
) -> None:
    other = make.patient(brook, "Leo Ruis")
    assert visit_links.lock_judged_patient(leo) == leo
    Patient.objects.filter(pk=leo.pk).update(phone="555-010-0101")
    assert visit_links.lock_judged_patient(leo).phone == "555-010-0101"
    for column, value in (("given_name", "Lea"), ("birth_date", None), ("preferred_name", "Lee")):
        with transaction.atomic():
            Patient.objects.filter(pk=leo.pk).update(**{column: value})
            assert visit_links.lock_judged_patient(leo) is None
            transaction.set_rollback(True)
    Patient.objects.filter(pk=leo.pk).update(status="merged", merged_into=other, given_name="Lea")
    assert visit_links.lock_judged_patient(leo) == other
    Patient.objects.filter(pk=other.pk).update(status="entered_in_error")
    assert visit_links.lock_judged_patient(leo) is None
    assert visit_links.lock_judged_patient(Patient(pk=0)) is None


@pytest.mark.parametrize(
    ("source", "language", "kept"),
    [("desk", "pl", "pl"), ("desk", "none", ""), ("kiosk", "en", ""), ("kiosk", "pl", "pl")],
)
def test_a_provisional_record_has_the_language_that_somebody_chose(
    brook: Clinic, source: str, language: str, kept: str
) -> None:
    claim = said(child_given_name="Zed", child_birth_date="03/14/2018", language=language, address="1 Elm St")
    made = visit_links.create_provisional_patient(claim, clinic=brook, source=source, at=make.at())
    assert (made.language, made.status, made.source) == (kept, "provisional", source)
    assert (made.birth_date, made.address) == (dt.date(2018, 3, 14), "1 Elm St")


def test_a_visit_that_has_ended_tells_of_no_other_sign_in(
    brook: Clinic, front: Location, leo: Patient, dana: Staff
) -> None:
    make.guardian(leo)
    first, second = (make.visit(front) for _ in range(2))
    found = patient_dossiers.read_dossiers(clinic=brook, patients=[leo], at=make.at("9:50"))
    assert [one.other_visit for one in visit_links.find_other_sign_ins(second, found)] == [first.pk]
    visits.move_visit(visit=second, to="left_without_being_seen", by=dana, at=make.at("9:50"))
    assert visit_links.find_other_sign_ins(second, found) == []
