"""Add keys to search parts of names, record numbers and phones, and fill them for existing names."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

import checkin.models.base
import checkin.models.patient_search
from checkin.rules import name_keys

AT_ONCE = 1000


def fill_name_keys(apps: Any, schema_editor: Any) -> None:
    patients = apps.get_model("checkin", "Patient").objects
    rows: list[Any] = []
    for row in patients.only("pk", "given_name", "family_name").iterator(AT_ONCE):
        row.family_core_key = name_keys.key_of_family_core(row.family_name)[:200]
        row.given_rest_key = name_keys.further_given_key(row.given_name)[:200]
        rows.append(row)
        if len(rows) == AT_ONCE:
            patients.bulk_update(rows, ["family_core_key", "given_rest_key"])
            rows = []
    patients.bulk_update(rows, ["family_core_key", "given_rest_key"])


class Migration(migrations.Migration):
    dependencies = [
        ("checkin", "0007_consent_conflict"),
    ]

    operations = [
        migrations.AddField(
            model_name="patient",
            name="family_core_key",
            field=checkin.models.base.KeyField(blank=True, editable=False, max_length=200),
        ),
        migrations.AddField(
            model_name="patient",
            name="given_rest_key",
            field=checkin.models.base.KeyField(blank=True, editable=False, max_length=200),
        ),
        migrations.AddIndex(
            model_name="escort",
            index=models.Index(
                checkin.models.patient_search.LastDigits("phone_key"), name="escort_by_last_digits"
            ),
        ),
        migrations.AddIndex(
            model_name="guardian",
            index=models.Index(
                checkin.models.patient_search.LastDigits("phone_key"), name="guardian_by_last_digits"
            ),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(fields=["clinic", "family_core_key"], name="patient_by_family_core"),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(fields=["clinic", "given_rest_key"], name="patient_by_given_rest"),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(
                models.F("clinic"),
                checkin.models.patient_search.LastDigits("phone_key"),
                name="patient_by_last_digits",
            ),
        ),
        migrations.AddIndex(
            model_name="patientidentifier",
            index=models.Index(checkin.models.patient_search.NumberKey("value"), name="identifier_by_number"),
        ),
        migrations.RunPython(fill_name_keys, migrations.RunPython.noop),
    ]
