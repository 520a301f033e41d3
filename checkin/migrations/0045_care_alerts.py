"""Care alerts, who opened what is sealed, and an entry kind for alerts that a merge moves."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkin", "0044_emergency_access"),
    ]

    operations = [
        migrations.CreateModel(
            name="CareAlert",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CareAlertAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="CareAlertVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("inactive", "Ended"),
                            ("entered-in-error", "Entered in error"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("not_with", "Must not be with a named person"),
                            ("other", "Other safety warning"),
                        ],
                        max_length=10,
                    ),
                ),
                ("person_name", models.CharField(blank=True, max_length=200)),
                ("relationship", models.CharField(blank=True, max_length=200)),
                ("words", models.TextField(blank=True, max_length=1000)),
            ],
        ),
        migrations.CreateModel(
            name="SealedReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("visit", "For today’s visit"),
                            ("safety", "Somebody may be in danger"),
                            ("check", "To check or change what is written"),
                            ("other", "Another reason"),
                        ],
                        max_length=10,
                    ),
                ),
                ("typed", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="papermove",
            name="paper_move_paper_known",
        ),
        migrations.AlterField(
            model_name="papermove",
            name="paper",
            field=models.CharField(
                choices=[
                    ("visit", "Visit"),
                    ("consent", "Consent"),
                    ("proxy", "Written proxy"),
                    ("wish", "Preferences"),
                    ("chart", "Language, interpreter, access needs"),
                    ("correction", "Correction of the record"),
                    ("vaccine", "Vaccine given"),
                    ("due_item", "Due item"),
                    ("note", "Excuse note"),
                    ("promise", "Promise"),
                    ("need", "Answered need"),
                    ("escort", "Escort"),
                    ("guardian", "Guardian"),
                    ("identifier", "Record number"),
                    ("appointment", "Appointment"),
                    ("record", "Record"),
                    ("safety", "Other entry"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="papermove",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "paper__in",
                        [
                            "visit",
                            "consent",
                            "proxy",
                            "wish",
                            "chart",
                            "correction",
                            "vaccine",
                            "due_item",
                            "note",
                            "promise",
                            "need",
                            "escort",
                            "guardian",
                            "identifier",
                            "appointment",
                            "record",
                            "safety",
                        ],
                    )
                ),
                name="paper_move_paper_known",
            ),
        ),
        migrations.AddField(
            model_name="carealert",
            name="clinic",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="care_alerts", to="checkin.clinic"
            ),
        ),
        migrations.AddField(
            model_name="carealert",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="care_alerts", to="checkin.patient"
            ),
        ),
        migrations.AddField(
            model_name="carealertanswer",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="carealertanswer",
            name="visit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="care_alert_answers",
                to="checkin.visit",
            ),
        ),
        migrations.AddField(
            model_name="carealertversion",
            name="alert",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="checkin.carealert"
            ),
        ),
        migrations.AddField(
            model_name="carealertversion",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="carealertversion",
            name="colleague",
            field=models.ForeignKey(
                help_text="none: the managers",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="carealertanswer",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answers",
                to="checkin.carealertversion",
            ),
        ),
        migrations.AddField(
            model_name="carealert",
            name="current",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="current_of",
                to="checkin.carealertversion",
            ),
        ),
        migrations.AddField(
            model_name="sealedreading",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="sealedreading",
            name="clinic",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sealed_readings",
                to="checkin.clinic",
            ),
        ),
        migrations.AddField(
            model_name="sealedreading",
            name="patient",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sealed_readings",
                to="checkin.patient",
            ),
        ),
        migrations.AddField(
            model_name="sealedreading",
            name="visit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sealed_readings",
                to="checkin.visit",
            ),
        ),
        migrations.AddConstraint(
            model_name="carealertversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["active", "inactive", "entered-in-error"])),
                name="care_alert_status_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="carealertversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["not_with", "other"])), name="care_alert_kind_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="carealertversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("person_name", ""), ("relationship", ""), ("words", ""), _negated=True),
                name="care_alert_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="carealertanswer",
            constraint=models.UniqueConstraint(
                fields=("version", "visit"), name="care_alert_answered_once_a_visit"
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedreading",
            constraint=models.CheckConstraint(
                condition=models.Q(("patient__isnull", False), ("visit__isnull", False), _connector="OR"),
                name="sealed_reading_says_of_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedreading",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__in", ["visit", "safety", "check", "other"])),
                name="sealed_reading_reason_is_known",
            ),
        ),
    ]
