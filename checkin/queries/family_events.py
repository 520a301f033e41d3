"""Each thing that passed between a family and us, in one line."""

from __future__ import annotations

import datetime as dt

from checkin.models import (
    AfterWord,
    ChartChange,
    ConsentRecord,
    DiscrepancyDecision,
    Escort,
    ExcuseNote,
    Need,
    NeedAnswer,
    Promise,
    Staff,
    StandingProxy,
    ToldFamily,
    Visit,
    paper_words,
)
from checkin.models.understanding import own_language
from checkin.queries import after_words, family_facts
from checkin.queries import preferences as wishes
from checkin.queries import promises as owed
from checkin.queries.story_events import Event
from checkin.rules import excuse_notes, preferences
from checkin.rules.need_facts import Kind, Outcome, heading
from checkin.rules.need_words import outcome_words as words_of_outcome
from checkin.rules.preferences import Remembered
from checkin.rules.promises import Status
from checkin.rules.understanding import OnRecord
from checkin.rules.visits import State

NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)
"""The queries ask for rows with a time only; this stands for the time that the column may lack."""

Words = tuple[tuple[str, str], ...]
Decided = DiscrepancyDecision.Kind
SETTLED = {
    Decided.USE_NEW: "{}: what was typed is now on record",
    Decided.KEEP_OLD: "{}: kept as on record",
    Decided.ASK: "{}: the family was to be asked",
    Decided.UNDO: "{}: undone",
}
GIVEN = (Kind.VACCINE, Kind.CHECK_UP)


def worded(*pairs: tuple[str, str]) -> Words:
    return tuple(pair for pair in pairs if pair[1])


def came(visit: Visit) -> Event:
    """Who brought the child, in their words, and how they liked to be served that day."""
    claim = visit.sign_in
    who = claim.escort_name or "somebody who gave no name"
    what = "Came alone" if claim.is_patient else f"Brought by {who}"
    said, own = wishes.said_today(visit), own_language(visit.clinic)
    likes = preferences.shown(said, Remembered(), OnRecord(), own=own)
    words = worded(
        ("In their words", "" if claim.is_patient else claim.relationship),
        ("How they like it", ", ".join(one.words for one in likes if one.kind != "language")),
        ("Language", ", ".join(one.words for one in likes if one.kind == "language")),
    )
    wrong = visit.state == State.ENTERED_IN_ERROR
    return Event(visit.arrived_at, "log-in", what, visit.token, words, taken_back=wrong)


def remembered(escort: Escort) -> Event:
    kept = Remembered(escort.approach, escort.best_way, preferences.wish_of("", escort.best_time))
    approach = preferences.approach(today="", remembered=kept.approach)
    way = preferences.way("", kept.best_way, None)
    words = ", ".join(filter(None, [one.words if one else "" for one in (approach, way)] + [kept.best_time]))
    asks = "asked us to remember how they like it" if words else "asked us to forget how they like it"
    who = (
        escort.name or escort.relationship or ("Who came alone" if escort.is_patient else "Who brought them")
    )
    return Event(
        escort.remembered_at or escort.last_came_at or NEVER,
        "heart-handshake",
        f"{who} {asks}",
        "",
        worded(("How they like it", words)),
    )


def promised(promise: Promise, reader: Staff | None) -> Event:
    return owed.made(promise, reader)


def broken(promise: Promise) -> Event:
    what = f"Promise broken: {promise.to_whom} was not reached in time"
    return Event(promise.due_at, "clock-alert", what, promise.whose)


def ended(promise: Promise) -> Event:
    """Kept, kept late, withdrawn, or replaced by another."""
    told = owed.ended(promise)
    if promise.kept is None:
        return told._replace(what=f"Promise ended: {str(Status(promise.status).label).lower()}")
    label = "Promise kept" if promise.kept else "Promise kept late"
    how = "" if promise.status == Status.REACHED else f": {str(Status(promise.status).label).lower()}"
    return told._replace(what=label + how)


def headed(need: Need) -> str:
    return heading(need.kind, need.label)


def answered(need: Need) -> Event:
    given = need.status == Outcome.DONE and need.kind in GIVEN
    outcome = "given" if given else words_of_outcome(need.kind, need.status, need.reason).lower()
    words = worded(("Answer", need.reason))
    icon = "check" if need.status == Outcome.DONE else "circle-dashed"
    return Event(
        need.answered_at or need.noticed_at,
        icon,
        f"{headed(need)}: {outcome}",
        str(need.answered_by or ""),
        words,
    )


def told(one: ToldFamily) -> Event:
    words = worded(("Answer", one.answer.reason))
    return Event(
        one.at, "message-circle", f"{headed(one.answer.need)}: the family was told", str(one.by), words
    )


def issued(note: ExcuseNote) -> Event:
    void = note.status == excuse_notes.Status.VOID
    what = f"{note.get_kind_display()} {note.number} issued" + (", later made void" if void else "")
    words = worded(("Why", note.void_reason))
    return Event(
        note.issued_at or NEVER, "file-text", what, str(note.issued_by or note.issuer), words, taken_back=void
    )


def agreed(record: ConsentRecord) -> Event:
    verb = "agreed to" if record.agreed else "did not agree to"
    what = f"{record.who} {verb} {record.to_what or str(record.get_care_display()).lower()}"
    words = worded(
        ("Relationship", record.relationship),
        ("How", str(record.get_how_display())),
        ("Limits", record.limits),
    )
    gone = record.withdrawn_at is not None
    return Event(record.at, "handshake", what, f"heard by {record.heard_by}", words, taken_back=gone)


def word(said: AfterWord, reader: Staff | None) -> Event:
    return after_words.event(said, reader)


def decided(one: DiscrepancyDecision) -> Event:
    found = one.discrepancy
    what = SETTLED[Decided(one.kind)].format(found.get_field_display())
    words = worded(("Typed", found.typed), ("On record", found.recorded))
    back = getattr(one, "undone_by", None) is not None
    icon = "undo-2" if one.kind == Decided.UNDO else "scale"
    return Event(one.at, icon, what, str(one.by), words, taken_back=back)


def given_here(one: NeedAnswer) -> Event:
    """What stayed with this child when its visit turned out to be another's."""
    is_done = one.outcome == Outcome.DONE
    given = is_done and one.need.kind in GIVEN
    outcome = "given" if given else words_of_outcome(one.need.kind, one.outcome).lower()
    whose = "that is another child’s" if one.need.visit.patient_id else "that is not settled"
    what = f"{headed(one.need)}: {outcome}, at a visit {whose}"
    words = () if is_done else worded(("Answer", one.reason))
    return Event(one.at, "check" if is_done else "circle-dashed", what, str(one.by or ""), words)


def charted(change: ChartChange) -> Event:
    """How the family is understood and what helps, as it was put on record, and what stood there before."""
    words = worded(("Before", paper_words.chart(change.before)))
    return Event(
        change.at, "languages", f"On record: {paper_words.chart(change.after)}", str(change.by), words
    )


def filed(proxy: StandingProxy) -> Event:
    words = worded(("Relationship", proxy.relationship), ("Limits", proxy.limits))
    what = f"Written proxy put on file: {paper_words.proxy(proxy)}"
    gone = proxy.revoked_at is not None
    at = proxy.recorded_at or NEVER
    return Event(at, "file-text", what, str(proxy.recorded_by), words, taken_back=gone)


def revoked(proxy: StandingProxy) -> Event:
    who = str(proxy.revoked_by or "")
    return Event(proxy.revoked_at or NEVER, "undo-2", f"Written proxy of {proxy.name} revoked", who)


def expired(proxy: StandingProxy) -> Event:
    return Event(family_facts.end_of(proxy), "clock-alert", f"Written proxy of {proxy.name} ended")
