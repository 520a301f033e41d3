"""Promises: made, tried, kept, withdrawn, replaced. None can vanish; each end says how."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict
from typing import Any

from checkin.actions import audit, needs, page_marks
from checkin.actions.boards import Refused, hold_family
from checkin.actions.permissions import require
from checkin.actions.promise_repeats import Sent, find_repeated, says_same
from checkin.actions.standing_records import hold_record
from checkin.actions.writing import write
from checkin.models import (
    BoardVersion,
    Location,
    Patient,
    Promise,
    PromiseAttempt,
    Role,
    Staff,
    Visit,
)
from checkin.rules import promises as rules
from checkin.rules.promises import Result, Said, Status
from checkin.rules.roles import Act

Owner = Staff | Role
SAME_ATTEMPT = dt.timedelta(seconds=30)
"""Within this a second press with the same words is the same attempt: two clicks are one call."""

LONGEST_WORDS = 500


class Incomplete(Refused):
    """Something is missing. `problems` says what, by field."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems.values()))


class InThePast(Refused):
    """The due time has passed already: asked about, and made once that is confirmed."""

    def __init__(self) -> None:
        super().__init__(rules.IN_THE_PAST)


def make(
    *,
    location: Location,
    said: Said,
    owner: Owner | None,
    by: Staff | None,
    at: dt.datetime,
    key: uuid.UUID | None = None,
    patient: Patient | None = None,
    visit: Visit | None = None,
    confirmed: bool = False,
) -> Promise:
    """Promise this. The same key with the same words again is the same promise; with others, another one.

    `confirmed` is the answer to InThePast. Raises Incomplete where to whom, the way, the owner or the due
    time is missing.
    """
    require(Act.PROMISE, by)
    key = key or uuid.uuid4()
    with write():
        BoardVersion.bump(location.pk)
        page_marks.verify()
        person = patient or (visit.patient if visit else None)
        if owner is not None:
            sent = Sent(said.cleaned(), owned_by(owner), person, visit, at)
            known, key = find_repeated(location.clinic, key, sent)
            if known:
                return known
        said, whose = proper(said, owner, clinic_id=location.clinic_id, at=at, confirmed=confirmed)
        hold_record(person, visit)
        return keep_row(said, whose, location=location, patient=person, visit=visit, key=key, by=by, at=at)


def proper(
    said: Said, owner: Owner | None, *, clinic_id: int, at: dt.datetime, confirmed: bool
) -> tuple[Said, Owner]:
    """What was said, cleaned, and whose it is; a refusal with a sentence for each thing that it lacks."""
    said = said.cleaned()
    problems = rules.problems(said, has_owner=owner is not None)
    if owner is not None and (sentence := cannot_own(owner, clinic_id)):
        problems["owner"] = sentence
    if problems or owner is None:
        raise Incomplete(problems)
    if said.due_at and said.due_at <= at and not confirmed:
        raise InThePast
    return said, owner


def cannot_own(owner: Owner, clinic_id: int) -> str:
    """Why this person or role cannot keep a promise; '' where they can."""
    if isinstance(owner, Staff):
        if owner.clinic_id != clinic_id or not owner.is_active:
            return f"{owner} does not work here any more. Choose somebody else."
        return "" if owner.role in rules.KEEPERS else f"{owner} only reads. Choose somebody else."
    return "" if owner in rules.KEEPERS else rules.NO_OWNER


def owned_by(owner: Owner) -> dict[str, Any]:
    """The two columns that say whose a promise is."""
    if isinstance(owner, Staff):
        return {"owner": owner, "owner_role": ""}
    return {"owner": None, "owner_role": str(owner)}


def keep_row(
    said: Said, owner: Owner, *, location: Location, at: dt.datetime, by: Staff | None, **facts: Any
) -> Promise:
    """Write the row, in the caller's transaction."""
    made = Promise.objects.create(
        clinic_id=location.clinic_id,
        location=location,
        made_for=facts["patient"],
        promised_by=by,
        made_at=at,
        **owned_by(owner),
        **asdict(said),
        **facts,
    )
    trail("made", made, by=by, at=at)
    return made


def keep(*, promise: Promise, by: Staff, at: dt.datetime, outcome: str = "") -> Promise:
    """They were reached. The same hand twice is once; another's is told who was quicker."""
    require(Act.PROMISE, by)
    return attempt(promise=promise, result=Result.REACHED, note=outcome, by=by, at=at)


def attempt(
    *, promise: Promise, result: str, by: Staff, at: dt.datetime, note: str = "", next_step: str = ""
) -> Promise:
    """One try. Reached ends it; word left with a next step ends it from the second try on; else it stays.

    Raises Refused with a sentence where somebody else has ended it, or word was left too soon.
    """
    require(Act.PROMISE, by)
    note, next_step = note.strip()[:LONGEST_WORDS], next_step.strip()[:LONGEST_WORDS]
    if result not in Result.values:
        raise Refused("Say what came of it: reached, left word, or no answer.")
    with write():
        held = hold(promise)
        ends = Status.REACHED if result == Result.REACHED else None
        if result == Result.LEFT_WORD and next_step:
            ends = Status.LEFT_WORD
        if not held.is_open:
            return repeated(held, status=ends, by=by, outcome=note, next_step=next_step if ends else "")
        tries = held.attempts.count()
        if ends == Status.LEFT_WORD and tries + 1 < rules.TRIES_BEFORE_WORD:
            raise Refused("One try is not enough to leave it at that: keep this try, and try once more.")
        tried(held, result, note=note, by=by, at=at)
        if ends:
            end(held, ends, by=by, at=at, outcome=note, next_step=next_step)
    if ends:
        catch_up(held, by=by, at=at)
    return held


def tried(held: Promise, result: str, *, note: str, by: Staff, at: dt.datetime) -> None:
    last = held.attempts.order_by("pk").last()
    said = (by.pk, result, note)
    if last and (last.by_id, last.result, last.note) == said and at - last.at < SAME_ATTEMPT:
        return
    PromiseAttempt.objects.create(promise=held, at=at, by=by, result=result, note=note)
    trail("tried", held, by=by, at=at, result=str(result))


def withdraw(*, promise: Promise, words: str, by: Staff, at: dt.datetime) -> Promise:
    """The family does not want it any more; `words` is who said so, and how."""
    require(Act.PROMISE, by)
    if not words.strip():
        raise Refused("Say in a few words who withdrew it, and why.")
    words = words.strip()[:LONGEST_WORDS]
    with write():
        held = hold(promise)
        if not held.is_open:
            return repeated(held, status=Status.WITHDRAWN, by=by, outcome=words)
        end(held, Status.WITHDRAWN, by=by, at=at, outcome=words)
    catch_up(held, by=by, at=at)
    return held


def replace(
    *,
    promise: Promise,
    said: Said,
    owner: Owner | None,
    by: Staff,
    at: dt.datetime,
    key: uuid.UUID | None = None,
    confirmed: bool = False,
) -> Promise:
    """Another promise in place of this one, which ends with it in the same moment.

    The same key with other words is refused: what stands in its place is said, and can be replaced again.
    """
    require(Act.PROMISE, by)
    key = key or uuid.uuid4()
    with write():
        held = hold(promise)
        known = Promise.objects.filter(clinic_id=held.clinic_id, key=key).first()
        sent = Sent(said.cleaned(), owned_by(owner) if owner else {}, held.patient, held.visit, at)
        if known and says_same(known, sent):
            return known
        if known or not held.is_open:
            repeated(held, status=None, by=by)
        said, whose = proper(said, owner, clinic_id=held.clinic_id, at=at, confirmed=confirmed)
        end(held, Status.REPLACED, by=by, at=at)
        facts = {"patient": held.patient, "visit": held.visit, "key": key, "replaces": held}
        made = keep_row(said, whose, location=held.location, by=by, at=at, **facts)
    catch_up(held, by=by, at=at)
    return made


def hold(promise: Promise) -> Promise:
    """The promise as it is now, held until the transaction ends. The board first, as every writer does."""
    BoardVersion.bump(promise.location_id)
    page_marks.verify()
    locked = Promise.objects.select_for_update(of=("self",), no_key=True)
    people = ("owner", "ended_by", "patient", "visit")
    return locked.select_related("location__clinic", *people).get(pk=promise.pk)


def end(
    held: Promise, status: str, *, by: Staff | None, at: dt.datetime, outcome: str = "", next_step: str = ""
) -> None:
    """Write how it ended, if it still is open. Call inside a transaction."""
    ending = {"status": status, "outcome": outcome, "next_step": next_step, "ended_at": at, "ended_by": by}
    if not Promise.objects.open().filter(pk=held.pk).update(**ending):
        held.refresh_from_db()
        raise Refused(ended_words(held))
    for name, value in ending.items():
        setattr(held, name, value)
    trail(str(status), held, by=by, at=at, late=held.kept is False)


def catch_up(held: Promise, *, by: Staff | None, at: dt.datetime) -> None:
    """A family that is here is owed this no more, or owed it by now, and their visits say so.

    A transaction of its own: visits are held before their promises, and two writers must not wait crosswise.
    """
    if held.patient_id is None:
        return
    with write():
        needs.recompute_all(hold_family(held.patient_id), at=at, by=by)


def repeated(
    held: Promise, *, status: str | None, by: Staff, outcome: str = "", next_step: str = ""
) -> Promise:
    """The promise that this person ended so already, with these words or with none now.

    Raises Refused, saying who was quicker, for anything else: other words would be dropped in silence.
    """
    same = (held.status, held.ended_by_id) == (status, by.pk)
    if same and outcome in ("", held.outcome) and next_step in ("", held.next_step):
        return held
    raise Refused(ended_words(held))


def ended_words(held: Promise) -> str:
    when = (held.ended_at or held.made_at).astimezone(held.location.clinic.zone)
    label = Status(held.status).label
    return f"{held.ended_by or 'Somebody'} already ended this at {when:%H:%M}: {str(label).lower()}."


def follow_merge(*, provisional: Patient, into: Patient) -> int:
    """The record was merged: its promises go along. How many did. Call inside the merge's transaction."""
    return Promise.objects.filter(patient=provisional).update(patient=into)


def follow_unmerge(*, provisional: Patient, into: Patient) -> int:
    """The merge was taken back: what was promised on the record that stands again goes back to it."""
    return Promise.objects.filter(patient=into, made_for=provisional).update(patient=provisional)


def follow_visit(visit: Visit) -> int:
    """The visit was put on another record: what was promised at this visit goes along."""
    return Promise.objects.filter(visit=visit).update(patient=visit.patient_id, made_for=visit.patient_id)


def trail(what: str, promise: Promise, *, by: Staff | None, at: dt.datetime, **detail: Any) -> None:
    audit.record(
        action=f"promise.{what}", subject=promise, at=at, by=by, patient_id=promise.patient_id, **detail
    )
