"""The audit trail becomes a chain that only grows.

Rows from before this are sealed as they are found here: that they were not changed is proven from now on only.
"""

from __future__ import annotations

import itertools
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from checkin.models.audit_triggers import install_audit_triggers
from checkin.models.bulk_writes import update_changed_columns
from checkin.rules.audit import FIRST_HASH, SEALED_COLUMNS, seal_row

AT_ONCE = 5000


def seal_rows_on_file(apps: Any, schema_editor: Any) -> None:
    """Number and seal the rows of each clinic in the order in which they were written."""
    events = apps.get_model("checkin", "AuditEvent").objects
    chains = apps.get_model("checkin", "AuditChain").objects
    for clinic_id in events.order_by("clinic_id").values_list("clinic_id", flat=True).distinct():
        seen, number, last = 0, 0, FIRST_HASH
        for _ in itertools.count():
            rows = list(events.filter(clinic_id=clinic_id, pk__gt=seen).order_by("pk")[:AT_ONCE])
            if not rows:
                break
            for row in rows:
                seen, number = row.pk, number + 1
                row.chain, row.number, row.previous_hash = clinic_id, number, last
                values = {column: getattr(row, column) for column in SEALED_COLUMNS}
                last = row.hash = seal_row(settings.AUDIT_KEY, last, values)
            update_changed_columns((row, {"chain", "number", "previous_hash", "hash"}) for row in rows)
        chains.create(pk=clinic_id, number=number, hash=last)


class Migration(migrations.Migration):
    dependencies = [("checkin", "0036_where_to_wait")]

    operations = [
        migrations.CreateModel(
            name="AuditChain",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        help_text="the clinic's id; 0: of no clinic", primary_key=True, serialize=False
                    ),
                ),
                ("number", models.BigIntegerField(default=0)),
                ("hash", models.CharField(blank=True, default="", max_length=64)),
            ],
        ),
        migrations.AddField(
            model_name="auditevent",
            name="address",
            field=models.CharField(blank=True, default="", max_length=45),
        ),
        migrations.AddField(model_name="auditevent", name="chain", field=models.BigIntegerField(default=0)),
        migrations.AddField(
            model_name="auditevent",
            name="hash",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="auditevent",
            name="location",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="checkin.location",
            ),
        ),
        migrations.AddField(model_name="auditevent", name="number", field=models.BigIntegerField(null=True)),
        migrations.AddField(
            model_name="auditevent",
            name="outcome",
            field=models.CharField(
                choices=[("done", "done"), ("refused", "refused"), ("failed", "failed")],
                default="done",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="auditevent",
            name="previous_hash",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="auditevent",
            name="purpose",
            field=models.CharField(
                blank=True,
                choices=[
                    ("treatment", "treatment"),
                    ("operations", "operations"),
                    ("emergency", "emergency"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="auditevent",
            name="request_id",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="auditevent",
            name="role",
            field=models.CharField(
                blank=True, default="", help_text="the person's, at that time", max_length=20
            ),
        ),
        migrations.AlterField(
            model_name="auditevent",
            name="clinic",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="audit_events",
                to="checkin.clinic",
            ),
        ),
        migrations.AlterField(
            model_name="auditevent",
            name="device",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="checkin.device",
            ),
        ),
        migrations.AlterField(
            model_name="auditevent",
            name="patient",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="checkin.patient",
            ),
        ),
        migrations.AlterField(
            model_name="auditevent",
            name="staff",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="auditevent", name="subject", field=models.CharField(blank=True, max_length=60)
        ),
        migrations.CreateModel(
            name="AuditEventPatient",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="patients",
                        to="checkin.auditevent",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="checkin.patient",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="auditeventpatient",
            constraint=models.UniqueConstraint(
                fields=("event", "patient"), name="audit_patient_once_per_event"
            ),
        ),
        migrations.RunPython(seal_rows_on_file),
        migrations.AddIndex(
            model_name="auditevent", index=models.Index(fields=["staff", "at"], name="audit_by_staff")
        ),
        migrations.AddConstraint(
            model_name="auditevent",
            constraint=models.UniqueConstraint(
                fields=("chain", "number"), name="audit_number_once_per_chain"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["done", "refused", "failed"])),
                name="audit_outcome_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose__in", ["", "treatment", "operations", "emergency"])),
                name="audit_purpose_is_known",
            ),
        ),
        # Last: SQLite loses a table's triggers when a step above builds the table again.
        migrations.RunPython(install_audit_triggers),
    ]
