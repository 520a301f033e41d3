from django.db import migrations, models

SAYS = "what it says beside what sign-ins taught; null where one made it"


class Migration(migrations.Migration):
    dependencies = [("checkin", "0015_look_alikes")]

    operations = [
        # Existing rows were made by sign-ins: null.
        migrations.AddField("escort", "on_record", models.JSONField(null=True, help_text=SAYS)),
        migrations.AlterField(
            "escort", "on_record", models.JSONField(null=True, default=dict, help_text=SAYS)
        ),
    ]
