"""Helpers shared by the tests of excuse notes at the desk."""

from __future__ import annotations

from typing import Any

from checkin.actions import excuse_notes
from checkin.models import ExcuseNote, Visit
from checkin.rules.excuse_notes import NoteKind
from tests import make

FORM = {
    "person_name": "Leo Ruiz",
    "seen_from": "09:40",
    "seen_to": "10:25",
    "excused_from": "2026-03-10",
    "excused_to": "2026-03-11",
    "return_on": "2026-03-12",
    "limits": "No sports until March 20.",
    "language": "es",
}


def address(visit: Visit, kind: str = "school") -> str:
    return f"/visits/{visit.pk}/notes/{kind}/"


def issued(visit: Visit, by: Any, kind: str = NoteKind.SCHOOL, clock: str = "9:52") -> ExcuseNote:
    return excuse_notes.issue_note(visit=visit, kind=kind, by=by, at=make.at(clock)).note


def said(answer: Any) -> str:
    """Return the page's text, with quotes unescaped."""
    return answer.content.decode().replace("&#x27;", "'").replace("&quot;", '"')
