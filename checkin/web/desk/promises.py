"""Promises: the lists, the form of a new one, and one promise with its history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from checkin.actions import promises
from checkin.actions.refusals import Refused
from checkin.models import Patient, Promise, Visit
from checkin.queries import mailing as mailing_queries
from checkin.queries import promise_events
from checkin.queries import promises as promise_queries
from checkin.rules import sign_in_claims
from checkin.rules.confidential_visits import NO_PROMISE_HERE
from checkin.rules.promises import TRIES_BEFORE_MESSAGE
from checkin.rules.roles import StaffAct
from checkin.web.access import (
    StaffRequest,
    get_current_location,
    get_patient_after_merges,
    get_visit_or_404,
    may_perform_act,
    staff_required,
)
from checkin.web.confidential_visits import require_open_visit
from checkin.web.desk import promise_forms, promise_prefill
from checkin.web.desk import visit_feedback as visit_feedback_views
from checkin.web.desk.audit_views import audit_page_view, audit_patients_listed
from checkin.web.page_versions import promise_act_address
from checkin.web.params import parse_number_param

_PROMISE_ACTS = ("keep", "try", "hand_over", "withdraw")


@require_safe
@staff_required(StaffAct.READ_CHARTS)
def show_promises(request: StaffRequest) -> HttpResponse:
    at, show = timezone.now(), request.GET.get("show", "all")
    rows = promise_queries.list_open_promises(request.clinic, request.user, at=at)
    ended = promise_queries.list_promises_ended_today(request.clinic, at=at, person=request.user)
    counts = promise_queries.count_promise_lists(rows) | {"ended": len(ended)}
    show = show if show in _PROMISE_TABS else "all"
    context: dict[str, Any] = {
        "rows": promise_queries.filter_promise_list(rows, show) if show != "ended" else [],
        "ended": ended if show == "ended" else [],
        "show": show,
        "tabs": [(name, words, counts[name]) for name, words in _PROMISE_TABS.items()],
        "may_act": may_perform_act(request, StaffAct.PROMISE),
        "mailing": mailing_queries.read_mailing_status(request.clinic)
        if may_perform_act(request, StaffAct.ANSWER_FEEDBACK)
        else None,
        **visit_feedback_views.feedback_list_panel(request),
    }
    owed = [*context["rows"], *(one.owed for one in context["ended"])]
    heard = [one.feedback.visit for one in context["feedback_rows"] or []]
    _audit_promises_listed(request, [one.promise for one in owed], heard)
    return render(request, "desk/promises.html", context)


def _audit_promises_listed(request: StaffRequest, listed: list[Promise], heard: Iterable[Visit] = ()) -> None:
    """Record whom a list of promises named, and the visits of the feedback beside it."""
    visits = [*heard, *(one.visit for one in listed if one.visit is not None)]
    # The line of a confidential one names nobody.
    named = [one for one in visits if not one.confidential]
    audit_patients_listed(
        request, "promises.listed", patients=[one.patient_id for one in listed], visits=named
    )


_PROMISE_TABS = {
    "all": "All open",
    "overdue": "Overdue",
    "due": "Due within the hour",
    "mine": "Mine",
    "ended": "Ended today",
}


def promises_panel(
    request: StaffRequest, patient_id: int | None, *, visit_id: int | None = None, at: dt.datetime
) -> dict[str, Any]:
    """Return a family's open promises, and those that ended today, for the page of a visit or a child."""
    whose: dict[str, Any] = {"patient_id": patient_id, "visit_id": visit_id, "at": at}
    return {
        "owing": promise_queries.list_promises_of_family(request.clinic, **whose),
        "ended_promises": promise_queries.list_family_promises_ended_today(request.clinic, **whose),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(StaffAct.PROMISE)
def serve_new_promise(request: StaffRequest) -> HttpResponse:
    """Make a promise from any page: `?visit=`, `?patient=`, `?replaces=` or `?again=` say for whom."""
    at, subject = timezone.now(), read_promise_subject(request)
    known, old = subject.pop("known"), {"promise": subject.pop("old")}
    _audit_promise_subject(request, old["promise"] or subject["visit"] or subject["patient"])
    if request.method != "POST" and subject["visit"] is not None and subject["visit"].confidential:
        messages.info(request, NO_PROMISE_HERE)
        return redirect("desk:visit", subject["visit"].pk)
    if request.method != "POST":
        form = promise_forms.PromiseForm(clinic=request.clinic, at=at, known=known)
        return render(request, "desk/promises_new.html", {"form": form, **subject, **old})
    typed = {name: sign_in_claims.clean_typed_text(value) for name, value in request.POST.items()}
    form = promise_forms.PromiseForm(typed, clinic=request.clinic, at=at, known=known)
    made = _make_promise_from_form(request, form, **subject) if form.is_valid() else None
    if made is None:
        return render(request, "desk/promises_new.html", {"form": form, **subject, **old}, status=400)
    row = promise_queries.make_owed_promise(made, clinic=request.clinic, at=at)
    messages.success(
        request,
        f"Promised to {made.to_whom}{_about_patient_phrase(made)}, due {row.due}. "
        f"{made.whose} will keep it.{_promise_made_remarks(form, made)}",
        extra_tags=tag_with_promise_undo(made.replaces) if made.replaces else "",
    )
    return redirect_from_promise(request, made)


def _audit_promise_subject(request: StaffRequest, about: Patient | Visit | Promise | None) -> None:
    """Record that the form was opened: it shows the phone of whom it is about."""
    if about is not None:
        audit_page_view(
            request, about, patient_id=about.pk if isinstance(about, Patient) else about.patient_id
        )


def _about_patient_phrase(made: Promise) -> str:
    """Return " about Leo Ruiz"; "" if it is about nobody on record, or made to the patient."""
    patient = made.patient or (made.visit.patient if made.visit else None)
    return f" about {patient.name}" if patient is not None and patient.name != made.to_whom else ""


def _promise_made_remarks(form: promise_forms.PromiseForm, made: Promise) -> str:
    """Return remarks if the due time is not the one picked, or this form made another promise before."""
    key = form.cleaned_data["key"]
    is_second = key and made.key != sign_in_claims.read_submission_key(key)
    told = (
        " This form saved a promise with other words before. That promise is still open, too."
        if is_second
        else ""
    )
    return f"{form.why_not_as_picked()}{told}"


def read_promise_subject(request: StaffRequest) -> dict[str, Any]:
    """Return whom the promise is about, from the URL. Raises Http404 for another clinic's."""
    visit = patient = replaces = old = None
    known: dict[str, object] = {}
    if (pk := parse_number_param(request.GET.get("visit"))) is not None:
        visit = get_visit_or_404(request, pk)
        patient, known = visit.patient, promise_prefill.prefill_promise_from_visit(visit)
    elif (pk := parse_number_param(request.GET.get("patient"))) is not None:
        patient = get_patient_after_merges(request, pk)
        known = promise_prefill.prefill_promise_from_patient(patient)
    elif (pk := parse_number_param(request.GET.get("replaces") or request.GET.get("again"))) is not None:
        old = get_promise_or_404(request, pk)
        visit, patient, known = old.visit, old.patient, promise_prefill.prefill_promise_from_promise(old)
        replaces = old if request.GET.get("replaces") else None
    return {"visit": visit, "patient": patient, "replaces": replaces, "known": known, "old": old}


def _make_promise_from_form(
    request: StaffRequest,
    form: promise_forms.PromiseForm,
    *,
    visit: Visit | None,
    patient: Patient | None,
    replaces: Promise | None,
) -> Promise | None:
    """Return the promise, or None after adding what is missing to the form's errors."""
    facts = _promise_form_values(request, form)
    try:
        if replaces is not None:
            return promises.replace_promise(promise=replaces, **facts)
        where = visit.location if visit else get_current_location(request)
        return promises.make_promise(location=where, patient=patient, visit=visit, **facts)
    except promises.IncompletePromise as refusal:
        form.tell(refusal.problems)
    except promises.DueTimeInThePast as refusal:
        form.ask_about_the_past(refusal.sentence)
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
    return None


def _promise_form_values(request: StaffRequest, form: promise_forms.PromiseForm) -> dict[str, Any]:
    """Return the form's values as arguments of the actions."""
    return {
        "said": form.said(),
        "owner": promise_forms.parse_promise_owner(request.clinic, form.cleaned_data["owner"]),
        "key": sign_in_claims.read_submission_key(form.cleaned_data["key"]),
        "confirmed": form.cleaned_data["past_is_right"],
        "by": request.user,
        "at": form.at,
    }


@require_safe
@staff_required(StaffAct.READ_CHARTS)
def show_promise(request: StaffRequest, promise_id: int) -> HttpResponse:
    found = get_promise_or_404(request, promise_id)
    return render_promise_page(request, found)


def render_promise_page(
    request: StaffRequest, found: Promise, *, do: str = "", told: str = ""
) -> HttpResponse:
    """Show one promise. `do`: the action whose form is open; `told`: why something was not done."""
    audit_page_view(request, found, patient_id=found.patient_id)
    at, do = timezone.now(), do or request.GET.get("do", "")
    may_act = may_perform_act(request, StaffAct.PROMISE)
    context = {
        "owed": promise_queries.make_owed_promise(
            found, clinic=request.clinic, at=at, person=request.user, opened=found.visit_id
        ),
        "promise": found,
        "events": promise_events.list_promise_events(found, clinic=request.clinic),
        "do": do if do in _PROMISE_ACTS and found.is_open and may_act else "",
        "told": told,
        "may_act": may_act,
        "undo": promise_queries.find_promise_undo(found) if may_act else None,
        "replacement": found.find_replacement(),
        "may_leave_message": found.attempts.standing().count() + 1 >= TRIES_BEFORE_MESSAGE,
        "owners": promise_forms.promise_owner_choices(request.clinic) if may_act else [],
    }
    return render(request, "desk/promises_one.html", context, status=409 if told else 200)


def redirect_from_promise(request: StaffRequest, made: Promise) -> HttpResponse:
    """Redirect to the visit or patient it was made from; otherwise to the list."""
    pk = parse_number_param(request.GET.get("visit"))
    if pk is not None:
        return redirect("desk:visit", pk)
    if request.GET.get("patient") and made.patient_id:
        return redirect("desk:patient", made.patient_id)
    return redirect(reverse("desk:promises"))


def get_promise_or_404(request: StaffRequest, promise_id: int) -> Promise:
    found = get_object_or_404(request.clinic.promises.with_people(), pk=promise_id)
    found.clinic = found.location.clinic = request.clinic
    if found.visit is not None:
        require_open_visit(request, found.visit)
    return found


def tag_with_promise_undo(promise: Promise) -> str:
    """Return the tag by which a message offers to undo the last thing done about this promise, or ""."""
    newest = promise.decisions.find_last()
    return f"undo-{promise_act_address('promise_undo', promise, seen=newest.pk)}" if newest else ""
