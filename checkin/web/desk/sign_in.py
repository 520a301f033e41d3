"""The desk's own sign-in: for whoever comes to the desk rather than to the tablet."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from checkin.actions import matches, visits
from checkin.actions.page_marks import RecordChanged, asked_by
from checkin.models import Channel, Location, MatchDecision, Visit
from checkin.queries import people as directory
from checkin.queries.page_marks import know_last_merges
from checkin.rules.claims import LIMITS
from checkin.rules.roles import Act
from checkin.web.access import LOCATION, StaffRequest, location_said, staff_required
from checkin.web.desk import sign_in_choices as choices
from checkin.web.desk.forms import SignInForm
from checkin.web.desk.reach import patient_named, seen
from checkin.web.desk.sign_in_choices import WHICH_OF_THEM, Choice
from checkin.web.locations import stay_at
from checkin.web.page_marks import DRAWN_FOR, of_patient

KEPT_BESIDE = (
    "{} was signed in from this form before. What it says now is kept with that visit, to be checked."
)
ONE_OF_EACH = (*LIMITS, "key", "interpreter", "is_patient")
MOST_SUGGESTED = 6


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Act.SIGN_IN)
def sign_in(request: StaffRequest) -> HttpResponse:
    if request.method == "POST":
        return signed_in(request)
    patient = patient_named(request, request.GET.get("patient"))
    if patient is not None:
        seen(request, patient, patient_id=patient.pk)
    today = request.clinic.local_date(timezone.now())
    chosen = directory.with_escorts([patient], on=today)[0] if patient else None
    return render(
        request,
        "desk/sign_in.html",
        {
            "form": SignInForm(clinic=request.clinic, patient=patient),
            "chosen": chosen,
            DRAWN_FOR: of_patient(patient) if patient else None,
            "keys_of_page": "desk/_keys_sign_in.html",
        },
    )


def signed_in(request: StaffRequest) -> HttpResponse:
    """Keep what was typed; then, where a person chose the child, link it. The same key twice is one visit.

    Nothing about the page that sends it stops it: what is wrong with that page is said afterwards.
    """
    claim = {name: request.POST.get(name) for name in ONE_OF_EACH}
    location = standing_location(request)
    receipt = visits.sign_in(
        location=location,
        claim=claim | {"notes_wanted": request.POST.getlist("notes_wanted")},
        at=timezone.now(),
        channel=Channel.DESK,
        by=request.user,
    )
    on_board = f"{receipt.visit.token} is on the board."
    if receipt.differs:
        on_board = KEPT_BESIDE.format(receipt.visit.token)
    if location.pk != (location_said(request) or location.pk):
        stay_at(request, location.pk)
        on_board = (
            f"{receipt.visit.token} is on the board of {location}: the page named no desk of this clinic."
        )
    choice = choices.read(request, request.POST.get("patient", ""), claim)
    return link_chosen(request, receipt.visit, choice, on_board)


def standing_location(request: StaffRequest) -> Location:
    """The page's front desk where it is this clinic's, or else this browser's, the person's, the first."""
    said = (location_said(request), request.session.get(LOCATION), request.user.location_id)
    ours = {one.pk: one for one in request.clinic.locations.order_by("pk")}
    if not ours:
        raise Http404
    found = next((ours[pk] for pk in said if pk in ours), next(iter(ours.values())))
    found.clinic = request.clinic
    return found


def link_chosen(request: StaffRequest, visit: Visit, choice: Choice, on_board: str) -> HttpResponse:
    """Link the record that was chosen; or leave it to Match, with the reason."""
    tell, trouble = messages.warning if choice.changed else messages.success, choice.doubt
    patient = choice.patient
    if patient is not None and not trouble and visit.patient_id != patient.pk:
        try:
            # Sent again, it finds the visit as it is: what a person has decided of it since stands.
            seen, drawn = by_itself(visit), (choice.mark,) if choice.mark else ()
            with asked_by(None, drawn):
                matches.link(visit=visit, patient=patient, by=request.user, at=timezone.now(), seen=seen)
        except visits.Refused as refusal:
            trouble = refusal.sentence
        except RecordChanged:
            trouble = WHICH_OF_THEM
    if trouble and (patient is None or visit.patient_id != patient.pk or visit.is_unsettled):
        messages.warning(request, " ".join(filter(None, (on_board, choice.changed, trouble))))
        return redirect("desk:match_one", visit.pk)
    tell(request, f"{on_board} {choice.changed}".strip())
    return redirect("desk:board")


def by_itself(visit: Visit) -> int:
    """The decision that the sign-in itself made, as `matches.link` wants to know it; 0 where it made none."""
    made = visit.match_decisions.filter(kind=MatchDecision.Kind.AUTO).order_by("pk").first()
    return made.pk if made else 0


@require_POST
@staff_required(Act.SIGN_IN)
def people(request: StaffRequest) -> HttpResponse:
    """Type-ahead. Posted, because a name in an address would stand in every log."""
    on = request.clinic.local_date(timezone.now())
    found = directory.search(request.clinic, request.POST.get("q", ""), on=on, limit=MOST_SUGGESTED)
    know_last_merges(one.patient for one in found)
    return render(request, "desk/_people.html", {"people": found})
