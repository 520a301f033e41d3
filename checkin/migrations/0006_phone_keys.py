"""Recompute every phone key by the clinic's region, without country, trunk and carrier prefixes."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from checkin.rules.phones import phone_key

AT_ONCE = 1000


def rebuild_phone_keys(apps: Any, schema_editor: Any) -> None:
    regions = dict(apps.get_model("checkin", "Clinic").objects.values_list("pk", "region"))
    for name in ("Patient", "Escort", "Guardian"):
        model, changed = apps.get_model("checkin", name), []
        rows = model.objects.exclude(phone="").only("pk", "clinic_id", "phone", "phone_key")
        for row in rows.iterator(AT_ONCE):
            key = phone_key(row.phone, regions[row.clinic_id])[:20]
            if key != row.phone_key:
                row.phone_key = key
                changed.append(row)
        model.objects.bulk_update(changed, ["phone_key"], batch_size=AT_ONCE)


class Migration(migrations.Migration):
    dependencies = [("checkin", "0005_worried")]

    operations = [migrations.RunPython(rebuild_phone_keys)]
