"""What we owe: the list, one promise with its history, and one key for each thing to be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from checkin.actions import audit, escalations, handovers
from checkin.actions import promises as actions
from checkin.actions.boards import Refused
from checkin.actions.writing import write
from checkin.models import Patient, Promise, Visit
from checkin.queries import mailing
from checkin.queries import promises as reads
from checkin.rules import claims
from checkin.rules.promises import TRIES_BEFORE_WORD, Status
from checkin.rules.roles import Act
from checkin.web.access import (
    StaffRequest,
    get_location,
    get_visit_or_404,
    may,
    staff_required,
)
from checkin.web.desk import promise_forms as forms
from checkin.web.desk import promise_prefill as prefill
from checkin.web.desk import words
from checkin.web.desk.reach import number, patient_standing

ACTS = ("keep", "try", "hand_over", "withdraw")


@require_safe
@staff_required()
def promises(request: StaffRequest) -> HttpResponse:
    rows = reads.standing_open(request.clinic, request.user, at=timezone.now())
    counts = reads.counts(rows)
    show = request.GET.get("show", "all")
    show = show if show in reads.SHOWS else "all"
    context = {
        "rows": reads.part(rows, show),
        "show": show,
        "tabs": [(name, TABS[name], counts[name]) for name in reads.SHOWS],
        "may_act": may(request, Act.PROMISE),
        "mailing": mailing.mailing(request.clinic) if may(request, Act.ANSWER_WORD) else None,
        **words.panel(request),
        "keys_of_page": "desk/promises_keys.html",
    }
    return render(request, "desk/promises.html", context)


TABS = {"all": "All open", "overdue": "Overdue", "due": "Due within the hour", "mine": "Mine"}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Act.PROMISE)
def new(request: StaffRequest) -> HttpResponse:
    """Make a promise, from anywhere: `?visit=`, `?patient=`, `?replaces=` or `?again=` say for whom."""
    at, subject = timezone.now(), subject_of(request)
    known, old = subject.pop("known"), {"promise": subject.pop("old")}
    if request.method != "POST":
        form = forms.PromiseForm(clinic=request.clinic, at=at, known=known)
        return render(request, "desk/promises_new.html", {"form": form, **subject, **old})
    typed = {name: claims.clean(value) for name, value in request.POST.items()}
    form = forms.PromiseForm(typed, clinic=request.clinic, at=at, known=known)
    made = make(request, form, **subject) if form.is_valid() else None
    if made is None:
        return render(request, "desk/promises_new.html", {"form": form, **subject, **old}, status=400)
    row = reads.owed(made, clinic=request.clinic, at=at)
    messages.success(
        request,
        f"Promised to {made.to_whom}{about_whom(made)}, due {row.due}. "
        f"{made.whose} will keep it.{beside(form, made)}",
    )
    return back(request, made)


def about_whom(made: Promise) -> str:
    """ " about Leo Ruiz"; "" where it is about nobody on record, or made to the patient."""
    patient = made.patient or (made.visit.patient if made.visit else None)
    return f" about {patient.name}" if patient is not None and patient.name != made.to_whom else ""


def beside(form: forms.PromiseForm, made: Promise) -> str:
    """What to say where another time was picked, or this form had made a promise before, with other words."""
    key = form.cleaned_data["key"]
    is_second = key and made.key != claims.key_of(key)
    told = " This form had made a promise with other words before: that one stands, too." if is_second else ""
    return f"{form.why_not_as_picked()}{told}"


def subject_of(request: StaffRequest) -> dict[str, Any]:
    """Whom the promise is about, out of the address; another clinic's is not there (404)."""
    visit = patient = replaces = old = None
    known: dict[str, Any] = {}
    if (pk := number(request.GET.get("visit"))) is not None:
        visit = get_visit_or_404(request, pk)
        patient, known = visit.patient, prefill.known_of_visit(visit)
    elif (pk := number(request.GET.get("patient"))) is not None:
        patient = patient_standing(request, pk)
        known = prefill.known_of_patient(patient)
    elif (pk := number(request.GET.get("replaces") or request.GET.get("again"))) is not None:
        old = get_promise_or_404(request, pk)
        visit, patient, known = old.visit, old.patient, prefill.known_of_promise(old)
        replaces = old if request.GET.get("replaces") else None
    return {"visit": visit, "patient": patient, "replaces": replaces, "known": known, "old": old}


def make(
    request: StaffRequest,
    form: forms.PromiseForm,
    *,
    visit: Visit | None,
    patient: Patient | None,
    replaces: Promise | None,
) -> Promise | None:
    """The promise, or None where the form now says what is missing."""
    facts = wanted(request, form)
    try:
        if replaces is not None:
            return actions.replace(promise=replaces, **facts)
        where = visit.location if visit else get_location(request)
        return actions.make(location=where, patient=patient, visit=visit, **facts)
    except actions.Incomplete as refusal:
        form.tell(refusal.problems)
    except actions.InThePast as refusal:
        form.ask_about_the_past(refusal.sentence)
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
    return None


def wanted(request: StaffRequest, form: forms.PromiseForm) -> dict[str, Any]:
    """What the form says, as the actions take it."""
    return {
        "said": form.said(),
        "owner": forms.owner_named(request.clinic, form.cleaned_data["owner"]),
        "key": claims.key_of(form.cleaned_data["key"]),
        "confirmed": form.cleaned_data["past_is_right"],
        "by": request.user,
        "at": form.at,
    }


@require_safe
@staff_required()
def promise(request: StaffRequest, promise_id: int) -> HttpResponse:
    found = get_promise_or_404(request, promise_id)
    with write():
        audit.seen(subject=found, by=request.user, at=timezone.now(), patient_id=found.patient_id)
    return page(request, found)


def page(request: StaffRequest, found: Promise, *, do: str = "", told: str = "") -> HttpResponse:
    """One promise; `do` is the act whose form is open, `told` why something was not done."""
    at, do = timezone.now(), do or request.GET.get("do", "")
    may_act = may(request, Act.PROMISE)
    context = {
        "owed": reads.owed(found, clinic=request.clinic, at=at, person=request.user),
        "promise": found,
        "events": reads.events(found, zone=request.clinic.zone),
        "do": do if do in ACTS and found.is_open and may_act else "",
        "told": told,
        "may_act": may_act,
        "may_leave_word": found.attempts.count() + 1 >= TRIES_BEFORE_WORD,
        "owners": forms.owner_choices(request.clinic) if may_act else [],
        "keys_of_page": "desk/promises_keys.html",
    }
    return render(request, "desk/promises_one.html", context, status=409 if told else 200)


@require_POST
@staff_required(Act.PROMISE)
def keep(request: StaffRequest, promise_id: int) -> HttpResponse:
    outcome = text(request, "outcome")
    return acted(
        request,
        promise_id,
        "keep",
        lambda **facts: actions.keep(outcome=outcome, **facts),
        tried,
    )


@require_POST
@staff_required(Act.PROMISE)
def try_again(request: StaffRequest, promise_id: int) -> HttpResponse:
    said: dict[str, Any] = {name: text(request, name) for name in ("result", "note", "next_step")}
    return acted(request, promise_id, "try", lambda **facts: actions.attempt(**said, **facts), tried)


def tried(made: Promise) -> str:
    """What came of a try, in words: whether the promise has ended with it, and what comes next."""
    if made.status == Status.REACHED:
        return f"Kept: {made.to_whom} was reached."
    if made.status == Status.LEFT_WORD:
        return f"Ended: a message was left for {made.to_whom}. Next: {made.next_step}"
    return f"Kept: this try for {made.to_whom}. The promise is still open."


@require_POST
@staff_required(Act.PROMISE)
def hand_over(request: StaffRequest, promise_id: int) -> HttpResponse:
    why, to = text(request, "why"), forms.owner_named(request.clinic, text(request, "to"))

    def act(**facts: Any) -> Promise:
        if to is None:
            raise Refused("Choose a person or a role.")
        return handovers.hand_over(to=to, why=why, **facts)

    return acted(
        request, promise_id, "hand_over", act, lambda made: f"Handed over: the promise to {made.to_whom}."
    )


@require_POST
@staff_required(Act.PROMISE)
def withdraw(request: StaffRequest, promise_id: int) -> HttpResponse:
    said = text(request, "words")
    return acted(
        request,
        promise_id,
        "withdraw",
        lambda **facts: actions.withdraw(words=said, **facts),
        lambda made: f"Withdrawn by {made.to_whom}.",
    )


def acted(
    request: StaffRequest,
    promise_id: int,
    do: str,
    act: Callable[..., Promise],
    done: Callable[[Promise], str],
) -> HttpResponse:
    """Do it and go back to the list; or stay, and say why it was not done."""
    found, at = get_promise_or_404(request, promise_id), timezone.now()
    escalations.escalate_due(clinic=request.clinic, at=at)
    try:
        made = act(promise=found, by=request.user, at=at)
    except Refused as refusal:
        return page(request, get_promise_or_404(request, promise_id), do=do, told=refusal.sentence)
    messages.success(request, done(made))
    return back(request, made)


def back(request: StaffRequest, made: Promise) -> HttpResponse:
    """To the visit or patient it was made from; otherwise to the list."""
    pk = number(request.GET.get("visit"))
    if pk is not None:
        return redirect("desk:visit", pk)
    if request.GET.get("patient") and made.patient_id:
        return redirect("desk:patient", made.patient_id)
    return redirect(reverse("desk:promises"))


def get_promise_or_404(request: StaffRequest, promise_id: int) -> Promise:
    found = get_object_or_404(request.clinic.promises.with_people(), pk=promise_id)
    found.clinic = found.location.clinic = request.clinic
    return found


def text(request: StaffRequest, name: str) -> str:
    return claims.clean(request.POST.get(name))
