"""Give existing needs and their answers the reason code for their sentence.

Runs batch by batch, each in its own transaction, and is safe to run again. The sentences stay: they are
history, and people's own words have no code.
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
    """Return the code for a sentence that earlier versions wrote; "" for people's own words."""
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
        migrations.RunPython(fill_reason_codes),
    ]
