"""Have each username once, whatever its case: with two of them, nobody could log in as either."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.db.models.functions import Lower

_LONGEST = 60


def rename_later_ones(apps: Any, schema_editor: Any) -> None:
    """Give each later holder of a username one of their own, so that the first can log in again."""
    people, seen = apps.get_model("checkin", "Staff").objects, set[str]()
    taken = {name.lower() for name in people.values_list("username", flat=True)}
    for person in people.order_by("pk"):
        if person.username.lower() in seen:
            person.username = _find_free_name(person, taken)
            person.save(update_fields=["username"])
        seen.add(person.username.lower())


def _find_free_name(person: Any, taken: set[str]) -> str:
    ending = f"-{person.pk}"
    while (name := str(person.username)[: _LONGEST - len(ending)] + ending).lower() in taken:
        ending += "-2"
    taken.add(name.lower())
    return name


class Migration(migrations.Migration):
    dependencies = [("checkin", "0042_audit_indexes")]

    operations = [
        migrations.RunPython(rename_later_ones),
        migrations.AddConstraint(
            model_name="staff",
            constraint=models.UniqueConstraint(Lower("username"), name="staff_username_is_once"),
        ),
    ]
