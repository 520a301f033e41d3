"""What every decision that can be undone has: when and by whom it was made, and which one it undoes."""

from __future__ import annotations

from typing import Any, Self, TypeVar

from django.db import models

from checkin.models.base import ImmutableModel, ImmutableQuerySet
from checkin.models.staff import Staff

SomeDecision = TypeVar("SomeDecision", bound="Decision")


def standing_condition(path: str = "") -> models.Q:
    """Return the condition that a decision is neither an undo nor undone.

    `path` leads to the decision from the model that is asked: "merge__", say.
    """
    return models.Q(**{f"{path}undoes": None, f"{path}undone_by": None})


class DecisionQuerySet(ImmutableQuerySet[SomeDecision]):
    def standing(self) -> Self:
        """Those that count: neither an undo nor undone."""
        return self.filter(standing_condition())

    def find_last(self) -> SomeDecision | None:
        """Return the newest of these with who made it; None where there is none."""
        return self.select_related("by").order_by("pk").last()


class Decision(ImmutableModel):
    """What somebody decided: a row that never changes. An undo is again a row, and says what it undoes."""

    at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    # Of the class that inherits it, which a type cannot say here.
    undoes: Any = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")
    undoes_id: int | None

    objects = DecisionQuerySet.as_manager()  # type: ignore[misc]  # a class variable, as of any model

    class Meta:
        abstract = True

    @property
    def is_undone(self) -> bool:
        """Read it of rows that were loaded with `undone_by`: of others it asks the database."""
        return getattr(self, "undone_by", None) is not None

    @property
    def is_standing(self) -> bool:
        """The same as `standing()`, of one row; see `is_undone`."""
        return self.undoes_id is None and not self.is_undone
