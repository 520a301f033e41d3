"""An import that makes a second record of a child lists the pair; staff decide it once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from checkin.actions import look_alikes, merge_undo, patient_merges, record_imports
from checkin.models import Clinic, Location, LookAlike, Patient, Staff, merge_doubts
from checkin.queries import look_alikes as look_alike_queries
from checkin.queries import match_candidates
from checkin.rules.record_rows import PatientItem
from tests import make

pytestmark = pytest.mark.django_db


def item(
    number: str, name: str = "Emma Johnson", born: str = "2017-04-04", system: str = "", **said: Any
) -> PatientItem:
    given, _, family = name.partition(" ")
    values = {"given_name": given, "family_name": family, **said}
    if born:
        values["birth_date"] = dt.date.fromisoformat(born)
    return PatientItem(values=values, keys=[(system, number)])


def load(clinic: Clinic, *items: Any) -> None:
    record_imports.import_record_items(clinic=clinic, items=items, at=make.at())


def found() -> list[Any]:
    return [(one.record.name, one.older.name) for one in LookAlike.objects.open().order_by("pk")]


@pytest.mark.parametrize(
    ("name", "born", "said", "is_alike"),
    [
        ("Emma Johnson", "2017-04-04", {}, True),
        ("Émma Johnson", "2017-04-04", {}, True),
        ("Emma Jonson", "2017-04-04", {}, True),
        ("Emma Rose Johnson", "2017-04-04", {}, True),
        ("Emma Miller", "2017-04-04", {"phone": "555-010-0177"}, True),
        ("Emma Johnson", "2017-04-14", {"phone": "555-010-0177"}, True),
        ("Emma Johnson", "", {"phone": "555-010-0177"}, True),
        ("Liam Johnson", "2017-04-04", {"phone": "555-010-0177"}, False),
        ("Ella Johnson", "2017-04-04", {"phone": "555-010-0177"}, False),
        ("Emma Johnson", "2011-08-09", {}, False),
        ("Noah Quist", "2017-04-04", {}, False),
    ],
)
def test_an_imported_record_like_one_on_file_is_listed(
    brook: Clinic, name: str, born: str, said: dict[str, str], is_alike: bool
) -> None:
    make.patient(brook, "Emma Johnson", "2017-04-04", phone="555-010-0177")
    load(brook, item("9", name, born, **said))
    assert bool(found()) == is_alike


def test_importing_the_same_file_with_other_numbers_lists_every_pair(brook: Clinic) -> None:
    """An import without the system of its numbers silently made a second record of every patient."""
    names = ["Emma Johnson", "Leo Ruiz", "Mia Okafor"]
    load(brook, *(item(str(n), name, f"201{n}-03-04", "mrn") for n, name in enumerate(names)))
    assert found() == []
    load(brook, *(item(str(n), name, f"201{n}-03-04") for n, name in enumerate(names)))
    assert found() == [(name, name) for name in names]
    assert Patient.objects.count() == 6


def test_two_similar_records_of_one_import_are_listed(brook: Clinic) -> None:
    load(brook, item("1"), item("2"))
    assert len(found()) == 1


def test_a_similar_record_of_another_clinic_is_not_listed(brook: Clinic, hill: Clinic) -> None:
    make.patient(hill, "Emma Johnson", "2017-04-04")
    load(brook, item("9"))
    assert found() == []


def test_a_pair_decided_as_two_children_is_not_listed_again(brook: Clinic, dana: Staff) -> None:
    emma = make.patient(brook, "Emma Johnson", "2017-04-04")
    load(brook, item("9"))
    one = LookAlike.objects.get()
    look_alikes.mark_look_alikes_different(look_alike=one, by=dana, at=make.at())
    look_alikes.mark_look_alikes_different(look_alike=one, by=dana, at=make.at("10:00"))
    one.refresh_from_db()
    assert (one.settled_by, one.settled_at) == (dana, make.at())
    assert look_alike_queries.count_open_look_alikes(brook) == 0
    load(brook, item("9"))
    assert (
        look_alike_queries.count_open_look_alikes(brook),
        LookAlike.objects.count(),
        emma.look_alikes.count(),
    ) == (0, 1, 0)


def test_a_pair_decided_as_two_children_is_not_offered_on_their_pages(
    brook: Clinic, dana: Staff, as_: Callable[[Staff], Client]
) -> None:
    emma = make.patient(brook, "Emma Johnson", "2017-04-04")
    load(brook, item("9"))
    one, client = LookAlike.objects.get(), as_(dana)
    pages = [f"/patients/{pk}/?alike=1" for pk in (emma.pk, one.record_id)]
    compare = [f"/patients/{a}/merge/{b}/" for a, b in [(emma.pk, one.record_id), (one.record_id, emma.pk)]]
    for page, link in zip(pages, compare, strict=True):
        assert f'primary" href="{link}"' in client.get(page).content.decode()
    look_alikes.mark_look_alikes_different(look_alike=one, by=dana, at=make.at())
    for page, link in zip(pages, compare, strict=True):
        text = client.get(page).content.decode()
        assert f'primary" href="{link}"' not in text
        assert "Nobody else on file is like this child." in text
        assert f'said that they are two children: <a href="{link}"' in text


def test_the_decision_also_counts_for_records_they_are_merged_into(brook: Clinic, dana: Staff) -> None:
    emma = make.patient(brook, "Emma Johnson", "2017-04-04")
    load(brook, item("9"))
    other = LookAlike.objects.get().record
    look_alikes.mark_look_alikes_different(look_alike=LookAlike.objects.get(), by=dana, at=make.at())
    third, fourth = (make.patient(brook, "Emma Johnson", "2017-04-04") for _ in range(2))
    assert {
        one.patient for one in match_candidates.find_record_candidates(third, at=make.at()).candidates
    } > {emma, other}
    patient_merges.merge_patients(merged=other, into=third, by=dana, at=make.at())
    assert {
        one.patient for one in match_candidates.find_record_candidates(emma, at=make.at()).candidates
    } == {fourth}
    assert {
        one.patient for one in match_candidates.find_record_candidates(third, at=make.at()).candidates
    } == {fourth}
    assert (
        match_candidates.list_declared_other_children(emma),
        match_candidates.list_declared_other_children(third),
    ) == ([third], [emma])
    assert merge_doubts.is_declared_another_child(third, emma) and not merge_doubts.is_declared_another_child(
        fourth, emma
    )


def test_a_sign_in_record_is_not_offered_a_merge_decided_against(
    brook: Clinic, front: Location, dana: Staff, as_: Callable[[Staff], Client]
) -> None:
    made = make.visit(front, name="Emma Johnsen", born="2017-04-04").patient
    load(brook, item("9"))
    one = LookAlike.objects.get(older=made)
    page, client = f"/patients/{made.pk}/", as_(dana)
    assert "Merge into" in client.get(page).content.decode()
    look_alikes.mark_look_alikes_different(look_alike=one, by=dana, at=make.at())
    text = client.get(page).content.decode()
    assert "Merge into" not in text and "said that they are two children" in text


def test_a_merge_unlists_the_pair_and_its_undo_lists_it_again(brook: Clinic, dana: Staff) -> None:
    emma = make.patient(brook, "Emma Johnson", "2017-04-04")
    load(brook, item("9"))
    other = LookAlike.objects.get().record
    made = patient_merges.merge_patients(merged=other, into=emma, by=dana, at=make.at())
    assert look_alike_queries.list_look_alikes_of_patient(emma) == []
    merge_undo.undo_patient_merge(merge=made.merge, by=dana, at=make.at("10:00"))
    assert len(look_alike_queries.list_look_alikes_of_patient(emma)) == 1


def test_an_import_takes_the_same_number_of_queries_at_any_size(brook: Clinic) -> None:
    def queries(first: int, count: int) -> int:
        items = [item(str(n), f"Emma{n} Johnson{n}", "2017-04-04") for n in range(first, first + count)]
        with CaptureQueriesContext(connection) as asked:
            load(brook, *items)
        return len([one for one in asked.captured_queries if "checkin_patient n" in one["sql"]])

    assert queries(0, 2) == queries(100, 60) == 1


def test_the_page_lists_pairs_and_accepts_a_decision(
    brook: Clinic, dana: Staff, as_: Callable[[Staff], Client], otto: Staff
) -> None:
    emma = make.patient(brook, "Emma Johnson", "2017-04-04")
    load(brook, item("9"))
    one, client = LookAlike.objects.get(), as_(dana)
    assert "See the look-alikes" in client.get("/patients/").content.decode()
    page = client.get("/patients/look-alikes/").content.decode()
    assert f'href="/patients/{emma.pk}/merge/{one.record_id}/"' in page
    assert "Looks like" in client.get(f"/patients/{emma.pk}/").content.decode()
    assert as_(otto).post(f"/look-alikes/{one.pk}/two/").status_code == 403
    client.post(f"/look-alikes/{one.pk}/two/")
    assert "are two children" in client.get("/patients/look-alikes/").content.decode()
    assert "See the look-alikes" not in client.get("/patients/").content.decode()
    assert client.get(f"/look-alikes/{one.pk}/two/").status_code == 405


def test_four_hundred_pairs_are_listed_in_pages_with_counts(
    brook: Clinic, dana: Staff, as_: Callable[[Staff], Client]
) -> None:
    both = [item(f"{who}{n}", f"Emma{n} Johnson{n}") for n in range(400) for who in "ab"]
    load(brook, *both)
    client, pages = as_(dana), [f"/patients/look-alikes/?page={n}" for n in range(1, 9)]
    texts = [client.get(page).content.decode() for page in pages]
    assert "400 pairs of records" in texts[0]
    assert "51 to 100 of 400" in " ".join(texts[1].split())
    assert [text.count(">Not the same child<") for text in texts] == [50] * 8
    assert len({name for text in texts for name in re.findall(r">(Emma\d+ Johnson\d+)</a>", text)}) == 400
    assert ('rel="next"' in texts[0], 'rel="prev"' in texts[0], 'rel="next"' in texts[7]) == (
        True,
        False,
        False,
    )
    last = LookAlike.objects.order_by("pk").last()
    back = client.post(f"/look-alikes/{last.pk}/two/", {"page": "8"})
    assert back.url.endswith("?page=8")
    text = client.get(back.url).content.decode()
    assert ("399 pairs" in text, text.count(">Not the same child<")) == (True, 49)
    for odd in ("", "99", "x", "-1"):
        assert client.get(f"/patients/look-alikes/?page={odd}").status_code == 200
