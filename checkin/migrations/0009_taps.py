"""Give each press of “I am worried” a key. Older presses keep the tablet's clock as theirs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkin", "0008_search_keys"),
    ]

    operations = [
        migrations.RenameField(model_name="worrystep", old_name="typed_at", new_name="tap"),
        migrations.AlterField(
            model_name="worrystep",
            name="tap",
            field=models.CharField(blank=True, help_text="of a family's tap: its key", max_length=60),
        ),
        migrations.AddField(
            model_name="signinreplay",
            name="tap",
            field=models.CharField(blank=True, help_text="of a family's tap: its key", max_length=60),
        ),
        migrations.RemoveConstraint(model_name="signinreplay", name="replay_once_per_content"),
        migrations.AddConstraint(
            model_name="signinreplay",
            constraint=models.UniqueConstraint(
                fields=("sign_in", "digest", "tap"), name="replay_once_per_tap"
            ),
        ),
    ]
