"""Give existing needs a subject in place of an English label.

A name from the record or the clinic stays as the label. A row whose label is not one of ours keeps it and
shows it. The next step loses the vaccine's name in front, and board rows are updated. Runs batch by batch,
each in its own transaction, and is safe to run again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from django.db import migrations

AT_ONCE = 1000
NAMED_BY_OTHERS = ("vaccine", "check_up", "clinic")
PLAIN_LABELS = {
    "school_note": "school note",
    "work_note": "work note",
    "match": "who is this?",
    "second_concern": "second concern",
    "phone_guardian": "phone a guardian",
    "consent_conflict": "guardians disagree",
    "promise": "overdue promise",
}
NO_LANGUAGE = "interpreter, ask which language"
STARTS = {"interpreter": "interpreter · ", "access": "access · "}
VOID_NOTE = re.compile(r"(?:school|work) note ([0-9]+) was made void, and no other was issued")
WRONG_NOTE = re.compile(r"(school|work) note ([0-9]+): another name")
DISCREPANCY = re.compile(r"typed otherwise than recorded: (.+)")
FIELDS = {
    "name": "name",
    "birth date": "birth_date",
    "phone": "phone",
    "guardian": "guardian",
    "address": "address",
    "sign-in": "sign_in",
}


def subject_of(kind: str, label: str, why: str) -> str | None:
    """Return what this need is about; None if we did not write its label."""
    if kind in PLAIN_LABELS:
        void = VOID_NOTE.fullmatch(why)
        return None if label != PLAIN_LABELS[kind] else void[1] if void else ""
    if kind in STARTS:
        start = STARTS[kind]
        return label.removeprefix(start) if label.startswith(start) else "" if label == NO_LANGUAGE else None
    if kind == "wrong_note":
        note = WRONG_NOTE.fullmatch(label)
        return f"{note[1]}:{note[2]}" if note else None
    found = DISCREPANCY.fullmatch(why) if kind == "discrepancy" else None
    fields = [FIELDS.get(one, "") for one in found[1].split(", ")] if found else [""]
    return ",".join(fields) if all(fields) else None


def step_without_name(label: str, step: str) -> str:
    """Return the consent path without the vaccine's or check-up's name in front."""
    name, dot, path = step.partition(" · ")
    is_name = name and (" ".join(label.split()).startswith(name.rstrip("… ")))
    return path if dot and is_name else step


def fill_subjects(apps: Any, schema_editor: Any) -> None:
    model, last = apps.get_model("checkin", "Need"), 0
    columns = ("pk", "kind", "label", "why", "next_step", "subject")
    rows = model.objects.exclude(label="").order_by("pk").values_list(*columns)
    while batch := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        last, known = batch[-1][0], []
        for pk, kind, label, why, step, subject in batch:
            if kind in NAMED_BY_OTHERS:
                path = step_without_name(label, step)
                if path != step:
                    known.append(model(pk=pk, label=label, next_step=path, subject=subject))
            elif (found := subject_of(kind, label, why)) is not None:
                known.append(model(pk=pk, label="", next_step=step, subject=found))
        model.objects.bulk_update(known, ["label", "next_step", "subject"])
    fill_chips(apps)


def fill_chips(apps: Any) -> None:
    """Rewrite the chips of each visit with open needs by kind and subject."""
    visits, last = apps.get_model("checkin", "Visit").objects, 0
    needs = apps.get_model("checkin", "Need").objects.filter(status="open").order_by("pk")
    rows = visits.exclude(chips=[]).order_by("pk")
    while batch := list(rows.filter(pk__gt=last).only("pk", "chips")[:AT_ONCE]):
        last, chips = batch[-1].pk, defaultdict(list)
        for need in needs.filter(visit__in=[one.pk for one in batch]):
            is_flu = need.kind == "vaccine" and need.key == "influenza"
            text = need.label if need.kind in NAMED_BY_OTHERS else need.subject
            chips[need.visit_id].append([need.kind, "" if is_flu else text])
        for visit in batch:
            visit.chips = sorted(chips[visit.pk], key=lambda one: one[0] not in ("match", "discrepancy"))
        visits.bulk_update(batch, ["chips"])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("checkin", "0025_need_subjects"),
    ]

    operations = [
        migrations.RunPython(fill_subjects),
    ]
