"""Give existing discrepancies their cause code and the other visit that their text names.

Runs batch by batch, each in its own transaction, so nothing is locked for long and a stopped run continues
where it was. A row whose sentence is not listed here keeps it and shows it.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import migrations

AT_ONCE = 1000
CAUSE_BY_SENTENCE = {
    "the name typed is not the name on record": "name_differs",
    "the birth date as typed is not a date": "not_a_date",
    "the birth date as typed is not in the calendar": "not_in_calendar",
    "the birth date as typed is not in this clinic's order of day and month": "other_order",
    "the birth date as typed can be read in two ways; with all four digits of the year it cannot": "two_ways",
    "the birth date as typed is in the future": "in_future",
    "the birth date as typed is more than 125 years ago": "too_long_ago",
    "another birth date is on record": "other_birth_date",
    "no birth date is on record yet": "no_birth_date",
    "another phone is on record for this escort": "other_escort_phone",
    "no phone is on record for this escort": "no_escort_phone",
    "another phone is on record for this guardian": "other_guardian_phone",
    "no phone is on record for this guardian": "no_guardian_phone",
    "this guardian is not among those on record": "other_guardian",
    "no guardian is on record yet": "no_guardian",
    "another address is on record": "other_address",
    "no address is on record yet": "no_address",
    "this child is already signed in": "already_signed_in",
    "the same sign-in came again saying something else": "signed_in_otherwise",
}
# Eighteen digits: no id is longer, and a number that a column cannot store is not one.
NAMED_VISIT = re.compile(r"visit ([1-9][0-9]{0,17})")


def fill_causes(apps: Any, schema_editor: Any) -> None:
    rows = apps.get_model("checkin", "Discrepancy").objects
    last = 0
    while batch := list(rows.filter(pk__gt=last, cause="").order_by("pk")[:AT_ONCE]):
        last = batch[-1].pk
        fill_batch(apps, batch)


def fill_batch(apps: Any, batch: list[Any]) -> None:
    """Fill these rows. "visit 12" names a visit only if that is one of the same clinic's."""
    named = {row.pk: int(found[1]) for row in batch if (found := named_visit(row))}
    visits = apps.get_model("checkin", "Visit").objects.filter(pk__in=set(named.values()))
    clinics = dict(visits.values_list("pk", "clinic_id"))
    known = []
    for row in batch:
        row.cause = CAUSE_BY_SENTENCE.get(row.why, "")
        if clinics.get(named.get(row.pk, 0)) == row.clinic_id:
            # Whatever its sentence: nothing else has ever named a visit.
            row.cause, row.other_visit_id, row.recorded = "already_signed_in", named[row.pk], ""
        if row.cause:
            known.append(row)
    rows = apps.get_model("checkin", "Discrepancy").objects
    rows.bulk_update(known, ["cause", "other_visit", "recorded"])


def named_visit(row: Any) -> re.Match[str] | None:
    return NAMED_VISIT.fullmatch(row.recorded) if row.field == "sign_in" else None


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("checkin", "0019_discrepancy_causes"),
    ]

    operations = [
        migrations.RunPython(fill_causes),
    ]
