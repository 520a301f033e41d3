"""Recognize a promise form that was sent before: the same words are the same promise."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from dataclasses import asdict
from typing import NamedTuple

from checkin.models import Clinic, Patient, Promise, Visit
from checkin.rules.promises import PromiseTerms

_DUE_COLUMNS = ("best_from", "due_at")


class SentPromise(NamedTuple):
    """The content of a sent form, cleaned. `owner`: the two owner columns."""

    said: PromiseTerms
    owner: dict[str, object]
    patient: Patient | None
    visit: Visit | None
    at: dt.datetime


def find_repeated_promise(
    clinic: Clinic, key: uuid.UUID, sent: SentPromise
) -> tuple[Promise | None, uuid.UUID]:
    """Return the promise made with this key and these words, or None, and the key to use.

    Other words under a used key become a promise of their own, with a key derived from them. If they were
    dropped, nobody would keep what the family was promised.
    """
    while known := clinic.promises.filter(key=key).first():
        if is_same_promise(known, sent):
            return known, key
        key = uuid.uuid5(key, _sent_promise_digest(sent))
    return None, key


def is_same_promise(known: Promise, sent: SentPromise) -> bool:
    """Return whether the promise has this content, in whatever status it is by now."""
    texts = all(getattr(known, name) == value for name, value in _promise_texts(sent.said).items())
    return (
        texts
        and _is_same_due_time(known, sent)
        and _is_same_promise_owner(known, sent)
        and _is_same_promised_child(known, sent)
    )


def _promise_texts(said: PromiseTerms) -> dict[str, object]:
    return {name: value for name, value in asdict(said).items() if name not in _DUE_COLUMNS}


def _is_same_due_time(known: Promise, sent: SentPromise) -> bool:
    """Return whether both are due at the same time, or the same span after each was sent ("in an hour")."""
    if sent.said.due_at is None:
        return False
    later = sent.at - known.made_at
    return sent.said.due_at in (known.due_at, known.due_at + later)


def _is_same_promise_owner(known: Promise, sent: SentPromise) -> bool:
    now = {"owner": known.owner, "owner_role": known.owner_role}
    return now == sent.owner or known.handovers.exists()


def _is_same_promised_child(known: Promise, sent: SentPromise) -> bool:
    if sent.visit is not None and known.visit_id is not None:
        return sent.visit.pk == known.visit_id
    if sent.patient is None or known.patient_id is None:
        return True
    return bool({sent.patient.pk, sent.patient.merged_into_id} & {known.patient_id, known.made_for_id})


def _sent_promise_digest(sent: SentPromise) -> str:
    """Return a digest of the content without times: a second press may have a due time a minute later."""
    who = [str(sent.owner["owner"]), sent.owner["owner_role"], str(sent.patient and sent.patient.pk)]
    said = [*who, str(sent.visit and sent.visit.pk), _promise_texts(sent.said)]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()
