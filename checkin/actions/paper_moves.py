"""A corrected match carries what was written at its visit, thing by thing, by `rules.paper_fates`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from checkin.actions import audit, chart_changes, corrections, given_moves, own_records
from checkin.actions.boards import Refused
from checkin.actions.paper_ledger import Ledger
from checkin.models import Guardian, MatchDecision, PaperMove, Patient, Promise, Staff, Visit, paper_words
from checkin.models.made_records import end_of, stands_for
from checkin.models.own_records import own_merge
from checkin.models.visit_papers import VisitPaper, digest, is_to_be_shown
from checkin.rules.paper_fates import Done, Paper, Whose

ASKS = "Say whose each of these is before {token} goes on."
SINCE = "Something was written, answered or undone since this page was opened. Please look again."


class PapersAsk(Refused):
    """A person has to say first whose some papers are, or to look again at what there is."""


@dataclass(frozen=True, slots=True)
class PapersSaid:
    """What a person said on the page that listed the papers."""

    whose: Mapping[str, str] = field(default_factory=dict)
    """Whose each paper is that asks, by the paper's key."""
    seen: str | None = None
    """The digest of what the page listed; None where nobody looked at a page."""
    everything_goes: bool = False
    """The record itself becomes another, as in a merge: nothing has to be asked."""


NAMES_THE_CHILD = frozenset({Paper.VACCINE, Paper.NEED})
"""A line of these names the child before: they are carried once its record says its own name again."""

NOTHING_SAID, ALL_GOES = PapersSaid(), PapersSaid(everything_goes=True)


@dataclass(frozen=True, slots=True)
class Move:
    """The visit's child becomes another: from which chart to which, by whom, written down where."""

    visit: Visit
    was: Patient | None
    now: Patient | None
    by: Staff | None
    at: dt.datetime
    ledger: Ledger
    undoes: MatchDecision | None = None

    @property
    def was_id(self) -> int | None:
        return self.was.pk if self.was else None

    @property
    def now_id(self) -> int | None:
        return self.now.pk if self.now else None


def fates(
    papers: Iterable[VisitPaper], said: PapersSaid, *, visit: Visit, rewrites: Sequence[PaperMove] = ()
) -> list[tuple[VisitPaper, Whose]]:
    """Whose each paper is, by the rule or by what was said. Raises PapersAsk where that is not known.

    `rewrites`: what an undo writes on a record again. It is shown first, as papers are.
    """
    found = list(papers)
    if said.everything_goes:
        return [(one, one.whose[0 if Whose.NEW in one.whose else -1]) for one in found]
    is_shown_first = is_to_be_shown(found, visit) or bool(rewrites)
    if said.seen is not None and is_shown_first and said.seen != digest(found, rewrites):
        raise PapersAsk(SINCE)
    known = []
    for one in found:
        answer = said.whose.get(one.key, "")
        if one.asks and answer not in one.whose:
            raise PapersAsk(ASKS.format(token=visit.token))
        known.append((one, Whose(answer) if one.asks else one.whose[0]))
    return known


def carry(move: Move, known: Iterable[tuple[VisitPaper, Whose]]) -> None:
    """Do with each what is said of it. Call inside the transaction, before the visit is taken off."""
    for one, whose in known:
        if one.paper in CARRIES:
            CARRIES[one.paper](one.row, whose, move)


def carry_consent(row: Any, whose: Whose, move: Move) -> None:
    was, now = move.was_id, move.now_id
    if whose == Whose.NEW:
        waits = now is None
        move.ledger.change(
            row, Paper.CONSENT, Done.MOVED, was=was, now=now,
            # Withdrawn since, it says something else than it was left with, and is not given back.
            patient_id=now, before_match=waits or row.before_match, withdrawn_at=row.withdrawn_at,
            # "Both vaccines" were two of the other child's.
            asked_of="",
        )  # fmt: skip
        audit.record(action="consent.followed", subject=row, at=move.at, by=move.by, patient_id=now)
    elif whose == Whose.OLD:
        move.ledger.kept(row, Paper.CONSENT, was=was)
    else:
        ended = {"withdrawn_at": move.at, "withdrawn_by": move.by}
        move.ledger.change(row, Paper.CONSENT, Done.ENDED, was=was, now=was, **ended)
        audit.record(action="consent.withdrawn", subject=row, at=move.at, by=move.by, patient_id=was)


def carry_proxy(row: Any, whose: Whose, move: Move) -> None:
    was, now = move.was_id, move.now_id
    if whose == Whose.NEW:
        move.ledger.change(
            row, Paper.PROXY, Done.MOVED, was=was, now=now, patient_id=now, revoked_at=row.revoked_at
        )
        audit.record(action="proxy.followed", subject=row, at=move.at, by=move.by, patient_id=now)
    elif whose == Whose.OLD:
        move.ledger.kept(row, Paper.PROXY, was=was)
    else:
        ended = {"revoked_at": move.at, "revoked_by": move.by}
        move.ledger.change(row, Paper.PROXY, Done.ENDED, was=was, now=was, **ended)
        audit.record(action="proxy.revoked", subject=row, at=move.at, by=move.by, patient_id=was)


def carry_vaccine(row: Any, whose: Whose, move: Move) -> None:
    row.visit = move.visit
    old_name = paper_words.child_and_number(move.was) if move.was else ""
    given_moves.carry(
        row, whose, ledger=move.ledger, was=move.was_id, now=move.now_id, old_name=old_name,
        by=move.by, at=move.at,
    )  # fmt: skip


def carry_chart(row: Any, whose: Whose, move: Move) -> None:
    chart_changes.carry_chart(row, whose, ledger=move.ledger, was=move.was_id, now=move.now, at=move.at)


def carry_correction(row: Any, whose: Whose, move: Move) -> None:
    if whose == Whose.OLD:
        move.ledger.kept(row, Paper.CORRECTION, was=move.was_id)
        take_added_guardian_along(row, move)
    else:
        corrections.take_back(row, ledger=move.ledger, was=move.was_id, by=move.by, at=move.at)


def take_added_guardian_along(row: Any, move: Move) -> None:
    """Where the old chart is the record made at sign-in, it goes into the new one with its guardians."""
    last, merge = corrections.standing(row), own_merge(move.visit)
    if move.now is None or last is None or merge is None or merge.merged_id != move.was_id:
        return
    added = Guardian.objects.filter(pk=last.subject_id or 0, patient=move.was_id)
    for guardian in added if last.subject == "Guardian" and not last.before else ():
        own_records.carry_guardian(guardian, move.ledger, visit=move.visit, was=move.was_id, now=move.now)


def carry_need(row: Any, whose: Whose, move: Move) -> None:
    row.visit = move.visit
    if whose == Whose.NOBODY:
        said_of = paper_words.child_and_number(move.was) if move.was else "nobody yet"
        reason = f"answered for {said_of}, and this is another child"
        given_moves.count_no_longer(
            row, Paper.NEED, reason=reason, ledger=move.ledger, was=move.was_id, by=move.by, at=move.at
        )
    else:
        move.ledger.kept(row, Paper.NEED, was=move.was_id)


def carry_promise(row: Any, whose: Whose, move: Move) -> None:
    at_visit = {"made_for_id": made_for(row, move)} if row.visit_id is not None else {}
    to = {"patient_id": move.now_id, **at_visit}
    move.ledger.change(row, Paper.PROMISE, Done.MOVED, was=move.was_id, now=move.now_id, **to)


def made_for(row: Promise, move: Move) -> int | None:
    """The new child; in an undo, of whom it was before, where that record is merged into the child's."""
    known = PaperMove.objects.filter(subject="Promise", subject_id=row.pk, decision__isnull=False)
    done = known.filter(decision=move.undoes).first()
    was = done.before.get("made_for_id") if done else None
    if done is None or was is None:
        return move.now_id
    found, own = stands_for(was, done), own_merge(move.visit)
    is_own = own is not None and own.merged_id == found
    return found if is_own or end_of(found) == move.now_id else move.now_id


def carry_note(row: Any, whose: Whose, move: Move) -> None:
    move.ledger.kept(row, Paper.NOTE, was=move.was_id)


def carry_guardian(row: Any, whose: Whose, move: Move) -> None:
    if move.now is not None:
        own_records.carry_guardian(row, move.ledger, visit=move.visit, was=move.was_id, now=move.now)


CARRIES = {
    Paper.CONSENT: carry_consent,
    Paper.PROXY: carry_proxy,
    Paper.VACCINE: carry_vaccine,
    Paper.CHART: carry_chart,
    Paper.CORRECTION: carry_correction,
    Paper.NEED: carry_need,
    Paper.PROMISE: carry_promise,
    Paper.NOTE: carry_note,
    Paper.GUARDIAN: carry_guardian,
}
"""Wishes go with the escort, whom a link brings: `chart_changes.put_wishes_on`."""
