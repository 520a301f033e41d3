"""Answer an outdated page: say what changed and who did it, and keep what was typed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from checkin.actions.page_versions import PageChanged, RecordChanged
from checkin.models import (
    Clinic,
    Patient,
    Visit,
)
from checkin.models import (
    entry_wording as entry_wording_models,
)
from checkin.rules.page_versions import PageVersion
from checkin.web import form_snapshots, present_escorts
from checkin.web.closed_visits import lead_to_closed_visit, refuse_script
from checkin.web.confidential_visits import ConfidentialVisitClosed, may_show_visit
from checkin.web.desk import discrepancies as discrepancy_views
from checkin.web.desk.audit_views import audit_patients_listed
from checkin.web.desk.current_forms import build_current_form, build_current_statement
from checkin.web.form_snapshots import DRAWN_WITH
from checkin.web.page_versions import (
    DRAWN_BESIDE,
    DRAWN_FOR,
    find_record_of_version,
    find_visit_of_version,
    patient_page_version,
    sent_page_version,
    sent_record_versions,
)
from checkin.web.stale_forms import build_stale_form
from checkin.web.stale_page_wording import (
    describe_page_change,
    describe_record_change,
    distinguishing_details,
    name_and_birth_date,
)
from checkin.web.unsent_form_fields import hidden_form_box, unsent_form_context
from checkin.web.unsent_forms import FIELDS_NOT_KEPT, is_script_request

_ACTS_THAT_FOLLOW_MERGES = {"proxy", "promise_new"}
"""Forms whose URL names the child: they follow the record to where it was merged."""
_READINGS = {"sealed", "sealed_visit"}
"""Forms that ask to read, so nothing is saved for anybody."""
_CHOOSE_AGAIN_PAGES = {
    "match_link": ("desk:match_one", "Choose again"),
    "match_new": ("desk:match_one", "Choose again"),
    "match_undo": ("desk:match_one", "Choose again"),
    "patient_merge": ("desk:patient", "Choose again"),
    "merge_records": ("desk:merge_compare", "Compare the two again"),
    "look_alike_two": ("desk:look_alikes", "Go to the look-alikes"),
}
"""The page on which staff choose a record, by the form that names it."""
_ANSWERS_TO_REPEATS: dict[str, Callable[..., HttpResponse | None]] = {
    "discrepancy_decide": discrepancy_views.answer_decision_sent_again,
    "discrepancy_undo": discrepancy_views.answer_decision_sent_again,
}
"""Acts that change what their own page shows. The same press again writes nothing and is answered as done."""


class StalePageMiddleware:
    """Answers an outdated page with 409, writing nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: object, problem: Exception) -> HttpResponse | None:
        if not isinstance(problem, PageChanged):
            return None
        return _answer_repeat(request) or _refuse_stale_page(request, problem)


def _answer_repeat(request: Any) -> HttpResponse | None:
    match = request.resolver_match
    answer = _ANSWERS_TO_REPEATS.get(match.url_name)
    try:
        return answer(request, **match.kwargs) if answer else None
    except ConfidentialVisitClosed:
        # The refusal names nothing of this visit, and an answer to the repeat would.
        return None


def _refuse_stale_page(request: Any, changed: PageChanged) -> HttpResponse:
    """Answer with what changed: one line for our scripts, otherwise a page that keeps what was typed."""
    if closed := _find_closed_visit(request, changed):
        return _refuse_without_names(request, closed)
    is_beside = isinstance(changed, RecordChanged)
    describe = describe_record_change if is_beside else describe_page_change
    what = describe(request.clinic, changed.drawn, changed.now)
    if is_script_request(request):
        _audit_stale_page(request, changed)
        return refuse_script(f"{what} Nothing was written.")
    context = (
        _stale_record_context(request, what, changed.now)
        if is_beside
        else _stale_page_context(request, what, changed.drawn, changed.now)
    )
    # About a patient, the button names that one instead.
    form: Any = context["form"] if context.get("patient") is None else None
    _audit_stale_page(request, changed, named=form["named"] if form else ())
    return render(request, "desk/stale_page.html", context, status=409)


def _find_closed_visit(request: Any, changed: PageChanged) -> Visit | None:
    """Return the confidential visit that either version is about, unless it is open now in this login."""
    for version in (changed.drawn, changed.now):
        visit = find_visit_of_version(request.clinic, version) if version is not None else None
        if visit is not None and not may_show_visit(request, visit):
            return visit
    return None


def _refuse_without_names(request: Any, visit: Visit) -> HttpResponse:
    """Answer an outdated page of a closed visit: what changed would say whose it is, or who came."""
    return lead_to_closed_visit(request, visit, f"{visit.token} has changed since this page was opened.")


def _audit_stale_page(request: Any, changed: PageChanged, named: Iterable[int] = ()) -> None:
    """Record whom the answer names: the child that the page was drawn for, and the one it is about now.

    `named`: patients on the button of what was typed.
    """
    versions = [one for one in (changed.drawn, changed.now) if one is not None]
    records = [find_record_of_version(request.clinic, one) for one in versions]
    visits = [find_visit_of_version(request.clinic, one) for one in versions]
    audit_patients_listed(
        request,
        "stale_page.seen",
        patients=[*named, *(one.pk for one in records if one is not None)],
        visits=[one for one in visits if one is not None],
    )


def _stale_page_context(
    request: Any, what: str, drawn: PageVersion | None, now: PageVersion
) -> dict[str, object]:
    """Return the context for a page whose subject changed: what was typed, for the child as it is now."""
    visit, patient = find_visit_of_version(request.clinic, now), find_record_of_version(request.clinic, now)
    facts = _stale_page_record(request.clinic, drawn, now)
    follows = request.resolver_match.url_name in _ACTS_THAT_FOLLOW_MERGES
    if patient is not None and now.merged_into and follows:
        now = patient_page_version(patient)
    return {
        "what": what,
        "visit": visit,
        "adult": present_escorts.find_other_escort(visit, drawn, now),
        "patient": patient,
        **facts,
        "form": _carry_typed_form(request, patient, drawn=drawn, visit=visit),
        "is_reading": request.resolver_match.url_name in _READINGS,
        "mark": now.at(drawn.location if drawn else None).text,
        "onward": _current_page_address(visit, patient),
    }


def _stale_record_context(request: Any, what: str, now: PageVersion) -> dict[str, object]:
    """Return the context for a chosen record that changed: what was typed, and where to choose again.

    A resend says how that record is shown here; what the page itself was drawn for is unchanged.
    """
    form = _carry_typed_form(request, None)
    sent = sent_record_versions(request) | {now.patient: replace(now, visit=None)}
    if form is not None:
        form["fields"] = [one for one in form["fields"] if one["name"] != DRAWN_BESIDE]
        form["fields"] += [hidden_form_box(DRAWN_BESIDE, mark.text) for mark in sent.values()]
    visit = find_visit_of_version(request.clinic, now)
    onward, again = _choose_again_page(request) or (_current_page_address(visit, None), "")
    known = {"what": what, "visit": visit, "form": form, "mark": sent_page_version(request)}
    return {**known, "onward": onward, "again": again}


def _choose_again_page(request: Any) -> tuple[str, str] | None:
    """Return URL and label of the page where the record was chosen; None if the form names none."""
    match = request.resolver_match
    if match.url_name not in _CHOOSE_AGAIN_PAGES:
        return None
    page, words = _CHOOSE_AGAIN_PAGES[match.url_name]
    named = {name: pk for name, pk in match.kwargs.items() if name != "look_alike_id"}
    return reverse(page, kwargs=named), words


def _stale_page_record(clinic: Clinic, drawn: PageVersion | None, now: PageVersion) -> dict[str, object]:
    """Return the record of the page, with its number: its name may have changed.

    `was_born` and `told` help with two children whose names could be mixed up.
    """
    was = find_record_of_version(clinic, drawn) if drawn else None
    number, told = (
        entry_wording_models.patient_record_number(was) if was else "",
        distinguishing_details(clinic, drawn, now),
    )
    born = (
        name_and_birth_date(was).removeprefix(was.name)
        if was and told and was != find_record_of_version(clinic, now)
        else ""
    )
    was_record = f"record {number}" if number else "the record"
    return {"was": was, "was_record": was_record, "was_born": born, "told": told}


def _carry_typed_form(
    request: Any, patient: Patient | None, *, drawn: PageVersion | None = None, visit: Visit | None = None
) -> dict[str, Any] | None:
    """Return what was typed or chosen, for the child as it is now; None for a bare button.

    For a form that shows a record, only what was changed on its page.
    """
    action, named = _current_form_address(request, patient)
    typed = {"id": uuid.uuid4().hex, "action": action, "fields": _list_typed_fields(request)}
    if (form := build_current_form(request, **named)) is not None:
        was = find_record_of_version(request.clinic, drawn) if drawn else None
        statement = build_current_statement(request, was, patient, visit)
        held = _read_boxes_as_drawn(request, form)
        return build_stale_form(form, typed, request.POST, held, request.clinic, statement=statement)
    words = unsent_form_context(typed, request.clinic)
    return words if any(one["kind"] != "hidden" for one in words["fields"]) else None


def _list_typed_fields(request: Any) -> list[list[str]]:
    """Return every field as sent, (name, text), except what the page adds itself."""
    return [
        [name, text]
        for name, texts in request.POST.lists()
        for text in texts
        if name not in FIELDS_NOT_KEPT and name != DRAWN_FOR
    ]


def _read_boxes_as_drawn(request: Any, form: BaseForm) -> dict[str, list[str]]:
    """Return what the page says its fields held; blanks if it does not say, so that all are compared."""
    held = form_snapshots.parse_form_snapshot(request.POST.get(DRAWN_WITH, ""))
    return held or {name: [] for name in form.fields}


def _current_form_address(request: Any, patient: Patient | None) -> tuple[str, dict[str, int]]:
    """Return where the form goes, and the URL's record as it is now."""
    address, act = _strip_page_version(request.get_full_path()), request.resolver_match.url_name
    if patient is None or act not in _ACTS_THAT_FOLLOW_MERGES:
        return address, {}
    if act == "proxy":
        return reverse("desk:proxy", args=[patient.pk]), {"patient_id": patient.pk}
    asked = request.GET.get("patient")
    return (f"{urlsplit(address).path}?patient={patient.pk}" if asked else address), {}


def _strip_page_version(address: str) -> str:
    path, asked = urlsplit(address).path, urlsplit(address).query
    every = parse_qsl(asked, keep_blank_values=True)
    left = [pair for pair in every if pair[0] not in (DRAWN_FOR, DRAWN_BESIDE)]
    return f"{path}?{urlencode(left)}" if left else path


def _current_page_address(visit: Visit | None, patient: Patient | None) -> str:
    if visit is not None:
        return reverse("desk:visit", args=[visit.pk])
    return reverse("desk:patient", args=[patient.pk]) if patient else reverse("desk:board")
