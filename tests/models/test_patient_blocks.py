"""The prepared block look-ups give the same SQL and patients as look-ups built for the given blocks."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from checkin.models import Clinic, Patient
from checkin.models.patient_blocks import (
    block_lookup_queries,
    block_param_values,
    build_block_union,
    prepare_block_lookups,
    sentinel_block,
)
from checkin.rules.identity_blocks import CandidateBlock, build_candidate_blocks
from checkin.rules.identity_facts import IdentityClaim
from tests import make

BORN = dt.date(2018, 3, 14)
CLAIMS = [
    IdentityClaim("Leo", "Ruiz", BORN, phone="555-010-0123"),
    IdentityClaim("Leo", "Ruiz", birth_text="03/04/2018"),
    IdentityClaim("Mary Jane", "García López", dt.date(2012, 12, 31)),
    IdentityClaim("Bob", "Smith", phone="555-010-0123 / 555-010-0199"),
    IdentityClaim("", "Ruiz", BORN),
    IdentityClaim("Leo"),
]
ODD = [
    CandidateBlock(given=("le", "lf")),
    CandidateBlock(family=("", "")),
    CandidateBlock(phone="0100123", dates=(BORN,), limit=1),
]


def put_together_now(block: CandidateBlock) -> tuple[list[str], list[Any]]:
    theirs = Patient.objects.filter(clinic_id=7).on_file()
    made = [one.query.sql_with_params() for one in block_lookup_queries(theirs, block)]
    return [sql for sql, _ in made], [param for _, params in made for param in params]


@pytest.mark.parametrize("claim", CLAIMS, ids=str)
def test_the_prepared_sql_matches_look_ups_built_for_the_block(db: None, claim: IdentityClaim) -> None:
    for block in (*build_candidate_blocks(claim), *ODD):
        sql, params = build_block_union(Patient, [block], clinic_id=7)
        parts, expected = put_together_now(block)
        # Dates and names may be repeated, to keep the number of lengths small: an `IN` means the same.
        assert list(dict.fromkeys(params)) == list(dict.fromkeys(expected))
        if len(params) == len(expected):
            assert params == expected
            assert all(f"({one}) AS b{n}" in sql for n, one in enumerate(parts))


@pytest.mark.parametrize("claim", CLAIMS, ids=str)
def test_every_value_of_a_block_has_a_parameter_in_the_prepared_look_ups(
    db: None, claim: IdentityClaim
) -> None:
    for block in (*build_candidate_blocks(claim), *ODD):
        never = sentinel_block(block)
        said = [place for place, value in enumerate(block_param_values(never, 7)) if value != ""]
        for _, params in prepare_block_lookups(connection.vendor, Patient, never):
            assert sorted(place for _, place in params if place is not None) == said


def test_prepared_look_ups_find_the_same_patients_for_every_block(brook: Clinic, hill: Clinic) -> None:
    for owner in (brook, hill):
        for number in range(1, 29):
            child = make.patient(
                owner, f"Leo{number} Ruiz", born=f"2018-03-{number:02}", phone="555-010-0123"
            )
            make.guardian(child)
    for claim in CLAIMS:
        for block in (*build_candidate_blocks(claim), *ODD):
            theirs = Patient.objects.filter(clinic_id=brook.pk).on_file()
            expected = {child.pk for found in block_lookup_queries(theirs, block) for child in found}
            assert {child.pk for child in Patient.objects.could_be([block], clinic_id=brook.pk)} == expected
