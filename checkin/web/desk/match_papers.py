"""The page before a match is corrected: all that was written at the visit, and whose each thing is."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from checkin.actions import paper_returns
from checkin.actions.paper_moves import PapersAsk, PapersSaid
from checkin.actions.relinking import had_before, latest, papers_of
from checkin.actions.writing import write
from checkin.models import Discrepancy, Match, MatchDecision, Patient, Visit, paper_choices, paper_words
from checkin.models import lookup as records
from checkin.models.made_records import goes_back_to
from checkin.models.own_records import own_record
from checkin.models.visit_papers import VisitPaper, digest, written_at
from checkin.queries import paper_told, undo_told
from checkin.rules.claims import birth_date
from checkin.rules.names import Segment, differences
from checkin.rules.paper_fates import Done, Paper, Whose
from checkin.rules.telling_apart import BEFORE, OF_VISIT, details, is_easily_mixed_up
from checkin.rules.visits import State
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
        return (goes_back_to(last)[0] if last else None), last
    if step == "desk:match_new":
        own = own_record(visit, visit.patient)
        return own.merged if own else typed_record(visit), None
    return patient, None


def typed_record(visit: Visit) -> Patient:
    """The record that a new patient would get, not made yet."""
    claim, day_first = records.said(visit.sign_in), visit.clinic.day_first
    born = birth_date(claim.child_birth_date, today=visit.local_date, day_first=day_first)
    return Patient(
        clinic_id=visit.clinic_id,
        given_name=claim.child_given_name,
        family_name=claim.child_family_name,
        birth_date=born.date,
        language=claim.language,
    )


def waiting(visit: Visit) -> list[str]:
    """What was written at a visit of nobody yet, and goes along with whoever it is linked to."""
    return going(visit) if visit.patient_id is None else []


def going_unasked(visit: Visit) -> list[str]:
    """What goes along without a question: of a visit of nobody, or from the record that its sign-in made."""
    return going(visit) if visit.match == Match.NEW else waiting(visit)


def going(visit: Visit) -> list[str]:
    return [one.what for one in written_at(visit, typed_record(visit)) if Whose.NEW in one.whose]


def page(
    request: StaffRequest, visit: Visit, asked: PapersAsk, *, step: str, patient: Patient | None
) -> HttpResponse:
    """List the papers with their fates, and ask where a person has to say. Nothing was changed yet."""
    now, undoes = target(visit, step, patient)
    first = "papers" not in request.POST
    newest = visit.match_decisions.order_by("pk").last()
    context: dict[str, Any] = {
        "visit": visit,
        "step": step,
        "patient": patient,
        "goes_to": now if now is not None and now.pk else None,
        **listed(request, visit, now, undoes, step=step),
        "again": paper_told.come_back(undoes),
        "newest": newest.pk if newest else 0,
        "back": request.POST.get("back", ""),
        "told": "" if first else asked.sentence,
    }
    return render(request, "desk/match_papers.html", context, status=200 if first else 409)


def listed(
    request: StaffRequest, visit: Visit, now: Patient | None, undoes: MatchDecision | None, *, step: str
) -> dict[str, Any]:
    """Both children, and the papers in the order in which they are asked: first what names the child."""
    with write():
        # Held, as an undo reads them: what was used since is not given back.
        papers = papers_of(visit, now, undoes=undoes)
        back = given_back(undoes, papers) if undoes else []
        rewrites = paper_returns.rewrites(undoes) if undoes else []
    was, answers, missed = renamed_from(papers, visit), said(request).whose, "papers" in request.POST
    names = paper_words.Names.of(visit, now, was=was, undoes=undoes is not None)
    ordered = sorted(papers, key=lambda one: (not is_name(one), not one.asks))
    lines = [shown(one, names, answers.get(one.key, ""), missed=missed) for one in ordered]
    return {
        "title": TITLES[step].format(token=names.token, new=names.new_told),
        "send": SENDS[step].format(new=names.new),
        "children": children(visit, now, was=was, undoes=undoes is not None),
        "papers": lines,
        "first_missed": next((one["name"] for one in lines if one["missed"]), ""),
        "given_back": back,
        "follows": follows(visit, now, names),
        "digest": digest(papers, rewrites),
    }


def is_name(one: VisitPaper) -> bool:
    """Whether it is the child's name that was corrected, and may be put back: that is asked first."""
    return isinstance(one.row, Discrepancy) and one.row.field == Discrepancy.Field.NAME and one.asks


def renamed_from(papers: list[VisitPaper], visit: Visit) -> str:
    """What the record of the visit's child was called before this visit changed it; "" where it did not."""
    before = next((one.before for one in papers if is_name(one)), "")
    return before if visit.patient and before != visit.patient.name else ""


def children(visit: Visit, now: Patient | None, *, was: str, undoes: bool) -> list[dict[str, Any]]:
    """Both children of the page: in which role, by what name, and what tells the one from the other."""
    both = [
        paper_words.child(visit.patient, was=was) if visit.patient else None,
        paper_words.child(now) if now else None,
    ]
    roles = (paper_words.UNTIL_NOW if undoes else BEFORE, OF_VISIT)
    linked = (f"{visit.token} is linked to this record now", f"{visit.token} goes to this record")
    nobody = (f"{visit.token} is linked to nobody now", "nobody is known yet")
    lines = plain_or_marked(*(one.name if one else "" for one in both))
    return [
        {
            "id": f"who-{value}",
            "role": paper_words.capitalised(role),
            "is": is_now if one else "",
            "lines": line if one else [],
            "more": details(one) if one else empty,
        }
        for value, role, is_now, one, line, empty in zip(
            (Whose.OLD, Whose.NEW), roles, linked, both, lines, nobody, strict=True
        )
    ]


def plain_or_marked(one: str, other: str) -> list[list[list[Segment]]]:
    """Both names, with the letters marked in which they differ where they are nearly the same."""
    if one and other and is_easily_mixed_up(one, other):
        return [[segments] for segments in differences(one, other)]
    return [[[(one, False)]], [[(other, False)]]]


def given_back(undoes: MatchDecision, papers: list[VisitPaper]) -> list[str]:
    """What an undo gives back as it was, and what it has to leave, in sentences."""
    going = {(type(one.row).__name__, one.row.pk) for one in papers}
    done = paper_returns.to_give_back(undoes)
    groups = [
        one for one in paper_returns.groups(undoes) if (one.head.subject, one.head.subject_id) not in going
    ]
    told = [one for one in groups if len(one.moves) > 1 or one.head.done != Done.KEPT]
    return undo_told.will_be(undoes, [undo_told.Returned(one.moves, one in done) for one in told])


def follows(visit: Visit, now: Patient | None, names: paper_words.Names) -> list[str]:
    """What goes along, is given free or is taken without being a paper: who brought them, appointments."""
    found, zone = [], visit.clinic.zone
    if visit.patient is not None and visit.escort is not None:
        who = paper_words.short(visit.escort.name or visit.escort.relationship) or "Who brought them"
        to = f"goes along to {names.new}" if names.new else f"is kept with {visit.token}"
        kept = "keeps them only where it knows them from other visits"
        found.append(f"{who} {to}; the record of {names.old} {kept}.")
    if visit.patient is not None and visit.appointment is not None:
        there = visit.appointment.starts_at.astimezone(zone)
        found.append(f"The appointment at {there:%-H:%M} is free again for {names.old}.")
    if (taken := to_take(visit, now)) is not None:
        found.append(f"The appointment at {taken.astimezone(zone):%-H:%M} is taken for {names.new}.")
    return found


def to_take(visit: Visit, now: Patient | None) -> dt.datetime | None:
    """When the appointment is that the visit takes with this child, as `linking.attach` would take it."""
    if now is None or now.pk is None or visit.state == State.ENTERED_IN_ERROR:
        return None
    at = visit.arrived_at
    found = records.about(clinic=visit.clinic, patients=[now], at=at)
    had = had_before(visit, now, visit.appointment_id)
    booked = found.appointment_of(now.pk, location_id=visit.location_id, at=at, had=had)
    return booked.at if booked is not None else None


def shown(one: VisitPaper, names: paper_words.Names, answer: str, *, missed: bool) -> dict[str, Any]:
    """One paper as its line: what becomes of it by the rule, or the choices."""
    words = {
        each.value: paper_choices.choice(one.paper, each, names, before=one.before) for each in one.whose
    }
    return {
        "name": f"{PREFIX}{one.key}",
        "kind": one.paper.label,
        "what": one.what,
        "before": one.before,
        "beside": one.beside,
        "replaces": one.replaces,
        "new": names.new,
        "asks": one.asks,
        "question": paper_choices.question(one.paper, names, is_name=is_name(one)),
        "fate": "" if one.asks else paper_choices.fate(one.paper, one.whose[0], names),
        "choices": [(value, said, value == answer, who(one, value)) for value, said in words.items()],
        "missed": missed and one.asks and answer not in [Whose(each) for each in one.whose],
    }


def who(one: VisitPaper, value: str) -> str:
    """The children that an answer speaks of, by their ids on top: a screen reader reads them too."""
    if one.paper == Paper.CORRECTION:
        return f"who-{Whose.OLD}"
    if value == Whose.NOBODY:
        return ""
    return f"who-{Whose.OLD} who-{Whose.NEW}" if value == Whose.BOTH else f"who-{value}"
