"""Make, withdraw and replace promises. None disappears: each ends with an outcome."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict
from typing import Any

from checkin.actions import page_versions
from checkin.actions.confidential_visits import refuse_if_confidential
from checkin.actions.decisions import WrittenDecision, decide
from checkin.actions.permissions import require_permission
from checkin.actions.promise_decisions import (
    LONGEST_OUTCOME,
    audit_promise,
    end_promise,
    is_same_promise_end,
    lock_promise,
    recompute_promised_family,
    refuse_if_promise_ended,
)
from checkin.actions.promise_repeats import SentPromise, find_repeated_promise, is_same_promise
from checkin.actions.record_locks import lock_record_and_visit
from checkin.actions.refusals import Refused
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
from checkin.rules.confidential_visits import NO_PROMISE
from checkin.rules.promises import PromiseStatus, PromiseTerms
from checkin.rules.roles import StaffAct

PromiseOwner = Staff | Role

_REPLACEMENT_UNDONE = (
    "What this form made was undone, so nothing was changed. Open the promise and choose Replace again."
)


class IncompletePromise(Refused):
    """Something is missing. `problems` says what, by field."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems.values()))


class DueTimeInThePast(Refused):
    """The due time is in the past: nothing was made, until somebody confirms it."""

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
    """Make and return a promise. The same key and words return the same one; other words make another.

    `confirmed` is the answer to DueTimeInThePast. Raises IncompletePromise if the recipient, way, owner or
    due time is missing.
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
        refuse_if_confidential(visit, NO_PROMISE)
        return _create_promise(
            said, whose, location=location, patient=person, visit=visit, key=key, by=by, at=at
        )


def _require_complete_promise(
    said: PromiseTerms, owner: PromiseOwner | None, *, clinic_id: int, at: dt.datetime, confirmed: bool
) -> tuple[PromiseTerms, PromiseOwner]:
    """Return the cleaned promise and its owner. Raises IncompletePromise or DueTimeInThePast."""
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
    """Return why this person or role cannot keep a promise; "" if they can."""
    if isinstance(owner, Staff):
        if owner.clinic_id != clinic_id or not owner.is_active:
            return f"{owner} does not work here anymore. Choose somebody else."
        return (
            ""
            if owner.role in promise_rules.PROMISE_KEEPER_ROLES
            else f"{owner} does not work with families. Choose somebody else."
        )
    return "" if owner in promise_rules.PROMISE_KEEPER_ROLES else promise_rules.NO_PROMISE_OWNER


def promise_owner_columns(owner: PromiseOwner) -> dict[str, Any]:
    """Return the two owner columns of a promise."""
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
    """End a promise that the family no longer wants. `words`: who said so, and how."""
    require_permission(StaffAct.PROMISE, by)
    if not words.strip():
        raise Refused("Please write in a few words who withdrew it, and why.")
    words = words.strip()[:LONGEST_OUTCOME]

    def find_repeated(held: Promise) -> Promise | None:
        is_same = is_same_promise_end(held, status=PromiseStatus.WITHDRAWN, by=by, outcome=words)
        return held if is_same else None

    def write(held: Promise) -> WrittenDecision[Promise]:
        end_promise(held, PromiseStatus.WITHDRAWN, by=by, at=at, outcome=words)
        return WrittenDecision(held, None)

    made = decide(
        by=by,
        at=at,
        lock=lambda: lock_promise(promise),
        find_repeated=find_repeated,
        refuse_if_decided=refuse_if_promise_ended,
        write=write,
    )
    recompute_promised_family(made, by=by, at=at)
    return made


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
    """Replace this promise by another, in one transaction; return that one.

    Raises Refused for a used key with other words. Also if what this key made was undone since: otherwise the
    form, sent again, would seem to have made it. Raises IncompletePromise or DueTimeInThePast as
    `make_promise` does.
    """
    require_permission(StaffAct.PROMISE, by)
    key = key or uuid.uuid4()

    def write(held: Promise) -> WrittenDecision[Promise]:
        refuse_if_confidential(held.visit, NO_PROMISE)
        cleaned, whose = _require_complete_promise(
            said, owner, clinic_id=held.clinic_id, at=at, confirmed=confirmed
        )
        end_promise(held, PromiseStatus.REPLACED, by=by, at=at)
        facts = {"patient": held.patient, "visit": held.visit, "key": key, "replaces": held}
        made = _create_promise(cleaned, whose, location=held.location, by=by, at=at, **facts)
        return WrittenDecision(made, None)

    made = decide(
        by=by,
        at=at,
        lock=lambda: lock_promise(promise),
        find_repeated=lambda held: _find_repeated_replacement(held, key, said, owner, at=at),
        refuse_if_decided=lambda held: _refuse_replacement(held, key),
        write=write,
    )
    recompute_promised_family(made, by=by, at=at)
    return made


def _find_repeated_replacement(
    held: Promise, key: uuid.UUID, said: PromiseTerms, owner: PromiseOwner | None, *, at: dt.datetime
) -> Promise | None:
    """Return the promise that this form made with these words, unless it was undone; None otherwise."""
    whose = promise_owner_columns(owner) if owner else {}
    sent = SentPromise(said.cleaned(), whose, held.patient, held.visit, at)
    known = Promise.objects.filter(clinic_id=held.clinic_id, key=key).exclude(status=PromiseStatus.UNDONE)
    return next((one for one in known if is_same_promise(one, sent)), None)


def _refuse_replacement(held: Promise, key: uuid.UUID) -> None:
    """Raise Refused if the promise has ended, or this form has made a promise before."""
    refuse_if_promise_ended(held)
    if Promise.objects.filter(clinic_id=held.clinic_id, key=key).exists():
        raise Refused(_REPLACEMENT_UNDONE)
