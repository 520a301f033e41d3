"""The desk's own sign-in, for families who come to the desk rather than to the tablet."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from checkin.actions import match_decisions, visits
from checkin.actions.page_versions import RecordChanged, expect_page_version
from checkin.actions.refusals import Refused
from checkin.models import Location, MatchDecision, Patient, SignInChannel, Visit
from checkin.queries import patients as patient_queries
from checkin.queries.page_versions import preload_last_merges
from checkin.rules.roles import StaffAct
from checkin.rules.sign_in_claims import SIGN_IN_LIMITS
from checkin.web.access import (
    LOCATION_SESSION_KEY,
    StaffRequest,
    get_patient_or_404,
    named_location_id,
    staff_required,
)
from checkin.web.desk import sign_in_choices
from checkin.web.desk.audit_views import audit_page_view, audit_patients_listed
from checkin.web.desk.forms import SignInForm
from checkin.web.desk.sign_in_choices import SAY_WHOSE_VISIT, RecordChoice
from checkin.web.locations import set_request_location
from checkin.web.page_versions import DRAWN_FOR, patient_page_version
from checkin.web.params import parse_number_param

_SIGNED_IN_BEFORE = (
    "{} was signed in from this form before. What it says now is kept with that visit, to be checked."
)
_SINGLE_VALUE_FIELDS = (*SIGN_IN_LIMITS, "key", "interpreter", "is_patient")
_MOST_PEOPLE_SUGGESTED = 6


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(StaffAct.SIGN_IN)
def serve_desk_sign_in(request: StaffRequest) -> HttpResponse:
    if request.method == "POST":
        return _submit_desk_sign_in(request)
    patient = _find_named_patient(request, request.GET.get("patient"))
    if patient is not None:
        audit_page_view(request, patient, patient_id=patient.pk)
    today = request.clinic.local_date(timezone.now())
    chosen = patient_queries.attach_known_escorts([patient], on=today)[0] if patient else None
    return render(
        request,
        "desk/sign_in.html",
        {
            "form": SignInForm(clinic=request.clinic, patient=patient),
            "chosen": chosen,
            DRAWN_FOR: patient_page_version(patient) if patient else None,
        },
    )


def _find_named_patient(request: StaffRequest, said: str | None) -> Patient | None:
    """Return the patient with this id; None if blank. Raises Http404 if it is not this clinic's."""
    if not said:
        return None
    pk = parse_number_param(said)
    if pk is None:
        raise Http404
    return get_patient_or_404(request, pk)


def _submit_desk_sign_in(request: StaffRequest) -> HttpResponse:
    """Save what was typed, then link the child if one was chosen. A repeated key is one visit.

    An outdated page does not block it; what is wrong with the page is said afterwards.
    """
    claim = {name: request.POST.get(name) for name in _SINGLE_VALUE_FIELDS}
    location = _sign_in_location(request)
    receipt = visits.record_sign_in(
        location=location,
        claim=claim | {"notes_wanted": request.POST.getlist("notes_wanted")},
        at=timezone.now(),
        channel=SignInChannel.DESK,
        by=request.user,
        confidential=bool(request.POST.get("confidential")),
    )
    on_board = f"{receipt.visit.token} is on the board."
    if receipt.differs:
        on_board = _SIGNED_IN_BEFORE.format(receipt.visit.token)
    if location.pk != (named_location_id(request) or location.pk):
        set_request_location(request, location.pk)
        on_board = (
            f"{receipt.visit.token} is on the board of {location}: the page named no desk of this clinic."
        )
    choice = sign_in_choices.read_record_choice(request, request.POST.get("patient", ""), claim)
    return _link_chosen_patient(request, receipt.visit, choice, on_board)


def _sign_in_location(request: StaffRequest) -> Location:
    """Return the page's front desk if this clinic's, else this browser's, the person's, or the first."""
    said = (named_location_id(request), request.session.get(LOCATION_SESSION_KEY), request.user.location_id)
    ours = {one.pk: one for one in request.clinic.locations.order_by("pk")}
    if not ours:
        raise Http404
    found = next((ours[pk] for pk in said if pk in ours), next(iter(ours.values())))
    found.clinic = request.clinic
    return found


def _link_chosen_patient(
    request: StaffRequest, visit: Visit, choice: RecordChoice, on_board: str
) -> HttpResponse:
    """Link the chosen record, or leave it to Match with the reason."""
    tell, trouble = messages.warning if choice.changed else messages.success, choice.doubt
    patient = choice.patient
    if patient is not None and not trouble and visit.patient_id != patient.pk:
        try:
            # If sent again, the visit may have been decided since; that decision stays.
            seen, drawn = _automatic_decision_id(visit), (choice.mark,) if choice.mark else ()
            with expect_page_version(None, drawn):
                match_decisions.link_visit_to_patient(
                    visit=visit, patient=patient, by=request.user, at=timezone.now(), seen=seen
                )
        except Refused as refusal:
            trouble = refusal.sentence
        except RecordChanged:
            trouble = SAY_WHOSE_VISIT
    if trouble and (patient is None or visit.patient_id != patient.pk or visit.is_unsettled):
        messages.warning(request, " ".join(filter(None, (on_board, choice.changed, trouble))))
        return redirect("desk:match_one", visit.pk)
    tell(request, f"{on_board} {choice.changed}".strip(), extra_tags=f"row-v{visit.pk}")
    return redirect("desk:board")


def _automatic_decision_id(visit: Visit) -> int:
    """Return the id of the sign-in's own decision, for `link_visit_to_patient` to compare; 0 for none."""
    made = visit.match_decisions.filter(kind=MatchDecision.Kind.AUTO).order_by("pk").first()
    return made.pk if made else 0


@require_POST
@staff_required(StaffAct.SIGN_IN)
def show_people_suggestions(request: StaffRequest) -> HttpResponse:
    """Return type-ahead suggestions. Posted, because a name in a URL would end up in every log."""
    on = request.clinic.local_date(timezone.now())
    found = patient_queries.search_patients(
        request.clinic, request.POST.get("q", ""), on=on, limit=_MOST_PEOPLE_SUGGESTED
    )
    preload_last_merges(one.patient for one in found)
    audit_patients_listed(request, "searched", patients=[one.patient.pk for one in found])
    return render(request, "desk/_people.html", {"people": found})
