"""Record who agreed to what, and who may agree for whom. Nothing here blocks or hides a visit."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from checkin.actions import consent
from checkin.actions.refusals import Refused
from checkin.models import ConsentRecord, Patient, Visit
from checkin.queries import need_facts
from checkin.rules import consent as consent_rules
from checkin.rules.coded_sentences import words_in_region
from checkin.rules.consent_adults import CareKind
from checkin.rules.consent_answers import ConsentAnswer, KnownAdults
from checkin.rules.consent_forms import may_patient_answer
from checkin.rules.consent_lines import build_consent_lines
from checkin.rules.consent_reasons import why_answer_does_not_count
from checkin.rules.due_care_needs import list_due_care
from checkin.rules.due_items import list_due_items_given
from checkin.rules.need_types import NeedFacts
from checkin.rules.roles import StaffAct
from checkin.rules.short_lines import shorten_to_one_line
from checkin.web.access import (
    StaffRequest,
    get_patient_or_404,
    get_visit_or_404,
    may_perform_act,
    staff_required,
)
from checkin.web.desk import needs as need_views
from checkin.web.desk.audit_views import audit_page_view
from checkin.web.desk.consent_forms import ConsentForm, ConsentFormFacts, ProxyForm
from checkin.web.desk.consent_people import (
    child_name_at_visit,
    likely_consent_answer,
    list_consent_people,
    list_known_consent_adults,
)
from checkin.web.desk.consent_proxies import (
    ListedProxy,
    describe_filed_proxy,
    known_proxy_grantors,
    list_visit_proxies,
)
from checkin.web.params import parse_number_param
from checkin.web.redirects import redirect_back
from checkin.web.refusals import say_refusal


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(StaffAct.RECORD_CONSENT)
def serve_consent_page(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Show next steps, answers and proxies; a POST records one answer."""
    visit = get_visit_or_404(request, visit_id)
    if request.method != "POST":
        return _render_consent_page(request, visit)
    at, patient = timezone.now(), visit.patient
    known = need_facts.read_visit_need_facts(visit, at=at)
    listed = list_visit_proxies(visit, clinic_today(request), known.consent.known)
    form = build_consent_form(request, visit, known, listed, request.POST)
    if not form.is_valid():
        return _render_consent_page(request, visit, form=form, status=422)
    try:
        made = consent.record_consent(
            patient=patient, visit=visit, heard_by=request.user, at=at, **form.said()
        )
    except Refused as refusal:
        return _answer_consent_act(request, visit, refusal.sentence, refused=True)
    return _answer_consent_written(request, visit, made, known.consent, form.left_out)


def _child_name_or_token(visit: Visit) -> str:
    """Return the child's name for a message; the visit's token if nobody is matched."""
    return visit.patient.name if visit.patient else str(visit.token)


def _answer_consent_written(
    request: StaffRequest, visit: Visit, made: ConsentRecord, known: consent_rules.ConsentFacts, left_out: str
) -> HttpResponse:
    """Answer with what was recorded, whether it counts, and what was left out."""
    region, whose = request.clinic.region, _child_name_or_token(visit)
    mark = _why_consent_does_not_count(made, known.known, region)
    check = words_in_region(_consent_check_words(made, known), region)
    what = made.to_what or str(made.get_care_display()).lower()
    words = [f"Written down for {whose}: {made.who} {'agreed' if made.agreed else 'said no'} to {what}."]
    words += [f"It does not count: {mark}."] if mark and made.agreed else []
    if mark and not made.agreed:
        words += [f"It does not decide: {mark}. Next: {_consent_next_step(made, visit)}."]
    counts = "It counts, but" if visit.patient else "Nobody is matched to this visit yet:"
    words += [f"{counts} {check}."] if check else []
    said = " ".join(filter(None, [*words, left_out]))
    return _answer_consent_act(request, visit, said, warns=bool(mark or check or left_out))


@require_POST
@staff_required(StaffAct.RECORD_CONSENT)
def submit_consent_withdrawal(request: StaffRequest, visit_id: int, record_id: int) -> HttpResponse:
    visit = get_visit_or_404(request, visit_id)
    record = get_object_or_404(request.clinic.consent_records.bearing_on(visit), pk=record_id)
    consent.withdraw_consent(record=record, by=request.user, at=timezone.now())
    return _answer_consent_act(
        request,
        visit,
        f"What {record.who} said for {_child_name_or_token(visit)} no longer counts."
        " It stays in the history.",
    )


@require_POST
@staff_required(StaffAct.RAISE)
def submit_urgent_care_mark(request: StaffRequest, visit_id: int) -> HttpResponse:
    visit = get_visit_or_404(request, visit_id)
    is_urgent = request.POST.get("urgent", "1") != "0"
    try:
        consent.mark_visit_urgent(visit=visit, by=request.user, at=timezone.now(), urgent=is_urgent)
    except Refused as refusal:
        return _answer_consent_act(request, visit, refusal.sentence, refused=True)
    return _answer_consent_act(
        request, visit, "Urgent: go ahead with care." if is_urgent else "No longer marked urgent."
    )


@require_POST
@staff_required(StaffAct.GRANT_PROXY)
def submit_proxy(request: StaffRequest, patient_id: int) -> HttpResponse:
    patient = get_patient_or_404(request, patient_id)
    visit = find_asking_visit(request, patient)
    form = ProxyForm(request.POST, today=clinic_today(request))
    if form.is_valid():
        said, at = form.cleaned_data, timezone.now()
        try:
            made = consent.grant_proxy(patient=patient, visit=visit, by=request.user, at=at, **said)
        except Refused as refusal:
            return _answer_consent_act(request, visit or patient, refusal.sentence, refused=True)
        sentence, counts = describe_filed_proxy(
            made, clinic_today(request), known_proxy_grantors(patient.guardians.all(), clinic_today(request))
        )
        return _answer_consent_act(request, visit or patient, sentence, warns=not counts)
    if visit is not None:
        return _render_consent_page(request, visit, proxy_form=form, status=422)
    audit_page_view(request, patient, patient_id=patient.pk)
    context = {"patient": patient, "proxy_form": form}
    return render(request, "desk/consent_proxy.html", context, status=422)


@require_POST
@staff_required(StaffAct.GRANT_PROXY)
def submit_proxy_revocation(request: StaffRequest, patient_id: int, proxy_id: int) -> HttpResponse:
    patient = get_patient_or_404(request, patient_id)
    found = get_object_or_404(patient.standing_proxies, pk=proxy_id)
    about = find_asking_visit(request, patient) or patient
    try:
        consent.revoke_proxy(proxy=found, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _answer_consent_act(request, about, refusal.sentence, refused=True)
    return _answer_consent_act(
        request, about, f"Revoked: {found.name} may no longer agree for {patient.name}."
    )


def clinic_today(request: StaffRequest) -> dt.date:
    return request.clinic.local_date(timezone.now())


def _is_clinician_request(request: StaffRequest) -> bool:
    return may_perform_act(request, StaffAct.DECIDE_AS_CLINICIAN)


def _consent_next_step(made: ConsentRecord, visit: Visit) -> str:
    """Return what staff should do next about what was answered."""
    known = need_facts.read_visit_need_facts(visit, at=timezone.now()).consent
    return consent_rules.find_consent_path(known, CareKind(made.care), made.to_what).advice


def find_asking_visit(request: StaffRequest, patient: Patient) -> Visit | None:
    """Return the visit whose page sent this, if it is one of this patient's."""
    pk = parse_number_param(request.POST.get("visit"))
    if pk is None or not patient.visits.filter(pk=pk).exists():
        return None
    return get_visit_or_404(request, pk)


def _answer_consent_act(
    request: StaffRequest, about: Visit | Patient, said: str, *, refused: bool = False, warns: bool = False
) -> HttpResponse:
    """Answer with the updated panels for an open page, or else redirect to the page that sent this."""
    if isinstance(about, Visit) and request.htmx:
        visit = get_visit_or_404(request, about.pk)
        told = {"said": said, "refused": refused, "warns": warns}
        return _render_consent_page(request, visit, **told, status=409 if refused else 200)
    (say_refusal if refused else messages.warning if warns else messages.success)(request, said)
    if isinstance(about, Patient):
        return redirect("desk:patient", about.pk)
    page_of = "desk:consent" if may_perform_act(request, StaffAct.RECORD_CONSENT) else "desk:visit"
    return redirect_back(request, reverse(page_of, args=[about.pk]))


def _render_consent_page(
    request: StaffRequest, visit: Visit, *, status: int = 200, **more: object
) -> HttpResponse:
    audit_page_view(request, visit, patient_id=visit.patient_id)
    context = {
        "visit": visit,
        **need_views.needs_panel(request, visit),
        **consent_panel(request, visit),
        **more,
    }
    template = "desk/consent_panels.html" if request.htmx else "desk/consent.html"
    return render(request, template, context, status=status)


def consent_panel(request: StaffRequest, visit: Visit) -> dict[str, object]:
    """Return next steps, answers and proxies, for the consent panel of a visit's page."""
    known = need_facts.read_visit_need_facts(visit, at=timezone.now())
    day = clinic_today(request)
    listed = list_visit_proxies(visit, day, known.consent.known)
    said = request.clinic.consent_records.bearing_on(visit).select_related("heard_by").order_by("-pk")[:20]
    return {
        "lines": build_consent_lines(known.consent, list_due_care(known, visit.local_date)),
        "not_asked": list_due_items_given(known, visit.local_date),
        "records": [
            (
                one,
                _why_consent_does_not_count(one, known.consent.known, request.clinic.region),
                _consent_check_words(one, known.consent),
            )
            for one in said
        ],
        "proxies": listed,
        "form": build_consent_form(request, visit, known, listed),
        "proxy_form": ProxyForm(today=day, initial={"granted_by": first_guardian_name(known.consent)}),
        "may_write": may_perform_act(request, StaffAct.RECORD_CONSENT),
    }


def _why_consent_does_not_count(record: ConsentRecord, known: KnownAdults, region: str) -> str:
    """Return why this answer does not count; "" if it counts or was withdrawn."""
    said = _consent_answer_of_record(record)
    if record.withdrawn_at or known.may_decide(said, CareKind(record.care)):
        return ""
    who = shorten_to_one_line(record.who)
    return f"{who} {words_in_region(why_answer_does_not_count(said, known), region)}"


def _consent_check_words(record: ConsentRecord, known: consent_rules.ConsentFacts) -> str:
    """Return what to check before it counts; "" if nothing, or if it was withdrawn."""
    said = _consent_answer_of_record(record)
    if record.withdrawn_at or not known.known.may_decide(said, CareKind(record.care)):
        return ""
    return consent_rules.consent_giver_check(said, known)


def _consent_answer_of_record(record: ConsentRecord) -> ConsentAnswer:
    return ConsentAnswer(
        record.care,
        record.agreed,
        record.basis,
        record.who,
        relationship=record.relationship,
        phone=record.phone,
        how=record.how,
    )


def build_consent_form(
    request: StaffRequest, visit: Visit, known: NeedFacts, listed: list[ListedProxy], data: object = None
) -> ConsentForm:
    """Return the form for one answer, filled in with the most likely one."""
    due, clinician = (
        list_due_care(known, visit.local_date),
        request.user.name if _is_clinician_request(request) else "",
    )
    offers_patient = may_patient_answer(
        came_alone=known.consent.is_patient,
        birth_date=known.birth_date,
        on=visit.local_date,
        from_age=known.settings.speaks_from,
    )
    people = list_consent_people(visit, known.consent, listed, clinician, offers_patient=offers_patient)
    ask = ConsentFormFacts(
        today=clinic_today(request),
        people=tuple(people),
        known=tuple(list_known_consent_adults(known.consent, people)),
        due=tuple(due),
        child=child_name_at_visit(visit),
        region=visit.clinic.region,
        is_clinician=_is_clinician_request(request),
    )
    return ConsentForm(data, ask=ask, initial=likely_consent_answer(people, due))


def first_guardian_name(known: consent_rules.ConsentFacts) -> str:
    return known.guardians[0].name if known.guardians else ""
