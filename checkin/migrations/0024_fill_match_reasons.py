"""Give existing match decisions the reason codes for their sentences.

Runs batch by batch, each in its own transaction, and is safe to run again. The sentences stay; a row with any
unknown sentence gets no codes and shows its text.
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
    """Return the codes of these sentences in order; [] if one of them is unknown."""
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
        migrations.RunPython(fill_reasons),
    ]
