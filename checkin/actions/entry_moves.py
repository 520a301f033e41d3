"""Move each entry of a visit whose match is corrected, as `rules.entry_fates` says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from checkin.actions import (
    audit,
    chart_changes,
    immunization_moves,
    record_corrections,
    sign_in_record_merges,
)
from checkin.actions.entry_ledger import EntryLedger
from checkin.actions.refusals import Refused
from checkin.models import (
    Guardian,
    MatchDecision,
    PaperMove,
    Patient,
    Promise,
    Staff,
    Visit,
)
from checkin.models import (
    entry_wording as entry_wording_models,
)
from checkin.models.sign_in_record_merges import find_sign_in_record_merge
from checkin.models.sign_in_records import final_record_id, record_id_after_move
from checkin.models.visit_entries import VisitEntry, digest_visit_entries, has_entries_to_show
from checkin.rules.coded_sentences import say_sentence
from checkin.rules.entry_fates import EntryChild, EntryKind, EntryOutcome
from checkin.rules.sentence_codes import SentenceCode

_ASK_WHOSE_ENTRY = "Choose whose each of these is before {token} goes on."
_WRITTEN_SINCE_SHOWN = (
    "Something was written, answered or undone since this page was opened. Please look again."
)


class EntriesUndecided(Refused):
    """Staff must first say whose some entries are, or review them again because they changed."""


@dataclass(frozen=True, slots=True)
class EntryAnswers:
    """A person's answers on the page that listed the entries."""

    whose: Mapping[str, str] = field(default_factory=dict)
    """The answered owner of each undecided entry, by the entry's key."""
    seen: str | None = None
    """Digest of the entries on the page; None if nobody looked at a page."""
    everything_goes: bool = False
    """True if all entries go with the record, as in the undo of a merge, so that nothing is asked."""


CHILD_NAMING_ENTRIES = frozenset({EntryKind.VACCINE, EntryKind.NEED})
"""Entries of these kinds name the old child, so they move only after its record has its own name again."""

NO_ENTRY_ANSWERS, ALL_ENTRIES_GO = EntryAnswers(), EntryAnswers(everything_goes=True)


@dataclass(frozen=True, slots=True)
class MatchChange:
    """A visit's change of child: the old and the new chart, the person, and the ledger that logs it."""

    visit: Visit
    was: Patient | None
    now: Patient | None
    by: Staff | None
    at: dt.datetime
    ledger: EntryLedger
    undoes: MatchDecision | None = None

    @property
    def was_id(self) -> int | None:
        return self.was.pk if self.was else None

    @property
    def now_id(self) -> int | None:
        return self.now.pk if self.now else None


def resolve_entry_owners(
    papers: Iterable[VisitEntry], said: EntryAnswers, *, visit: Visit, rewrites: Sequence[PaperMove] = ()
) -> list[tuple[VisitEntry, EntryChild]]:
    """Return each entry with its child, by rule or by answer. Raises EntriesUndecided if that is unknown.

    `rewrites`: moves by which an undo writes to a record again; staff review them first, like entries.
    """
    found = list(papers)
    if said.everything_goes:
        return [(one, one.whose[0 if EntryChild.NEW in one.whose else -1]) for one in found]
    is_shown_first = has_entries_to_show(found, visit) or bool(rewrites)
    if said.seen is not None and is_shown_first and said.seen != digest_visit_entries(found, rewrites):
        raise EntriesUndecided(_WRITTEN_SINCE_SHOWN)
    known = []
    for one in found:
        answer = said.whose.get(one.key, "")
        if one.asks and answer not in one.whose:
            raise EntriesUndecided(_ASK_WHOSE_ENTRY.format(token=visit.token))
        known.append((one, EntryChild(answer) if one.asks else one.whose[0]))
    return known


def carry_entries(move: MatchChange, known: Iterable[tuple[VisitEntry, EntryChild]]) -> None:
    """Move each entry to its child. Call inside the transaction, before the visit leaves the old record."""
    for one, whose in known:
        if one.paper in _ENTRY_CARRIERS:
            _ENTRY_CARRIERS[one.paper](one.row, whose, move)


def _carry_consent_entry(row: Any, whose: EntryChild, move: MatchChange) -> None:
    was, now = move.was_id, move.now_id
    if whose == EntryChild.NEW:
        waits = now is None
        move.ledger.change(
            row, EntryKind.CONSENT, EntryOutcome.MOVED, was=was, now=now,
            # Logged so that, if it is withdrawn later, an undo sees a changed row and leaves it.
            patient_id=now, before_match=waits or row.before_match, withdrawn_at=row.withdrawn_at,
            # "Both vaccines" meant two that were due for the other child.
            asked_of="",
        )  # fmt: skip
        audit.write_audit_event(
            action="consent.followed", subject=row, at=move.at, by=move.by, patient_id=now
        )
    elif whose == EntryChild.OLD:
        move.ledger.kept(row, EntryKind.CONSENT, was=was)
    else:
        ended = {"withdrawn_at": move.at, "withdrawn_by": move.by}
        move.ledger.change(row, EntryKind.CONSENT, EntryOutcome.ENDED, was=was, now=was, **ended)
        audit.write_audit_event(
            action="consent.withdrawn", subject=row, at=move.at, by=move.by, patient_id=was
        )


def _carry_proxy_entry(row: Any, whose: EntryChild, move: MatchChange) -> None:
    was, now = move.was_id, move.now_id
    if whose == EntryChild.NEW:
        move.ledger.change(
            row,
            EntryKind.PROXY,
            EntryOutcome.MOVED,
            was=was,
            now=now,
            patient_id=now,
            revoked_at=row.revoked_at,
        )
        audit.write_audit_event(action="proxy.followed", subject=row, at=move.at, by=move.by, patient_id=now)
    elif whose == EntryChild.OLD:
        move.ledger.kept(row, EntryKind.PROXY, was=was)
    else:
        ended = {"revoked_at": move.at, "revoked_by": move.by}
        move.ledger.change(row, EntryKind.PROXY, EntryOutcome.ENDED, was=was, now=was, **ended)
        audit.write_audit_event(action="proxy.revoked", subject=row, at=move.at, by=move.by, patient_id=was)


def _carry_immunization_entry(row: Any, whose: EntryChild, move: MatchChange) -> None:
    row.visit = move.visit
    old_name = entry_wording_models.patient_name_with_number(move.was) if move.was else ""
    immunization_moves.carry_given_item(
        row, whose, ledger=move.ledger, was=move.was_id, now=move.now_id, old_name=old_name,
        by=move.by, at=move.at,
    )  # fmt: skip


def _carry_chart_entry(row: Any, whose: EntryChild, move: MatchChange) -> None:
    chart_changes.carry_chart_change(
        row, whose, ledger=move.ledger, was=move.was_id, now=move.now, at=move.at
    )


def _carry_correction_entry(row: Any, whose: EntryChild, move: MatchChange) -> None:
    if whose == EntryChild.OLD:
        move.ledger.kept(row, EntryKind.CORRECTION, was=move.was_id)
        _carry_added_guardian_along(row, move)
    else:
        record_corrections.undo_record_correction(
            row, ledger=move.ledger, was=move.was_id, by=move.by, at=move.at
        )


def _carry_added_guardian_along(row: Any, move: MatchChange) -> None:
    """If the old chart is the record made at sign-in, move its added guardians to the new one too."""
    last, merge = record_corrections.find_standing_correction(row), find_sign_in_record_merge(move.visit)
    if move.now is None or last is None or merge is None or merge.merged_id != move.was_id:
        return
    added = Guardian.objects.filter(pk=last.subject_id or 0, patient=move.was_id)
    for guardian in added if last.subject == "Guardian" and not last.before else ():
        sign_in_record_merges.carry_own_guardian(
            guardian, move.ledger, visit=move.visit, was=move.was_id, now=move.now
        )


def _carry_need_entry(row: Any, whose: EntryChild, move: MatchChange) -> None:
    row.visit = move.visit
    if whose == EntryChild.NOBODY:
        reason = (
            say_sentence(
                SentenceCode.ANSWERED_FOR_OTHER, name=entry_wording_models.patient_name_with_number(move.was)
            )
            if move.was
            else say_sentence(SentenceCode.ANSWERED_FOR_NOBODY)
        )
        immunization_moves.cancel_answer_of_other_child(
            row, EntryKind.NEED, reason=reason, ledger=move.ledger, was=move.was_id, by=move.by, at=move.at
        )
    else:
        move.ledger.kept(row, EntryKind.NEED, was=move.was_id)


def _carry_promise_entry(row: Any, whose: EntryChild, move: MatchChange) -> None:
    at_visit = {"made_for_id": _promise_made_for_id(row, move)} if row.visit_id is not None else {}
    to = {"patient_id": move.now_id, **at_visit}
    move.ledger.change(row, EntryKind.PROMISE, EntryOutcome.MOVED, was=move.was_id, now=move.now_id, **to)


def _promise_made_for_id(row: Promise, move: MatchChange) -> int | None:
    """Return the new child's id. An undo returns the record from before, if that is the same child's."""
    known = PaperMove.objects.filter(subject="Promise", subject_id=row.pk, decision__isnull=False)
    done = known.filter(decision=move.undoes).first()
    was = done.before.get("made_for_id") if done else None
    if done is None or was is None:
        return move.now_id
    found, own = record_id_after_move(was, done), find_sign_in_record_merge(move.visit)
    is_own = own is not None and own.merged_id == found
    return found if is_own or final_record_id(found) == move.now_id else move.now_id


def _keep_note_entry(row: Any, whose: EntryChild, move: MatchChange) -> None:
    move.ledger.kept(row, EntryKind.NOTE, was=move.was_id)


def _carry_guardian_entry(row: Any, whose: EntryChild, move: MatchChange) -> None:
    if move.now is not None:
        sign_in_record_merges.carry_own_guardian(
            row, move.ledger, visit=move.visit, was=move.was_id, now=move.now
        )


_ENTRY_CARRIERS = {
    EntryKind.CONSENT: _carry_consent_entry,
    EntryKind.PROXY: _carry_proxy_entry,
    EntryKind.VACCINE: _carry_immunization_entry,
    EntryKind.CHART: _carry_chart_entry,
    EntryKind.CORRECTION: _carry_correction_entry,
    EntryKind.NEED: _carry_need_entry,
    EntryKind.PROMISE: _carry_promise_entry,
    EntryKind.NOTE: _keep_note_entry,
    EntryKind.GUARDIAN: _carry_guardian_entry,
}
"""Not preferences, which move with the escort (`chart_changes.move_visit_preferences`)."""
