"""Keep a visit confidential, or where a patient lives, with who set it and when."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkin", "0048_encrypted_factors"),
    ]

    operations = [
        migrations.AddField(
            model_name="patient",
            name="address_hidden",
            field=models.BooleanField(db_default=False, default=False, help_text="a mark on it stands"),
        ),
        migrations.AddField(
            model_name="visit",
            name="confidential",
            field=models.BooleanField(db_default=False, default=False, help_text="a mark on it stands"),
        ),
        migrations.CreateModel(
            name="ConfidentialMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("alone", "A teenager alone"),
                            ("address", "A hidden address"),
                            ("other", "Another reason"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confidential_marks",
                        to="checkin.clinic",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confidential_marks",
                        to="checkin.patient",
                    ),
                ),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="checkin.confidentialmark",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confidential_marks",
                        to="checkin.visit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ("alone", "other")), ("patient", None), ("visit__isnull", False)
                            ),
                            models.Q(("kind", "address"), ("patient__isnull", False), ("visit", None)),
                            _connector="OR",
                        ),
                        name="confidential_mark_is_on_one",
                    )
                ],
            },
        ),
    ]
