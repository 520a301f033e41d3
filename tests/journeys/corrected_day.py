"""Data of a day on which everything went wrong once, for checking the pages that fix it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from checkin.actions import (
    consent,
    excuse_notes,
    match_decisions,
    needs,
    preferences,
    visit_feedback,
)
from checkin.models import (
    Clinic,
    DueItem,
    Location,
    LookAlike,
    Patient,
    PatientIdentifier,
    Staff,
    Visit,
)
from checkin.rules.consent_adults import ConsentBasis, ConsentChannel
from checkin.rules.need_types import NeedOutcome
from checkin.rules.promises import PromiseTerms
from checkin.rules.visit_feedback import FamilyFeedback
from tests import make
from tests.journeys.desk_screen import arrive, minutes_ago
from tests.promising import promise

LONG = "María de los Ángeles Fernández-Villanueva y Castañeda-Montenegro de la Santísima Trinidad"
ARABIC = "فاطمة الزهراء عبد الرحمن"
VACCINES = ("MMR", "Influenza", "Polio (IPV)", "Hepatitis B", "DTaP")


def known_child(
    clinic: Clinic, name: str, born: str = "2018-03-14", number: str = "", **facts: Any
) -> Patient:
    """Return a child with two guardians, five vaccines due, and a record number."""
    child = make.patient(clinic, name, born, **facts)
    make.guardian(child, "Helen Bell", phone="(312) 555-0119", position=1)
    make.guardian(child, LONG, phone="(312) 555-0120", relationship="madrastra", position=2)
    for vaccine in VACCINES:
        DueItem.objects.create(
            clinic=clinic, patient=child, kind="vaccine", name=vaccine, due_on=dt.date(2026, 1, 1)
        )
    if number:
        PatientIdentifier.objects.create(clinic=clinic, patient=child, system="mrn", value=number)
    return child


def busy_visit(front: Location, child: Patient, *, noor: Staff, max_: Staff) -> Visit:
    """Return a visit of this child with twelve entries, of every kind."""
    said = {"relationship": "جليسة الأطفال", "escort_name": ARABIC, "escort_phone": "(312) 555-0177"}
    visit = arrive(front, name=f"{child.given_name} {child.family_name}y", minutes=40, **said)
    if visit.patient_id != child.pk:
        match_decisions.link_visit_to_patient(visit=visit, patient=child, by=noor, at=minutes_ago(35))
        visit.refresh_from_db()
    at, clock = minutes_ago(30), iter(range(60))
    facts = {"patient": child, "visit": visit, "heard_by": noor}
    for care, item, agreed, who in (
        ("vaccine", "MMR", True, "Helen Bell"),
        ("vaccine", "flu", False, LONG),
        ("treatment", "", True, "Helen Bell"),
    ):
        consent.record_consent(
            care=care, to_what=item, agreed=agreed, who=who, basis=ConsentBasis.TELEPHONE,
            how=ConsentChannel.TELEPHONE,
            phone="(312) 555-0119", limits="she is asked first" if care == "treatment" else "",
            at=at + dt.timedelta(seconds=next(clock)), **facts,
        )  # fmt: skip
    for label, outcome in (("MMR", "done"), ("Polio (IPV)", "done"), ("Influenza", "declined")):
        needs.answer_need(need=visit.needs.get(label=label), outcome=NeedOutcome(outcome), by=noor, at=at)
    for one in visit.discrepancies.open():
        if one.field in ("name", "phone", "address"):
            make.decision(discrepancy=one, kind="use_new", by=noor, at=at)
    preferences.record_language_and_needs(
        patient=child, visit=visit, language="pl", interpreter_needed=True,
        access_needs="Big print, and a chair that is not low", by=noor, at=at,
    )  # fmt: skip
    consent.grant_proxy(
        patient=child, visit=visit, name=ARABIC, granted_by="Helen Bell", written_on=at.date(), by=max_,
        at=at, cares=["vaccine"],
    )  # fmt: skip
    excuse_notes.issue_note(visit=visit, kind="school", by=noor, at=at)
    words = PromiseTerms(
        to_whom="Helen Bell", way="phone", reach_at="(312) 555-0119", about="the result of the strep test",
        due_at=timezone.now() + dt.timedelta(minutes=25),
    )  # fmt: skip
    promise(front, said=words, by=noor, at=at, visit=visit, patient=child)
    return visit


def agreeing_adults(visit: Visit, *, max_: Staff) -> None:
    """Grant written proxies for this child: one that counts, and one for each reason why one does not."""
    child, at = visit.patient, minutes_ago(20)
    assert child is not None
    day = at.date()
    facts = {"patient": child, "by": max_, "at": at}
    long_ago = day - dt.timedelta(days=400)
    consent.grant_proxy(
        name="Aunt Zoe", granted_by="Helen Bell", written_on=day, relationship="aunt", cares=["vaccine"],
        limits="no needles on Fridays", expires_on=day + dt.timedelta(days=90), **facts,
    )  # fmt: skip
    consent.grant_proxy(
        name="Grandma Jo", granted_by="Helen Bell", written_on=long_ago,
        expires_on=day - dt.timedelta(days=35), **facts,
    )  # fmt: skip
    revoked = consent.grant_proxy(name=LONG, granted_by="Helen Bell", written_on=day, **facts)
    consent.revoke_proxy(proxy=revoked, by=max_, at=at)
    consent.grant_proxy(name="Uncle Kai", granted_by="Bob Hart", written_on=day, **facts)


def words_on_leaving(front: Location, child: Patient) -> list[Visit]:
    """Save the feedback of three families: a call request, a long comment, and only a face."""
    visits = []
    for name, face, line, may_call in (
        (f"{child.given_name} {child.family_name}", 1, "Nobody told us why we waited. " * 8, True),
        (LONG, 2, "كان الانتظار طويلا جدا", False),
        ("Mia Chen", 5, "", False),
    ):
        visit = arrive(front, name=name, minutes=90, escort_phone="(312) 555-0177")
        said = FamilyFeedback(
            face=face, line=line, may_call=may_call, phone="(312) 555-0177" if may_call else ""
        )
        visit_feedback.save_feedback(visit=visit, said=said, at=minutes_ago(5))
        visits.append(visit)
    return visits


def look_alikes(clinic: Clinic) -> list[LookAlike]:
    """Return five imported records that look like one already on file."""
    pairs = []
    for nth, name in enumerate((LONG, ARABIC, "Emma Johnson", "Leo Ruiz", "Mia Chen")):
        older = known_child(clinic, name, "2017-04-04", number=f"E-{nth}", phone="(312) 555-0144")
        newer = make.patient(clinic, name, "2017-04-14", phone="(312) 555-0144")
        pairs.append(
            LookAlike.objects.create(clinic=clinic, record=newer, older=older, noticed_at=minutes_ago(60))
        )
    return pairs
