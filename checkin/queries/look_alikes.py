"""Which records are like somebody on file, and nobody has said yet what they are."""

from __future__ import annotations

import datetime as dt

from django.core.paginator import Page, Paginator
from django.db.models import Q

from checkin.models import Clinic, LookAlike, Patient
from checkin.queries.page_versions import preload_last_merges

_MOST_LOOK_ALIKES_LISTED = 50
_MOST_LOOK_ALIKES_OF_ONE = 5


def get_look_alike_page(clinic: Clinic, number: str | None) -> Page[LookAlike]:
    """One page of what is open, the newest import's first; else the nearest to that number.

    What is settled on a page makes room for the next of it, so the same page again goes on from there.
    """
    found = clinic.look_alikes.open().select_related("record", "older").order_by("-noticed_at", "pk")
    listed = Paginator(found, _MOST_LOOK_ALIKES_LISTED).get_page(number)
    listed.object_list = list(listed.object_list)
    preload_last_merges(side for one in listed.object_list for side in (one.record, one.older))
    return listed


def count_open_look_alikes(clinic: Clinic) -> int:
    return clinic.look_alikes.open().count()


def list_look_alikes_of_patient(patient: Patient) -> list[LookAlike]:
    """What is open of one record, whichever of the two it is."""
    found = LookAlike.objects.open().filter(Q(record=patient) | Q(older=patient))
    return list(found.select_related("record", "older").order_by("pk")[:_MOST_LOOK_ALIKES_OF_ONE])


def list_look_alikes_of_import(clinic: Clinic, at: dt.datetime) -> list[LookAlike]:
    """What the import of that moment noticed."""
    found = clinic.look_alikes.open().filter(noticed_at=at).select_related("record", "older")
    return list(found.order_by("pk"))
