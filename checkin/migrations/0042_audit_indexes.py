"""Find what a person did by the clinic and the person: with two indexes that begin alike, SQLite took the
clinic's, and read every event of everybody."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkin", "0041_desk_lock")]

    operations = [
        migrations.RemoveIndex(model_name="auditevent", name="audit_by_staff"),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["clinic", "staff", "at"], name="audit_by_staff"),
        ),
    ]
