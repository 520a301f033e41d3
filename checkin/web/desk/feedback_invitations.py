"""The QR code that asks a family for feedback, and their answer."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from checkin.actions import visit_feedback
from checkin.models import Visit
from checkin.papers.qr_codes import qr_code_svg
from checkin.queries import visit_feedback as visit_feedback_queries
from checkin.rules import visit_feedback as visit_feedback_rules
from checkin.rules.roles import StaffAct
from checkin.web.access import StaffRequest, may_perform_act
from checkin.web.locations import strip_location_path

_FEEDBACK_SQUARE_LABEL = "QR code: rate your visit"


def feedback_invitation_panel(request: StaffRequest, visit: Visit) -> dict[str, object]:
    """Return their answer, or the QR code to give one. One query; writes nothing."""
    found = visit_feedback_queries.find_visit_feedback(visit)
    if found:
        return {
            "feedback": found,
            "feedback_face": visit_feedback_queries.feedback_face_words(found.face),
            "feedback_number_mark": visit_feedback_queries.feedback_number_warning(found, request.clinic),
        }
    at = timezone.now()
    may_ask = visit_feedback_rules.may_ask_for_feedback(state=visit.state, since=visit.state_since, at=at)
    if (
        not may_perform_act(request, StaffAct.MOVE)
        or not may_ask
        or not visit_feedback.may_ask_visit_feedback(visit)
    ):
        return {"feedback": None}
    path = strip_location_path(
        reverse("kiosk:after", args=[visit_feedback.make_feedback_code(visit=visit, at=at)])
    )
    address = request.build_absolute_uri(path)
    return {
        "feedback": None,
        "feedback_invitation": {"address": path, "square": qr_code_svg(address, _FEEDBACK_SQUARE_LABEL)},
    }
