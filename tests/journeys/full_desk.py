"""A clinic whose every desk page is full: the longest names, Arabic, every kind of entry."""

from __future__ import annotations

from typing import NamedTuple

from playwright.sync_api import Page

from checkin.actions import excuse_notes, match_decisions
from checkin.models import Clinic, ExcuseNote, Location, Staff
from checkin.rules.promises import PromiseTerms
from tests import make
from tests.journeys.corrected_day import (
    ARABIC,
    LONG,
    agreeing_adults,
    busy_visit,
    known_child,
    look_alikes,
    words_on_leaving,
)
from tests.journeys.desk_screen import arrive, minutes_ago
from tests.promising import promise

SAID = {
    "relationship": "عمها، أبوها مسافر للعمل ولن يعود قبل نهاية الأسبوع القادم",
    "reason": "Will not drink since this morning, and the cough of last week has come back " * 3,
    "also": "a mole on the knee that has grown",
    "notes_wanted": "school, work",
    "interpreter": "yes",
    "access_needs": "a quiet place to wait, please",
    "approach": "leave",
}


class FullDesk(NamedTuple):
    """A manager's page at a full clinic, and the path of each desk page by its name."""

    page: Page
    paths: dict[str, str]


def fill_desk(brook: Clinic, front: Location, *, dana: Staff, noor: Staff, max_: Staff) -> dict[str, str]:
    """Fill the clinic, and return the path of each desk page by its name."""
    child = known_child(brook, LONG, number="411", city="Aurora", language="ar")
    busy = busy_visit(front, child, noor=noor, max_=max_)
    agreeing_adults(busy, max_=max_)
    pairs = look_alikes(brook)
    word = words_on_leaving(front, child)[0].after_word
    unmatched = arrive(front, name=f"{LONG}x", minutes=20, **SAID)
    arabic = arrive(front, name=ARABIC, minutes=9, **SAID)
    match_decisions.decide_new_patient(visit=arabic, by=dana, at=minutes_ago(8))
    arabic.refresh_from_db()
    for minutes in (-40, 20, 90):
        make.appointment(make.patient(brook, f"{LONG} {minutes}"), front, minutes_ago(minutes))
    owed = promise(
        front,
        said=PromiseTerms(
            to_whom=LONG, way="phone", reach_at="(312) 555-0119",
            about="the result of the strep test, and whether school may have him back on Monday " * 2,
            due_at=minutes_ago(30),
        ),
        owner=dana, by=noor, at=minutes_ago(90), visit=busy, patient=child,
    )  # fmt: skip
    note = ExcuseNote.objects.get(visit=busy, kind="school")
    other = excuse_notes.issue_note(visit=arabic, kind="work", by=noor, at=minutes_ago(4)).note
    return {
        "board": "/",
        "sign-in": "/sign-in/",
        "sign-in known": f"/sign-in/?patient={child.pk}",
        "match": f"/match/{unmatched.pk}/",
        "visit": f"/visits/{busy.pk}/",
        "visit unmatched": f"/visits/{unmatched.pk}/",
        "leaving": f"/visits/{busy.pk}/leave/?to=left",
        "consent": f"/visits/{busy.pk}/consent/",
        "reason": f"/visits/{unmatched.pk}/reason/",
        "preferences": f"/visits/{busy.pk}/preferences/",
        "note draft": f"/visits/{unmatched.pk}/notes/school/",
        "note": f"/notes/{note.number}/",
        "note void": f"/notes/{other.number}/void",
        "note reissue": f"/notes/{other.number}/reissue",
        "promises": "/promises/",
        "promise new": f"/promises/new/?visit={busy.pk}",
        "promise": f"/promises/{owed.pk}/",
        "handover": "/promises/handover/",
        "feedback": f"/promises/feedback/{word.pk}/",
        "discrepancies": "/discrepancies/",
        "patients": "/patients/",
        "patient": f"/patients/{child.pk}/",
        "patient provisional": f"/patients/{unmatched.patient_id}/" if unmatched.patient_id else "/patients/",
        "look-alikes": "/patients/look-alikes/",
        "merge": f"/patients/{pairs[0].older_id}/merge/{pairs[0].record_id}/",
        "password": "/account/password/",
        "e-mail": "/account/email/",
        "log out": "/account/logout/",
        "nothing here": "/nothing-here/",
        "verify": "/verify/",
        "verify genuine": f"/verify/{note.code}/",
        "verify unknown": "/verify/not-a-code/",
    }


PUBLIC = {"login": "/account/login/", "inactive": "/account/inactive/"}
"""Pages of who is not logged in."""
