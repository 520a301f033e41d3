"""Promises: made, withdrawn, replaced, ended. None can vanish; each end says how."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict
from typing import Any

from checkin.actions import audit, needs, page_versions
from checkin.actions.permissions import require_permission
from checkin.actions.promise_repeats import SentPromise, find_repeated_promise, is_same_promise
from checkin.actions.record_locks import lock_record_and_visit
from checkin.actions.refusals import Refused
from checkin.actions.visit_locks import lock_patient_visits
from checkin.actions.write_queue import write_in_turn
from checkin.models import (
    BoardVersion,
    Location,
    Patient,
    Promise,
    Role,
    Staff,
    Visit,
)
from checkin.rules import promises as promise_rules
from checkin.rules.promises import PromiseStatus, PromiseTerms
from checkin.rules.roles import StaffAct

PromiseOwner = Staff | Role

LONGEST_OUTCOME = 500


class IncompletePromise(Refused):
    """Something is missing. `problems` says what, by field."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems.values()))


class DueTimeInThePast(Refused):
    """The due time has passed already: asked about, and made once that is confirmed."""

    def __init__(self) -> None:
        super().__init__(promise_rules.DUE_IN_THE_PAST)


def make_promise(
    *,
    location: Location,
    said: PromiseTerms,
    owner: PromiseOwner | None,
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
    require_permission(StaffAct.PROMISE, by)
    key = key or uuid.uuid4()
    with write_in_turn():
        BoardVersion.bump(location.pk)
        page_versions.verify_page_version()
        person = patient or (visit.patient if visit else None)
        if owner is not None:
            sent = SentPromise(said.cleaned(), promise_owner_columns(owner), person, visit, at)
            known, key = find_repeated_promise(location.clinic, key, sent)
            if known:
                return known
        said, whose = _require_complete_promise(
            said, owner, clinic_id=location.clinic_id, at=at, confirmed=confirmed
        )
        lock_record_and_visit(person, visit)
        return _create_promise(
            said, whose, location=location, patient=person, visit=visit, key=key, by=by, at=at
        )


def _require_complete_promise(
    said: PromiseTerms, owner: PromiseOwner | None, *, clinic_id: int, at: dt.datetime, confirmed: bool
) -> tuple[PromiseTerms, PromiseOwner]:
    """What was said, cleaned, and whose it is; a refusal with a sentence for each thing that it lacks."""
    said = said.cleaned()
    problems = promise_rules.find_promise_problems(said, has_owner=owner is not None)
    if owner is not None and (sentence := promise_owner_problem(owner, clinic_id)):
        problems["owner"] = sentence
    if problems or owner is None:
        raise IncompletePromise(problems)
    if said.due_at and said.due_at <= at and not confirmed:
        raise DueTimeInThePast
    return said, owner


def promise_owner_problem(owner: PromiseOwner, clinic_id: int) -> str:
    """Why this person or role cannot keep a promise; '' where they can."""
    if isinstance(owner, Staff):
        if owner.clinic_id != clinic_id or not owner.is_active:
            return f"{owner} does not work here any more. Choose somebody else."
        return (
            ""
            if owner.role in promise_rules.PROMISE_KEEPER_ROLES
            else f"{owner} only reads. Choose somebody else."
        )
    return "" if owner in promise_rules.PROMISE_KEEPER_ROLES else promise_rules.NO_PROMISE_OWNER


def promise_owner_columns(owner: PromiseOwner) -> dict[str, Any]:
    """The two columns that say whose a promise is."""
    if isinstance(owner, Staff):
        return {"owner": owner, "owner_role": ""}
    return {"owner": None, "owner_role": str(owner)}


def _create_promise(
    said: PromiseTerms,
    owner: PromiseOwner,
    *,
    location: Location,
    at: dt.datetime,
    by: Staff | None,
    **facts: Any,
) -> Promise:
    """Write the row, in the caller's transaction."""
    made = Promise.objects.create(
        clinic_id=location.clinic_id,
        location=location,
        made_for=facts["patient"],
        promised_by=by,
        made_at=at,
        **promise_owner_columns(owner),
        **asdict(said),
        **facts,
    )
    audit_promise("made", made, by=by, at=at)
    return made


def withdraw_promise(*, promise: Promise, words: str, by: Staff, at: dt.datetime) -> Promise:
    """The family does not want it any more; `words` is who said so, and how."""
    require_permission(StaffAct.PROMISE, by)
    if not words.strip():
        raise Refused("Say in a few words who withdrew it, and why.")
    words = words.strip()[:LONGEST_OUTCOME]
    with write_in_turn():
        held = lock_promise(promise)
        if not held.is_open:
            return confirm_same_ending(held, status=PromiseStatus.WITHDRAWN, by=by, outcome=words)
        end_promise(held, PromiseStatus.WITHDRAWN, by=by, at=at, outcome=words)
    recompute_promised_family(held, by=by, at=at)
    return held


def replace_promise(
    *,
    promise: Promise,
    said: PromiseTerms,
    owner: PromiseOwner | None,
    by: Staff,
    at: dt.datetime,
    key: uuid.UUID | None = None,
    confirmed: bool = False,
) -> Promise:
    """Another promise in place of this one, which ends with it in the same moment.

    The same key with other words is refused: what stands in its place is said, and can be replaced again.
    """
    require_permission(StaffAct.PROMISE, by)
    key = key or uuid.uuid4()
    with write_in_turn():
        held = lock_promise(promise)
        known = Promise.objects.filter(clinic_id=held.clinic_id, key=key).first()
        sent = SentPromise(
            said.cleaned(), promise_owner_columns(owner) if owner else {}, held.patient, held.visit, at
        )
        if known and is_same_promise(known, sent):
            return known
        if known or not held.is_open:
            confirm_same_ending(held, status=None, by=by)
        said, whose = _require_complete_promise(
            said, owner, clinic_id=held.clinic_id, at=at, confirmed=confirmed
        )
        end_promise(held, PromiseStatus.REPLACED, by=by, at=at)
        facts = {"patient": held.patient, "visit": held.visit, "key": key, "replaces": held}
        made = _create_promise(said, whose, location=held.location, by=by, at=at, **facts)
    recompute_promised_family(held, by=by, at=at)
    return made


def lock_promise(promise: Promise) -> Promise:
    """The promise as it is now, held until the transaction ends. The board first, as every writer does."""
    BoardVersion.bump(promise.location_id)
    page_versions.verify_page_version()
    locked = Promise.objects.select_for_update(of=("self",), no_key=True)
    people = ("owner", "ended_by", "patient", "visit")
    return locked.select_related("location__clinic", *people).get(pk=promise.pk)


def end_promise(
    held: Promise, status: str, *, by: Staff | None, at: dt.datetime, outcome: str = "", next_step: str = ""
) -> None:
    """Write how it ended, if it still is open. Call inside a transaction."""
    ending = {"status": status, "outcome": outcome, "next_step": next_step, "ended_at": at, "ended_by": by}
    if not Promise.objects.open().filter(pk=held.pk).update(**ending):
        held.refresh_from_db()
        raise Refused(promise_ended_words(held))
    for name, value in ending.items():
        setattr(held, name, value)
    audit_promise(str(status), held, by=by, at=at, late=held.kept is False)


def recompute_promised_family(held: Promise, *, by: Staff | None, at: dt.datetime) -> None:
    """A family that is here is owed this no more, or owed it by now, and their visits say so.

    A transaction of its own: visits are held before their promises, and two writers must not wait crosswise.
    """
    if held.patient_id is None:
        return
    with write_in_turn():
        needs.recompute_needs_of_all(lock_patient_visits(held.patient_id), at=at, by=by)


def confirm_same_ending(
    held: Promise, *, status: str | None, by: Staff, outcome: str = "", next_step: str = ""
) -> Promise:
    """The promise that this person ended so already, with these words or with none now.

    Raises Refused, saying who was quicker, for anything else: other words would be dropped in silence.
    """
    same = (held.status, held.ended_by_id) == (status, by.pk)
    if same and outcome in ("", held.outcome) and next_step in ("", held.next_step):
        return held
    raise Refused(promise_ended_words(held))


def promise_ended_words(held: Promise) -> str:
    when = (held.ended_at or held.made_at).astimezone(held.location.clinic.zone)
    label = PromiseStatus(held.status).label
    return f"{held.ended_by or 'Somebody'} already ended this at {when:%H:%M}: {str(label).lower()}."


def audit_promise(what: str, promise: Promise, *, by: Staff | None, at: dt.datetime, **detail: Any) -> None:
    audit.write_audit_event(
        action=f"promise.{what}", subject=promise, at=at, by=by, patient_id=promise.patient_id, **detail
    )
