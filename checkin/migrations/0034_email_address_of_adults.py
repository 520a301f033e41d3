from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkin", "0033_note_spelling_and_role"),
    ]

    operations = [
        migrations.AddField(
            model_name="escort",
            name="email",
            field=models.CharField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name="signin",
            name="email",
            field=models.CharField(blank=True, max_length=254),
        ),
    ]
