"""Read pairs of records that may be one child and that nobody has decided about."""

from __future__ import annotations

import datetime as dt

from django.core.paginator import Page, Paginator
from django.db.models import Q

from checkin.models import Clinic, LookAlike, Patient
from checkin.queries.page_versions import preload_last_merges

_MOST_LOOK_ALIKES_LISTED = 50
_MOST_LOOK_ALIKES_OF_ONE = 5


def get_look_alike_page(clinic: Clinic, number: str | None) -> Page[LookAlike]:
    """Return one page of open pairs, newest import first; for a bad number, the nearest page.

    Settled pairs leave the list and later ones move up. So the same page, opened again, shows the next pairs.
    """
    found = clinic.look_alikes.open().select_related("record", "older").order_by("-noticed_at", "pk")
    listed = Paginator(found, _MOST_LOOK_ALIKES_LISTED).get_page(number)
    listed.object_list = list(listed.object_list)
    preload_last_merges(side for one in listed.object_list for side in (one.record, one.older))
    return listed


def count_open_look_alikes(clinic: Clinic) -> int:
    return clinic.look_alikes.open().count()


def list_look_alikes_of_patient(patient: Patient) -> list[LookAlike]:
    """Return open pairs that include this record, as the new one or as the older one."""
    found = LookAlike.objects.open().filter(Q(record=patient) | Q(older=patient))
    return list(found.select_related("record", "older").order_by("pk")[:_MOST_LOOK_ALIKES_OF_ONE])


def list_look_alikes_of_import(clinic: Clinic, at: dt.datetime) -> list[LookAlike]:
    """Return the pairs that the import of that moment found."""
    found = clinic.look_alikes.open().filter(noticed_at=at).select_related("record", "older")
    return list(found.order_by("pk"))
