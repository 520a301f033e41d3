"""What a decision does with a row is written down, and can be given back exactly."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.actions.entry_ledger import (
    EntryLedger,
    columns_as_json,
    is_row_as_move_left,
    row_column_names,
)
from checkin.models import Escort, Guardian, PaperMove, PatientMerge
from checkin.models.row_json import column_values_from_json
from checkin.rules.entry_fates import EntryKind, EntryOutcome
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def mother(brook) -> Guardian:
    return make.guardian(make.patient(brook), ended_on=dt.date(2026, 3, 9))


@pytest.fixture
def merge(brook, dana, mother) -> PatientMerge:
    other = make.patient(brook, "Mia Ruiz")
    return PatientMerge.objects.create(
        clinic=brook, merged=mother.patient, into=other, at=make.at("9:40"), by=dana
    )


def test_a_change_remembers_what_stood_there_and_gives_it_back(merge, mother) -> None:
    ledger, before = EntryLedger(), columns_as_json(mother, row_column_names(mother))
    ledger.change(
        mother,
        EntryKind.GUARDIAN,
        EntryOutcome.MOVED,
        was=merge.merged_id,
        now=merge.into_id,
        patient=merge.into,
        ended_on=None,
    )
    (move,) = ledger.write(merge=merge)
    mother.refresh_from_db()
    assert mother.patient_id == merge.into_id
    assert is_row_as_move_left(mother, move)
    give_back(mother, PaperMove.objects.get(pk=move.pk))
    mother.refresh_from_db()
    assert columns_as_json(mother, row_column_names(mother)) == before


def test_a_row_that_was_used_since_is_not_as_it_was_left(merge, mother) -> None:
    ledger = EntryLedger()
    ledger.change(mother, EntryKind.GUARDIAN, EntryOutcome.CHANGED, phone="555-010-0199")
    (move,) = ledger.write(merge=merge)
    Guardian.objects.filter(pk=mother.pk).update(phone="555-010-0177")
    mother.refresh_from_db()
    assert not is_row_as_move_left(mother, move)


def test_a_row_that_is_taken_away_is_remembered_whole(merge, mother) -> None:
    ledger, before = EntryLedger(), columns_as_json(mother, row_column_names(mother))
    ledger.remove(mother, EntryKind.GUARDIAN, was=merge.merged_id)
    (move,) = ledger.write(merge=merge)
    kept = PaperMove.objects.get(pk=move.pk)
    assert not Guardian.objects.filter(pk=kept.subject_id).exists()
    again = Guardian(pk=kept.subject_id, **column_values_from_json(Guardian(), kept.before))
    again.save(force_insert=True)
    assert columns_as_json(Guardian.objects.get(pk=kept.subject_id), row_column_names(again)) == before


def give_back(row, move):
    """As the undo of a decision does: the columns of before, written down as a move of its own."""
    EntryLedger().change(
        row, EntryKind(move.paper), EntryOutcome.CHANGED, **column_values_from_json(row, move.before)
    )


def test_a_name_or_phone_that_is_moved_and_given_back_is_found_by_it(merge, mother) -> None:
    """The search keys of an adult's row are written with the columns that they are made of."""
    escort = Escort.objects.create(
        clinic=mother.clinic, patient=mother.patient, name="Rosa", phone="5550100144"
    )
    changes = [(mother, {"phone": "555-010-0199"}), (escort, {"name": "Bo", "phone": "555-010-0177"})]
    for row, columns_ in changes:
        model = type(row)
        before = model.objects.filter(pk=row.pk).values()[0]
        ledger = EntryLedger()
        ledger.change(row, EntryKind.GUARDIAN, EntryOutcome.CHANGED, **columns_)
        (move,) = ledger.write(merge=merge)
        keys = model.objects.filter(pk=row.pk).values()[0]
        assert keys["phone_key"] == row.phone_key != before["phone_key"]
        assert keys.get("name_key") == getattr(row, "name_key", None)
        give_back(row, move)
        assert model.objects.filter(pk=row.pk).values()[0] == before
