"""What the pages about people share: ids that come in, and the trail of who looked."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone

from checkin.actions import audit
from checkin.actions.page_marks import PageChanged
from checkin.actions.writing import write
from checkin.models import MatchDecision, Patient, Visit
from checkin.models.excuse_notes import misnamed
from checkin.models.made_records import end_of
from checkin.queries import matching, merges, paper_told, stories, undo_told
from checkin.rules.merges import Who, is_look_alike
from checkin.web import page_marks
from checkin.web.access import StaffRequest, get_patient_or_404

number = page_marks.number
"""One reading for the views and for the guard of their pages: else a view writes what no guard had seen."""
NEW = MatchDecision.Kind.NEW_PATIENT


def patient_named(request: StaffRequest, said: Any) -> Patient | None:
    """The patient whose id was sent; None where none was. An id that is not this clinic's is 404."""
    if not said:
        return None
    pk = number(str(said))
    if pk is None:
        raise Http404
    return get_patient_or_404(request, pk)


def patient_standing(request: StaffRequest, patient_id: int) -> Patient:
    """This clinic's patient, or the record that it was merged into since the page was opened."""
    found = get_patient_or_404(request, patient_id)
    return get_patient_or_404(request, end_of(found.pk)) if found.merged_into_id is not None else found


def seen(request: StaffRequest, subject: Patient | Visit, *, patient_id: int | None) -> None:
    """Put on the trail that this person opened this page."""
    with write():
        audit.seen(subject=subject, by=request.user, at=timezone.now(), patient_id=patient_id)


def decision_seen(request: StaffRequest, visit: Visit) -> int:
    """The id of the last decision on the page that asks, 0 for none. Raises PageChanged if it is not said."""
    said = number(request.POST.get("seen"))
    if said is None:
        raise PageChanged(None, page_marks.of_visit(visit))
    return said


def just_decided(request: StaffRequest) -> dict[str, Any]:
    """The decision named in the address (`?done=`), where it still is the last word on its visit.

    With it the notes that were handed out in the name of another child than the one linked now.
    """
    pk = number(request.GET.get("done"))
    made = stories.last_word(request.clinic, pk) if pk is not None else None
    merge = merges.told(request.clinic, made.merge_id) if made and made.merge_id else None
    return {
        "done": made,
        "done_tokens": merge.tokens if merge else [],
        "done_lines": merges.lines(merge) if merge else paper_told.lines(made) if made else [],
        "undo_says": undo_told.of_merge(made.merge) if made and made.merge and made.undoes_id is None else [],
        "done_told": paper_told.children(made).get(made.patient_id or 0) if made else None,
        "done_again": paper_told.come_back(made.undoes) if made else "",
        "misnamed": misnamed(made.visit) if made else [],
        "done_alike": alike(made.patient) if made and made.patient and made.kind == NEW else [],
    }


def alike(made: Patient) -> list[Patient]:
    """Who else on file may be the new patient: two sign-ins of one new child are two records."""
    who = Who.of(made)
    found = matching.for_record(made, at=timezone.now()).candidates
    return [one.patient for one in found if is_look_alike(who, Who.of(one.patient))]
