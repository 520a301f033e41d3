"""Who agreed to what, and who may agree for whom. Nothing here stops a visit or hides anything of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from checkin.actions import consent as actions
from checkin.actions import needs as facts
from checkin.actions.boards import Refused
from checkin.models import ConsentRecord, Patient, Visit
from checkin.rules import consent as rules
from checkin.rules.consent_answers import Known
from checkin.rules.consent_forms import Part, may_speak
from checkin.rules.consent_lines import find_lines
from checkin.rules.need_facts import Facts
from checkin.rules.needs import due_now
from checkin.rules.roles import Act
from checkin.rules.still_due import not_asked
from checkin.web.access import (
    StaffRequest,
    get_patient_or_404,
    get_visit_or_404,
    may,
    staff_required,
)
from checkin.web.desk import needs, reach
from checkin.web.desk.consent_forms import Asking, ConsentForm, ProxyForm
from checkin.web.desk.consent_people import child_of, likely, people_of
from checkin.web.desk.consent_proxies import ListedProxy, known_of, proxies, put_on_file
from checkin.web.returns import back_to


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Act.RECORD_CONSENT)
def consent(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The page of next steps, answers and proxies; a POST writes down one answer."""
    visit = get_visit_or_404(request, visit_id)
    if request.method != "POST":
        reach.seen(request, visit, patient_id=visit.patient_id)
        return page(request, visit)
    at, patient = timezone.now(), visit.patient
    known = facts.known_facts(visit, at=at)
    listed = proxies(patient, today(request), known.consent.known) if patient else []
    form = form_of(request, visit, known, listed, request.POST)
    if not form.is_valid():
        return page(request, visit, form=form, status=422)
    try:
        made = actions.record(patient=patient, visit=visit, heard_by=request.user, at=at, **form.said())
    except Refused as refusal:
        return told(request, visit, refusal.sentence, refused=True)
    return told_written(request, visit, made, known.consent, form.left_out)


def named_child(visit: Visit) -> str:
    """The child as a sentence of what was done names it; the visit's token while nobody is matched."""
    return visit.patient.name if visit.patient else str(visit.token)


def told_written(
    request: StaffRequest, visit: Visit, made: ConsentRecord, known: rules.Facts, left_out: str
) -> HttpResponse:
    """What was written down, whether it counts, and what was left out of it."""
    mark, check = mark_of(made, known.known), check_of(made, known)
    what = made.to_what or str(made.get_care_display()).lower()
    whose = named_child(visit)
    words = [f"Written down for {whose}: {made.who} {'agreed' if made.agreed else 'said no'} to {what}."]
    words += [f"It does not count: {mark}."] if mark and made.agreed else []
    words += (
        [f"It does not decide: {mark}. Next: {next_step(made, visit)}."] if mark and not made.agreed else []
    )
    counts = "It counts, but" if visit.patient else "Nobody is matched to this visit yet:"
    words += [f"{counts} {check}."] if check else []
    said = " ".join(filter(None, [*words, left_out]))
    return told(request, visit, said, warns=bool(mark or check or left_out))


@require_POST
@staff_required(Act.RECORD_CONSENT)
def withdraw(request: StaffRequest, visit_id: int, record_id: int) -> HttpResponse:
    visit = get_visit_or_404(request, visit_id)
    record = get_object_or_404(request.clinic.consent_records.bearing_on(visit), pk=record_id)
    actions.withdraw(record=record, by=request.user, at=timezone.now())
    return told(
        request,
        visit,
        f"What {record.who} said for {named_child(visit)} no longer counts. It stays in the history.",
    )


@require_POST
@staff_required(Act.RAISE)
def urgent(request: StaffRequest, visit_id: int) -> HttpResponse:
    visit = get_visit_or_404(request, visit_id)
    is_urgent = request.POST.get("urgent", "1") != "0"
    try:
        actions.mark_urgent(visit=visit, by=request.user, at=timezone.now(), urgent=is_urgent)
    except Refused as refusal:
        return told(request, visit, refusal.sentence, refused=True)
    return told(request, visit, "Urgent: go ahead with care." if is_urgent else "No longer marked urgent.")


@require_POST
@staff_required(Act.GRANT_PROXY)
def proxy(request: StaffRequest, patient_id: int) -> HttpResponse:
    patient = get_patient_or_404(request, patient_id)
    visit = visit_of(request, patient)
    form = ProxyForm(request.POST, today=today(request))
    if form.is_valid():
        said, at = form.cleaned_data, timezone.now()
        try:
            made = actions.grant_proxy(patient=patient, visit=visit, by=request.user, at=at, **said)
        except Refused as refusal:
            return told(request, visit or patient, refusal.sentence, refused=True)
        sentence, counts = put_on_file(
            made, today(request), known_of(patient.guardians.all(), today(request))
        )
        return told(request, visit or patient, sentence, warns=not counts)
    if visit is not None:
        return page(request, visit, proxy_form=form, status=422)
    context = {"patient": patient, "proxy_form": form}
    return render(request, "desk/consent_proxy.html", context, status=422)


@require_POST
@staff_required(Act.GRANT_PROXY)
def revoke(request: StaffRequest, patient_id: int, proxy_id: int) -> HttpResponse:
    patient = get_patient_or_404(request, patient_id)
    found = get_object_or_404(patient.standing_proxies, pk=proxy_id)
    about = visit_of(request, patient) or patient
    try:
        actions.revoke_proxy(proxy=found, by=request.user, at=timezone.now())
    except Refused as refusal:
        return told(request, about, refusal.sentence, refused=True)
    return told(request, about, f"Revoked: {found.name} may no longer agree for {patient.name}.")


def today(request: StaffRequest) -> dt.date:
    return request.clinic.local_date(timezone.now())


def is_clinician(request: StaffRequest) -> bool:
    return may(request, Act.DECIDE_AS_CLINICIAN)


def next_step(made: ConsentRecord, visit: Visit) -> str:
    """What staff do next about what was answered, now that it is written down."""
    known = facts.known_facts(visit, at=timezone.now()).consent
    return rules.path(known, rules.Care(made.care), made.to_what).advice


def visit_of(request: StaffRequest, patient: Patient) -> Visit | None:
    """The visit whose page asked, if it is one of this patient's."""
    pk = reach.number(request.POST.get("visit"))
    if pk is None or not patient.visits.filter(pk=pk).exists():
        return None
    return get_visit_or_404(request, pk)


def told(
    request: StaffRequest, about: Visit | Patient, said: str, *, refused: bool = False, warns: bool = False
) -> HttpResponse:
    """What happened: the panels anew for a page that is open, or else the page that asked."""
    if isinstance(about, Visit) and request.htmx:
        visit = get_visit_or_404(request, about.pk)
        told = {"said": said, "refused": refused, "warns": warns}
        return page(request, visit, **told, status=409 if refused else 200)
    (messages.warning if refused or warns else messages.success)(request, said)
    if isinstance(about, Patient):
        return redirect("desk:patient", about.pk)
    page_of = "desk:consent" if may(request, Act.RECORD_CONSENT) else "desk:visit"
    return back_to(request, reverse(page_of, args=[about.pk]))


def page(request: StaffRequest, visit: Visit, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"visit": visit, **needs.panel(request, visit), **panel(request, visit), **more}
    template = "desk/consent_panels.html" if request.htmx else "desk/consent.html"
    return render(request, template, context, status=status)


def panel(request: StaffRequest, visit: Visit) -> dict[str, Any]:
    """Next steps, what was said, and proxies: for the panel of the visit's page."""
    known = facts.known_facts(visit, at=timezone.now())
    patient, day = visit.patient, today(request)
    listed = proxies(patient, day, known.consent.known) if patient else []
    said = request.clinic.consent_records.bearing_on(visit).select_related("heard_by").order_by("-pk")[:20]
    return {
        "lines": find_lines(known.consent, due_now(known, visit.local_date)),
        "not_asked": not_asked(known, visit.local_date),
        "records": [(one, mark_of(one, known.consent.known), check_of(one, known.consent)) for one in said],
        "proxies": listed,
        "form": form_of(request, visit, known, listed),
        "proxy_form": ProxyForm(today=day, initial={"granted_by": first_name(known.consent)}),
        "may_write": may(request, Act.RECORD_CONSENT),
    }


def mark_of(record: ConsentRecord, known: Known) -> str:
    """Why what this person said counts for nothing; blank where it counts, or was withdrawn."""
    said = as_rule(record)
    if record.withdrawn_at or known.may_decide(said, rules.Care(record.care)):
        return ""
    return f"{rules.short(record.who)} {rules.why_it_does_not_count(said, known)}"


def check_of(record: ConsentRecord, known: rules.Facts) -> str:
    """What is to be checked before it counts; blank where nothing is, or it was withdrawn."""
    if record.withdrawn_at or mark_of(record, known.known):
        return ""
    return rules.check_of(as_rule(record), known)


def as_rule(record: ConsentRecord) -> rules.Answer:
    return rules.Answer(
        record.care,
        record.agreed,
        record.basis,
        record.who,
        relationship=record.relationship,
        phone=record.phone,
        how=record.how,
    )


def form_of(
    request: StaffRequest, visit: Visit, known: Facts, listed: list[ListedProxy], data: Any = None
) -> ConsentForm:
    """The form of one answer; what staff most often write next stands in it."""
    due, clinician = due_now(known, visit.local_date), request.user.name if is_clinician(request) else ""
    offers_patient = may_speak(
        came_alone=known.consent.is_patient,
        birth_date=known.birth_date,
        on=visit.local_date,
        from_age=known.settings.speaks_from,
    )
    people = people_of(visit, known.consent, listed, clinician, offers_patient=offers_patient)
    adults = [one.adult for one in people if one.part not in (Part.PATIENT, Part.CLINICIAN)]
    ask = Asking(
        today=today(request),
        people=tuple(people),
        known=(*known.consent.guardians, *known.consent.others, *adults),
        due=tuple(due),
        child=child_of(visit),
        is_clinician=is_clinician(request),
    )
    return ConsentForm(data, ask=ask, initial=likely(people, due))


def first_name(known: rules.Facts) -> str:
    return known.guardians[0].name if known.guardians else ""
