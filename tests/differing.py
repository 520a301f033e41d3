"""Leo's record, a sign-in that differs from it, and what staff decide about that."""

from __future__ import annotations

from typing import Any

from checkin.actions import discrepancies
from checkin.models import Clinic, Discrepancy, DiscrepancyDecision, Escort, Location, Patient, Staff, Visit
from tests import make

KINDS = discrepancies.DiscrepancyDecisionKind
TYPED = {"escort_phone": "555-010-0002", "guardian_name": "Eva Ruiz", "address": "14 Oak Rd"}
"""What the sign-in says otherwise than the record."""


def put_leo_on_record(clinic: Clinic, **columns: Any) -> Patient:
    """Leo Ruiz with Rosa Delgado, who brings him; his guardian is for the test to add."""
    leo = make.patient(clinic, address="12 Elm St", **columns)
    Escort.objects.create(clinic=clinic, patient=leo, name="Rosa Delgado", phone="555-010-0001")
    return leo


def put_leo_and_ana_on_record(clinic: Clinic) -> Patient:
    leo = put_leo_on_record(clinic, city="Springfield", postcode="62701")
    make.guardian(leo, "Ana Ruiz")
    return leo


def sign_in_otherwise(where: Location) -> Visit:
    return make.visit(where, **TYPED)


def the(visit: Visit, field: str = "address") -> Discrepancy:
    return visit.discrepancies.get(field=field)


def decide(one: Discrepancy, kind: Any, by: Staff, clock: str = "9:50", **more: Any) -> DiscrepancyDecision:
    return discrepancies.decide_discrepancy(discrepancy=one, kind=kind, by=by, at=make.at(clock), **more)


def undo(one: Discrepancy, by: Staff, clock: str = "9:55", **more: Any) -> DiscrepancyDecision:
    return discrepancies.undo_discrepancy_decision(discrepancy=one, by=by, at=make.at(clock), **more)
