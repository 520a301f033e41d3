"""What the rows of one batch change in the end, where several speak of one thing in turn."""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.actions.record_import_changes import RowChanges, order_newest_last
from checkin.models import DueItem
from checkin.rules.record_rows import DueItemItem, ImportOutcome, PatientItem

MORNING, NOON = (dt.datetime(2026, 3, 10, hour, tzinfo=dt.UTC) for hour in (9, 12))


def item(**fields: Any) -> DueItemItem:
    made = DueItemItem(**fields)
    made.settle(ImportOutcome.CHANGED)
    return made


def row(pk: int | None = 1, **fields: Any) -> DueItem:
    return DueItem(pk=pk, patient_id=7, **{"name": "MMR", "code": "03"} | fields)


def put(changes: RowChanges, on: DueItem, said: DueItemItem, **values: Any) -> set[str]:
    different = changes.put(on, said, values)
    if not different:
        said.settle(ImportOutcome.UNCHANGED)
    return different


def test_only_the_columns_that_say_something_else_are_written() -> None:
    changes, on, said = RowChanges(), row(), item()
    assert put(changes, on, said, name="Measles", code="03") == {"name"}
    assert said.changes == [("name", "MMR", "Measles")]
    assert list(changes.rewrites()) == [(on, {"name"})]
    assert (on.name, changes.patients()) == ("Measles", {7})


def test_a_row_that_says_the_same_is_not_written() -> None:
    changes, on = RowChanges(), row()
    assert put(changes, on, item(), name="MMR") == set()
    assert list(changes.rewrites()) == [] and changes.patients() == set()


def test_a_row_that_is_not_on_file_yet_is_no_change() -> None:
    changes, on = RowChanges(), row(pk=None)
    assert put(changes, on, item(), name="Measles") == {"name"}
    assert list(changes.rewrites()) == [] and on.name == "Measles"


def test_changed_there_and_back_in_one_batch_nothing_has_changed() -> None:
    changes, on, first, second = RowChanges(), row(), item(), item()
    put(changes, on, first, name="Measles")
    put(changes, on, second, name="MMR")
    changes.settle()
    assert list(changes.rewrites()) == []
    assert first.outcome is second.outcome is ImportOutcome.UNCHANGED


def test_what_still_differs_in_the_end_stays_changed() -> None:
    changes, on, other, first, second = RowChanges(), row(), row(2), item(), item()
    put(changes, on, first, name="Measles", code="05")
    put(changes, on, second, name="MMR", code="05")
    put(changes, other, item(), name="Measles")
    changes.settle()
    assert dict(changes.rewrites()).keys() == {on, other}
    assert [columns for _, columns in changes.rewrites()] == [{"code"}, {"name"}]
    assert first.outcome is ImportOutcome.CHANGED


def test_an_item_that_made_something_is_not_unmade_by_what_went_back() -> None:
    changes, on, first, second = RowChanges(), row(), item(), item()
    first.settle(ImportOutcome.MADE)
    put(changes, on, first, name="Measles")
    put(changes, on, second, name="MMR")
    changes.settle()
    assert first.outcome is ImportOutcome.MADE


def test_columns_that_follow_from_others_are_written_along() -> None:
    changes, on = RowChanges(), row()
    changes.note(on, None, {"name": "Measles"}, "updated_at")
    assert list(changes.rewrites()) == [(on, {"name", "updated_at"})]


def newest_last(*items: Any) -> list[Any]:
    return [items.index(one) for one in order_newest_last(items)]


def test_of_two_that_speak_of_one_thing_the_newest_comes_last() -> None:
    def said(number: str, at: dt.datetime) -> DueItemItem:
        return DueItemItem(key=("urn:due", number), said_at=at)

    assert newest_last(said("1", NOON), said("2", NOON), said("1", MORNING)) == [2, 1, 0]
    assert newest_last(said("1", MORNING), said("2", NOON), said("1", NOON)) == [0, 1, 2]


def test_what_does_not_say_when_or_which_stays_where_it_is() -> None:
    unknown, known = (DueItemItem(key=("urn:due", "1"), said_at=at) for at in (None, MORNING))
    assert newest_last(unknown, known, DueItemItem(key=("urn:due", "1"), said_at=NOON)) == [0, 1, 2]
    nameless = [DueItemItem(key=("urn:due", ""), said_at=at) for at in (NOON, MORNING)]
    assert newest_last(*nameless) == [0, 1]


def test_patients_are_known_by_their_first_number_and_others_by_their_resource_id() -> None:
    patients = [PatientItem(keys=[("", "7")], said_at=at) for at in (NOON, MORNING)]
    assert newest_last(*patients) == [1, 0]
    dues = [DueItemItem(origin=("a.json", "9"), said_at=at) for at in (NOON, MORNING)]
    assert newest_last(*dues) == [1, 0]
    assert newest_last(PatientItem(said_at=NOON), PatientItem(said_at=MORNING)) == [0, 1]
