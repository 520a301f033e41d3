"""Log what one decision does to visit entries, row by row, so that it can be shown and undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.db.models import Field, Model

from checkin.models import MatchDecision, PaperMove, PatientMerge
from checkin.models.row_json import column_value_as_json, field_of_row_column
from checkin.rules.entry_fates import EntryKind, EntryOutcome


class EntryLedger:
    """The moves of one decision. Change rows only through it; `write` saves the moves.

    Use it inside the decision's transaction, on locked rows.
    """

    def __init__(self) -> None:
        self.moves: list[PaperMove] = []

    def change(
        self,
        row: Model,
        paper: EntryKind,
        done: EntryOutcome,
        *,
        was: int | None = None,
        now: int | None = None,
        **to: object,
    ) -> PaperMove:
        """Write these columns of the row, and log and return the move.

        `was` and `now`: ids of the patient whose chart had it and has it; None for no chart.
        """
        before = columns_as_json(row, to)
        for name, value in to.items():
            setattr(row, name, value)
        row.save(update_fields=[*to])
        return self.note(row, paper, done, was=was, now=now, before=before, after=columns_as_json(row, to))

    def remove(
        self, row: Model, paper: EntryKind, *, was: int | None = None, now: int | None = None
    ) -> PaperMove:
        """Delete the row and log all its columns."""
        before = columns_as_json(row, row_column_names(row))
        made = self.note(row, paper, EntryOutcome.REMOVED, was=was, now=now, before=before)
        row.delete()
        return made

    def made(
        self, row: Model, paper: EntryKind, *, was: int | None = None, now: int | None = None
    ) -> PaperMove:
        """Log that the row was just created."""
        after = columns_as_json(row, row_column_names(row))
        return self.note(row, paper, EntryOutcome.MADE, was=was, now=now, after=after)

    def kept(self, row: Model, paper: EntryKind, *, was: int | None = None) -> PaperMove:
        """Log that the row stays where it is, because a rule or a person says so."""
        return self.note(row, paper, EntryOutcome.KEPT, was=was, now=was)

    def note(
        self,
        row: Model,
        paper: EntryKind,
        done: EntryOutcome,
        *,
        was: int | None,
        now: int | None,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
    ) -> PaperMove:
        made = PaperMove(
            paper=paper,
            done=done,
            subject=type(row).__name__,
            subject_id=row.pk,
            before=dict(before or {}),
            after=dict(after or {}),
            was_patient_id=was,
            patient_id=now,
        )
        self.moves.append(made)
        return made

    def write(
        self, *, decision: MatchDecision | None = None, merge: PatientMerge | None = None
    ) -> list[PaperMove]:
        """Save the moves as this decision's or this merge's; return them and start again empty."""
        for move in self.moves:
            move.decision, move.merge = decision, merge
        made, self.moves = PaperMove.objects.bulk_create(self.moves), []
        return made


def row_column_names(row: Model) -> list[str]:
    """Return the attribute names of all columns except the primary key."""
    return [field.attname for field in row._meta.concrete_fields if not field.primary_key]


def columns_as_json(row: Model, names: Iterable[str]) -> dict[str, object]:
    """Return these columns as JSON values; relations by id, under their column's name (`patient_id`)."""
    fields: list[Field[Any, Any]] = [field_of_row_column(row, name) for name in names]
    return {field.attname: column_value_as_json(getattr(row, field.attname)) for field in fields}


def is_row_as_move_left(row: Model, move: PaperMove) -> bool:
    """Return whether the row still has the values this move wrote, so nobody has changed it since."""
    is_same: bool = columns_as_json(row, move.after) == move.after
    return is_same


def lock_moved_row(move: PaperMove) -> Any:
    """Return the row this move is about, locked until the transaction ends; None if it is gone."""
    model: Any = apps.get_model("checkin", move.subject)
    return model._default_manager.select_for_update().filter(pk=move.subject_id).first()
