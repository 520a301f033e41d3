"""Functions that describe each event of a family's timeline in one line."""

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
)
from checkin.models import (
    entry_wording as entry_wording_models,
)
from checkin.models.hidden_addresses import hide_discrepancy_address, hide_own_email, hide_typed_address
from checkin.models.understanding import clinic_own_language
from checkin.queries import family_timeline_rows
from checkin.queries import preferences as preference_queries
from checkin.queries import visit_feedback as visit_feedback_queries
from checkin.queries.timeline_events import TimelineEvent
from checkin.rules import excuse_notes as excuse_note_rules
from checkin.rules import shown_preferences
from checkin.rules.need_labels import capitalize_label, need_chip_text
from checkin.rules.need_types import NeedKind, NeedOutcome
from checkin.rules.need_words import need_outcome_words
from checkin.rules.preferences import WISHES, RememberedPreferences, list_remembered_words
from checkin.rules.understanding import NeedsOnRecord
from checkin.rules.visit_steps import VisitState

_NO_TIME = dt.datetime.min.replace(tzinfo=dt.UTC)
"""Never shown: the queries read only rows with a time, but the columns' type allows None."""

_WordPairs = tuple[tuple[str, str], ...]
_DecidedKind = DiscrepancyDecision.Kind
_DECISION_SENTENCES = {
    _DecidedKind.USE_NEW: "{}: what was typed is now on record",
    _DecidedKind.KEEP_OLD: "{}: kept as on record",
    _DecidedKind.ASK: "{}: the family was to be asked",
    _DecidedKind.UNDO: "{}: undone",
}
_GIVEN_NEED_KINDS = (NeedKind.VACCINE, NeedKind.CHECK_UP)


def _drop_blank_word_pairs(*pairs: tuple[str, str]) -> _WordPairs:
    return tuple(pair for pair in pairs if pair[1])


def family_arrival_event(visit: Visit) -> TimelineEvent:
    """Return the event of an arrival: who brought the child, in their words, and their preferences then."""
    claim = visit.sign_in
    who = claim.escort_name or "somebody who gave no name"
    what = "Came alone" if claim.is_patient else f"Brought by {who}"
    said = preference_queries.claim_with_chosen_language(hide_typed_address(visit))
    own = clinic_own_language(visit.clinic)
    likes = shown_preferences.build_shown_preferences(said, RememberedPreferences(), NeedsOnRecord(), own=own)
    words = _drop_blank_word_pairs(
        ("In their words", "" if claim.is_patient else claim.relationship),
        ("Also typed", said.also_typed),
        ("Preferences", ", ".join(one.words for one in likes if one.kind != "language")),
        ("Language", ", ".join(one.words for one in likes if one.kind == "language")),
    )
    wrong = visit.state == VisitState.ENTERED_IN_ERROR
    return TimelineEvent(visit.arrived_at, "log-in", what, "", words, taken_back=wrong, beside=visit.token)


def preference_remembered_event(escort: Escort) -> TimelineEvent:
    columns = {one.column: getattr(escort, one.column) for one in WISHES}
    words = list_remembered_words(columns | {"email": hide_own_email(escort.email, escort)})
    asks = "asked us to remember their preferences" if words else "asked us to forget their preferences"
    who = (
        escort.name or escort.relationship or ("Who came alone" if escort.is_patient else "Who brought them")
    )
    return TimelineEvent(
        escort.remembered_at or escort.last_came_at or _NO_TIME,
        "heart-handshake",
        f"{who} {asks}",
        "",
        _drop_blank_word_pairs(("Preferences", words)),
    )


def promise_broken_event(promise: Promise) -> TimelineEvent:
    what = f"Promise broken: {promise.to_whom} was not reached in time"
    return TimelineEvent(promise.due_at, "clock-alert", what, beside=promise.whose)


def need_event_heading(need: Need) -> str:
    return capitalize_label(need.kind, need_chip_text(need), need.label_words)


def need_answered_event(need: Need) -> TimelineEvent:
    given = need.status == NeedOutcome.DONE and need.kind in _GIVEN_NEED_KINDS
    outcome = "given" if given else need_outcome_words(need.kind, need.status, need.reason_code).lower()
    words = _drop_blank_word_pairs(("Answer", need.told_reason))
    icon = "check" if need.status == NeedOutcome.DONE else "circle-dashed"
    return TimelineEvent(
        need.answered_at or need.noticed_at,
        icon,
        f"{need_event_heading(need)}: {outcome}",
        str(need.answered_by or ""),
        words,
    )


def second_concern_told_event(one: ToldFamily) -> TimelineEvent:
    words = _drop_blank_word_pairs(("Answer", one.answer.told_reason))
    return TimelineEvent(
        one.at,
        "message-circle",
        f"{need_event_heading(one.answer.need)}: the family was told",
        str(one.by),
        words,
    )


def family_note_issued_event(note: ExcuseNote) -> TimelineEvent:
    void = note.status == excuse_note_rules.NoteStatus.VOID
    what = f"{note.get_kind_display()} {note.number} issued" + (", later voided" if void else "")
    words = _drop_blank_word_pairs(("Why", note.void_reason))
    return TimelineEvent(
        note.issued_at or _NO_TIME,
        "file-text",
        what,
        str(note.issued_by or note.issuer),
        words,
        taken_back=void,
    )


def family_consent_event(record: ConsentRecord) -> TimelineEvent:
    verb = "agreed to" if record.agreed else "did not agree to"
    what = f"{record.who} {verb} {record.to_what or str(record.get_care_display()).lower()}"
    words = _drop_blank_word_pairs(
        ("Relationship", record.relationship),
        ("How", str(record.get_how_display())),
        ("Limits", record.limits),
    )
    gone = record.withdrawn_at is not None
    heard = f"heard by {record.heard_by}"
    return TimelineEvent(record.at, "handshake", what, "", words, taken_back=gone, beside=heard)


def family_feedback_event(said: AfterWord, reader: Staff | None) -> TimelineEvent:
    return visit_feedback_queries.feedback_event(said, reader)


def discrepancy_decided_event(one: DiscrepancyDecision) -> TimelineEvent:
    found = hide_discrepancy_address(one.discrepancy)
    what = _DECISION_SENTENCES[_DecidedKind(one.kind)].format(found.get_field_display())
    words = _drop_blank_word_pairs(("Typed", found.typed), ("On record", found.recorded))
    icon = "undo-2" if one.kind == _DecidedKind.UNDO else "scale"
    return TimelineEvent(one.at, icon, what, str(one.by), words, taken_back=one.is_undone)


def kept_need_answer_event(one: NeedAnswer) -> TimelineEvent:
    """Return the event of an answer that stayed with this child when the visit became another child's."""
    is_done = one.outcome == NeedOutcome.DONE
    given = is_done and one.need.kind in _GIVEN_NEED_KINDS
    outcome = "given" if given else need_outcome_words(one.need.kind, one.outcome).lower()
    whose = "that is another child’s" if one.need.visit.patient_id else "that is not settled"
    what = f"{need_event_heading(one.need)}: {outcome}, at a visit {whose}"
    words = () if is_done else _drop_blank_word_pairs(("Answer", one.told_reason))
    return TimelineEvent(one.at, "check" if is_done else "circle-dashed", what, str(one.by or ""), words)


def chart_change_event(change: ChartChange) -> TimelineEvent:
    """Return the event of new language or access needs on the record, with the values before."""
    words = _drop_blank_word_pairs(("Before", entry_wording_models.chart_values_words(change.before)))
    return TimelineEvent(
        change.at,
        "languages",
        f"On record: {entry_wording_models.chart_values_words(change.after)}",
        str(change.by),
        words,
    )


def proxy_filed_event(proxy: StandingProxy) -> TimelineEvent:
    words = _drop_blank_word_pairs(("Relationship", proxy.relationship), ("Limits", proxy.limits))
    what = f"Written proxy put on file: {entry_wording_models.proxy_entry_words(proxy)}"
    gone = proxy.revoked_at is not None
    at = proxy.recorded_at or _NO_TIME
    return TimelineEvent(at, "file-text", what, str(proxy.recorded_by), words, taken_back=gone)


def proxy_revoked_event(proxy: StandingProxy) -> TimelineEvent:
    who = str(proxy.revoked_by or "")
    return TimelineEvent(
        proxy.revoked_at or _NO_TIME, "undo-2", f"Written proxy of {proxy.name} revoked", who
    )


def proxy_expired_event(proxy: StandingProxy) -> TimelineEvent:
    return TimelineEvent(
        family_timeline_rows.proxy_end_moment(proxy), "clock-alert", f"Written proxy of {proxy.name} ended"
    )
