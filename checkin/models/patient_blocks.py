"""The look-ups of `rules.identity_blocks` as SQL, each kind of them put together once for all sign-ins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import connection, models

from checkin.models.prepared import Param, filled_in, padded, with_places
from checkin.rules.identity_blocks import Block, Range

if TYPE_CHECKING:
    from checkin.models.people import Patient, PatientQuerySet

DAY = models.DateField()
CLINIC_NEVER = -9_000_000_001
FIRST_DAY_NEVER = dt.date(1, 2, 1)


def union(patient: type[Patient], blocks: Iterable[Block], *, clinic_id: int) -> tuple[str, list[Any]]:
    """The SQL that finds the patients of all blocks, and its parameters; "" where there are none."""
    parts: list[str] = []
    params: list[Any] = []
    for block in blocks:
        block = replace(block, dates=tuple(padded(block.dates)), given_names=tuple(padded(block.given_names)))
        for sql, places in prepared(connection.vendor, patient, stand_in(block)):
            parts.append(f"SELECT * FROM ({sql}) AS b{len(parts)}")  # noqa: S608
            params += filled_in(places, values(block, clinic_id))
    return " UNION ".join(parts), params


@lru_cache(maxsize=512)
def prepared(vendor: str, patient: type[Patient], block: Block) -> tuple[tuple[str, tuple[Param, ...]], ...]:
    """Put the look-ups of a block together for the database in use, which `vendor` names."""
    theirs = patient.objects.filter(clinic_id=CLINIC_NEVER).on_file()
    found = (one.query.sql_with_params() for one in looked_up(theirs, block))
    return tuple((sql, with_places(params, values(block, CLINIC_NEVER))) for sql, params in found)


def looked_up(patients: PatientQuerySet, block: Block) -> Iterator[models.QuerySet[Any, Any]]:
    """The look-ups of one block, each answered from an index of its own."""
    wanted = models.Q()
    if block.dates:
        wanted &= models.Q(birth_date__in=block.dates)
    if block.given_names:
        wanted &= models.Q(given_key__in=block.given_names)
    for column, range_ in (("family_key", block.family), ("given_key", block.given)):
        if range_ is not None:
            low, high = range_
            wanted &= models.Q(**({f"{column}__gte": low, f"{column}__lt": high} if high else {column: low}))
    if not block.phone:
        yield _first(patients.filter(wanted), block.limit)
        return
    for owner in ("phone_key", "escorts__phone_key", "guardians__phone_key"):
        yield _first(patients.filter(wanted, **{owner: block.phone}), block.limit)


def _first(patients: PatientQuerySet, limit: int) -> models.QuerySet[Any, Any]:
    # `id + 0`: ordered by the bare id, PostgreSQL would walk all ids rather than use the look-up's index.
    return patients.order_by(models.F("pk") + 0)[:limit]


def stand_in(block: Block) -> Block:
    """A block of the same kind that says nothing of anybody."""

    def range_(of: Range | None, name: str) -> Range | None:
        return of and (f"\0{name} from", f"\0{name} to" if of[1] else "")

    return Block(
        dates=tuple(FIRST_DAY_NEVER + dt.timedelta(days=n) for n in range(len(block.dates))),
        family=range_(block.family, "family"),
        given=range_(block.given, "given"),
        given_names=tuple(f"\0given name {n}" for n in range(len(block.given_names))),
        phone=block.phone and "\0phone",
        limit=block.limit,
    )


def values(block: Block, clinic_id: int) -> list[Any]:
    """What a block and its clinic say, always in the same order."""
    days = (DAY.get_db_prep_value(date, connection) for date in block.dates)
    ranges = (*(block.family or ("", "")), *(block.given or ("", "")))
    return [clinic_id, *days, *block.given_names, *ranges, block.phone]
