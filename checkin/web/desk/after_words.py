"""The square that invites a family to say how it was, and what they said."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from checkin.actions import after_words as actions
from checkin.models import Visit
from checkin.papers.excuse_note import square
from checkin.queries import after_words as reads
from checkin.rules import after_words as rules
from checkin.rules.roles import Act
from checkin.web.access import StaffRequest, may
from checkin.web.locations import without

SCAN = "Square to scan on leaving: one tap says how it was"


def panel(request: StaffRequest, visit: Visit) -> dict[str, Any]:
    """What they said, or the way to say it. One query; looking writes nothing."""
    word = reads.of_visit(visit)
    if word:
        return {
            "after_word": word,
            "after_words": reads.face_words(word.face),
            "after_number_mark": reads.number_mark(word, request.clinic),
        }
    at = timezone.now()
    may_ask = rules.may_be_asked(state=visit.state, since=visit.state_since, at=at)
    if not may(request, Act.MOVE) or not may_ask or not actions.is_asked(visit):
        return {"after_word": None}
    path = without(reverse("kiosk:after", args=[actions.invite(visit=visit, at=at)]))
    address = request.build_absolute_uri(path)
    return {"after_word": None, "after_invite": {"address": path, "square": square(address, SCAN)}}
