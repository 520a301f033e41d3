"""Leo's open visit, imports that change his record meanwhile, and a check of what every board shows."""

from __future__ import annotations

from typing import Any

from django.core.cache import caches

from checkin.actions import needs, open_visits, record_imports, visit_locks
from checkin.models import Clinic, Location, Patient, PatientIdentifier, Visit
from checkin.queries import board as board_queries
from checkin.rules import discrepancies as discrepancy_rules
from checkin.rules.record_rows import AppointmentItem, RecordItem
from checkin.web.desk import board_rows
from tests import make
from tests.differing import put_leo_on_record

WHO = [("", "7")]


def expect_leo(clinic: Clinic, where: Location) -> Patient:
    """Leo on record under number 7, with a guardian and an appointment at 9:45."""
    leo = put_leo_on_record(clinic)
    PatientIdentifier.objects.create(clinic=clinic, patient=leo, value="7")
    make.guardian(leo, "Ana Ruiz")
    make.appointment(leo, where, make.at("9:45"), value="a1")
    return leo


def load(clinic: Clinic, *items: RecordItem, at: str = "9:50") -> None:
    record_imports.import_record_items(clinic=clinic, items=items, at=make.at(at))


def booking(**values: Any) -> AppointmentItem:
    return AppointmentItem(patient_keys=list(WHO), key=("", "a1"), values=values)


def drawn(clinic: Clinic) -> dict[int, str]:
    """Return the board row of every open visit, from the cache if it is there."""
    rows = (
        Visit.objects.open().order_by("pk").values_list("pk", "board_version", "patient_id", "confidential")
    )
    found = [board_queries.OpenVisit(*row) for row in rows]
    shown = board_rows.load_board_rows(clinic, found, at=make.at("10:30"))
    return dict(zip([one.pk for one in found], shown, strict=True))


def assert_in_step(clinic: Clinic) -> None:
    """Check that every open visit and its row match the record. Call `drawn` first to fill the cache."""
    shown = drawn(clinic)
    caches["rows"].clear()
    assert {pk: unversioned(row) for pk, row in shown.items()} == {
        pk: unversioned(row) for pk, row in drawn(clinic).items()
    }, "a row that was drawn before stands on a board"
    for visit in visit_locks.with_visit_relations(Visit.objects.open()):
        known = open_visits.read_visit_dossiers([visit], now=make.at("10:30")).get(visit.pk)
        if known is not None:
            differs = {one.field: one for one in open_visits.find_visit_differences(visit, known)}
            fresh = discrepancy_rules.drop_kept_differences(
                differs.values(), known.kept, escort_id=visit.escort_id or 0
            )
            standing = {one.field: one for one in visit.discrepancies.open().exclude(field="sign_in")}
            assert {one.field for one in fresh} <= set(standing) <= set(differs)
            for field, row in standing.items():
                assert (row.recorded, row.cause) == (differs[field].recorded[:500], differs[field].cause)
        assert visit.open_discrepancies == visit.discrepancies.open().count()
        before = list(visit.needs.order_by("pk").values())
        needs.recompute_needs(visit=visit, at=make.at("10:30"))
        assert list(visit.needs.order_by("pk").values()) == before, "its needs are those of now"


def unversioned(row: str) -> str:
    return row.partition(" data-turn=")[2]
