"""The needs on file, and what was said of them, get the code of a reason that was known by its sentence.

Batch by batch, each in a transaction of its own, and safe to run again. The sentences stay as they were
written: they are history, and own words among them are nobody's code.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import migrations
from django.db.models import Q

AT_ONCE = 1000
FACTS_CHANGED = "the facts changed: it is no longer needed"
GIVEN = re.compile(r" was (?:given|done)(?: here)? on ")
CONCERN_STARTS = {
    "done today": "concern_done",
    "booked for ": "concern_booked",
    "not possible because ": "concern_not_possible",
}


def code_of(outcome: str, kind: str, reason: str) -> str:
    """The code of a reason by the sentences of the versions before; "" for own words."""
    if kind == "second_concern":
        found = (code for start, code in CONCERN_STARTS.items() if reason.startswith(start))
        return next(found, "facts_changed" if reason == FACTS_CHANGED else "")
    if outcome != "lapsed":
        return ""
    if reason == FACTS_CHANGED:
        return "facts_changed"
    return "given" if GIVEN.search(reason) else ""


def fill_reason_codes(apps: Any, schema_editor: Any) -> None:
    fill_rows(apps.get_model("checkin", "NeedAnswer"), outcome="outcome", kind="need__kind")
    fill_rows(apps.get_model("checkin", "Need"), outcome="status", kind="kind")


def fill_rows(model: Any, *, outcome: str, kind: str) -> None:
    worded = model.objects.filter(Q(**{outcome: "lapsed"}) | Q(**{kind: "second_concern"}))
    rows, last = worded.filter(reason_code="").exclude(reason="").order_by("pk"), 0
    while batch := list(rows.filter(pk__gt=last).values_list("pk", outcome, kind, "reason")[:AT_ONCE]):
        last = batch[-1][0]
        known = [(pk, code) for pk, *said in batch if (code := code_of(*said))]
        model.objects.bulk_update([model(pk=pk, reason_code=code) for pk, code in known], ["reason_code"])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("checkin", "0021_need_reason_codes"),
    ]

    operations = [
        migrations.RunPython(fill_reason_codes, migrations.RunPython.noop),
    ]
