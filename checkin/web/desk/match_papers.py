"""The page before a match is corrected: all that was written at the visit, and whose each thing is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from checkin.actions.paper_moves import PapersAsk, PapersSaid
from checkin.actions.relinking import latest, papers_of
from checkin.models import MatchDecision, Patient, Visit, paper_words
from checkin.models import lookup as records
from checkin.models.visit_papers import VisitPaper, digest, written_at
from checkin.rules.paper_fates import Whose
from checkin.web.access import StaffRequest

PREFIX = "whose-"
TITLES = {
    "desk:match_link": "Before {token} goes to {new}",
    "desk:match_new": "Before {token} goes to a new record",
    "desk:match_undo": "Before the last decision on {token} is undone",
}
SENDS = {
    "desk:match_link": "This is {new}",
    "desk:match_new": "Make a new patient",
    "desk:match_undo": "Undo",
}


def said(request: HttpRequest) -> PapersSaid:
    """What was answered on the page, and what that page listed; "" where it was none."""
    answers = {
        name.removeprefix(PREFIX): str(text) for name, text in request.POST.items() if name.startswith(PREFIX)
    }
    return PapersSaid(answers, request.POST.get("papers", ""))


def target(visit: Visit, step: str, patient: Patient | None) -> tuple[Patient | None, MatchDecision | None]:
    """To which record the visit would go by this step, and the decision that it undoes."""
    if step == "desk:match_undo":
        last = latest(visit)
        return (last.previous_patient if last else None), last
    if step == "desk:match_new":
        return typed_record(visit), None
    return patient, None


def typed_record(visit: Visit) -> Patient:
    """The record that a new patient would get, not made yet."""
    claim = records.said(visit.sign_in)
    return Patient(
        clinic_id=visit.clinic_id,
        given_name=claim.child_given_name,
        family_name=claim.child_family_name,
        language=claim.language,
    )


def waiting(visit: Visit) -> list[str]:
    """What was written at a visit of nobody yet, and goes along with whoever it is linked to."""
    if visit.patient_id is not None:
        return []
    return [one.what for one in written_at(visit, typed_record(visit))]


def page(
    request: StaffRequest, visit: Visit, asked: PapersAsk, *, step: str, patient: Patient | None
) -> HttpResponse:
    """List the papers with their fates, and ask where a person has to say. Nothing was changed yet."""
    now, undoes = target(visit, step, patient)
    papers = papers_of(visit, now, undoes=undoes)
    names = paper_words.Names.of(visit, now)
    answers, first = said(request).whose, "papers" not in request.POST
    newest = visit.match_decisions.order_by("pk").last()
    context: dict[str, Any] = {
        "visit": visit,
        "step": step,
        "patient": patient,
        "title": TITLES[step].format(token=names.token, new=names.new),
        "send": SENDS[step].format(new=names.new),
        "papers": [shown(one, names, answers.get(one.key, ""), missed=not first) for one in papers],
        "digest": digest(papers),
        "newest": newest.pk if newest else 0,
        "back": request.POST.get("back", ""),
        "told": "" if first else asked.sentence,
    }
    return render(request, "desk/match_papers.html", context, status=200 if first else 409)


def shown(one: VisitPaper, names: paper_words.Names, answer: str, *, missed: bool) -> dict[str, Any]:
    """One paper as its line: what becomes of it by the rule, or the choices."""
    choices = [(choice.value, paper_words.fate(one.paper, choice, names)) for choice in one.whose]
    return {
        "name": f"{PREFIX}{one.key}",
        "kind": one.paper.label,
        "what": one.what,
        "before": one.before,
        "beside": one.beside,
        "new": names.new,
        "asks": one.asks,
        "question": paper_words.question(one.paper),
        "fate": "" if one.asks else choices[0][1],
        "choices": [(value, words, value == answer) for value, words in choices],
        "missed": missed and one.asks and answer not in [Whose(each) for each in one.whose],
    }
