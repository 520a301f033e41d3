"""Say at which login charts were opened in an emergency: only that one reads them."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkin", "0050_unsent_forms")]

    operations = [
        migrations.AddField(
            model_name="emergencyaccess",
            name="desk",
            field=models.ForeignKey(
                help_text="the login that opened them; none once its times are deleted",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="emergency_accesses",
                to="checkin.desksession",
            ),
        ),
    ]
