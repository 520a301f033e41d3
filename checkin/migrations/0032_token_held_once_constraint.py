from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkin", "0031_tokens_held_once"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["arrived", "roomed", "with_clinician", "ready"])),
                fields=("location", "colour", "thing", "token_number"),
                name="visit_token_held_once",
            ),
        ),
    ]
