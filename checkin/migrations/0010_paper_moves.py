"""Log what a decision does with each entry; let a proxy wait at its visit."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkin", "0009_taps"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChartChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("stands", "Stands"), ("waits", "Waits"), ("taken_off", "Taken Off")],
                        default="stands",
                        max_length=9,
                    ),
                ),
                ("subject", models.CharField(help_text="the row's model: Patient or Escort", max_length=20)),
                ("subject_id", models.BigIntegerField(null=True)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PaperMove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "paper",
                    models.CharField(
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
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "done",
                    models.CharField(
                        choices=[
                            ("moved", "Moved"),
                            ("kept", "Left where it is"),
                            ("changed", "Changed"),
                            ("ended", "Counts no longer"),
                            ("made", "Written down"),
                            ("removed", "Taken off"),
                        ],
                        max_length=8,
                    ),
                ),
                ("subject", models.CharField(help_text="the row's model", max_length=20)),
                ("subject_id", models.BigIntegerField()),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="PatientMerge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="standingproxy",
            name="visit",
            field=models.ForeignKey(
                help_text="at which it was put on file; without a patient it waits there",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="standing_proxies",
                to="checkin.visit",
            ),
        ),
        migrations.AlterField(
            model_name="standingproxy",
            name="patient",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="standing_proxies",
                to="checkin.patient",
            ),
        ),
        migrations.AddConstraint(
            model_name="standingproxy",
            constraint=models.CheckConstraint(
                condition=models.Q(("patient__isnull", False), ("visit__isnull", False), _connector="OR"),
                name="proxy_says_for_whom",
            ),
        ),
        migrations.AddField(
            model_name="chartchange",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="chartchange",
            name="clinic",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="chart_changes", to="checkin.clinic"
            ),
        ),
        migrations.AddField(
            model_name="chartchange",
            name="patient",
            field=models.ForeignKey(
                help_text="on whose chart it stands",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="chart_changes",
                to="checkin.patient",
            ),
        ),
        migrations.AddField(
            model_name="chartchange",
            name="visit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="chart_changes",
                to="checkin.visit",
            ),
        ),
        migrations.AddField(
            model_name="papermove",
            name="decision",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="paper_moves",
                to="checkin.matchdecision",
            ),
        ),
        migrations.AddField(
            model_name="papermove",
            name="patient",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="checkin.patient"
            ),
        ),
        migrations.AddField(
            model_name="papermove",
            name="was_patient",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="checkin.patient"
            ),
        ),
        migrations.AddField(
            model_name="patientmerge",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="patientmerge",
            name="clinic",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="patient_merges",
                to="checkin.clinic",
            ),
        ),
        migrations.AddField(
            model_name="patientmerge",
            name="into",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="merges_into", to="checkin.patient"
            ),
        ),
        migrations.AddField(
            model_name="patientmerge",
            name="merged",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="merges", to="checkin.patient"
            ),
        ),
        migrations.AddField(
            model_name="patientmerge",
            name="undoes",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="undone_by",
                to="checkin.patientmerge",
            ),
        ),
        migrations.AddField(
            model_name="papermove",
            name="merge",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="paper_moves",
                to="checkin.patientmerge",
            ),
        ),
        migrations.AddField(
            model_name="matchdecision",
            name="merge",
            field=models.ForeignKey(
                help_text="of which it is part",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="checkin.patientmerge",
            ),
        ),
        migrations.AddIndex(
            model_name="chartchange",
            index=models.Index(fields=["visit", "status"], name="chart_change_by_visit"),
        ),
        migrations.AddConstraint(
            model_name="chartchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("subject__in", ["Patient", "Escort"])), name="chart_change_subject_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="chartchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "stands"), _negated=True),
                    models.Q(("patient__isnull", False), ("subject_id__isnull", False)),
                    _connector="OR",
                ),
                name="chart_change_stands_somewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="papermove",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision__isnull", False), ("merge", None)),
                    models.Q(("decision", None), ("merge__isnull", False)),
                    _connector="OR",
                ),
                name="paper_move_says_by_what",
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
                        ],
                    )
                ),
                name="paper_move_paper_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="papermove",
            constraint=models.CheckConstraint(
                condition=models.Q(("done__in", ["moved", "kept", "changed", "ended", "made", "removed"])),
                name="paper_move_done_known",
            ),
        ),
    ]
