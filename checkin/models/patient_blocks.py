"""The look-ups of `rules.identity_blocks` as SQL; each kind is compiled once for all sign-ins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import connection, models

from checkin.models.prepared_queries import (
    QueryParam,
    fill_in_params,
    locate_sentinel_params,
    pad_to_power_of_two,
)
from checkin.rules.identity_blocks import CandidateBlock, KeyRange

if TYPE_CHECKING:
    from checkin.models.people import Patient, PatientQuerySet

_BIRTH_DATE_FIELD = models.DateField()
_SENTINEL_CLINIC_ID = -9_000_000_001
_FIRST_SENTINEL_DATE = dt.date(1, 2, 1)


def build_block_union(
    patient: type[Patient], blocks: Iterable[CandidateBlock], *, clinic_id: int
) -> tuple[str, list[Any]]:
    """Return the SQL that finds all blocks' patients, and its parameters; "" if there are no blocks."""
    parts: list[str] = []
    params: list[Any] = []
    for one in blocks:
        block = replace(
            one,
            dates=tuple(pad_to_power_of_two(one.dates)),
            given_names=tuple(pad_to_power_of_two(one.given_names)),
        )
        for sql, places in prepare_block_lookups(connection.vendor, patient, sentinel_block(block)):
            parts.append(f"SELECT * FROM ({sql}) AS b{len(parts)}")  # noqa: S608
            params += fill_in_params(places, block_param_values(block, clinic_id))
    return " UNION ".join(parts), params


@lru_cache(maxsize=512)
def prepare_block_lookups(
    vendor: str, patient: type[Patient], block: CandidateBlock
) -> tuple[tuple[str, tuple[QueryParam, ...]], ...]:
    """Compile the look-ups of a block for the database in use, which `vendor` names."""
    theirs = patient.objects.filter(clinic_id=_SENTINEL_CLINIC_ID).on_file()
    found = (one.query.sql_with_params() for one in block_lookup_queries(theirs, block))
    return tuple(
        (sql, locate_sentinel_params(params, block_param_values(block, _SENTINEL_CLINIC_ID)))
        for sql, params in found
    )


def block_lookup_queries(
    patients: PatientQuerySet, block: CandidateBlock
) -> Iterator[models.QuerySet[Any, Any]]:
    """Yield the look-ups of one block, each with its own index."""
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
        yield _limit_block_lookup(patients.filter(wanted), block.limit)
        return
    for owner in ("phone_key", "escorts__phone_key", "guardians__phone_key"):
        yield _limit_block_lookup(patients.filter(wanted, **{owner: block.phone}), block.limit)


def _limit_block_lookup(patients: PatientQuerySet, limit: int) -> models.QuerySet[Any, Any]:
    # `id + 0`: sorted by the plain id, PostgreSQL would scan all ids and not use the look-up's index.
    return patients.order_by(models.F("pk") + 0)[:limit]


def sentinel_block(block: CandidateBlock) -> CandidateBlock:
    """Return a block of the same shape with placeholder values."""

    def range_(of: KeyRange | None, name: str) -> KeyRange | None:
        return of and (f"\0{name} from", f"\0{name} to" if of[1] else "")

    return CandidateBlock(
        dates=tuple(_FIRST_SENTINEL_DATE + dt.timedelta(days=n) for n in range(len(block.dates))),
        family=range_(block.family, "family"),
        given=range_(block.given, "given"),
        given_names=tuple(f"\0given name {n}" for n in range(len(block.given_names))),
        phone=block.phone and "\0phone",
        limit=block.limit,
    )


def block_param_values(block: CandidateBlock, clinic_id: int) -> list[object]:
    """Return the values of a block and its clinic, always in the same order."""
    days = (_BIRTH_DATE_FIELD.get_db_prep_value(date, connection) for date in block.dates)
    ranges = (*(block.family or ("", "")), *(block.given or ("", "")))
    return [clinic_id, *days, *block.given_names, *ranges, block.phone]
