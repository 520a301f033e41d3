"""List what was written at a visit, and the children that each entry may belong to if the match changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from checkin.models import (
    ChartChange,
    ConsentRecord,
    DiscrepancyDecision,
    Guardian,
    PaperMove,
    Patient,
    Promise,
    StandingProxy,
    Visit,
)
from checkin.models import entry_wording as entry_wording_models
from checkin.models.hidden_addresses import is_of_hidden_address
from checkin.models.sign_in_record_merges import (
    find_merge_into_visit_record,
    list_rows_following_visit,
    record_ids_with_merged,
)
from checkin.models.sign_in_records import (
    is_record_made_at_visit,
    is_whole_record_of_visit,
    iter_entries_at_no_visit,
)
from checkin.models.visit_child_changes import VisitChildChange, is_said_by_old_family
from checkin.rules.entry_fates import EntryChild, EntryKind, possible_entry_children
from checkin.rules.excuse_notes import NoteStatus
from checkin.rules.need_types import NeedKind, NeedOutcome
from checkin.rules.understanding import find_overwritten_values

_DUE_NEED_KINDS = (NeedKind.VACCINE, NeedKind.CHECK_UP)
_CONSENT_MODELS = (ConsentRecord, StandingProxy)
_ENTRY_WORDS: dict[type[Model], tuple[EntryKind, Callable[[Any], str]]] = {
    ConsentRecord: (EntryKind.CONSENT, entry_wording_models.consent_entry_words),
    StandingProxy: (EntryKind.PROXY, entry_wording_models.proxy_entry_words),
    Promise: (EntryKind.PROMISE, entry_wording_models.promise_entry_words),
    Guardian: (EntryKind.GUARDIAN, entry_wording_models.guardian_entry_words),
}


@dataclass(frozen=True, slots=True)
class VisitEntry:
    """One thing written at the visit, and the children it may belong to."""

    paper: EntryKind
    row: Model
    what: str
    whose: tuple[EntryChild, ...]
    beside: str = ""
    """The new chart's value in the same place."""
    before: str = ""
    """The value before."""
    replaces: str = ""
    """The new chart's values that this would replace, if they differ."""

    @property
    def key(self) -> str:
        """Its name in a form."""
        return f"{type(self.row).__name__.lower()}-{self.row.pk}"

    @property
    def asks(self) -> bool:
        """True if a person has to choose the child."""
        return len(self.whose) > 1


def list_visit_entries(visit: Visit, now: Patient | None) -> list[VisitEntry]:
    """Return what was written at this visit that a change of its child to `now` affects, in order."""
    was = visit.patient
    if was == now:
        return []
    along = tuple(list_rows_following_visit(visit, was)) if now is not None else ()
    change = VisitChildChange(visit, was, now, made_here=is_record_made_at_visit(visit), along=along)
    return [
        *_iter_following_entries(change),
        *_iter_consent_entries(change),
        *_iter_proxy_entries(change),
        *_iter_immunization_entries(change),
        *_iter_chart_entries(change),
        *_iter_correction_entries(change),
        *_iter_preference_entries(change),
        *_iter_need_entries(change),
        *_iter_promise_entries(change),
        *_iter_note_entries(change),
    ]


def list_entries_going_along(visit: Visit, now: Patient | None) -> list[VisitEntry]:
    """Return what is on the visit's own record without a visit, and moves along to `now`."""
    if now is None or now.pk is None or visit.patient is None or not is_whole_record_of_visit(visit):
        return []
    rows = iter_entries_at_no_visit(visit.patient)
    return [VisitEntry(paper, row, words(row), (EntryChild.NEW,)) for paper, row, words in rows]


def has_entries_to_show(papers: list[VisitEntry], visit: Visit) -> bool:
    """Return whether staff must see them first: entries that wait at a visit and ask nothing just move."""
    return bool(papers) and (visit.patient_id is not None or any(one.asks for one in papers))


def digest_visit_entries(papers: Iterable[VisitEntry], rewrites: Iterable[PaperMove] = ()) -> str:
    """Return a digest of what a page showed: it changes if anything is written, undone or settled since."""
    said = sorted(f"{one.key} {one.what} {','.join(one.whose)}" for one in papers)
    said += sorted(f"{one.subject} {one.subject_id} {one.paper}" for one in rewrites)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16] if said else ""


def _iter_following_entries(change: VisitChildChange) -> Iterator[VisitEntry]:
    """Yield what was written, without a visit, on the record that this visit's sign-in made.

    For a consent or a proxy, a person may have to choose the child, as for one written at the visit.
    """
    for row in change.along:
        paper, words = _ENTRY_WORDS[type(row)]
        asks = (
            isinstance(row, _CONSENT_MODELS)
            and _is_consent_in_force(row)
            and is_said_by_old_family(row, change)
        )
        yield VisitEntry(
            paper, row, words(row), possible_entry_children(paper, change.facts(said_by_old_family=asks))
        )


def _iter_consent_entries(change: VisitChildChange) -> Iterator[VisitEntry]:
    said = ConsentRecord.objects.filter(visit=change.visit, patient=change.was)
    if not change.made_here:  # otherwise the record may no longer count, so withdrawn answers move too
        said = said.filter(withdrawn_at=None)
    for row in said.order_by("pk"):
        yield _make_consent_entry(row, change)


def _iter_proxy_entries(change: VisitChildChange) -> Iterator[VisitEntry]:
    granted = StandingProxy.objects.filter(visit=change.visit, patient=change.was)
    if not change.made_here:
        granted = granted.filter(revoked_at=None)
    for row in granted.order_by("pk"):
        yield _make_consent_entry(row, change)


def _make_consent_entry(row: ConsentRecord | StandingProxy, change: VisitChildChange) -> VisitEntry:
    paper, words = _ENTRY_WORDS[type(row)]
    facts = change.facts(said_by_old_family=is_said_by_old_family(row, change))
    what = entry_wording_models.mark_ended_entry(words(row), is_over=not _is_consent_in_force(row))
    return VisitEntry(paper, row, what, possible_entry_children(paper, facts))


def _is_consent_in_force(row: ConsentRecord | StandingProxy) -> bool:
    """Return whether it has not been withdrawn or revoked."""
    return (row.withdrawn_at if isinstance(row, ConsentRecord) else row.revoked_at) is None


def _iter_immunization_entries(change: VisitChildChange) -> Iterator[VisitEntry]:
    """Yield what was given or done: a due need done at a visit belongs to the visit's own child."""
    done = change.visit.needs.filter(kind__in=_DUE_NEED_KINDS, status=NeedOutcome.DONE).select_related(
        "due_item"
    )
    for need in done.order_by("pk"):
        fates = possible_entry_children(EntryKind.VACCINE, change.facts())
        yield VisitEntry(EntryKind.VACCINE, need, entry_wording_models.immunization_entry_words(need), fates)


def _iter_chart_entries(change: VisitChildChange) -> Iterator[VisitEntry]:
    """Yield language, interpreter and access needs that were written to the chart, or wait for one."""
    status = ChartChange.Status.WAITS if change.was is None else ChartChange.Status.STANDS
    rows = ChartChange.objects.filter(visit=change.visit, subject="Patient", status=status)
    if change.was is not None:
        # Also what was written on a record that has been merged into this one since.
        rows = rows.filter(patient__in=record_ids_with_merged(change.was.pk))
    for row in rows.order_by("pk"):
        beside = {name: getattr(change.now, name) for name in row.after} if change.now else {}
        replaced = find_overwritten_values(beside, row.after)
        fates = possible_entry_children(EntryKind.CHART, change.facts(differs=bool(replaced)))
        # A merge may have left it off the old chart; then it is on the record that the sign-in made.
        there = (
            {name: getattr(change.was, name) for name in row.after}
            if _is_on_sign_in_record(row, change)
            else row.after
        )
        yield VisitEntry(
            EntryKind.CHART,
            row,
            entry_wording_models.chart_values_words(row.after),
            fates,
            beside=entry_wording_models.chart_values_words(beside) if beside else "",
            before=entry_wording_models.chart_values_words(there if there != row.after else row.before),
            replaces=entry_wording_models.chart_values_words(replaced) if replaced else "",
        )


def _is_on_sign_in_record(row: ChartChange, change: VisitChildChange) -> bool:
    """Return whether it is on the record that the sign-in made, which was merged into the old chart."""
    if change.was is None or row.patient_id == change.was.pk:
        return False
    merge = find_merge_into_visit_record(change.visit, change.was)
    return merge is not None and row.patient_id == merge.merged_id


def _iter_correction_entries(change: VisitChildChange) -> Iterator[VisitEntry]:
    """Yield differences from the old chart that somebody settled or is asking about."""
    decided = DiscrepancyDecision.objects.standing().filter(discrepancy__visit=change.visit)
    decided = decided.exclude(discrepancy__status="withdrawn")
    last = {one.discrepancy_id: one for one in decided.select_related("discrepancy").order_by("pk")}
    # Also what was written on a record that has been merged into this one since.
    charts = record_ids_with_merged(change.was.pk) if change.was is not None and last else []
    for one in last.values():
        kept = one.kind != DiscrepancyDecision.Kind.USE_NEW
        if change.was is None or (not kept and entry_wording_models.corrected_patient_id(one) not in charts):
            continue
        fates = possible_entry_children(EntryKind.CORRECTION, change.facts(is_kept_old=kept))
        words = (
            entry_wording_models.settled_difference_words(one)
            if kept
            else entry_wording_models.correction_entry_words(one)
        )
        region = change.visit.clinic.region
        is_hidden = kept or is_of_hidden_address(one.discrepancy)
        before = "" if is_hidden else entry_wording_models.record_values_words(one.before, region)
        yield VisitEntry(EntryKind.CORRECTION, one.discrepancy, words, fates, before=before)


def _iter_preference_entries(change: VisitChildChange) -> Iterator[VisitEntry]:
    """Yield the adult's last preferences; earlier ones of this visit move with them."""
    said, last = change.visit.sign_in, ChartChange.objects.preferences_of(change.visit).last()
    row = last or (said if said.remember and not said.is_patient else None)
    if row is not None:
        words = entry_wording_models.preference_entry_words(row)
        yield VisitEntry(EntryKind.WISH, row, words, possible_entry_children(EntryKind.WISH, change.facts()))


def _iter_need_entries(change: VisitChildChange) -> Iterator[VisitEntry]:
    """Yield needs that a person answered, except what was given."""
    answered = change.visit.needs.exclude(status__in=[NeedOutcome.OPEN, NeedOutcome.LAPSED])
    for need in answered.exclude(kind__in=_DUE_NEED_KINDS, status=NeedOutcome.DONE).order_by("pk"):
        if change.was is None and need.kind not in (NeedKind.MATCH, NeedKind.DISCREPANCY):
            continue
        fates = possible_entry_children(EntryKind.NEED, change.facts(need=(need.kind, need.key, need.status)))
        yield VisitEntry(EntryKind.NEED, need, entry_wording_models.answered_need_entry_words(need), fates)


def _iter_promise_entries(change: VisitChildChange) -> Iterator[VisitEntry]:
    for row in change.visit.promises.order_by("pk"):
        yield VisitEntry(
            EntryKind.PROMISE,
            row,
            entry_wording_models.promise_entry_words(row),
            possible_entry_children(EntryKind.PROMISE, change.facts()),
        )


def _iter_note_entries(change: VisitChildChange) -> Iterator[VisitEntry]:
    for row in change.visit.excuse_notes.filter(status=NoteStatus.ISSUED).order_by("pk"):
        yield VisitEntry(
            EntryKind.NOTE,
            row,
            entry_wording_models.note_entry_words(row),
            possible_entry_children(EntryKind.NOTE, change.facts()),
        )
