from django.db import migrations, models

OPEN_STATES = ["arrived", "roomed", "with_clinician", "ready"]


def number_repeated_open_tokens(apps, schema_editor):
    """Make open visits of one location differ: an undo could open a visit again whose token was given since."""
    visits = apps.get_model("checkin", "Visit").objects
    seen = set()
    tokens = (
        visits.filter(state__in=OPEN_STATES)
        .order_by("pk")
        .only("location_id", "colour", "thing", "token_number")
    )
    for visit in tokens:
        token = (visit.location_id, visit.colour, visit.thing)
        number = visit.token_number
        while (*token, number) in seen:
            number += 1
        seen.add((*token, number))
        if number != visit.token_number:
            visits.filter(pk=visit.pk).update(token_number=number)


class Migration(migrations.Migration):
    dependencies = [
        ("checkin", "0030_fill_promise_decisions"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="visit",
            name="visit_token_once_a_day",
        ),
        migrations.RenameField(
            model_name="visit",
            old_name="animal",
            new_name="thing",
        ),
        migrations.AlterField(
            model_name="visit",
            name="token_number",
            field=models.PositiveIntegerField(default=1, help_text="1, or which further words: rules.tokens"),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["location", "local_date"], name="visit_by_location_and_day"),
        ),
        migrations.RemoveField(
            model_name="boardversion",
            name="token_count",
        ),
        migrations.RemoveField(
            model_name="boardversion",
            name="token_date",
        ),
        migrations.RunPython(number_repeated_open_tokens),
    ]
