"""Every desk form says what its page was drawn for; an outdated page writes nothing.

`drawn_for`, a hidden field added by `{% csrf_token %}`, names the front desk and the visit with its child and
state, or the record, or the promise (`rules/page_versions`). It is compared with what the URL is about before
the view runs, and again by the action once it has locked the rows (`actions/page_versions`).

`drawn_beside` does the same for every other record that a form names by id: the one a visit is linked to, or
that a record is merged into. An id alone would mean whoever has it by now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from checkin.actions.page_versions import (
    PageChanged,
    RecordChanged,
    current_adult_stamp,
    expect_page_version,
    is_page_unchecked,
    patient_stamp,
    verify_named_records,
    visit_adult_stamp,
)
from checkin.models import Clinic, Discrepancy, Patient, Promise, Visit
from checkin.models.sign_in_records import final_record_id
from checkin.rules import page_versions as page_version_rules
from checkin.rules.excuse_notes import NoteKind
from checkin.rules.page_versions import PageVersion
from checkin.web.locations import reverse_with_id
from checkin.web.params import parse_number_param

if TYPE_CHECKING:
    from checkin.web.access import StaffRequest

DRAWN_FOR = "drawn_for"
DRAWN_BESIDE = "drawn_beside"
RECORD_FIELDS = ("patient", "into")
"""Fields in which a form names another record; for URLs, see `_records_named_by_form`."""
WRITES_NOTHING = {"typed", "location", "find", "people", "match_search", "patient_search", "board_here"}
"""Posts that write about no child: searches, this browser's choices, and “I am at this board”."""
_ALWAYS_TAKEN = {"sign_in", "looked"}
"""A family that signs in is on the board at once, whatever page sent it; the view says what changed. Whoever
is called to a visit answers on any page, and looks at it as it is now."""
_STATE_CHECKED_BY_ACTION = {"move", "leave"}
"""Steps compare the state themselves: a repeated press is one move, and a slower person is told."""
_SAME_STATE_POSTS = {"undo"}
"""Undoing a move means exactly the move that the page showed."""
CHILD_CHECKED_BY_ACTION = {"match_link", "match_new", "match_undo"}
"""Match decisions compare `seen`, the last decision, and `drawn_beside`, the record."""
ADULT_POSTS = {"preferences", "preferences_forget", "consent", "promise_new"}
"""Posts that write about the adult who is here. For those that sometimes do: `is_about_adult`."""


def visit_page_version(visit: Visit) -> PageVersion:
    mark = PageVersion(
        visit=visit.pk, patient=visit.patient_id, state=visit.state, location=visit.location_id
    )
    return replace(mark, named=patient_stamp(visit.patient))


def closed_visit_version(visit: Visit) -> PageVersion:
    """Return a visit's version; of a confidential one with a seal in place of its child.

    For pages that show of such a visit only that it is there: the number of the record would say whose it is,
    and so would a fingerprint, by trying out names.
    """
    mark = visit_page_version(visit)
    if not visit.confidential:
        return mark
    return replace(mark, patient=None, named="", sealed=_seal_child(mark))


def _seal_child(mark: PageVersion) -> str:
    whose = f"{mark.visit}|{mark.patient or ''}|{mark.named}"
    return salted_hmac("checkin.page_versions", whose, algorithm="sha256").hexdigest()[:32]


def _open_seal(clinic: Clinic, mark: PageVersion | None) -> PageVersion | None:
    """Return the version with its child in place of the seal, if that is the visit's child still."""
    visit = find_visit_of_version(clinic, mark) if mark is not None and mark.sealed else None
    if mark is None or visit is None:
        return mark
    now = visit_page_version(visit)
    is_same = constant_time_compare(_seal_child(now), mark.sealed)
    return replace(mark, patient=now.patient, named=now.named, sealed="") if is_same else mark


def visit_and_adult_version(visit: Visit) -> PageVersion:
    """Return a visit's version with the adult shown as here: a form may write about them, too."""
    return replace(visit_page_version(visit), adult=visit_adult_stamp(visit))


def patient_page_version(patient: Patient) -> PageVersion:
    into, merge = patient.merged_into_id, patient.last_merge_id
    return PageVersion(patient=patient.pk, merged_into=into, merge=merge, named=patient_stamp(patient))


def promise_page_version(promise: Promise) -> PageVersion:
    mark = PageVersion(promise=promise.pk, visit=promise.visit_id, patient=promise.patient_id)
    return replace(mark, named=patient_stamp(promise.patient))


def context_page_version(context: Any) -> PageVersion:
    """Return what a page part drawn with this context is about: a promise, visit, record, or nothing."""
    kinds: tuple[tuple[str, type[Model], Callable[[Any], PageVersion]], ...] = (
        ("promise", Promise, promise_page_version),
        ("visit", Visit, visit_and_adult_version),
        ("patient", Patient, patient_page_version),
    )
    if isinstance(said := context.get(DRAWN_FOR), PageVersion):
        return said
    for name, kind, mark in kinds:
        if isinstance(found := context.get(name), kind):
            return mark(found)
    return PageVersion()


def visit_act_address(name: str, visit: Visit) -> str:
    """Return the URL of an action on this visit, for a button without a form."""
    return f"{reverse_with_id(f'desk:{name}', visit.pk)}?{DRAWN_FOR}={closed_visit_version(visit).text}"


def promise_act_address(name: str, promise: Promise, **asked: int) -> str:
    """Return the URL of an action on this promise. `asked`: what else the button sends."""
    said = "".join(f"&{key}={value}" for key, value in asked.items())
    address = reverse_with_id(f"desk:{name}", promise.pk)
    return f"{address}?{DRAWN_FOR}={promise_page_version(promise).text}{said}"


def find_visit_of_version(clinic: Clinic, version: PageVersion) -> Visit | None:
    """Return the visit that a page was about, with its child and escort."""
    return clinic.visits.select_related("patient", "escort", "sign_in").filter(pk=version.visit or 0).first()


def find_record_of_version(clinic: Clinic, version: PageVersion) -> Patient | None:
    """Return the record that a page was about, or the one it was merged into."""
    pk = final_record_id(version.merged_into) if version.merged_into else version.patient
    return clinic.patients.filter(pk=pk).first() if pk else None


@contextmanager
def check_page_version(request: Any, named: Mapping[str, object]) -> Iterator[None]:
    """Run a view after checking its page. Raises PageChanged if the page is outdated or does not say."""
    request.page_mark = None
    match = request.resolver_match
    if request.method != "POST" or match.app_name != "desk" or match.url_name in WRITES_NOTHING:
        yield
        return
    sent = page_version_rules.read_page_version(sent_page_version(request))
    mark = request.page_mark = _open_seal(request.clinic, sent)
    if match.url_name in _ALWAYS_TAKEN:
        yield
        return
    now = _current_page_version(request, named, mark)
    if now is None and mark is None:  # About a location only, or about nothing that exists
        raise PageChanged(None, PageVersion())
    if now is not None and now.visit and not now.promise and is_about_adult(request, named):
        now = replace(now, adult=current_adult_stamp(now.visit))
    held = compare_page_version(match.url_name, mark, now) if now is not None else None
    beside = check_records_beside(request, named, now.visit if now else None)
    with expect_page_version(held, beside):
        yield
        request.page_is_checked = bool(held or beside) and not is_page_unchecked()


def sent_page_version(request: HttpRequest) -> str:
    return request.GET.get(DRAWN_FOR) or request.POST.get(DRAWN_FOR, "")


def state_on_page(request: Any) -> str:
    """Return the state that a step started from, as the page showed it."""
    mark = request.page_mark
    return request.POST.get("from") or request.GET.get("from") or (mark.state if mark else "")


def check_records_beside(
    request: Any, named: Mapping[str, object], visit: int | None
) -> tuple[PageVersion, ...]:
    """Return how the page drew the records its form names. Raises RecordChanged if one has changed.

    Also compares records that are sent but not named: the page before an undo sends where it goes.
    """
    sent, asked = sent_record_versions(request), _records_named_by_form(request, named)
    ours = request.clinic.patients.in_bulk([*sent, *asked]) if sent or asked else {}
    for pk in asked:
        if pk in ours and pk not in sent:
            raise RecordChanged(None, replace(patient_page_version(ours[pk]), visit=visit))
    marks = tuple(replace(mark, visit=visit) for pk, mark in sent.items() if pk in ours)
    verify_named_records(marks, ours)
    return marks


def sent_record_versions(request: Any) -> dict[int, PageVersion]:
    """Return each record that the page says it has drawn, by id."""
    texts = [*request.GET.getlist(DRAWN_BESIDE), *request.POST.getlist(DRAWN_BESIDE)]
    marks = [mark for text in texts if (mark := page_version_rules.read_page_version(text))]
    return {mark.patient: replace(mark, promise=None, state="") for mark in marks if mark.patient}


def _records_named_by_form(request: Any, named: Mapping[str, Any]) -> list[int]:
    """Return ids of the other records that this form names."""
    found = [parse_number_param(request.POST.get(name)) for name in RECORD_FIELDS]
    found.append(named.get("other_id"))
    if pk := named.get("look_alike_id"):
        pair = request.clinic.look_alikes.filter(pk=pk).values_list("record_id", "older_id").first()
        found.extend(pair or ())
    return [pk for pk in found if pk]


def is_about_adult(request: StaffRequest, named: Mapping[str, Any]) -> bool:
    """Return whether this form writes about the adult who is here: their row, name or number."""
    if pk := named.get("discrepancy_id"):
        return request.clinic.discrepancies.filter(pk=pk, field=Discrepancy.Field.PHONE).exists()
    name = request.resolver_match.url_name if request.resolver_match else None
    if name == "note_draft":
        return named.get("kind") == NoteKind.WORK
    return name in ADULT_POSTS


def compare_page_version(act: str, mark: PageVersion | None, now: PageVersion) -> PageVersion | None:
    """Return what the action still has to check with locked rows. Raises PageChanged if outdated."""
    other = mark is None or (mark.promise, mark.visit) != (now.promise, now.visit)
    if mark is None or other or (not now.visit and not now.promise and mark.patient != now.patient):
        raise PageChanged(None, now)
    if act in CHILD_CHECKED_BY_ACTION:
        return None
    mark = mark if now.adult else replace(mark, adult="")
    if act in _STATE_CHECKED_BY_ACTION:
        mark, now = replace(mark, state=""), replace(now, state="")
    if not page_version_rules.is_page_of_same_family(mark, now):
        raise PageChanged(mark, now)
    if page_version_rules.has_visit_ended_or_reopened(mark.state, now.state) or (
        act in _SAME_STATE_POSTS and mark.state != now.state
    ):
        raise PageChanged(mark, now)
    return mark


def _current_page_version(
    request: Any, named: Mapping[str, object], mark: PageVersion | None
) -> PageVersion | None:
    """Return the current version of what this URL is about; None for a location or another clinic's."""
    clinic, asked = request.clinic, request.GET if not named else {}
    visit = named.get("visit_id") or visit_id_named(clinic, named) or parse_number_param(asked.get("visit"))
    patient = named.get("patient_id") or parse_number_param(asked.get("patient"))
    promise = named.get("promise_id") or parse_number_param(asked.get("replaces") or asked.get("again"))
    if promise and not visit and not patient:
        found = clinic.promises.select_related("patient").filter(pk=promise).first()
        return promise_page_version(found) if found else None
    if not visit and patient and mark and mark.visit and mark.patient == patient:
        visit = mark.visit  # a form about the child, on the page of a visit
    if visit:
        found = clinic.visits.select_related("patient").filter(pk=visit).first()
        return visit_page_version(found) if found else None
    found = clinic.patients.filter(pk=patient).first() if patient else None
    if found and asked and mark and mark.patient == found.merged_into_id:
        found = found.merged_into  # such a page follows a record to where it was merged
    return patient_page_version(found) if found else None


def visit_id_named(clinic: Clinic, named: Mapping[str, Any]) -> int | None:
    """Return the visit id of the discrepancy or note in the URL."""
    if pk := named.get("discrepancy_id"):
        return clinic.discrepancies.filter(pk=pk).values_list("visit_id", flat=True).first()
    if note := named.get("number"):
        return clinic.excuse_notes.numbered().filter(number=note).values_list("visit_id", flat=True).first()
    return None
