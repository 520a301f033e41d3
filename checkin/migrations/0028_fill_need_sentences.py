"""The needs on file get the codes of the sentences that say why they are there, where they are known.

Batch by batch, each in a transaction of its own, and safe to run again. The sentences stay as they were
written; a row in which there is another sentence keeps that alone, and shows it. Backwards, each row says in
English again what it has as a code alone.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.db import migrations

AT_ONCE = 1000
WHY_BY_SENTENCE = {
    "somebody on record may be this child": "record_in_doubt",
    "nobody on record is like this child": "no_record_alike",
    "asked for at sign-in": "asked_today",
    "on record": "on_record",
    "asked for at sign-in and on record": "asked_by_both",
    "asked for at sign-in, the language on record": "asked_as_recorded",
    "on record, the language said today": "recorded_as_said",
    "this clinic asks it of every visit": "asked_of_all",
}
WHY_BY_PATTERN = [
    (re.compile(r"typed otherwise than recorded: (?P<fields>[a-z, -]+)"), "typed_otherwise"),
    (re.compile(r"school note (?P<number>\d+) was made void, and no other was issued"), "school_note_void"),
    (re.compile(r"work note (?P<number>\d+) was made void, and no other was issued"), "work_note_void"),
    (re.compile(r"(?P<age>\d+) years old, here on a (?P<weekday>\w+day) in school hours"), "school_hours"),
    (re.compile(r"(?P<count>\d+) promised to this family and not kept yet"), "promises_not_kept"),
    (re.compile(r"in season, and none recorded since (?P<day>\w{3} \d+, \d{4})"), "in_season"),
    (re.compile(r"the record says due since (?P<day>\w{3} \d+, \d{4})"), "due_since"),
]
FIELDS = {
    "name": "name",
    "birth date": "birth_date",
    "phone": "phone",
    "guardian": "guardian",
    "address": "address",
    "sign-in": "sign_in",
}
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def read_day(words: str) -> str:
    """ "Mar 10, 2026" as a date of ISO."""
    month, day, year = words.replace(",", "").split()
    return dt.date(int(year), MONTHS.index(month) + 1, int(day)).isoformat()


READ_FACT = {
    "fields": lambda words: [FIELDS[one] for one in words.split(", ")],
    "weekday": WEEKDAYS.index,
    "day": read_day,
}


def sentence_of_why(why: str) -> dict[str, Any] | None:
    """The code and the facts of this why; None where it is none that we know."""
    if why in WHY_BY_SENTENCE:
        return {"code": WHY_BY_SENTENCE[why]}
    for pattern, code in WHY_BY_PATTERN:
        if found := pattern.fullmatch(why):
            try:
                facts = {name: READ_FACT.get(name, int)(words) for name, words in found.groupdict().items()}
            except (KeyError, ValueError):
                return None
            return {"code": code, **facts}
    return None


def fill_sentences(apps: Any, schema_editor: Any) -> None:
    model, last = apps.get_model("checkin", "Need"), 0
    rows = model.objects.filter(why_sentence__isnull=True).order_by("pk").values_list("pk", "why")
    while batch := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        last = batch[-1][0]
        found = [(pk, sentence_of_why(why)) for pk, why in batch]
        known = [model(pk=pk, why_sentence=sentence) for pk, sentence in found if sentence is not None]
        model.objects.bulk_update(known, ["why_sentence"])


def write_english(apps: Any, schema_editor: Any) -> None:
    # Backwards alone needs it, and only while it is still there.
    from checkin.rules.coded_sentences import sentence_words  # noqa: PLC0415

    for name, columns in (("Need", ("why", "next_step", "reason")), ("NeedAnswer", ("reason",))):
        model, last = apps.get_model("checkin", name), 0
        sentences = {one: {"next_step": "step"}.get(one, one) + "_sentence" for one in columns}
        rows = model.objects.order_by("pk").only(*columns, *sentences.values())
        while batch := list(rows.filter(pk__gt=last)[:AT_ONCE]):
            last = batch[-1].pk
            for row in batch:
                for words, sentence in sentences.items():
                    if not getattr(row, words):
                        setattr(row, words, sentence_words(getattr(row, sentence), "US")[:500])
            model.objects.bulk_update(batch, [*columns])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("checkin", "0027_need_sentences"),
    ]

    operations = [
        migrations.RunPython(fill_sentences, write_english),
    ]
