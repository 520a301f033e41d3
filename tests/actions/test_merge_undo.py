"""Merges that stand on each other: what one record brought comes out of all of them, undone in any order."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest

from checkin.actions import preferences
from checkin.actions.refusals import Refused
from checkin.models import Clinic, DueItem, Escort, Guardian, Location, Staff, sign_in_records
from tests import make
from tests.actions.merge_chains import TONGUES, Chain
from tests.actions.test_patient_merges import charts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("length", [3, pytest.param(4, marks=pytest.mark.long)])
def test_undoing_a_chain_in_any_order_restores_every_record(
    brook: Clinic, front: Location, dana: Staff, noor: Staff, length: int
) -> None:
    """Columns, the same adult on each, due items and guardians of each and in common."""
    for order in itertools.permutations(range(length - 1)):
        chain = Chain(brook, front, dana, length)
        fill(chain)
        before = charts(*chain.records)
        for n in range(length - 1):
            chain.merge(n, n + 1, "language", "is_deceased", "phone")
        for n in order:
            chain.undo(chain.merges[n])
            check_no_stranger(chain, order[: order.index(n) + 1])
        was, now = as_told(before), as_told(charts(*chain.records))
        assert {name: sorted({*was[name]} ^ {*now[name]}) for name in was if was[name] != now[name]} == {}, (
            order
        )


def fill(chain: Chain) -> None:
    """The first record has what the others lack; all have an adult, a due item and a guardian in common."""
    clinic, first = chain.front.clinic, chain.records[0]
    first.is_deceased, first.phone = True, "555-010-0001"
    first.save()
    for n, record in reversed(list(enumerate(chain.records))):
        status = DueItem.Status.DUE if n else DueItem.Status.GIVEN
        due = {"kind": "vaccine", "name": "MMR", "due_on": dt.date(2026, 1, 1), "status": status}
        DueItem.objects.create(clinic=clinic, patient=record, **due)
        make.guardian(record, "Sofia Reyes", phone="555-010-0200")
        make.guardian(record, f"Own {n}", phone=f"555-010-020{n + 1}")
        chain.visit(
            n, escort_name="Rosa Delgado", relationship="sitter" if n else "aunt",
            escort_phone="" if n else "555-010-9999",
        )  # fmt: skip
    rosa = Escort.objects.get(patient=first)
    Escort.objects.filter(pk=rosa.pk).update(best_time="evenings", remembered_at=chain.now)


def as_told(found: Any) -> dict[Any, Any]:
    """Without ids of rows that were made anew, and the visits' match, which a person has confirmed."""
    leave = ("id", "escort_id", "match", "turn_at")
    return {
        name: sorted(str({key: one for key, one in row.items() if key not in leave}) for row in rows)
        for name, rows in found.items()
    }


def check_no_stranger(chain: Chain, undone: tuple[int, ...]) -> None:
    """Nothing of the first record stands on one that it is not merged into anymore."""
    on = sign_in_records.list_merge_path_ids(chain.records[0].pk)
    for n, record in enumerate(chain.records):
        if record.pk in on:
            continue
        fresh = chain.fresh(n)
        assert (fresh.language != "pl", fresh.is_deceased, fresh.phone) == (True, False, ""), (n, undone)
        for rosa in Escort.objects.filter(patient=record, name="Rosa Delgado"):
            assert (rosa.phone, rosa.relationship, rosa.best_time) == ("", "sitter", ""), (n, undone)
        assert not Guardian.objects.filter(patient=record, name="Own 0").exists(), (n, undone)
        given = DueItem.objects.filter(patient=record, status=DueItem.Status.GIVEN)
        assert not given.exists(), (n, undone)


def test_undoing_one_of_two_merges_into_a_record_removes_only_its_values(chain: Chain) -> None:
    """The second wrote over what the first had written: undone in either order, it says its own again."""
    for first, second in ((0, 1), (1, 0)):
        made = [chain.merge(0, 2, "language"), chain.merge(1, 2, "language")]
        chain.undo(made[first])
        assert chain.fresh(2).language == TONGUES[second]
        chain.undo(made[second])
        assert chain.says("language") == ["pl", "es", "fr"]


def test_care_needs_return_from_anywhere_in_the_chain(chain: Chain) -> None:
    """Said at the first one's visit while it stood on the second; taken on by the third."""
    visit = chain.visit(0, escort_name="Rosa Delgado")
    first = chain.merge(0, 1)
    visit.refresh_from_db()
    needs = {"language": "", "interpreter_needed": True, "access_needs": "a ramp"}
    preferences.record_language_and_needs(
        patient=visit.patient, visit=visit, by=chain.by, at=chain.now, **needs
    )
    second = chain.merge(1, 2)
    assert chain.fresh(2).access_needs == "a ramp"
    chain.undo(first)
    assert chain.says("access_needs") == ["a ramp", "", ""]
    assert chain.says("interpreter_needed") == [True, False, False]
    chain.undo(second)
    assert chain.says("access_needs") == ["a ramp", "", ""]


def test_a_merge_that_was_undone_and_made_again_is_not_undone_by_the_first_ones_page(chain: Chain) -> None:
    first = chain.merge(0, 1)
    undone = chain.undo(first)
    assert chain.undo(first) == undone, "a repeat"
    chain.merge(0, 1)
    with pytest.raises(Refused, match="merged again since"):
        chain.undo(first)
    assert chain.fresh(0).merged_into == chain.records[1]
