"""The board: who is here, who brought them, whose turn it is."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any, NamedTuple

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from checkin.models import Location
from checkin.queries import board as board_queries
from checkin.queries import promises as promise_queries
from checkin.queries import visit_feedback as visit_feedback_queries
from checkin.rules.roles import StaffAct
from checkin.rules.visit_steps import (
    NEXT_VISIT_STATES,
    OPEN_VISIT_STATES,
    VISIT_PATH,
    VISIT_STEP_KEYS,
    WAITING_VISIT_STATES,
)
from checkin.web.access import (
    StaffRequest,
    current_location_id,
    may_perform_act,
    named_location_id,
    staff_required,
)
from checkin.web.desk import board_rows
from checkin.web.desk.audit_views import audit_board_view
from checkin.web.locations import set_request_location
from checkin.web.params import parse_number_param

_INDENTATION = re.compile(rb"\s*\n\s*")
_STEP_KEYS = json.dumps(
    {state: {VISIT_STEP_KEYS[to]: to for to in steps} for state, steps in NEXT_VISIT_STATES.items() if steps}
)
"""For the page: each state's steps, by key."""

_STATE_LABELS = json.dumps(
    [[state.value, str(state.label)] for state in VISIT_PATH if state in OPEN_VISIT_STATES]
)
"""For the page: the states that a board shows, in their order."""


@require_safe
@staff_required(StaffAct.READ_CHARTS, leads_others_home=True)
def show_board(request: StaffRequest) -> HttpResponse:
    at = timezone.now()
    desks = board_queries.list_front_desks(request.clinic)
    here = _choose_front_desk(request, desks)
    if len(desks) > 1:
        set_request_location(request, here.pk)
    waiting = board_queries.list_open_visit_versions(request.clinic, here.pk)
    found = board_rows.load_board_rows(request.clinic, waiting, at=at)
    above = _owed_on_board(request, here.pk, at=at)
    expected = board_queries.list_expected_appointments(request.clinic, here.pk, at=at)
    context = {
        "desks": desks,
        "here": here,
        "work": board_queries.count_open_work(request.clinic, here.pk, at=at),
        **_board_rows_by_day(found, today=request.clinic.local_date(at)),
        **_board_script_facts(request, at=at),
        **above._asdict(),
        "expected": expected,
    }
    shown = [(one.pk, one.patient_id) for one in waiting if not one.is_closed] + above.visits()
    audit_board_view(request, here.pk, patients=[*_patients_of(expected), *above.patients()], visits=shown)
    return _without_indentation(render(request, "desk/board.html", context))


def _without_indentation(page: HttpResponse) -> HttpResponse:
    """Take the white space around lines out of the board, which is sent most often of all pages."""
    page.content = _INDENTATION.sub(b"\n", page.content)
    return page


def _board_script_facts(request: StaffRequest, *, at: dt.datetime) -> dict[str, object]:
    """Return what the board's script reads: the time, and the steps that its keys take."""
    return {
        "now": _epoch_milliseconds(at),
        "clock": request.clinic.time_words(at),
        "waiting": " ".join(WAITING_VISIT_STATES),
        "step_keys": _STEP_KEYS,
        "state_labels": _STATE_LABELS,
        "may_move": may_perform_act(request, StaffAct.MOVE),
    }


def _choose_front_desk(request: StaffRequest, desks: list[Location]) -> Location:
    """Return the front desk of this page, or the clinic's first. Raises Http404 if the page names another."""
    chosen = current_location_id(request)
    here = next((desk for desk in desks if desk.pk == chosen), None) or next(iter(desks), None)
    if here is None or (named_location_id(request) not in (None, here.pk)):
        raise Http404
    return here


def _board_rows_by_day(found: list[str], *, today: dt.date) -> dict[str, object]:
    """Return the context for today's rows, with those of other days apart."""
    of_today, days = board_rows.split_rows_by_day(found)
    return {
        "rows": mark_safe("\n".join(of_today)),  # noqa: S308  # each row was escaped by its template
        "days": days,
        "count": len(of_today),
        "earlier": len(found) - len(of_today),
        "today": today,
    }


@require_safe
@staff_required(StaffAct.READ_CHARTS)
def show_changed_rows(request: StaffRequest) -> HttpResponse:
    """Show what changed on one front desk's board since version `v`; 204 if nothing did."""
    here, since = _board_number_param(request, "location"), _board_number_param(request, "v")
    version = board_queries.read_board_version(request.clinic, here)
    if version is None:
        raise Http404
    at = timezone.now()
    today = request.clinic.local_date(at)
    if request.GET.get("day", str(today)) != str(today):
        # It is past midnight: whoever is still here now belongs to an earlier day, shown separately.
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if version == since:
        return _with_clock(request, HttpResponse(status=204, headers={"Board": str(version)}), at=at)
    changed = board_queries.list_changed_visits(request.clinic, here, since)
    if since > version or len(changed) > board_queries.MOST_BOARD_CHANGES:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    shown = [(one.pk, one.patient_id) for one in changed if one.is_open and not one.confidential]
    audit_board_view(request, here, visits=shown)
    found = board_rows.render_changed_rows(request.clinic, changed, at=at)
    answer = _with_clock(request, render_board_fragment(found, version=version), at=at)
    return _with_open_work(request, here, answer, at=at)


@require_safe
@staff_required(StaffAct.READ_CHARTS)
def show_expected_patients(request: StaffRequest) -> HttpResponse:
    """Show who is booked today at this front desk and has not signed in."""
    here = _board_number_param(request, "location")
    found = board_queries.list_expected_appointments(request.clinic, here, at=timezone.now())
    audit_board_view(request, here, patients=_patients_of(found))
    return render(request, "desk/_expected.html", {"expected": found})


@require_safe
@staff_required(StaffAct.READ_CHARTS)
def show_owed_promises(request: StaffRequest) -> HttpResponse:
    """Show promises of this front desk that are due within the hour or overdue."""
    here, at = _board_number_param(request, "location"), timezone.now()
    found = _owed_on_board(request, here, at=at)
    audit_board_view(request, here, visits=found.visits(), patients=found.patients())
    context = {**found._asdict(), "may_move": may_perform_act(request, StaffAct.PROMISE)}
    return _with_open_work(request, here, render(request, "desk/_promise_rows.html", context), at=at)


def _with_clock(request: StaffRequest, answer: HttpResponse, *, at: dt.datetime) -> HttpResponse:
    """Return the answer with the time in words, for "Not live since 9:40 AM"."""
    answer.headers["Clock"] = request.clinic.time_words(at)
    return answer


def _with_open_work(
    request: StaffRequest, here: int, answer: HttpResponse, *, at: dt.datetime
) -> HttpResponse:
    """Return the answer with the numbers of the menu, which the board's page puts there."""
    work = board_queries.count_open_work(request.clinic, here, at=at)
    answer.headers["Open-Work"] = json.dumps(work._asdict())
    return answer


def _patients_of(expected: list[board_queries.ExpectedAppointment]) -> list[int | None]:
    return [one.appointment.patient_id for one in expected]


class _OwedOnBoard(NamedTuple):
    """What the strip above the board lists."""

    owed: list[promise_queries.OwedPromise]
    feedback_on_board: list[visit_feedback_queries.FeedbackItem]
    more_feedback: list[visit_feedback_queries.FeedbackItem]

    def patients(self) -> list[int | None]:
        return [one.promise.patient_id for one in self.owed]

    def visits(self) -> list[tuple[int, int | None]]:
        """Return the visits that it is about, each with its patient's id."""
        found = [one.promise.visit for one in self.owed] + [
            one.feedback.visit for one in self.feedback_on_board
        ]
        return [(one.pk, one.patient_id) for one in found if one is not None and not one.confidential]


def _owed_on_board(request: StaffRequest, here: int, *, at: dt.datetime) -> _OwedOnBoard:
    """Return what the strip above the board lists: promises, and feedback for those who may answer it."""
    words = (
        visit_feedback_queries.list_feedback_for_board(request.clinic, here, at=at)
        if may_perform_act(request, StaffAct.ANSWER_FEEDBACK)
        else []
    )
    return _OwedOnBoard(
        promise_queries.list_promises_for_board(request.clinic, here, at=at),
        words[: visit_feedback_queries.MOST_FEEDBACK_ON_BOARD],
        words[visit_feedback_queries.MOST_FEEDBACK_ON_BOARD :],
    )


def render_board_fragment(rows: list[str], **facts: object) -> HttpResponse:
    """Render rows in a table body of their own, with `facts` as data attributes."""
    data = mark_safe("".join(format_html(' data-{}="{}"', k.replace("_", "-"), v) for k, v in facts.items()))  # noqa: S308
    body = mark_safe("\n".join(rows))  # noqa: S308  # each row was escaped by its template
    answer = HttpResponse(format_html("<table><tbody{}>{}</tbody></table>", data, body))
    answer.headers["Board"] = str(facts.get("version", ""))
    return answer


def _board_number_param(request: StaffRequest, name: str) -> int:
    """Return a whole number from the query string; otherwise 0, an id that nothing has."""
    return parse_number_param(request.GET.get(name)) or 0


def _epoch_milliseconds(at: Any) -> int:
    return int(at.timestamp() * 1000)
