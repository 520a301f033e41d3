"""The program's rows that the tests of entries compare."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import connection
from django.db.models import Model as Row

from checkin.models import (
    Appointment,
    ConsentRecord,
    DueItem,
    Escort,
    ExcuseNote,
    Guardian,
    Immunization,
    Need,
    Patient,
    PatientIdentifier,
    Promise,
    StandingProxy,
    Visit,
)

COLUMNS = ("given_name", "family_name", "birth_date", "language", "interpreter_needed", "access_needs")
WISHES = ("approach", "best_way", "best_time")
WATCHED: dict[type[Row], tuple[str, ...]] = {
    Visit: ("patient_id", "escort_id", "appointment_id", "match", "state"),
    Patient: ("status", "merged_into_id", *COLUMNS),
    ConsentRecord: ("patient_id", "withdrawn_at"),
    StandingProxy: ("patient_id", "revoked_at"),
    Promise: ("patient_id", "status"),
    Immunization: ("patient_id", "visit_id", "name", "system"),
    DueItem: ("patient_id", "status", "name", "kind"),
    Escort: ("patient_id", "name", "phone", *WISHES),
    Guardian: ("patient_id", "name", "phone"),
    PatientIdentifier: ("patient_id", "value"),
    Appointment: ("patient_id", "status"),
    ExcuseNote: ("visit_id", "status"),
    Need: ("visit_id", "kind", "status"),
}
Rows = dict[type[Row], dict[int, dict[str, Any]]]


def look() -> Rows:
    """Return all watched rows as they are now; read without the ORM, because this runs very often."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for model, names in WATCHED.items():
            cursor.execute(f"SELECT id, {', '.join(names)} FROM {model._meta.db_table}")  # noqa: S608
            rows = (dict(zip(names, row[1:], strict=True), pk=row[0]) for row in cursor.fetchall())
            found[model] = {row["pk"]: row for row in rows}
    return found


def content(rows: Rows, besides: tuple[Any, ...] = ()) -> Counter[tuple[Any, ...]]:
    """Return the rows' content without their ids: a row removed and added again counts as the same.

    Left out: records no longer on file, and needs that nobody has answered.
    """
    gone = {pk for pk, row in rows[Patient].items() if row["status"] == "entered_in_error"}
    found: Counter[tuple[Any, ...]] = Counter()
    for table, of in rows.items():
        for pk, row in of.items() if table not in besides else ():
            said = {name: value for name, value in row.items() if name != "pk"}
            if table is Visit and row["escort_id"]:
                said["escort_id"] = rows[Escort][row["escort_id"]]["name"]
            unsaid = table is Need and row["status"] in ("open", "lapsed")
            if pk not in gone if table is Patient else row.get("patient_id") not in gone and not unsaid:
                found[(table.__name__, *said.items())] += 1
    return found
