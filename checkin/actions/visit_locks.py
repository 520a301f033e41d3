"""Lock visits and boards, and raise board versions, so that open boards see a change."""

from __future__ import annotations

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
    """Reread the visits inside the transaction and lock them against concurrent decisions.

    Locks boards first, in the same order as moves and sign-ins, to avoid deadlocks.
    """
    boards = sorted({visit.location_id for visit in visits})
    list(BoardVersion.objects.select_for_update().filter(pk__in=boards).order_by("pk"))
    fresh = with_visit_relations(Visit.objects.select_for_update(of=("self",)))
    for visit in sorted(visits, key=lambda one: one.pk):
        visit.__dict__.update(fresh.get(pk=visit.pk).__dict__)
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
    wanted = Q(pk__in=[visit.pk for visit in visits])
    if patient_id is not None:
        wanted |= Q(patient_id=patient_id, state__in=OPEN_VISIT_STATES)
    given = {visit.pk: visit for visit in visits}
    family = []
    for fresh in lock_visits_found(wanted):
        visit = given.get(fresh.pk, fresh)
        visit.__dict__.update(fresh.__dict__)
        family.append(visit)
    return family


def lock_visits_found(wanted: Q) -> list[Visit]:
    """Lock the visits that this condition finds; return them as they are now, by id.

    Locks boards first, as everyone does, and finds the visits again then: one may open while this waits for a
    board. Takes one query if there are none, otherwise three.
    """
    boards = set(Visit.objects.filter(wanted).values_list("location_id", flat=True))
    if boards:
        list(BoardVersion.objects.select_for_update().filter(pk__in=boards).order_by("pk"))
    held = with_visit_relations(Visit.objects.select_for_update(of=("self",))).filter(wanted).order_by("pk")
    visits = list(held) if boards else []
    page_versions.verify_page_version(visits)
    return visits


def with_visit_relations(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    return visits.select_related("patient", "escort", "appointment", "sign_in", "location__clinic")
