"""Which records are like somebody on file, and nobody has said yet what they are."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from checkin.models import Clinic, LookAlike, Patient

MOST_LISTED = 50
MOST_OF_ONE = 5


def open_(clinic: Clinic) -> list[LookAlike]:
    """The newest import's first; at most so many, since each is looked at by a person."""
    found = clinic.look_alikes.open().select_related("record", "older")
    return list(found.order_by("-noticed_at", "pk")[:MOST_LISTED])


def count(clinic: Clinic) -> int:
    return clinic.look_alikes.open().count()


def of_patient(patient: Patient) -> list[LookAlike]:
    """What is open of one record, whichever of the two it is."""
    found = LookAlike.objects.open().filter(Q(record=patient) | Q(older=patient))
    return list(found.select_related("record", "older").order_by("pk")[:MOST_OF_ONE])


def of_import(clinic: Clinic, at: dt.datetime) -> list[LookAlike]:
    """What the import of that moment noticed."""
    found = clinic.look_alikes.open().filter(noticed_at=at).select_related("record", "older")
    return list(found.order_by("pk"))
