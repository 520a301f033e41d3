"""The base of all undoable decisions: when and by whom one was made, and which one it undoes."""

from __future__ import annotations

from typing import Any, Self, TypeVar

from django.db import models

from checkin.models.base import ImmutableModel, ImmutableQuerySet
from checkin.models.staff import Staff

SomeDecision = TypeVar("SomeDecision", bound="Decision")


def standing_condition(path: str = "") -> models.Q:
    """Return the condition that a decision is neither an undo nor undone.

    `path` leads to the decision from the queried model, for example "merge__".
    """
    return models.Q(**{f"{path}undoes": None, f"{path}undone_by": None})


class DecisionQuerySet(ImmutableQuerySet[SomeDecision]):
    def standing(self) -> Self:
        """Return the decisions that count: neither an undo nor undone."""
        return self.filter(standing_condition())

    def find_last(self) -> SomeDecision | None:
        """Return the newest of these with its author; None if there is none."""
        return self.select_related("by").order_by("pk").last()


class Decision(ImmutableModel):
    """One decision, in a row that never changes. An undo is another row that says what it undoes."""

    at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    # A key to the inheriting class, which a type cannot express here.
    undoes: Any = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")
    undoes_id: int | None

    objects = DecisionQuerySet.as_manager()  # type: ignore[misc]  # a class variable, as of any model

    class Meta:
        abstract = True

    @property
    def is_undone(self) -> bool:
        """True if it was undone. Costs a query for a row that was loaded without `undone_by`."""
        return getattr(self, "undone_by", None) is not None

    @property
    def is_standing(self) -> bool:
        """True if it is neither an undo nor undone. May cost a query, as `is_undone` does."""
        return self.undoes_id is None and not self.is_undone
