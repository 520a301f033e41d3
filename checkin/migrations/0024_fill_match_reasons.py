"""The decisions on file about a match get the codes of the sentences that they kept.

Batch by batch, each in a transaction of its own, and safe to run again. The sentences stay as they were
written; a row in which there is another sentence keeps that alone, and shows it.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

AT_ONCE = 1000
REASON_BY_SENTENCE = {
    "Given and family name are the other way round.": "names_swapped",
    "The preferred name on record was typed.": "preferred_name",
    "The same name.": "same_name",
    "The same given name.": "same_given_name",
    "The same family name.": "same_family_name",
    "A given name much like it.": "near_given_name",
    "A family name much like it.": "near_family_name",
    "The same birth date.": "same_birth_date",
    "A birth date that is one slip away.": "birth_date_slip",
    "Expected today.": "expected_today",
    "The phone is on record.": "phone_on_record",
    "The same postcode.": "same_postcode",
    "It would be this child’s but for the merge.": "child_but_for_merge",
}


def codes_of(why: str) -> list[str]:
    """The codes of these sentences in their order; none where one of them is not known."""
    found = []
    while why:
        sentence = next((one for one in REASON_BY_SENTENCE if why.startswith(one)), None)
        if sentence is None:
            return []
        found.append(REASON_BY_SENTENCE[sentence])
        why = why.removeprefix(sentence).lstrip()
    return found


def fill_reasons(apps: Any, schema_editor: Any) -> None:
    model = apps.get_model("checkin", "MatchDecision")
    rows, last = model.objects.exclude(why="").order_by("pk"), 0
    while batch := list(rows.filter(pk__gt=last).values_list("pk", "why", "reasons")[:AT_ONCE]):
        last = batch[-1][0]
        known = [(pk, codes) for pk, why, kept in batch if not kept and (codes := codes_of(why))]
        model.objects.bulk_update([model(pk=pk, reasons=codes) for pk, codes in known], ["reasons"])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("checkin", "0023_match_reasons"),
    ]

    operations = [
        migrations.RunPython(fill_reasons, migrations.RunPython.noop),
    ]
