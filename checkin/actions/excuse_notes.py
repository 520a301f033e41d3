"""Excuse notes: edit drafts, issue each once under one number, void, and reissue."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from checkin.actions import audit, needs
from checkin.actions.confidential_visits import refuse_if_confidential
from checkin.actions.permissions import require_permission
from checkin.actions.refusals import Refused
from checkin.actions.visit_locks import lock_patient_visits
from checkin.actions.write_queue import write_in_turn
from checkin.models import ExcuseNote, Need, NoteCounter, Staff, Visit
from checkin.models import excuse_notes as excuse_note_models
from checkin.rules import excuse_notes as excuse_note_rules
from checkin.rules.confidential_visits import NO_NOTE
from checkin.rules.excuse_notes import NoteEdits, NoteStatus
from checkin.rules.need_types import NEED_KIND_OF_NOTE, NeedOutcome
from checkin.rules.roles import StaffAct
from checkin.rules.short_lines import put_on_one_line
from checkin.rules.visit_steps import VisitState


@dataclass(frozen=True, slots=True)
class IssuedNote:
    """The one note of this visit and kind. `notice` says who was faster, if somebody else was."""

    note: ExcuseNote
    notice: str = ""


class NoteDraftChanged(Refused):
    """Somebody saved the draft since the page was opened. `kept`: what it says now."""

    def __init__(self, kept: NoteEdits) -> None:
        super().__init__("Somebody changed this draft since the page was opened.")
        self.kept = kept


NO_NOTE_FOR_STATE = {
    VisitState.ENTERED_IN_ERROR: "This visit was entered in error, so there is no note to give.",
    VisitState.LEFT_WITHOUT_BEING_SEEN: (
        "This family left before they were seen, so there is no note to give."
    ),
}


def edit_note_draft(
    *, visit: Visit, kind: str, edits: NoteEdits, by: Staff, at: dt.datetime, seen: NoteEdits | None = None
) -> ExcuseNote:
    """Save these changes to the draft; return it. The name may stay blank until the note is issued.

    `seen`: the draft that the page showed. Raises NoteDraftChanged, another Refused, and NotAllowed.
    """
    require_permission(StaffAct.WRITE_NOTE, by)
    with write_in_turn():
        visit = _lock_note_visit(visit)
        refuse_if_confidential(visit, NO_NOTE)
        note = find_standing_note(visit, kind)
        if note is not None and note.status == NoteStatus.ISSUED:
            raise Refused(f"{describe_note_issue(note)} Reissue it to change it.")
        _refuse_changed_draft(visit, note, edits, seen=seen)
        return _save_note_draft(visit, kind, note, edits, by=by, at=at)


def _save_note_draft(
    visit: Visit, kind: str, note: ExcuseNote | None, edits: NoteEdits, *, by: Staff, at: dt.datetime
) -> ExcuseNote:
    edits = normalize_note_edits(visit, kind, edits)
    if note is not None and note.edits() == edits:
        return note
    fresh = note or ExcuseNote.unsaved(visit, kind, edits)
    wrong = excuse_note_rules.find_note_problems(edits, seen_on=fresh.seen_on)
    wrong.pop("person_name", "")
    _refuse_note_problems(wrong)
    _copy_edits_to_note(fresh, edits)
    fresh.code = fresh.code or excuse_note_rules.make_note_code()
    fresh.save()
    _audit_note("drafted" if note is None else "edited", fresh, by=by, at=at)
    return fresh


def issue_note(
    *,
    visit: Visit,
    kind: str,
    by: Staff,
    at: dt.datetime,
    edits: NoteEdits | None = None,
    seen: NoteEdits | None = None,
) -> IssuedNote:
    """Issue the draft with its number and code, and mark its need as done; return the note.

    If two people issue at once, there is one note, and the notice tells the second. Issues `edits` if given,
    else the saved draft, else the visit's defaults. `seen`: the draft that the page showed. Raises
    NoteDraftChanged, another Refused, and NotAllowed.
    """
    require_permission(StaffAct.WRITE_NOTE, by)
    with write_in_turn():
        visit = _lock_note_visit(visit)
        refuse_if_confidential(visit, NO_NOTE)
        note = find_standing_note(visit, kind)
        if note is not None and note.status == NoteStatus.ISSUED:
            return IssuedNote(note, "" if note.issued_by_id == by.pk else describe_note_issue(note))
        if visit.state in NO_NOTE_FOR_STATE:
            raise Refused(NO_NOTE_FOR_STATE[VisitState(visit.state)])
        if edits is not None:
            _refuse_renamed_child(visit, kind, edits)
            _refuse_changed_draft(visit, note, edits, seen=seen)
        wanted = edits or (note.edits() if note else excuse_note_models.first_note_draft(visit, kind))
        fresh = note or ExcuseNote.unsaved(visit, kind, wanted)
        _number_note(fresh, normalize_note_edits(visit, kind, wanted), by=by, at=at)
        _audit_note("issued", fresh, by=by, at=at)
        _meet_note_need(visit, kind, by=by, at=at)
        return IssuedNote(fresh)


def _meet_note_need(visit: Visit, kind: str, *, by: Staff, at: dt.datetime) -> None:
    """Mark open needs for this note as done."""
    wanted = NEED_KIND_OF_NOTE[excuse_note_rules.NoteKind(kind)]
    for need in Need.objects.open().filter(visit=visit, kind=wanted):
        need.visit = visit
        needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=by, at=at)


def _number_note(note: ExcuseNote, edits: NoteEdits, *, by: Staff, at: dt.datetime) -> None:
    _refuse_note_problems(excuse_note_rules.find_note_problems(edits, seen_on=note.seen_on))
    _copy_edits_to_note(note, edits)
    note.code = note.code or excuse_note_rules.make_note_code()
    note.status, note.number = NoteStatus.ISSUED, NoteCounter.next_number(note.clinic_id)
    note.issuer, note.issuer_role, note.issued_by, note.issued_at = by.name, by.role, by, at
    note.save()


def void_issued_note(*, note: ExcuseNote, reason: str, by: Staff, at: dt.datetime) -> ExcuseNote:
    """Void this note, as /verify/ then says; return it. Its number is not used again.

    The need for a note opens again if the family is still here.
    """
    require_permission(StaffAct.WRITE_NOTE, by)
    with write_in_turn():
        visit = _lock_note_visit(note.visit)
        note = _lock_note(note)
        if note.status == NoteStatus.VOID and note.voided_by_id == by.pk:
            return note
        _void_locked_note(note, reason, by=by, at=at)
        _audit_note("voided", note, by=by, at=at)
        needs.recompute_needs(visit=visit, at=at, by=by)
        return note


def _void_locked_note(note: ExcuseNote, reason: str, *, by: Staff, at: dt.datetime) -> None:
    reason = put_on_one_line(reason)[: excuse_note_rules.NOTE_VOID_REASON_LIMIT]
    if note.status == NoteStatus.VOID:
        raise Refused(
            f"{note.voided_by or 'Somebody'} voided this note at {_note_clock_words(note, note.voided_at)}."
        )
    if note.status != NoteStatus.ISSUED:
        raise Refused("This is a draft: nobody holds it, so there is nothing to void.")
    if not reason:
        raise Refused("Please write in a few words why this note no longer counts.")
    note.status, note.void_reason, note.voided_by, note.voided_at = NoteStatus.VOID, reason, by, at
    note.save(update_fields=["status", "void_reason", "voided_by", "voided_at"])


def reissue_note(
    *, note: ExcuseNote, edits: NoteEdits, reason: str, by: Staff, at: dt.datetime
) -> IssuedNote:
    """Void this note and issue another with these changes, under a new number and code; return that one."""
    require_permission(StaffAct.WRITE_NOTE, by)
    with write_in_turn():
        visit = _lock_note_visit(note.visit)
        refuse_if_confidential(visit, NO_NOTE)
        old = _lock_note(note)
        successor = ExcuseNote.objects.select_related("clinic", "issued_by").filter(replaces=old).first()
        if successor is not None and successor.status == NoteStatus.VOID:
            raise Refused(f"{successor} was issued in its place and is void, too. Nothing was issued now.")
        if successor is not None:
            return IssuedNote(
                successor, "" if successor.issued_by_id == by.pk else describe_note_issue(successor)
            )
        _void_locked_note(old, reason, by=by, at=at)
        _refuse_renamed_child(visit, old.kind, edits)
        new = ExcuseNote.unsaved(visit, old.kind, edits)
        new.replaces = old
        _number_note(new, normalize_note_edits(visit, old.kind, edits), by=by, at=at)
        _audit_note("reissued", new, by=by, at=at, replaces=old.number)
        needs.recompute_needs(visit=visit, at=at, by=by)
        return IssuedNote(new)


def find_standing_note(visit: Visit, kind: str) -> ExcuseNote | None:
    """Return the visit's current draft or issued note of this kind; None if there is none."""
    found = visit.excuse_notes.standing().filter(kind=kind).select_related("issued_by").first()
    if found is not None:
        found.visit, found.clinic = visit, visit.clinic
    return found


def _lock_note_visit(visit: Visit) -> Visit:
    """Lock and return the visit, so that others who write its notes or needs wait."""
    lock_patient_visits(visit.patient_id, visit)
    visit.clinic = visit.location.clinic
    return visit


def _lock_note(note: ExcuseNote) -> ExcuseNote:
    now = ExcuseNote.objects.select_for_update(of=("self",))
    return now.select_related("clinic", "visit", "voided_by", "issued_by").get(pk=note.pk)


def normalize_note_edits(visit: Visit, kind: str, edits: NoteEdits) -> NoteEdits:
    """Return the edits with texts cleaned and, if the note must have it, the name that is now on record.

    A name that was replaced takes its spelling with it.
    """
    name = put_on_one_line(edits.person_name)[: excuse_note_rules.NOTE_NAME_LIMIT]
    spelling = put_on_one_line(edits.name_spelling)[: excuse_note_rules.NOTE_NAME_LIMIT]
    limits = put_on_one_line(edits.limits)[: excuse_note_rules.NOTE_LIMITS_LIMIT]
    edits = replace(edits, person_name=name, name_spelling=spelling, limits=limits)
    if not excuse_note_models.is_note_name_fixed(visit, kind):
        return edits
    recorded = put_on_one_line(excuse_note_models.note_person_name(visit, kind))[
        : excuse_note_rules.NOTE_NAME_LIMIT
    ]
    # The spelling is of the name that stood beside it, perhaps another child's.
    return replace(edits, person_name=recorded, name_spelling=spelling if recorded == name else "")


def _refuse_renamed_child(visit: Visit, kind: str, shown: NoteEdits) -> None:
    """Raise Refused if the page showed another name than the note must have now."""
    now = normalize_note_edits(visit, kind, shown)
    if now.person_name != put_on_one_line(shown.person_name)[: excuse_note_rules.NOTE_NAME_LIMIT]:
        raise Refused(
            f"This visit was matched since the page was opened: the note is for {now.person_name} now. "
            "Look at it again, then issue it."
        )


def _refuse_changed_draft(
    visit: Visit, note: ExcuseNote | None, edits: NoteEdits, *, seen: NoteEdits | None
) -> None:
    """Raise NoteDraftChanged if the saved draft is neither what the page showed nor what is sent."""
    if note is None or seen is None:
        return
    kept, *known = (normalize_note_edits(visit, note.kind, one) for one in (note.edits(), seen, edits))
    if kept not in known:
        raise NoteDraftChanged(kept)


def _copy_edits_to_note(note: ExcuseNote, edits: NoteEdits) -> None:
    for name in excuse_note_rules.EDITABLE_NOTE_FIELDS:
        setattr(note, name, getattr(edits, name))


def _refuse_note_problems(wrong: dict[str, str]) -> None:
    if wrong:
        raise Refused(" ".join(wrong.values()))


def describe_note_issue(note: ExcuseNote) -> str:
    """Return who issued the note and when, as one sentence."""
    return f"{note.issued_by or 'Somebody'} issued it at {_note_clock_words(note, note.issued_at)}."


def _note_clock_words(note: ExcuseNote, at: dt.datetime | None) -> str:
    return note.clinic.time_words(at) if at else "?"


def _audit_note(what: str, note: ExcuseNote, *, by: Staff, at: dt.datetime, **detail: Any) -> None:
    audit.write_audit_event(
        action=f"excuse_note.{what}",
        subject=note,
        at=at,
        by=by,
        patient_id=note.visit.patient_id if note.kind == excuse_note_rules.NoteKind.SCHOOL else None,
        kind=str(note.kind),
        number=note.number,
        has_spelling=bool(note.name_spelling),
        **detail,
    )
