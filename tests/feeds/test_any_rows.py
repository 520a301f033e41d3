"""Random rows: each is imported or rejected, none is lost, and none stops the others."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkin.models import Clinic, Location
from tests.feeds.conftest import Import

pytestmark = pytest.mark.django_db

WORDS = [
    "",
    "7",
    "8",
    "Leo",
    "Ruiz",
    "2018-03-14",
    "31/02/2018",
    "yes",
    "mother",
    "overdue",
    "entered-in-error",
    "check-up",
    '"',
    "a\nb",
    "x" * 500,
    "\0",
    "é",
    "👧",
]
CELL = st.sampled_from(WORDS) | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
HEADINGS = {
    "patients": "patient_id,given_name,family_name,birth_date,phone,interpreter_needed",
    "guardians": "patient_id,guardian_id,name,relationship,may_consent,position",
    "appointments": "patient_id,appointment_id,start,minutes,status,location",
    "immunizations": "patient_id,immunization_id,vaccine,cvx,given_on,status",
    "due_items": "patient_id,due_item_id,kind,name,due_on,status",
}
QUIET = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)


def in_a_fresh_folder(clinic: Clinic, name: str, content: str) -> tuple[tuple[int, ...], Import]:
    """Import it and roll back, so the next example starts with an empty clinic."""
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        load = Import(clinic, Path(folder))
        counts = load(name, content)
        put_aside = len(load.rejected())
        assert put_aside == counts[3]
        transaction.set_rollback(True)
    return counts, load


@pytest.mark.parametrize("kind", HEADINGS)
@QUIET
@given(rows=st.lists(st.lists(CELL, min_size=5, max_size=7), max_size=12))
def test_every_row_of_any_csv_is_imported_or_rejected(
    brook: Clinic, front: Location, kind: str, rows: list[list[str]]
) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([HEADINGS[kind].split(","), *rows])
    counts, load = in_a_fresh_folder(brook, "a.csv", text.getvalue())
    blank = sum(not any(cell.strip() for cell in row) for row in rows)
    whole = all(len(row) == 6 for row in rows)
    assert sum(counts) == len(rows) - blank if whole else sum(counts) >= len(rows) - blank
    assert load.summary.unreadable == []


@QUIET
@given(junk=st.text(max_size=200))
def test_any_text_after_the_heading_is_handled_without_an_error(
    brook: Clinic, front: Location, junk: str
) -> None:
    in_a_fresh_folder(brook, "a.csv", f"{HEADINGS['patients']}\n{junk.encode(errors='replace').decode()}")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from([*WORDS, "Patient/7", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "name",
                    "given",
                    "family",
                    "identifier",
                    "value",
                    "patient",
                    "reference",
                    "actor",
                    "use",
                    "system",
                    "coding",
                    "code",
                    "text",
                    "vaccineCode",
                    "forecastStatus",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
FIELDS = [
    "id",
    "name",
    "identifier",
    "telecom",
    "address",
    "contact",
    "patient",
    "participant",
    "start",
    "status",
    "vaccineCode",
    "occurrenceDateTime",
    "occurrenceString",
    "recommendation",
    "date",
]
KINDS = ["Patient", "RelatedPerson", "Appointment", "Immunization", "ImmunizationRecommendation"]


@QUIET
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {"resourceType": st.sampled_from(KINDS)},
            optional=dict.fromkeys(FIELDS, JSON),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_every_resource_of_any_shape_is_imported_or_rejected(
    brook: Clinic, front: Location, rows: list[dict]
) -> None:
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        load = Import(brook, Path(folder))
        counts = load("a.ndjson", "\n".join(map(json.dumps, rows)))
        assert sum(counts) + load.summary.passed_over.total() >= len(rows)
        assert load.summary.unreadable == []
        transaction.set_rollback(True)
