"""Rows of the audit trail can be removed behind a checkpoint, in the transaction that writes it."""

from __future__ import annotations

from django.db import migrations, models

from checkin.models.audit_triggers import install_removal_triggers


class Migration(migrations.Migration):
    dependencies = [("checkin", "0045_care_alerts")]

    operations = [
        # Nullable, without a default: SQLite then adds the column. Building the table again would take it
        # away from the triggers that name it.
        migrations.AddField(
            model_name="auditchain",
            name="removing",
            field=models.BigIntegerField(
                blank=True,
                help_text="rows up to this one may be deleted: during a removal only",
                null=True,
            ),
        ),
        # Without a way back: an earlier version would name removed rows as missing.
        migrations.RunPython(install_removal_triggers),
    ]
