"""A guardian of a feed is found by identifier or name, and what staff decided stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from checkin.actions.record_import_guardians import GuardianBatch
from checkin.models import Clinic, Guardian, Location, Patient
from checkin.rules.record_rows import FHIR_ID, BadRow, GuardianItem, ImportOutcome
from tests import make
from tests.actions.imported_records import CHANGED, UNCHANGED, adult, child, load_into

pytestmark = pytest.mark.django_db
YES = {"may_consent": True}
ENDED, LATER = make.TUESDAY - dt.timedelta(days=30), make.TUESDAY + dt.timedelta(days=30)


@pytest.fixture
def load(brook: Clinic, front: Location) -> Callable[..., list[ImportOutcome | None]]:
    return partial(load_into, brook)


def test_a_guardian_without_an_identifier_is_found_by_name(
    load: Callable[..., list[ImportOutcome | None]],
) -> None:
    load(child(), adult(phone="1"))
    assert load(adult(name="ANA RUIZ", phone="555-010-0123")) == [CHANGED]
    assert Guardian.objects.get().phone_key == "550100123"
    assert load(adult(key="g1")) == [CHANGED]
    assert Guardian.objects.get().value == "g1"


def test_what_staff_changed_of_an_assumed_consent_stays(
    load: Callable[..., list[ImportOutcome | None]],
) -> None:
    def said() -> GuardianItem:
        item = adult(relationship="mother")
        item.assumed = {"may_consent": True}
        return item

    load(child(), said())
    Guardian.objects.update(may_consent=False)
    assert load(said()) == [UNCHANGED]
    assert not Guardian.objects.get().may_consent
    assert load(adult(may_consent=True)) == [CHANGED]


def spoken(brook: Clinic, *items: Any) -> list[Any]:
    """What each came to, taken by a batch of its own."""
    batch = GuardianBatch(brook, make.TUESDAY)
    batch.look_up(items)
    for one in items:
        batch.take(one)
    batch.changes.settle()
    batch.write()
    return [one.outcome for one in items]


def of(
    patient: Patient,
    key: tuple[str, str] = ("", ""),
    name: str = "Ana Ruiz",
    origin: tuple[str, str] = ("", ""),
    assumed: dict[str, bool] | None = None,
    **values: Any,
) -> GuardianItem:
    return GuardianItem(
        patient_pk=patient.pk, key=key, origin=origin, assumed=assumed or {}, values={"name": name} | values
    )


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook)


def test_a_new_guardian_stands_last_and_may_not_consent_unless_that_is_said(
    brook: Clinic, leo: Patient
) -> None:
    spoken(brook, of(leo), of(leo, name="Ben Ruiz", may_consent=True), of(leo, name="Cleo", assumed=YES))
    rows = Guardian.objects.order_by("position").values_list("name", "position", "may_consent")
    assert list(rows) == [("Ana Ruiz", 1, False), ("Ben Ruiz", 2, True), ("Cleo", 3, True)]


def test_under_its_number_an_adult_may_be_called_otherwise_where_the_phone_is_the_same(
    brook: Clinic, leo: Patient
) -> None:
    key = ("urn:g", "1")
    spoken(brook, of(leo, key, phone="555-010-0123"))
    assert spoken(brook, of(leo, key, name="Zoe Marsh", phone="(555) 010 0123")) == [CHANGED]
    assert spoken(brook, of(leo, key, name="Ana Ruiz")) == [CHANGED], "no phone says nothing against it"
    with pytest.raises(BadRow):
        spoken(brook, of(leo, key, name="Zoe Marsh", phone="555-010-0999"))
    assert Guardian.objects.get().name == "Ana Ruiz"


def test_a_bare_id_of_another_adult_is_no_proof_where_one_of_that_name_is_on_record(
    brook: Clinic, leo: Patient
) -> None:
    make.guardian(leo, "Ana Ruiz", "555-010-0123", system=FHIR_ID, value="1")
    ben = make.guardian(leo, "Ben Marsh", "")
    assert spoken(brook, of(leo, (FHIR_ID, "1"), name="Ben Marsh", phone="555-010-0999")) == [CHANGED]
    ben.refresh_from_db()
    assert (ben.phone, ben.value) == ("555-010-0999", "")
    with pytest.raises(BadRow):
        spoken(brook, of(leo, (FHIR_ID, "1"), name="Zoe Kuhn"))


def test_of_two_of_one_name_the_phone_says_which(brook: Clinic, leo: Patient) -> None:
    first, second = (make.guardian(leo, "Ana Ruiz", number) for number in ("555-010-0101", "555-010-0102"))
    assert spoken(brook, of(leo, phone="5550100102", relationship="aunt")) == [CHANGED]
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.relationship, second.relationship) == ("mother", "aunt")


@pytest.mark.parametrize("numbered", [0, 1])
def test_of_two_of_one_name_it_is_the_one_without_a_number_where_no_phone_says_which(
    brook: Clinic, leo: Patient, numbered: int
) -> None:
    rows = [make.guardian(leo, "Ana Ruiz", "") for _ in range(2)]
    Guardian.objects.filter(pk=rows[numbered].pk).update(system="urn:g", value="1")
    spoken(brook, of(leo, relationship="aunt"))
    assert Guardian.objects.get(relationship="aunt").pk == rows[1 - numbered].pk


@pytest.mark.parametrize(
    ("origins", "phones", "are_one"),
    [
        ([("a", "1"), ("a", "1")], ["", ""], True),
        ([("a", "1"), ("a", "2")], ["", ""], False),
        ([("a", "1"), ("a", "")], ["555-010-0101", "555-010-0102"], True),
        ([("a", ""), ("a", "")], ["555-010-0101", "555-010-0102"], False),
        ([("a", ""), ("a", "")], ["555-010-0101", ""], True),
        ([("a", "1"), ("b", "2")], ["", ""], True),
    ],
)
def test_one_file_names_two_of_one_name_by_ids_or_phones_of_their_own(
    brook: Clinic, leo: Patient, origins: list[tuple[str, str]], phones: list[str], are_one: bool
) -> None:
    spoken(brook, *(of(leo, origin=one, phone=phone) for one, phone in zip(origins, phones, strict=True)))
    assert Guardian.objects.count() == (1 if are_one else 2)


@pytest.mark.parametrize(
    ("here", "are_one"), [(("", ""), True), ((FHIR_ID, "9"), True), (("urn:g", "2"), False)]
)
def test_two_who_have_a_number_each_are_two(
    brook: Clinic, leo: Patient, here: tuple[str, str], are_one: bool
) -> None:
    make.guardian(leo, "Ana Ruiz", "", system=here[0], value=here[1])
    spoken(brook, of(leo, ("urn:g", "1")))
    assert Guardian.objects.count() == (1 if are_one else 2)


def test_who_has_a_number_is_only_filled_in_by_who_says_none(brook: Clinic, leo: Patient) -> None:
    key = ("urn:g", "1")
    spoken(brook, of(leo, key, relationship="mother", may_consent=True))
    spoken(brook, of(leo, relationship="mom", phone="555-010-0101"))
    row = Guardian.objects.get()
    assert (row.relationship, row.phone, row.may_consent) == ("mother", "555-010-0101", True)
    spoken(brook, of(leo, may_consent=False))
    row.refresh_from_db()
    assert not row.may_consent, "who says that an adult may no longer consent is believed"


@pytest.mark.parametrize(
    ("key", "may", "ended_on", "now"),
    [
        (("urn:g", "1"), False, None, (None, True)),
        (("urn:g", "1"), False, LATER, (LATER, True)),
        (("urn:g", "1"), True, None, (None, True)),
        (("urn:g", "1"), False, ENDED, (ENDED, False)),
        (("", ""), False, None, (ENDED, False)),
    ],
)
def test_an_authority_that_had_ended_is_renewed_by_the_adults_own_entry(
    brook: Clinic,
    leo: Patient,
    key: tuple[str, str],
    may: bool,
    ended_on: dt.date | None,
    now: tuple[None, bool] | tuple[dt.date, bool],
) -> None:
    row = make.guardian(leo, "Ana Ruiz", "", system="urn:g", value="1", ended_on=ENDED, may_consent=may)
    spoken(brook, of(leo, key, assumed=YES, ended_on=ended_on))
    row.refresh_from_db()
    assert (row.ended_on, row.may_consent) == now


def test_whose_authority_ends_is_phoned_last(brook: Clinic, leo: Patient) -> None:
    first, second = (make.guardian(leo, name, "", position=n) for n, name in enumerate(("Ana", "Ben"), 1))
    spoken(brook, of(leo, name="Ana", ended_on=ENDED, may_consent=False))
    for row, position in ((first, 3), (second, 2)):
        row.refresh_from_db()
        assert row.position == position
    assert spoken(brook, of(leo, name="Ana", ended_on=ENDED, may_consent=False)) == [UNCHANGED]


def test_an_only_guardian_keeps_the_place_when_the_authority_ends(brook: Clinic, leo: Patient) -> None:
    row = make.guardian(leo, "Ana", "", position=1)
    spoken(brook, of(leo, name="Ana", ended_on=ENDED, may_consent=False))
    row.refresh_from_db()
    assert (row.position, row.may_consent) == (1, False)
