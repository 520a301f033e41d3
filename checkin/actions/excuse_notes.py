"""Excuse notes: changed as drafts, issued once under one number, made void, issued anew."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from checkin.actions import audit, needs
from checkin.actions.boards import Refused, hold_family
from checkin.actions.permissions import require
from checkin.actions.writing import write
from checkin.models import ExcuseNote, Need, NoteCounter, Staff, Visit
from checkin.models import excuse_notes as facts
from checkin.rules import excuse_notes as rules
from checkin.rules.excuse_notes import Edits, Status
from checkin.rules.need_facts import Kind as NeedKind
from checkin.rules.need_facts import Outcome
from checkin.rules.roles import Act
from checkin.rules.visits import State


@dataclass(frozen=True, slots=True)
class Issued:
    """The one note of this visit and kind. `notice` tells who was quicker, when somebody else was."""

    note: ExcuseNote
    notice: str = ""


NEVER_SEEN = {
    State.ENTERED_IN_ERROR: "This visit was entered in error, so there is no note to give.",
    State.LEFT_WITHOUT_BEING_SEEN: "This family left before they were seen, so there is no note to give.",
}


def edit(*, visit: Visit, kind: str, edits: Edits, by: Staff, at: dt.datetime) -> ExcuseNote:
    """Keep these changes in the draft. A blank name may still be kept; it is asked for when issuing."""
    require(Act.WRITE_NOTE, by)
    with write():
        visit = hold(visit)
        note = standing(visit, kind)
        if note is not None and note.status == Status.ISSUED:
            raise Refused(f"{issued_words(note)} Reissue it to change it.")
        return keep(visit, kind, note, edits, by=by, at=at)


def keep(
    visit: Visit, kind: str, note: ExcuseNote | None, edits: Edits, *, by: Staff, at: dt.datetime
) -> ExcuseNote:
    edits = proper(visit, kind, edits)
    if note is not None and note.edits() == edits:
        return note
    fresh = note or ExcuseNote.unsaved(visit, kind, edits)
    wrong = rules.problems(edits, seen_on=fresh.seen_on)
    wrong.pop("person_name", "")
    refuse(wrong)
    put(fresh, edits)
    fresh.code = fresh.code or rules.new_code()
    fresh.save()
    trail("drafted" if note is None else "edited", fresh, by=by, at=at)
    return fresh


def issue(*, visit: Visit, kind: str, by: Staff, at: dt.datetime, edits: Edits | None = None) -> Issued:
    """Give the draft its number and code, and answer the need that asked for it.

    Two people at once issue one note, and the second is told.

    `edits` are issued where they are given; otherwise the draft as kept, or else as the visit makes it.
    """
    require(Act.WRITE_NOTE, by)
    with write():
        visit = hold(visit)
        note = standing(visit, kind)
        if note is not None and note.status == Status.ISSUED:
            return Issued(note, "" if note.issued_by_id == by.pk else issued_words(note))
        if visit.state in NEVER_SEEN:
            raise Refused(NEVER_SEEN[State(visit.state)])
        if edits is not None:
            same_child(visit, kind, edits)
        wanted = edits or (note.edits() if note else facts.first_draft(visit, kind))
        fresh = note or ExcuseNote.unsaved(visit, kind, wanted)
        number(fresh, proper(visit, kind, wanted), by=by, at=at)
        trail("issued", fresh, by=by, at=at)
        meet(visit, kind, by=by, at=at)
        return Issued(fresh)


def meet(visit: Visit, kind: str, *, by: Staff, at: dt.datetime) -> None:
    """The need for this note, where one was noticed, is done."""
    wanted = NeedKind.SCHOOL_NOTE if kind == rules.Kind.SCHOOL else NeedKind.WORK_NOTE
    for need in Need.objects.open().filter(visit=visit, kind=wanted):
        need.visit = visit
        needs.answer(need=need, outcome=Outcome.DONE, by=by, at=at)


def number(note: ExcuseNote, edits: Edits, *, by: Staff, at: dt.datetime) -> None:
    refuse(rules.problems(edits, seen_on=note.seen_on))
    put(note, edits)
    note.code = note.code or rules.new_code()
    note.status, note.number = Status.ISSUED, NoteCounter.next_number(note.clinic_id)
    note.issuer, note.issued_by, note.issued_at = by.name, by, at
    note.save()


def void(*, note: ExcuseNote, reason: str, by: Staff, at: dt.datetime) -> ExcuseNote:
    """This note counts no longer, and /verify/ says so. Its number is not given again.

    A family that is still here needs one again, until another is issued or somebody says why not.
    """
    require(Act.WRITE_NOTE, by)
    with write():
        visit = hold(note.visit)
        note = hold_note(note)
        if note.status == Status.VOID and note.voided_by_id == by.pk:
            return note
        cancel(note, reason, by=by, at=at)
        trail("voided", note, by=by, at=at)
        needs.recompute(visit=visit, at=at, by=by)
        return note


def cancel(note: ExcuseNote, reason: str, *, by: Staff, at: dt.datetime) -> None:
    reason = rules.one_line(reason)[: rules.REASON_LIMIT]
    if note.status == Status.VOID:
        raise Refused(f"{note.voided_by or 'Somebody'} made this note void at {clock(note, note.voided_at)}.")
    if note.status != Status.ISSUED:
        raise Refused("This is a draft: nobody holds it, so there is nothing to make void.")
    if not reason:
        raise Refused("Say in a few words why this note no longer counts.")
    note.status, note.void_reason, note.voided_by, note.voided_at = Status.VOID, reason, by, at
    note.save(update_fields=["status", "void_reason", "voided_by", "voided_at"])


def reissue(*, note: ExcuseNote, edits: Edits, reason: str, by: Staff, at: dt.datetime) -> Issued:
    """Make this note void and issue it anew with these changes, under a new number and a new code."""
    require(Act.WRITE_NOTE, by)
    with write():
        visit = hold(note.visit)
        old = hold_note(note)
        successor = ExcuseNote.objects.select_related("clinic", "issued_by").filter(replaces=old).first()
        if successor is not None:
            return Issued(successor, "" if successor.issued_by_id == by.pk else issued_words(successor))
        cancel(old, reason, by=by, at=at)
        same_child(visit, old.kind, edits)
        new = ExcuseNote.unsaved(visit, old.kind, edits)
        new.replaces = old
        number(new, proper(visit, old.kind, edits), by=by, at=at)
        trail("reissued", new, by=by, at=at, replaces=old.number)
        needs.recompute(visit=visit, at=at, by=by)
        return Issued(new)


def standing(visit: Visit, kind: str) -> ExcuseNote | None:
    """The draft or issued note of this kind that the visit has now."""
    found = visit.excuse_notes.standing().filter(kind=kind).select_related("issued_by").first()
    if found is not None:
        found.visit, found.clinic = visit, visit.clinic
    return found


def hold(visit: Visit) -> Visit:
    """The visit as it is now. Others who want to write about its notes or its needs wait."""
    hold_family(visit.patient_id, visit)
    visit.clinic = visit.location.clinic
    return visit


def hold_note(note: ExcuseNote) -> ExcuseNote:
    now = ExcuseNote.objects.select_for_update(of=("self",))
    return now.select_related("clinic", "visit", "voided_by", "issued_by").get(pk=note.pk)


def proper(visit: Visit, kind: str, edits: Edits) -> Edits:
    """With the name on record where there is one: it may have come to be known since the page was opened."""
    name = rules.one_line(edits.person_name)[: rules.NAME_LIMIT]
    limits = rules.one_line(edits.limits)[: rules.LIMITS_LIMIT]
    edits = replace(edits, person_name=name, limits=limits)
    if not facts.name_is_fixed(visit, kind):
        return edits
    recorded = rules.one_line(facts.subject(visit, kind))[: rules.NAME_LIMIT]
    return replace(edits, person_name=recorded)


def same_child(visit: Visit, kind: str, shown: Edits) -> None:
    """Refuse when the page showed another name than the visit's record now has."""
    now = proper(visit, kind, shown)
    if now.person_name != rules.one_line(shown.person_name)[: rules.NAME_LIMIT]:
        raise Refused(
            f"This visit was matched since the page was opened: the note is for {now.person_name} now. "
            "Look at it again, then issue it."
        )


def put(note: ExcuseNote, edits: Edits) -> None:
    for name in rules.EDITABLE:
        setattr(note, name, getattr(edits, name))


def refuse(wrong: dict[str, str]) -> None:
    if wrong:
        raise Refused(" ".join(wrong.values()))


def issued_words(note: ExcuseNote) -> str:
    return f"{note.issued_by or 'Somebody'} issued it at {clock(note, note.issued_at)}."


def clock(note: ExcuseNote, at: dt.datetime | None) -> str:
    return f"{at.astimezone(note.clinic.zone):%-H:%M}" if at else "?"


def trail(what: str, note: ExcuseNote, *, by: Staff, at: dt.datetime, **detail: Any) -> None:
    audit.record(
        action=f"excuse_note.{what}",
        subject=note,
        at=at,
        by=by,
        patient_id=note.visit.patient_id if note.kind == rules.Kind.SCHOOL else None,
        kind=str(note.kind),
        number=note.number,
        **detail,
    )
