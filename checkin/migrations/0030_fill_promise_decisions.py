"""Write a decision for each existing promise that has ended, so that it is listed and can be undone.

Runs batch by batch, each in its own transaction, and is safe to run again. Existing attempts stay as they are
and count. Only the attempt that ended its promise belongs to the new decision.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

AT_ONCE = 1000


def fill_decisions(apps: Any, schema_editor: Any) -> None:
    promises, attempts, decisions = (
        apps.get_model("checkin", name) for name in ("Promise", "PromiseAttempt", "PromiseDecision")
    )
    ended = promises.objects.exclude(status="open").filter(decisions=None).order_by("pk")
    last = 0
    while batch := list(ended.filter(pk__gt=last)[:AT_ONCE]):
        last = batch[-1].pk
        tries = {
            (one.promise_id, one.at, one.by_id, one.result): one.pk
            for one in attempts.objects.filter(promise__in=batch)
        }
        decisions.objects.bulk_create(
            decisions(
                promise=one,
                at=one.ended_at,
                by_id=one.ended_by_id,
                status=one.status,
                outcome=one.outcome,
                next_step=one.next_step,
                attempt_id=tries.get((one.pk, one.ended_at, one.ended_by_id, one.status)),
            )
            for one in batch
        )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("checkin", "0029_promise_decisions"),
    ]

    operations = [
        migrations.RunPython(fill_decisions),
    ]
