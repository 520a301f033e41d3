"""The board: who is here, who brought them, whose turn it is."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from checkin.queries import after_words, promises
from checkin.queries import board as reads
from checkin.rules.roles import Act
from checkin.rules.visits import KEYS, STEPS, VERBS, WAITING
from checkin.web.access import StaffRequest, location_id, location_said, may, staff_required
from checkin.web.desk import rows as written
from checkin.web.locations import stay_at

STEP_KEYS = json.dumps({state: {KEYS[to]: to for to in steps} for state, steps in STEPS.items() if steps})
"""For the page: the key of every step that a visit in this state may take."""


@require_safe
@staff_required()
def board(request: StaffRequest) -> HttpResponse:
    at = timezone.now()
    desks = reads.desks(request.clinic)
    chosen = location_id(request)
    here = next((desk for desk in desks if desk.pk == chosen), None) or next(iter(desks), None)
    if here is None or (location_said(request) not in (None, here.pk)):
        raise Http404
    if len(desks) > 1:
        stay_at(request, here.pk)
    found = written.standing(request.clinic, reads.standing(request.clinic, here.pk), at=at)
    context = {
        "desks": desks,
        "here": here,
        "to_match": reads.to_match(request.clinic),
        **by_day(found, today=request.clinic.local_date(at)),
        "now": millis(at),
        "waiting": " ".join(WAITING),
        "step_keys": STEP_KEYS,
        "step_words": [(KEYS[state], VERBS[state]) for state in KEYS],
        "keys_of_page": "desk/_keys_board.html",
        "may_move": may(request, Act.MOVE),
        **owing(request, here.pk, at=at),
        "expected": reads.expected(request.clinic, here.pk, at=at),
    }
    return render(request, "desk/board.html", context)


def by_day(found: list[str], *, today: dt.date) -> dict[str, Any]:
    """Today's rows, and those of other days apart."""
    of_today, days = written.split_by_day(found)
    return {
        "rows": mark_safe("\n".join(of_today)),  # noqa: S308  # each row was escaped by its template
        "days": days,
        "count": len(of_today),
        "earlier": len(found) - len(of_today),
        "today": today,
    }


@require_safe
@staff_required()
def rows(request: StaffRequest) -> HttpResponse:
    """What changed on one front desk's board since the version that the page has; 204 when nothing did."""
    here, since = number(request, "location"), number(request, "v")
    version = reads.version(request.clinic, here)
    if version is None:
        raise Http404
    today = request.clinic.local_date(timezone.now())
    if request.GET.get("day", str(today)) != str(today):
        # Midnight has passed: who is still here is of another day now, and stands apart.
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if version == since:
        return HttpResponse(status=204, headers={"Board": str(version)})
    changed = reads.changed(request.clinic, here, since)
    if since > version or len(changed) > reads.MOST_CHANGES:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    found = written.changed(request.clinic, changed, at=timezone.now())
    return fragment(found, version=version, to_match=reads.to_match(request.clinic))


@require_safe
@staff_required()
def expected(request: StaffRequest) -> HttpResponse:
    """Who is booked today at this front desk and has not signed in."""
    found = reads.expected(request.clinic, number(request, "location"), at=timezone.now())
    return render(request, "desk/_expected.html", {"expected": found})


@require_safe
@staff_required()
def owed(request: StaffRequest) -> HttpResponse:
    """What this front desk owes somebody within the hour, or owes them already."""
    found = owing(request, number(request, "location"), at=timezone.now())
    context = {**found, "may_move": may(request, Act.PROMISE)}
    return render(request, "desk/_promise_rows.html", context)


def owing(request: StaffRequest, here: int, *, at: dt.datetime) -> dict[str, Any]:
    """The strip on top: promises for everybody, words of families for who may answer them."""
    words = after_words.for_board(request.clinic, here, at=at) if may(request, Act.ANSWER_WORD) else []
    return {
        "owed": promises.for_board(request.clinic, here, at=at),
        "words_owed": words[: after_words.MOST_ON_BOARD],
        "more_words": words[after_words.MOST_ON_BOARD :],
    }


def fragment(rows: list[str], **facts: Any) -> HttpResponse:
    """Rows in a table body of their own, with facts for the page as its data."""
    data = mark_safe("".join(format_html(' data-{}="{}"', k.replace("_", "-"), v) for k, v in facts.items()))  # noqa: S308
    body = mark_safe("\n".join(rows))  # noqa: S308  # each row was escaped by its template
    answer = HttpResponse(format_html("<table><tbody{}>{}</tbody></table>", data, body))
    answer.headers["Board"] = str(facts.get("version", ""))
    return answer


def number(request: StaffRequest, name: str) -> int:
    """A whole number out of the address; 0, which nothing has, for anything else."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def millis(at: Any) -> int:
    return int(at.timestamp() * 1000)
