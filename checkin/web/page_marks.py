"""Every form of the desk says what its page was drawn for; a page that is behind writes nothing.

`drawn_for`, a hidden field that `{% csrf_token %}` brings along, names the visit with its child and state, or
the record, or the promise, and the front desk (`rules/page_marks`). What an address speaks of is compared
with it before the view runs, and again by the action once it holds the rows (`actions/page_marks`).

`drawn_beside` says the same of every record that a form names by its number beside the one it is about: whom
a visit is linked to, what a record is merged into. A bare number would be whoever stands under it by now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.http import HttpRequest

from checkin.actions.page_marks import (
    PageChanged,
    RecordChanged,
    adult_now,
    adult_of,
    asked_by,
    compare_beside,
    is_unchecked,
    stamp_of,
)
from checkin.models import Discrepancy, Patient, Promise, Visit
from checkin.rules import page_marks as rules
from checkin.rules.excuse_notes import Kind
from checkin.rules.page_marks import PageMark
from checkin.web.locations import address_of

DRAWN_FOR = "drawn_for"
DRAWN_BESIDE = "drawn_beside"
RECORD_FIELDS = ("patient", "into")
"""Fields in which a form names a record beside the one that it is about; for addresses: `records_named`."""
WRITES_NOTHING = {"typed", "location", "find", "people", "match_search", "patient_search", "board_here"}
"""Posts that write about no child: searches, a choice of this browser, and “I am at this board”."""
ALWAYS_TAKEN = {"sign_in"}
"""A family that signs in is on the board at once, whatever page sent it; the view says what changed."""
OWN_STATE = {"move", "door"}
"""Steps compare the state themselves: the same press twice is one move, another's is told who was quicker."""
SAME_STATE = {"undo"}
"""Undoing a move means the very move that the page showed."""
OWN_CHILD = {"match_link", "match_new", "match_undo"}
"""Decisions on a match say by `seen` after which decision they were drawn, and whom by `drawn_beside`."""
OF_ADULT = {"preferences", "preferences_forget", "consent", "promise_new"}
"""Acts that write of the adult who is here. For those that do so at times: `is_of_adult`."""
LONGEST = 18


def of_visit(visit: Visit) -> PageMark:
    mark = PageMark(visit=visit.pk, patient=visit.patient_id, state=visit.state, location=visit.location_id)
    return replace(mark, named=stamp_of(visit.patient))


def with_adult(visit: Visit) -> PageMark:
    """Also whom the page shows as here with the child: a form may write of that adult."""
    return replace(of_visit(visit), adult=adult_of(visit))


def of_patient(patient: Patient) -> PageMark:
    into, merge = patient.merged_into_id, patient.last_merge_id
    return PageMark(patient=patient.pk, merged_into=into, merge=merge, named=stamp_of(patient))


def of_promise(promise: Promise) -> PageMark:
    mark = PageMark(promise=promise.pk, visit=promise.visit_id, patient=promise.patient_id)
    return replace(mark, named=stamp_of(promise.patient))


def of_context(context: Any) -> PageMark:
    """What the part of a page drawn with this context is about: a promise, a visit, a record, or none."""
    kinds: tuple[tuple[str, Any, Any], ...] = (
        ("promise", Promise, of_promise),
        ("visit", Visit, with_adult),
        ("patient", Patient, of_patient),
    )
    if isinstance(said := context.get(DRAWN_FOR), PageMark):
        return said
    for name, kind, mark in kinds:
        if isinstance(found := context.get(name), kind):
            return mark(found)
    return PageMark()


def marked(name: str, visit: Visit) -> str:
    """The address of an act on this visit, for a button that belongs to no form of its own."""
    return f"{address_of(f'desk:{name}', visit.pk)}?{DRAWN_FOR}={of_visit(visit).text}"


@contextmanager
def asking(request: Any, named: Mapping[str, Any]) -> Iterator[None]:
    """Run a view for the page that asks. Raises PageChanged where that page is behind, or does not say."""
    request.page_mark = None
    match = request.resolver_match
    if request.method != "POST" or match.app_name != "desk" or match.url_name in WRITES_NOTHING:
        yield
        return
    mark = request.page_mark = rules.read(said(request))
    if match.url_name in ALWAYS_TAKEN:
        yield
        return
    now = spoken_of(request, named, mark)
    if now is None and mark is None:  # about a place alone, or about nothing that is there
        raise PageChanged(None, PageMark())
    if now is not None and now.visit and not now.promise and is_of_adult(request, named):
        now = replace(now, adult=adult_now(now.visit))
    held = compare(match.url_name, mark, now) if now is not None else None
    beside = drawn_beside(request, named, now.visit if now else None)
    with asked_by(held, beside):
        yield
        request.page_is_checked = bool(held or beside) and not is_unchecked()


def said(request: HttpRequest) -> str:
    return request.GET.get(DRAWN_FOR) or request.POST.get(DRAWN_FOR, "")


def state_seen(request: Any) -> str:
    """The state from which a step was meant, as the page showed it."""
    mark = request.page_mark
    return request.POST.get("from") or request.GET.get("from") or (mark.state if mark else "")


def drawn_beside(request: Any, named: Mapping[str, Any], visit: int | None) -> tuple[PageMark, ...]:
    """How the page drew the records that its form names. Raises RecordChanged where one is another by now.

    What is sent of a record that nothing names is compared, too: the page before an undo says so where to.
    """
    sent, asked = said_beside(request), records_named(request, named)
    ours = request.clinic.patients.in_bulk([*sent, *asked]) if sent or asked else {}
    for pk in asked:
        if pk in ours and pk not in sent:
            raise RecordChanged(None, replace(of_patient(ours[pk]), visit=visit))
    marks = tuple(replace(mark, visit=visit) for pk, mark in sent.items() if pk in ours)
    compare_beside(marks, ours)
    return marks


def said_beside(request: Any) -> dict[int, PageMark]:
    """Each record that the page says it has drawn, by its number."""
    texts = [*request.GET.getlist(DRAWN_BESIDE), *request.POST.getlist(DRAWN_BESIDE)]
    marks = [mark for text in texts if (mark := rules.read(text))]
    return {mark.patient: replace(mark, promise=None, state="") for mark in marks if mark.patient}


def records_named(request: Any, named: Mapping[str, Any]) -> list[int]:
    """The records that this form names beside the one that it is about."""
    found = [number(request.POST.get(name)) for name in RECORD_FIELDS]
    found.append(named.get("other_id"))
    if pk := named.get("look_alike_id"):
        pair = request.clinic.look_alikes.filter(pk=pk).values_list("record_id", "older_id").first()
        found.extend(pair or ())
    return [pk for pk in found if pk]


def is_of_adult(request: Any, named: Mapping[str, Any]) -> bool:
    """Whether this form writes of the adult who is here: on their row, in their name, or their number."""
    if pk := named.get("discrepancy_id"):
        return request.clinic.discrepancies.filter(pk=pk, field=Discrepancy.Field.PHONE).exists()
    if request.resolver_match.url_name == "note_draft":
        return named.get("kind") == Kind.WORK
    return request.resolver_match.url_name in OF_ADULT


def compare(act: str, mark: PageMark | None, now: PageMark) -> PageMark | None:
    """What the action still checks once it holds the rows. Raises PageChanged where the page is behind."""
    other = mark is None or (mark.promise, mark.visit) != (now.promise, now.visit)
    if mark is None or other or (not now.visit and not now.promise and mark.patient != now.patient):
        raise PageChanged(None, now)
    if act in OWN_CHILD:
        return None
    mark = mark if now.adult else replace(mark, adult="")
    if act in OWN_STATE:
        mark, now = replace(mark, state=""), replace(now, state="")
    if not rules.is_same_family(mark, now):
        raise PageChanged(mark, now)
    if rules.has_ended_or_come_back(mark.state, now.state) or (act in SAME_STATE and mark.state != now.state):
        raise PageChanged(mark, now)
    return mark


def spoken_of(request: Any, named: Mapping[str, Any], mark: PageMark | None) -> PageMark | None:
    """What this address speaks of, as it is now; None where that is a place, or is not this clinic's."""
    clinic, asked = request.clinic, request.GET if not named else {}
    visit = named.get("visit_id") or visit_of(clinic, named) or number(asked.get("visit"))
    patient = named.get("patient_id") or number(asked.get("patient"))
    promise = named.get("promise_id") or number(asked.get("replaces") or asked.get("again"))
    if promise and not visit and not patient:
        found = clinic.promises.select_related("patient").filter(pk=promise).first()
        return of_promise(found) if found else None
    if not visit and patient and mark and mark.visit and mark.patient == patient:
        visit = mark.visit  # a form about the child, on the page of a visit
    if visit:
        found = clinic.visits.select_related("patient").filter(pk=visit).first()
        return of_visit(found) if found else None
    found = clinic.patients.filter(pk=patient).first() if patient else None
    if found and asked and mark and mark.patient == found.merged_into_id:
        found = found.merged_into  # such a page follows a record to where it was merged
    return of_patient(found) if found else None


def visit_of(clinic: Any, named: Mapping[str, Any]) -> int | None:
    """The visit of the discrepancy or the note that the address names."""
    if pk := named.get("discrepancy_id"):
        return clinic.discrepancies.filter(pk=pk).values_list("visit_id", flat=True).first()
    if note := named.get("number"):
        return clinic.excuse_notes.numbered().filter(number=note).values_list("visit_id", flat=True).first()
    return None


def number(text: str | None) -> int | None:
    """A whole number that was sent, or None for anything else."""
    said = (text or "").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) <= LONGEST else None
