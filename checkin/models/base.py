"""Base classes shared by several models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from django.db import models

SomeRow = TypeVar("SomeRow", bound=models.Model)


if TYPE_CHECKING:
    # Django's fields take type arguments only while types are checked.
    _TextField = models.CharField[str, str]
else:
    _TextField = models.CharField


class KeyField(_TextField):
    """A normalized text that is compared byte by byte.

    PostgreSQL uses an index for a prefix range only if column and index have the "C" collation. SQLite always
    compares bytes and has no "C".
    """

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        self.db_collation = "C" if connection.vendor == "postgresql" else None
        return super().db_parameters(connection)

    def deconstruct(self) -> tuple[str, str, Sequence[object], dict[str, object]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_collation", None)
        return name, path, args, kwargs


def include_key_columns(kwargs: dict[str, Any], *keys: str) -> dict[str, Any]:
    """Return `save`'s arguments with the search keys added, if only some columns are written."""
    fields = kwargs.get("update_fields")
    return kwargs if fields is None else kwargs | {"update_fields": {*fields, *keys}}


class ImmutableRowError(Exception):
    """Somebody tried to change a row of history."""


class ImmutableQuerySet(models.QuerySet[SomeRow]):
    def update(self, **kwargs: object) -> NoReturn:
        raise ImmutableRowError(f"{self.model.__name__} rows are history and never change.")

    def delete(self) -> NoReturn:
        raise ImmutableRowError(f"{self.model.__name__} rows are history and are never deleted.")


class ImmutableModel(models.Model):
    """A row that is written once. To correct it, write another."""

    objects = ImmutableQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: object, **kwargs: Any) -> None:
        if self.pk is not None and not self._state.adding:
            raise ImmutableRowError(f"{type(self).__name__} rows are history and never change.")
        super().save(*args, **kwargs)

    def delete(self, *args: object, **kwargs: Any) -> NoReturn:
        raise ImmutableRowError(f"{type(self).__name__} rows are history and are never deleted.")
