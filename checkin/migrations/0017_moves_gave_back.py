import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkin", "0016_escorts_on_record"),
    ]

    operations = [
        migrations.AddField(
            model_name="move",
            name="gave_back",
            field=models.ForeignKey(
                help_text="the appointment that the visit gave back at this step, entered in error",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="checkin.appointment",
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="had_turn",
            field=models.DateTimeField(help_text="the turn it had until then", null=True),
        ),
    ]
