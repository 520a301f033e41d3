"""After a merge an adult stands once among the guardians; the undo gives both records' rows back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from checkin.actions import merge_entries, merge_undo, patient_merges
from checkin.actions.entry_ledger import EntryLedger
from checkin.models import Clinic, DueItem, Guardian, Immunization, Location, Patient, Staff
from checkin.rules import vaccines
from checkin.rules.consent_adults import ConsentAdult
from checkin.rules.consent_forms import ConsentGiver, ConsentGiverKind
from checkin.web.desk.consent_people import is_listed_consent_person
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday")]
PHONE, OTHER = "(206) 555-0134", "206-555-0199"
DAY = dt.date(2026, 3, 1)


@pytest.fixture
def emma(brook: Clinic) -> Patient:
    return make.patient(brook, "Emma Johnson", "2017-04-04")


@pytest.fixture
def emmy(brook: Clinic) -> Patient:
    return make.patient(brook, "Emma Johnson", "2017-04-04")


def rows() -> list[Any]:
    return list(Guardian.objects.order_by("pk").values())


def listed(patient: Any) -> list[Any]:
    return [(one.name, one.relationship, one.phone) for one in patient.guardians.order_by("position", "pk")]


def merge_and_undo(emmy: Patient, emma: Patient, dana: Staff) -> Any:
    """What the record that stays says after the merge; afterwards all is as it was."""
    before = rows()
    made = patient_merges.merge_patients(merged=emmy, into=emma, by=dana, at=make.at("10:00"))
    said = listed(emma)
    merge_undo.undo_patient_merge(merge=made.merge, by=dana, at=make.at("11:00"))
    assert rows() == before
    return said


@pytest.mark.parametrize(
    ("hers", "again"),
    [
        ("mother", "mom"),
        ("madre", "Mother"),
        ("mother", "her mother, legal guardian"),
        ("grandmother", "abuela"),
        ("father", "dad"),
    ],
)
def test_one_adult_with_two_relationship_words_is_listed_once(
    dana: Staff, emma: Patient, emmy: Patient, hers: str, again: str
) -> None:
    make.guardian(emma, "Sofia Reyes", PHONE, relationship=hers)
    make.guardian(emmy, "Reyes, Sofía", "206.555.0134", relationship=again)
    assert merge_and_undo(emmy, emma, dana) == [("Sofia Reyes", hers, PHONE)]


def test_blanks_of_one_row_are_filled_from_the_other(dana: Staff, emma: Patient, emmy: Patient) -> None:
    make.guardian(emma, "Sofia Reyes", "", relationship="mother")
    make.guardian(emma, "Luis Reyes", PHONE, relationship="")
    make.guardian(emmy, "Sofia Reyes", OTHER, relationship="mom", system="ehr", value="7")
    make.guardian(emmy, "Luis Reyes", PHONE, relationship="dad")
    assert merge_and_undo(emmy, emma, dana) == [
        ("Sofia Reyes", "mother", OTHER),
        ("Luis Reyes", "dad", PHONE),
    ]


def test_a_value_corrected_since_the_merge_is_not_reverted(dana: Staff, emma: Patient, emmy: Patient) -> None:
    sofia = make.guardian(emma, "Sofia Reyes", "", relationship="mother")
    make.guardian(emmy, "Sofia Reyes", OTHER, relationship="mom")
    made = patient_merges.merge_patients(merged=emmy, into=emma, by=dana, at=make.at("10:00"))
    sofia.refresh_from_db()
    sofia.phone = PHONE
    sofia.save()
    merge_undo.undo_patient_merge(merge=made.merge, by=dana, at=make.at("11:00"))
    assert (listed(emma)[0][2], listed(emmy)[0][2]) == (PHONE, OTHER)


def test_undoing_a_chain_of_merges_restores_each_row(
    dana: Staff, brook: Clinic, emma: Patient, emmy: Patient
) -> None:
    third = make.patient(brook, "Emma Johnson", "2017-04-04")
    for record, word, phone in ((emma, "mother", ""), (emmy, "mom", ""), (third, "madre", PHONE)):
        make.guardian(record, "Sofia Reyes", phone, relationship=word)
    before = rows()
    first = patient_merges.merge_patients(merged=third, into=emmy, by=dana, at=make.at("10:00"))
    second = patient_merges.merge_patients(merged=emmy, into=emma, by=dana, at=make.at("10:05"))
    assert listed(emma) == [("Sofia Reyes", "mother", PHONE)]
    merge_undo.undo_patient_merge(merge=first.merge, by=dana, at=make.at("11:00"))
    assert listed(emma) == [("Sofia Reyes", "mother", "")]
    merge_undo.undo_patient_merge(merge=second.merge, by=dana, at=make.at("11:05"))
    assert rows() == before


@pytest.mark.parametrize(
    "other",
    [
        {"relationship": "grandson"},
        {"relationship": "father"},
        {"relationship": "grandfather", "phone": OTHER},
        {"relationship": "grandfather", "may_consent": False},
        {"relationship": "grandfather", "ended_on": dt.date(2026, 1, 1)},
        {"relationship": "grandfather", "system": "ehr", "value": "8"},
    ],
)
def test_two_people_or_two_authorities_stay_two_rows(
    dana: Staff, emma: Patient, emmy: Patient, other: dict[str, str] | dict[str, object]
) -> None:
    make.guardian(emma, "José Reyes", PHONE, relationship="grandfather", system="ehr", value="7")
    make.guardian(emmy, "José Reyes", **{"phone": PHONE} | other)
    assert len(merge_and_undo(emmy, emma, dana)) == 2


def test_an_adult_without_a_phone_who_may_be_either_of_two_stays(
    dana: Staff, emma: Patient, emmy: Patient
) -> None:
    make.guardian(emma, "Luis Gil", PHONE, relationship="uncle")
    make.guardian(emma, "Luis Gil", OTHER, relationship="uncle")
    make.guardian(emmy, "Luis Gil", "", relationship="tío")
    assert len(merge_and_undo(emmy, emma, dana)) == 3


def test_the_pages_list_an_adult_once(desk_client: Client, front: Location, emma: Patient) -> None:
    """Two systems wrote her, each with a number of its own: an import keeps both rows apart."""
    for number, word in enumerate(("mother", "mom")):
        make.guardian(emma, "Sofia Reyes", PHONE, relationship=word, system="ehr", value=str(number))
    make.guardian(emma, "José Reyes", OTHER, relationship="grandfather")
    make.guardian(emma, "José Reyes", OTHER, relationship="grandson")
    make.guardian(emma, "José Reyes", OTHER, relationship="abuelo", may_consent=False)
    hers = make.visit(front, make.at("9:40"), name="Emma Johnson", born="2017-04-04")
    open_one = make.visit(front, make.at("9:50"), name="Emma Johnson", born="")
    for address in (f"/patients/{emma.pk}/", f"/visits/{hers.pk}/"):
        assert desk_client.get(address).content.decode().count(">Sofia Reyes</b>") == 1, address
    assert desk_client.get(f"/match/{open_one.pk}/").content.decode().count("Sofia Reyes") == 1
    page = desk_client.get(f"/patients/{emma.pk}/").content.decode()
    assert page.split("Guardians</h2>")[1].split("</section>")[0].count("José Reyes") == 3


@pytest.mark.parametrize(
    ("one", "other", "is_once"),
    [
        (("mother", PHONE), ("mom", "206.555.0134"), True),
        (("mother", PHONE), ("mom", ""), True),
        (("grandfather", PHONE), ("abuelo", PHONE), True),
        (("grandfather", PHONE), ("grandson", PHONE), False),
        (("grandfather", PHONE), ("father", PHONE), False),
        (("mother", PHONE), ("mom", OTHER), False),
    ],
)
def test_the_consent_list_shows_an_adult_once(
    one: tuple[str, str], other: tuple[str, str], is_once: bool
) -> None:
    first, second = (
        ConsentGiver(ConsentAdult("Sofia Reyes", phone, word), ConsentGiverKind.GUARDIAN, "guardian")
        for word, phone in (one, other)
    )
    assert is_listed_consent_person(first, second) == is_listed_consent_person(second, first) == is_once


@pytest.mark.parametrize(
    ("word", "is_once"), [("father", True), ("", True), ("爷爷", False), ("friend of dad", False)]
)
def test_the_consent_list_keeps_an_escort_apart_from_a_guardian_of_the_same_name(
    word: str, is_once: bool
) -> None:
    came = ConsentGiver(
        ConsentAdult("José Reyes", "", word), ConsentGiverKind.ESCORT, "here today", is_here=True
    )
    guardian = ConsentGiver(
        ConsentAdult("José Reyes", PHONE, "father"), ConsentGiverKind.GUARDIAN, "guardian"
    )
    assert is_listed_consent_person(came, guardian) == is_listed_consent_person(guardian, came) == is_once


@pytest.mark.parametrize("word", ["Legal guardian", "أم", "mẹ"])
def test_a_mother_listed_as_legal_guardian_or_in_another_language_is_one_adult(
    dana: Staff, emma: Patient, emmy: Patient, word: str
) -> None:
    make.guardian(emma, "Sofia Reyes", PHONE, relationship="mother")
    make.guardian(emmy, "Sofia Reyes", PHONE, relationship=word)
    assert merge_and_undo(emmy, emma, dana) == [("Sofia Reyes", "mother", PHONE)]


def due(patient: Patient, value: tuple[str, str] | None = None, **fields: Any) -> DueItem:
    system, value = value or vaccines.content_key("due", patient.pk, "vaccine", "3", DAY)
    usual = {"kind": "vaccine", "name": "MMR", "code": "03", "due_on": DAY, "system": system, "value": value}
    return DueItem.objects.create(clinic=patient.clinic, patient=patient, **usual | fields)


def given(patient: Patient, value: tuple[str, str] | None = None, **fields: Any) -> Immunization:
    system, value = value or vaccines.content_key("immunization", patient.pk, "3", DAY)
    usual = {"name": "MMR", "code": "03", "given_on": DAY, "system": system, "value": value}
    return Immunization.objects.create(clinic=patient.clinic, patient=patient, **usual | fields)


def moves(move: Callable[..., None], merged: Patient, into: Patient, **options: Any) -> list[Any]:
    ledger = EntryLedger()
    move(ledger, merged, into, **options)
    return [(one.subject_id, one.done) for one in ledger.moves]


@pytest.mark.parametrize("add", [due, given])
def test_what_both_charts_say_is_due_or_was_given_stands_once(
    emma: Patient, emmy: Patient, add: Callable[..., DueItem] | Callable[..., Immunization]
) -> None:
    move = merge_entries.move_merged_due_items if add is due else merge_entries.move_merged_immunizations
    hers, again = add(emma), add(emmy)
    assert moves(move, emmy, emma) == [(again.pk, "kept")]
    again.refresh_from_db()
    assert (hers.patient, again.patient) == (emma, emmy)


@pytest.mark.parametrize("add", [due, given])
def test_what_only_the_merged_chart_says_goes_along_and_an_import_finds_it_there(
    emma: Patient, emmy: Patient, add: Callable[..., DueItem] | Callable[..., Immunization]
) -> None:
    move = merge_entries.move_merged_due_items if add is due else merge_entries.move_merged_immunizations
    alone = add(emmy)
    assert moves(move, emmy, emma) == [(alone.pk, "moved")]
    alone.refresh_from_db()
    kind = ("due", emma.pk, "vaccine", "3", DAY) if add is due else ("immunization", emma.pk, "3", DAY)
    assert (alone.patient, (alone.system, alone.value)) == (emma, vaccines.content_key(*kind))


def test_what_a_list_says_is_due_is_found_by_the_list_on_the_other_chart(
    emma: Patient, emmy: Patient
) -> None:
    alone = due(emmy, vaccines.content_key("listed", emmy.pk, "vaccine", "3"))
    moves(merge_entries.move_merged_due_items, emmy, emma)
    alone.refresh_from_db()
    assert (alone.system, alone.value) == vaccines.content_key("listed", emma.pk, "vaccine", "3")


def test_a_number_of_a_record_system_stays_as_it_is(emma: Patient, emmy: Patient) -> None:
    item, shot = due(emmy, ("urn:due", "1")), given(emmy, ("urn:shots", "1"))
    due(emma, ("urn:due", "2"))
    moves(merge_entries.move_merged_due_items, emmy, emma)
    moves(merge_entries.move_merged_immunizations, emmy, emma)
    for row, number in ((item, ("urn:due", "1")), (shot, ("urn:shots", "1"))):
        row.refresh_from_db()
        assert (row.patient, (row.system, row.value)) == (emma, number)


@pytest.mark.parametrize(
    ("hers", "again", "fill", "now"),
    [
        ("due", "given", True, "given"),
        ("due", "given", False, "due"),
        ("due", "due", True, "due"),
        ("given", "due", True, "given"),
        ("withdrawn", "given", True, "withdrawn"),
    ],
)
def test_given_on_either_chart_it_is_given(
    emma: Patient, emmy: Patient, hers: str, again: str, fill: bool, now: str
) -> None:
    item = due(emma, status=hers)
    due(emmy, status=again)
    moves(merge_entries.move_merged_due_items, emmy, emma, fill=fill)
    item.refresh_from_db()
    assert item.status == now


def test_guardians_of_the_merged_record_come_after_those_who_stand_there(
    emma: Patient, emmy: Patient
) -> None:
    make.guardian(emma, "Ana Ruiz", position=3)
    first, last = (make.guardian(emmy, name, "", position=n) for name, n in (("Ben", 1), ("Cleo", 32_000)))
    merge_entries.move_merged_guardians(EntryLedger(), emmy, emma)
    for row, position in ((first, 4), (last, 32_000)):
        row.refresh_from_db()
        assert (row.patient, row.position) == (emma, position)


def test_another_adult_under_the_same_number_stands_without_it_for_a_person_to_see(
    emma: Patient, emmy: Patient
) -> None:
    make.guardian(emma, "Ana Ruiz", "", system="urn:g", value="1")
    other = make.guardian(emmy, "Ben Marsh", "", system="urn:g", value="1")
    merge_entries.move_merged_guardians(EntryLedger(), emmy, emma)
    other.refresh_from_db()
    assert (other.patient, other.system, other.value) == (emma, "", "")


@pytest.mark.parametrize(
    ("here", "number", "are_one"),
    [
        (("", ""), ("urn:g", "2"), True),
        (("urn:g", "1"), ("", ""), True),
        (("urn:g", "1"), ("urn:g", "1"), True),
        (("urn:g", "1"), ("urn:g", "2"), False),
    ],
)
def test_an_adult_who_has_another_number_on_each_record_stays_two(
    emma: Patient, emmy: Patient, here: tuple[str, str], number: tuple[str, str], are_one: bool
) -> None:
    make.guardian(emma, "Ana Ruiz", system=here[0], value=here[1])
    make.guardian(emmy, "Ana Ruiz", system=number[0], value=number[1])
    merge_entries.move_merged_guardians(EntryLedger(), emmy, emma)
    assert emma.guardians.count() == (1 if are_one else 2)
    if are_one:
        assert emma.guardians.get().value == (here[1] or number[1])
