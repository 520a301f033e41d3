"""A form of a promise that was sent before: the same words are the same promise, others are another one."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from dataclasses import asdict
from typing import Any, NamedTuple

from checkin.models import Clinic, Patient, Promise, Visit
from checkin.rules.promises import Said

DUE = ("best_from", "due_at")


class Sent(NamedTuple):
    """What a form says now, cleaned; `owner`: the two columns of whose it is."""

    said: Said
    owner: dict[str, Any]
    patient: Patient | None
    visit: Visit | None
    at: dt.datetime


def find_repeated(clinic: Clinic, key: uuid.UUID, sent: Sent) -> tuple[Promise | None, uuid.UUID]:
    """The promise that was made of this key and these words, or none and the key to make it by.

    Other words under a key that was used are kept as a promise of their own, by a key that they always get:
    to drop them was to promise a family something that nobody would keep.
    """
    while known := clinic.promises.filter(key=key).first():
        if says_same(known, sent):
            return known, key
        key = uuid.uuid5(key, digest(sent))
    return None, key


def says_same(known: Promise, sent: Sent) -> bool:
    """Whether the promise says this, whatever became of it since."""
    texts = all(getattr(known, name) == value for name, value in texts_of(sent.said).items())
    return texts and is_same_due(known, sent) and is_same_owner(known, sent) and is_same_child(known, sent)


def texts_of(said: Said) -> dict[str, Any]:
    return {name: value for name, value in asdict(said).items() if name not in DUE}


def is_same_due(known: Promise, sent: Sent) -> bool:
    """At the same moment, or "in an hour" of either moment at which the form was sent."""
    if sent.said.due_at is None:
        return False
    later = sent.at - known.made_at
    return sent.said.due_at in (known.due_at, known.due_at + later)


def is_same_owner(known: Promise, sent: Sent) -> bool:
    now = {"owner": known.owner, "owner_role": known.owner_role}
    return now == sent.owner or known.handovers.exists()


def is_same_child(known: Promise, sent: Sent) -> bool:
    if sent.visit is not None and known.visit_id is not None:
        return sent.visit.pk == known.visit_id
    if sent.patient is None or known.patient_id is None:
        return True
    return bool({sent.patient.pk, sent.patient.merged_into_id} & {known.patient_id, known.made_for_id})


def digest(sent: Sent) -> str:
    """These words in a few letters, without the due time, which a second press may move by a minute."""
    who = [str(sent.owner["owner"]), sent.owner["owner_role"], str(sent.patient and sent.patient.pk)]
    said = [*who, str(sent.visit and sent.visit.pk), texts_of(sent.said)]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()
