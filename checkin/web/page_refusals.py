"""What a person sees whose page was behind: what changed and who did it, and what they typed, not lost."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format

from checkin.actions.page_marks import PageChanged, RecordChanged
from checkin.models import Clinic, MatchDecision, Patient, PatientMerge, Visit, paper_words
from checkin.models.made_records import end_of
from checkin.queries.page_marks import last_merge, last_naming
from checkin.rules import page_marks as rules
from checkin.rules.page_marks import PageMark
from checkin.rules.telling_apart import details, is_one_name, tell_apart
from checkin.rules.visits import State
from checkin.web import adult_here, drawn_with
from checkin.web.changed_fields import carried
from checkin.web.desk.forms_now import form_now, statement_now
from checkin.web.drawn_with import DRAWN_WITH
from checkin.web.page_marks import DRAWN_BESIDE, DRAWN_FOR, of_patient, said, said_beside
from checkin.web.typed import NOT_KEPT, is_by_script
from checkin.web.typed_fields import hidden, shown

UNMARKED = "What you sent does not say which child it is for. Your page may have been open for very long."
STALE = "Page"
"""Header by which a script of ours sees that its page is behind; the answer's text says what changed."""
Kind = MatchDecision.Kind
THIS = "this record"
ROLES = ("the record of your page", "the record now")
"""What tells two records apart that say the same of name, birth date and number."""
FOLLOWS = {"proxy", "promise_new"}
"""Forms whose address names the child itself: they go to the record as it now is, too."""
CHOOSE_AGAIN = {
    "match_link": ("desk:match_one", "Choose again"),
    "match_new": ("desk:match_one", "Choose again"),
    "match_undo": ("desk:match_one", "Choose again"),
    "patient_merge": ("desk:patient", "Choose again"),
    "merge_records": ("desk:merge_compare", "Compare the two again"),
    "look_alike_two": ("desk:look_alikes", "To the look-alikes"),
}
"""The page on which somebody chooses a record, by the form that names it."""


class TellWhatChanged:
    """Answer a page that was behind: 409, nothing written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: Any, problem: Exception) -> HttpResponse | None:
        return refuse(request, problem) if isinstance(problem, PageChanged) else None


def refuse(request: Any, changed: PageChanged) -> HttpResponse:
    is_beside = isinstance(changed, RecordChanged)
    told = record_changed if is_beside else what_changed
    what = told(request.clinic, changed.drawn, changed.now)
    if is_by_script(request):
        text = f"{what} Nothing was written."
        return HttpResponse(text, status=409, content_type="text/plain", headers={STALE: "behind"})
    if is_beside:
        return render(request, "desk/page_behind.html", beside(request, what, changed.now), status=409)
    visit = visit_of(request.clinic, changed.now)
    patient = record(request.clinic, changed.now)
    now, follows = changed.now, request.resolver_match.url_name in FOLLOWS
    if patient is not None and now.merged_into and follows:
        now = of_patient(patient)
    context = {
        "what": what,
        "visit": visit,
        "adult": adult_here.other_adult(visit, changed.drawn, now),
        "patient": patient,
        **page_was_about(request.clinic, changed.drawn, changed.now),
        "form": as_typed(request, patient, drawn=changed.drawn, visit=visit),
        "mark": now.at(changed.drawn.location if changed.drawn else None).text,
        "onward": page_now(visit, patient),
    }
    return render(request, "desk/page_behind.html", context, status=409)


def beside(request: Any, what: str, now: PageMark) -> dict[str, Any]:
    """A record that was chosen is another by now: what was typed, and the page where one chooses again.

    What is sent again says how that record is shown here; what the page itself was drawn for is so still.
    """
    form = as_typed(request, None)
    sent = said_beside(request) | {now.patient: replace(now, visit=None)}
    if form is not None:
        form["fields"] = [one for one in form["fields"] if one["name"] != DRAWN_BESIDE]
        form["fields"] += [hidden(DRAWN_BESIDE, mark.text) for mark in sent.values()]
    visit = visit_of(request.clinic, now)
    onward, again = choose_again(request) or (page_now(visit, None), "")
    known = {"what": what, "visit": visit, "form": form, "mark": said(request)}
    return {**known, "onward": onward, "again": again}


def choose_again(request: Any) -> tuple[str, str] | None:
    """Address and words of the page on which the record was chosen; None for a form that names none."""
    match = request.resolver_match
    if match.url_name not in CHOOSE_AGAIN:
        return None
    page, words = CHOOSE_AGAIN[match.url_name]
    named = {name: pk for name, pk in match.kwargs.items() if name != "look_alike_id"}
    return reverse(page, kwargs=named), words


def page_was_about(clinic: Clinic, drawn: PageMark | None, now: PageMark) -> dict[str, Any]:
    """The record of the page, by its number: it may be called otherwise by now than the page did.

    `was_born` and `told` are for two children who may be mixed up by their names alone.
    """
    was = record(clinic, drawn) if drawn else None
    number, told = paper_words.number(was) if was else "", told_apart(clinic, drawn, now)
    born = named_as(was).removeprefix(was.name) if was and told and was != record(clinic, now) else ""
    was_record = f"record {number}" if number else "the record"
    return {"was": was, "was_record": was_record, "was_born": born, "told": told}


def told_apart(clinic: Clinic, drawn: PageMark | None, now: PageMark) -> str:
    """Birth date and number of the child as it now is, where its name alone does not say who that is.

    So where the page was about a child of a like name, called this one otherwise, or does not say about whom.
    """
    child = record(clinic, now)
    if child is None:
        return ""
    was = record(clinic, drawn) if drawn else None
    if was is not None and was != child:
        return tell_apart(paper_words.child(was), paper_words.child(child), roles=ROLES)[1].more
    is_known = drawn is not None and (was is None or drawn.named == now.named)
    return "" if is_known else details(paper_words.child(child))


def with_details(child: Patient | None, more: str) -> str:
    return f"{child} ({more})" if more else str(child)


def as_typed(
    request: Any, patient: Patient | None, *, drawn: PageMark | None = None, visit: Visit | None = None
) -> dict[str, Any] | None:
    """What a person wrote or chose, for the child as it now is; a bare button is none.

    Of a form that shows a record only what was changed on its page is carried.
    """
    fields = [
        [name, text]
        for name, texts in request.POST.lists()
        for text in texts
        if name not in NOT_KEPT and name != DRAWN_FOR
    ]
    action, named = address_now(request, patient)
    typed = {"id": uuid.uuid4().hex, "action": action, "fields": fields}
    if (form := form_now(request, **named)) is not None:
        # A page that does not say what its boxes held has them all looked at, beside what stands there now.
        held = drawn_with.read(request.POST.get(DRAWN_WITH, "")) or dict.fromkeys(form.fields, [])
        statement = statement_now(request, record(request.clinic, drawn) if drawn else None, patient, visit)
        return carried(form, typed, request.POST, held, request.clinic, statement)
    words = shown(typed, request.clinic)
    return words if any(one["kind"] != "hidden" for one in words["fields"]) else None


def address_now(request: Any, patient: Patient | None) -> tuple[str, dict[str, int]]:
    """Where the form goes, and the record that the address names: the one that it is for now."""
    address, act = without_mark(request.get_full_path()), request.resolver_match.url_name
    if patient is None or act not in FOLLOWS:
        return address, {}
    if act == "proxy":
        return reverse("desk:proxy", args=[patient.pk]), {"patient_id": patient.pk}
    asked = request.GET.get("patient")
    return (f"{urlsplit(address).path}?patient={patient.pk}" if asked else address), {}


def without_mark(address: str) -> str:
    path, asked = urlsplit(address).path, urlsplit(address).query
    every = parse_qsl(asked, keep_blank_values=True)
    left = [pair for pair in every if pair[0] not in (DRAWN_FOR, DRAWN_BESIDE)]
    return f"{path}?{urlencode(left)}" if left else path


def visit_of(clinic: Clinic, mark: PageMark) -> Visit | None:
    return clinic.visits.select_related("patient", "escort", "sign_in").filter(pk=mark.visit or 0).first()


def record(clinic: Clinic, mark: PageMark) -> Patient | None:
    """The record that a mark speaks of, or the one that it was merged into."""
    pk = end_of(mark.merged_into) if mark.merged_into else mark.patient
    return clinic.patients.filter(pk=pk).first() if pk else None


def page_now(visit: Visit | None, patient: Patient | None) -> str:
    if visit is not None:
        return reverse("desk:visit", args=[visit.pk])
    return reverse("desk:patient", args=[patient.pk]) if patient else reverse("desk:board")


def what_changed(clinic: Clinic, drawn: PageMark | None, now: PageMark) -> str:
    """What happened since the page was opened, in one sentence: who did it, and when."""
    if drawn is None:
        return UNMARKED
    visit = visit_of(clinic, now)
    if rules.is_same_record(drawn, now) and drawn.named != now.named:
        return another_name(clinic, now)
    if visit is not None and not rules.is_same_child(drawn, now):
        return another_child(clinic, visit, now, told_apart(clinic, drawn, now))
    if visit is not None:
        is_adult = drawn.adult != now.adult
        return adult_here.what_changed(clinic, visit, drawn) if is_adult else another_state(clinic, visit)
    return another_record(clinic, drawn, now)


def another_child(clinic: Clinic, visit: Visit, now: PageMark, more: str) -> str:
    made = visit.match_decisions.select_related("by", "undoes").order_by("pk").last()
    who, when = by_whom(made), at_time(clinic, made)
    child = record(clinic, now)
    if child is None:
        return f"{who} undid the match of {visit.token}{when}: no child on record is matched now."
    told = with_details(child, more)
    if made is not None and made.undoes is not None:
        what = "the merge of the record" if made.undoes.kind == Kind.MERGE else "the last match"
        return f"{who} undid {what} of {visit.token}{when}: it is {told} again."
    if made is not None and made.kind == Kind.MERGE:
        return f"{who} merged the record of {visit.token} into {told}{when}."
    return f"{who} matched {visit.token} to {told}{when}."


def another_name(clinic: Clinic, now: PageMark, this: str = THIS) -> str:
    """The record is the same, but the page called it otherwise: it may have shown a twin's name."""
    child = record(clinic, now)
    if child is None:  # never for a mark that names a child
        return UNMARKED
    made = last_naming(child)
    verb = "undid a change of" if made is not None and made.undoes_id else "changed"
    what = f"{by_whom(made)} {verb} the name or birth date on {this}{at_time(clinic, made)}"
    return f"{what}: it is {named_as(child)}, now."


def named_as(child: Patient) -> str:
    born = f", born {date_format(child.birth_date, 'M j, Y')}" if child.birth_date else ""
    return f"{child}{born}"


def record_changed(clinic: Clinic, drawn: PageMark | None, now: PageMark) -> str:
    """What happened to a record that the form names beside the one it is about, and who it is by now."""
    if drawn is None:
        return UNMARKED
    chosen = clinic.patients.filter(pk=now.patient or 0).first()
    number = paper_words.number(chosen) if chosen else ""
    this = f"record {number}" if number else "the record that was chosen"
    if rules.is_same_record(drawn, now):
        return another_name(clinic, now, this)
    what = another_record(clinic, drawn, now, this)
    return f"{what} It is {named_as(chosen)}, now." if chosen and not now.merged_into else what


def another_state(clinic: Clinic, visit: Visit) -> str:
    made = visit.moves.select_related("by").order_by("pk").last()
    label = State(visit.state).label
    again = " again" if made is not None and made.undoes_id else ""
    return f"{by_whom(made)} moved {visit.token} to “{label}”{again}{at_time(clinic, made)}."


def another_record(clinic: Clinic, drawn: PageMark, now: PageMark, this: str = THIS) -> str:
    made = last_merge(clinic, drawn.patient)
    who, when = by_whom(made), at_time(clinic, made)
    if isinstance(made, PatientMerge) and made.into_id == drawn.patient:
        verb = "undid the merge of" if made.undoes_id else "merged"
        one = "this one" if this == THIS else this
        merged, into = (paper_words.child(each) for each in (made.merged, made.into))
        is_one = is_one_name([merged.name, into.name]) and details(merged) != details(into)
        other = with_details(made.merged, details(merged) if is_one else "")
        return f"{who} {verb} another record, {other}, into {one}{when}."
    if now.merged_into is None:
        return f"{who} undid the merge of {this}{when}."
    stays = with_details(record(clinic, now), told_apart(clinic, drawn, now))
    return f"{who} merged {this} into {stays}{when}."


def by_whom(made: Any) -> str:
    return str(made.by) if made is not None and made.by else "The clinic’s computer"


def at_time(clinic: Clinic, made: Any) -> str:
    """ " at 10:42"; nothing where it is not known."""
    if made is None:
        return ""
    at: dt.datetime = made.at.astimezone(clinic.zone)
    return f" at {at.hour}:{at:%M}"
