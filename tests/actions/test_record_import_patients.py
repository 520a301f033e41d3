"""A patient of a feed is found by number, made once, and changed only where the feed says something."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

import pytest

from checkin.actions.record_import_patients import PatientBatch
from checkin.models import Clinic, Location, Patient, PatientIdentifier
from checkin.rules.record_rows import BadRow, GuardianItem, ImportOutcome, PatientItem
from tests import make
from tests.actions.imported_records import CHANGED, MADE, REJECTED, UNCHANGED, child, load_into

pytestmark = pytest.mark.django_db


@pytest.fixture
def load(brook: Clinic, front: Location) -> Callable[..., list[ImportOutcome | None]]:
    return partial(load_into, brook)


def test_only_different_values_are_written_and_a_blank_overwrites_nothing(
    load: Callable[..., list[ImportOutcome | None]],
) -> None:
    load(child(phone="555-010-0123", language="es", interpreter_needed=True))
    Patient.objects.update(access_needs="ramp")
    assert load(child(family_name="García", interpreter_needed=False), at="11:00") == [CHANGED]
    leo = Patient.objects.get()
    assert (leo.family_name, leo.family_key, leo.phone, leo.language) == (
        "García",
        "garcia",
        "555-010-0123",
        "es",
    )
    assert (leo.access_needs, leo.interpreter_needed, leo.updated_at) == ("ramp", False, make.at("11:00"))
    assert leo.created_at == make.at("9:00")


def test_the_same_patient_twice_in_one_batch_is_made_once(
    load: Callable[..., list[ImportOutcome | None]],
) -> None:
    assert load(child(), child(), child(sex="male")) == [MADE, UNCHANGED, CHANGED]
    assert Patient.objects.get().sex == "male"


def test_a_new_number_of_a_known_patient_is_added(load: Callable[..., list[ImportOutcome | None]]) -> None:
    load(child())
    both = PatientItem(keys=[("", "7"), ("urn:mrn", "9")], values={"given_name": "Leo"})
    assert load(both) == [CHANGED]
    assert PatientIdentifier.objects.filter(patient=Patient.objects.get()).count() == 2


def test_a_provisional_patient_stays_provisional(
    load: Callable[..., list[ImportOutcome | None]], brook: Clinic
) -> None:
    make.patient(brook, status="provisional").identifiers.create(clinic=brook, value="7")
    assert load(child(sex="male")) == [CHANGED]
    assert Patient.objects.get().status == "provisional"


def test_a_patient_without_an_identifier_is_rejected(load: Callable[..., list[ImportOutcome | None]]) -> None:
    assert load(PatientItem(values={"given_name": "Leo"})) == [REJECTED]
    assert not Patient.objects.exists()


def put_aside(brook: Clinic, *items: PatientItem) -> PatientBatch:
    """A batch that has taken each that it can, as an import does."""
    batch = PatientBatch(clinic=brook, now=make.at("9:00"))
    batch.known.look_up({key for item in items for key in item.all_keys})
    batch.known.read_numbers(items)
    for item in items:
        try:
            batch.take(item)
        except BadRow as bad:
            item.settle(REJECTED, bad.sentence)
    return batch


def test_a_row_that_was_put_aside_leaves_what_is_its_childs_with_the_record_on_file(
    load: Callable[..., list[ImportOutcome | None]], brook: Clinic
) -> None:
    load(child())
    late = child(deceased_on=dt.date(2031, 1, 1))
    late.addresses = ["Patient/1"]
    batch = put_aside(brook, late)
    assert late.outcome is REJECTED
    assert batch.at["Patient/1"] == Patient.objects.get()
    assert (batch.refused, batch.doubtful) == (set(), set())


def test_a_row_that_was_put_aside_and_may_be_another_child_keeps_what_is_its_own(
    load: Callable[..., list[ImportOutcome | None]], brook: Clinic
) -> None:
    load(child())
    other = child(given_name="Mia", birth_date=dt.date(2020, 5, 5))
    other.addresses = ["Patient/1"]
    batch = put_aside(brook, other)
    assert other.outcome is REJECTED
    assert (batch.refused, batch.at) == ({"Patient/1"}, {})
    assert batch.doubtful == {("", "7")}


def test_what_stands_under_an_address_of_two_patients_is_nobodys(brook: Clinic) -> None:
    one, other, again = child("1"), child("2", given_name="Mia"), child("1")
    for item, address in ((one, "a"), (other, "a"), (again, "b")):
        item.addresses = [address]
    assert put_aside(brook, one, other, again).shared == {"a"}


def test_a_row_that_could_not_be_read_makes_nobody(brook: Clinic) -> None:
    torn = child()
    torn.is_unread, torn.reason = True, "It has no name."
    batch = put_aside(brook, torn)
    assert (torn.outcome, torn.reason, batch.made) == (REJECTED, "It has no name.", [])


def test_a_name_is_found_by_its_new_letters_and_other_columns_write_no_keys(
    load: Callable[..., list[ImportOutcome | None]], brook: Clinic
) -> None:
    load(child())
    leo = Patient.objects.get()
    batch = PatientBatch(clinic=brook, now=make.at("10:00"))
    batch.change(leo, None, {"language": "es"})
    assert next(batch.changes.rewrites())[1] == {"language", "updated_at"}
    batch.change(leo, None, {"family_name": "García"})
    assert {"family_name", "family_key", "updated_at"} <= next(batch.changes.rewrites())[1]
    assert leo.family_key == "garcia"


def test_a_row_of_another_child_under_this_number_is_refused(
    load: Callable[..., list[ImportOutcome | None]], brook: Clinic
) -> None:
    load(child())
    batch = put_aside(brook)
    batch.known.look_up([("", "7")])
    same, other = (
        GuardianItem(patient_keys=[("", "9"), ("", "7")], whom=whom)
        for whom in (
            {"given_name": "Leo", "family_name": "Ruiz"},
            {"given_name": "Mia", "family_name": "Kern", "birth_date": dt.date(2020, 5, 5)},
        )
    )
    batch.refuse_another_child(same)
    with pytest.raises(BadRow):
        batch.refuse_another_child(other)
    batch.refuse_another_child(GuardianItem(patient_keys=[("", "9")], whom=other.whom))


def test_clinics_own_stand_in_birth_date_is_no_other_persons(
    load: Callable[..., list[ImportOutcome | None]], brook: Clinic
) -> None:
    """A record with the clinic's own date for "unknown" could never get the right birth date."""
    unknown, born = dt.date(1999, 7, 4), dt.date(2018, 3, 14)
    load(child(birth_date=unknown))
    assert load(child(birth_date=born)) == [REJECTED]
    brook.stand_in_birth_dates = ["1999-07-04"]
    brook.save()
    named = {"given_name": "Leo", "family_name": "Ruiz"}
    assert load(child(birth_date=born)) == [CHANGED]
    assert load(
        GuardianItem(
            patient_keys=[("", "7")], values={"name": "Ana Ruiz"}, whom=named | {"birth_date": unknown}
        )
    ) == [MADE]
    assert load(child(given_name="Mia", birth_date=dt.date(2019, 3, 14))) == [REJECTED]


def test_the_last_cell_of_a_file_that_was_cut_overwrites_nothing(
    load: Callable[..., list[ImportOutcome | None]],
) -> None:
    load(child(address="14 Oak Road"))
    cut = child(address="14 Oak")
    cut.may_be_cut = "address"
    assert load(cut) == [REJECTED]
    whole = child(address="14 Oak", phone="555-010-0123")
    whole.may_be_cut = "phone"
    assert load(whole) == [CHANGED]


def test_letters_that_were_guessed_change_no_name(load: Callable[..., list[ImportOutcome | None]]) -> None:
    load(child(family_name="García"))
    guessed = child(family_name="Garcia")
    guessed.is_guessed = True
    assert load(guessed) == [REJECTED]
    assert load(child(family_name="Garcia")) == [CHANGED]


def test_a_death_before_the_birth_on_file_is_rejected_where_the_feed_gives_no_birth_date(
    load: Callable[..., list[ImportOutcome | None]],
) -> None:
    load(child())
    late = PatientItem(keys=[("", "7")], values={"deceased_on": dt.date(2017, 1, 1)})
    assert load(late) == [REJECTED]
    assert late.reason == "The date of death 2017-01-01 is before the birth date 2018-03-14."
    assert Patient.objects.get().deceased_on is None
