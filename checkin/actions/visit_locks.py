"""Lock visits and boards, and raise board versions, so that open boards see a change."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import F, Q, QuerySet

from checkin.actions import page_versions
from checkin.models import BoardVersion, Clinic, Visit
from checkin.rules.visit_steps import OPEN_VISIT_STATES


def update_visit_and_boards(visit: Visit, **changes: Any) -> None:
    """Write these columns of the visit and raise its board's version. Call inside a transaction."""
    changes["board_version"] = BoardVersion.bump(visit.location_id)
    Visit.objects.filter(pk=visit.pk).update(**changes)
    visit.board_version = changes["board_version"]


def lock_visits(*visits: Visit) -> None:
    """Reread the visits inside the transaction and lock them against concurrent decisions. Two queries."""
    _lock_boards({visit.location_id for visit in visits})
    fresh = {visit.pk: visit for visit in _lock_rows(Q(pk__in=[visit.pk for visit in visits]))}
    for visit in visits:
        visit.__dict__.update(fresh[visit.pk].__dict__)
    page_versions.verify_page_version(visits)


def lock_clinic_boards(clinic_id: int) -> None:
    """Lock and bump every board of the clinic, before a decision on a record with visits on any of them.

    Everyone locks boards first, then visits, then patients, and several boards by id. A sign-in that searched
    before sees from the board's version that it must search again. The clinic's row is locked before all
    boards, because an import locks it too, before it reads: otherwise it could write to a record that is
    merged meanwhile.
    """
    Clinic.objects.select_for_update(no_key=True).only("pk").get(pk=clinic_id)
    boards = BoardVersion.objects.filter(location__clinic_id=clinic_id)
    held = list(boards.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    BoardVersion.objects.filter(pk__in=held).update(version=F("version") + 1)
    page_versions.verify_page_version()


def lock_patient_visits(patient_id: int | None, *visits: Visit) -> list[Visit]:
    """Lock these visits, which are reread, and every open visit of this patient; return them all, by id."""
    given = {visit.pk: visit for visit in visits}
    family = []
    for fresh in lock_open_visits([patient_id], *visits):
        visit = given.get(fresh.pk, fresh)
        visit.__dict__.update(fresh.__dict__)
        family.append(visit)
    return family


def lock_open_visits(patients: Iterable[int | None], *more: Visit) -> list[Visit]:
    """Lock every open visit of these patients, and `more`; return them as they are now, by id.

    Finds the visits again when the boards are locked: one may open while this waits for a board. Call before
    the record is locked or written. Takes one query if there are none, otherwise three.
    """
    wanted = Q(pk__in=[visit.pk for visit in more])
    wanted |= Q(patient_id__in={pk for pk in patients if pk is not None}, state__in=OPEN_VISIT_STATES)
    boards = set(Visit.objects.filter(wanted).values_list("location_id", flat=True))
    _lock_boards(boards)
    visits = _lock_rows(wanted) if boards else []
    page_versions.verify_page_version(visits)
    return visits


def _lock_boards(locations: Collection[int]) -> None:
    """Lock these boards, before their visits and in the order of moves and sign-ins, to avoid deadlocks."""
    if locations:
        list(BoardVersion.objects.select_for_update().filter(pk__in=locations).order_by("pk"))


def _lock_rows(wanted: Q) -> list[Visit]:
    """Lock the visits that this condition finds, whose boards are locked; return them by id."""
    held = with_visit_relations(Visit.objects.select_for_update(of=("self",)))
    return list(held.filter(wanted).order_by("pk"))


def with_visit_relations(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    return visits.select_related("patient", "escort", "appointment", "sign_in", "location__clinic")
