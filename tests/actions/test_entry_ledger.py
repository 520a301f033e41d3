"""Each change that a decision makes to a row is recorded, and can be reverted exactly."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db.models import Model

from checkin.actions.entry_ledger import (
    EntryLedger,
    columns_as_json,
    is_row_as_move_left,
    row_column_names,
)
from checkin.models import Clinic, Escort, Guardian, PaperMove, PatientMerge, Staff
from checkin.models.row_json import column_values_from_json
from checkin.rules.entry_fates import EntryKind, EntryOutcome
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def mother(brook: Clinic) -> Guardian:
    return make.guardian(make.patient(brook), ended_on=dt.date(2026, 3, 9))


@pytest.fixture
def merge(brook: Clinic, dana: Staff, mother: Guardian) -> PatientMerge:
    other = make.patient(brook, "Mia Ruiz")
    return PatientMerge.objects.create(
        clinic=brook, merged=mother.patient, into=other, at=make.at("9:40"), by=dana
    )


def test_a_recorded_change_can_be_reverted_exactly(merge: PatientMerge, mother: Guardian) -> None:
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


def test_a_row_changed_since_no_longer_matches_its_move(merge: PatientMerge, mother: Guardian) -> None:
    ledger = EntryLedger()
    ledger.change(mother, EntryKind.GUARDIAN, EntryOutcome.CHANGED, phone="555-010-0199")
    (move,) = ledger.write(merge=merge)
    Guardian.objects.filter(pk=mother.pk).update(phone="555-010-0177")
    mother.refresh_from_db()
    assert not is_row_as_move_left(mother, move)


def test_a_removed_row_can_be_restored_completely(merge: PatientMerge, mother: Guardian) -> None:
    ledger, before = EntryLedger(), columns_as_json(mother, row_column_names(mother))
    ledger.remove(mother, EntryKind.GUARDIAN, was=merge.merged_id)
    (move,) = ledger.write(merge=merge)
    kept = PaperMove.objects.get(pk=move.pk)
    assert not Guardian.objects.filter(pk=kept.subject_id).exists()
    again = Guardian(pk=kept.subject_id, **column_values_from_json(Guardian(), kept.before))
    again.save(force_insert=True)
    assert columns_as_json(Guardian.objects.get(pk=kept.subject_id), row_column_names(again)) == before


def give_back(row: Guardian | Model, move: PaperMove) -> None:
    """Write the previous columns as a move of their own, as the undo of a decision does."""
    EntryLedger().change(
        row, EntryKind(move.paper), EntryOutcome.CHANGED, **column_values_from_json(row, move.before)
    )


def test_changing_and_reverting_a_name_or_phone_updates_its_search_keys(
    merge: PatientMerge, mother: Guardian
) -> None:
    """The search keys of an adult's row are saved together with the columns that they are made from."""
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
