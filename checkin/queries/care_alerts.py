"""Visits to which a care alert calls somebody, worked out when that person's page asks.

A sign-in itself reads no alert, so a tablet does the same work and gives the same answer whether there is one
or not. Visits matched later, and alerts written later, need nothing of their own either.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Q, QuerySet

from checkin.models import CareAlert, CareAlertAnswer, CareAlertVersion, Guardian, Patient, Staff, Visit
from checkin.queries import patient_dossiers
from checkin.rules import identity
from checkin.rules.care_alerts import NamedAdult, resembles
from checkin.rules.roles import StaffAct, may_role_act
from checkin.rules.visit_steps import OPEN_VISIT_STATES, VisitState

_DAYS_LISTED = 7


class CareNotice(NamedTuple):
    """A visit at which somebody is to look now, and because of what."""

    visit: Visit
    version: CareAlertVersion


def list_care_notices(person: Staff, *, at: dt.datetime) -> list[CareNotice]:
    """Return what this person is called to and nobody has answered, newest visit first.

    One query where no alert is theirs, and none for roles that read no charts.
    """
    if not may_role_act(person.role, StaffAct.READ_CHARTS):
        return []
    alerts = list(
        CareAlert.objects.naming_somebody()
        .for_colleague(person)
        .select_related("current", "patient")
        .order_by("pk")
    )
    if not alerts:
        return []
    today = person.clinic.local_date(at)
    visits = list(_recent_visits(person, today=today))
    answered = set(
        CareAlertAnswer.objects.filter(version__in=[one.current_id for one in alerts]).values_list(
            "version_id", "visit_id"
        )
    )
    known = _names_on_record(alerts)
    found = []
    for visit in visits:
        visit.clinic = visit.location.clinic = person.clinic
        resembled = [
            one
            for one in alerts
            if (one.current_id, visit.pk) not in answered and _is_resembled(visit, one, known)
        ]
        found += [CareNotice(visit, one.current) for one in _of_this_child(visit, resembled) if one.current]
    return found


def _recent_visits(person: Staff, *, today: dt.date) -> QuerySet[Visit]:
    """Return the visits to compare: each at which an adult was typed, also beside "I am the patient"."""
    recent = Q(state__in=OPEN_VISIT_STATES) | Q(local_date__gte=today - dt.timedelta(days=_DAYS_LISTED))
    return (
        Visit.objects.filter(recent, clinic_id=person.clinic_id)
        .exclude(state=VisitState.ENTERED_IN_ERROR)
        .exclude(sign_in__is_patient=True, sign_in__escort_name="", sign_in__relationship="")
        .select_related("sign_in", "patient", "escort", "location")
        .order_by("-arrived_at", "-pk")
    )


def _is_resembled(visit: Visit, alert: CareAlert, known: dict[int, list[str]]) -> bool:
    """Return whether who came may be the person named, at a visit that the alert was in time for."""
    version = alert.current
    if version is None or (not visit.is_open and version.at > visit.state_since):
        return False
    said = visit.sign_in
    adults = {NamedAdult(said.escort_name, said.relationship)}
    if visit.escort is not None:
        adults.add(NamedAdult(visit.escort.name, visit.escort.relationship))
    others = known.get(alert.patient_id, [])
    return any(resembles(one, version.named, known=others) for one in adults)


def _names_on_record(alerts: Iterable[CareAlert]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = {}
    children = {one.patient_id for one in alerts}
    for patient, name in Guardian.objects.filter(patient__in=children).values_list("patient_id", "name"):
        names.setdefault(patient, []).append(name)
    return names


def _of_this_child(visit: Visit, alerts: list[CareAlert]) -> list[CareAlert]:
    """Return the alerts on the visit's patient or, while the child is not settled, on any that it may be."""
    if not alerts:
        return []
    is_settled = visit.patient is not None and not visit.patient.is_provisional
    children = {visit.patient_id} if is_settled else {visit.patient_id, *_possible_children(visit)}
    return [one for one in alerts if one.patient_id in children]


def _possible_children(visit: Visit) -> set[int]:
    claim = patient_dossiers.restore_sign_in_claim(visit.sign_in)
    child = patient_dossiers.child_identity_claim(claim, clinic=visit.clinic, today=visit.local_date)
    found = patient_dossiers.find_candidate_dossiers(clinic=visit.clinic, claim=child, at=visit.arrived_at)
    judged = identity.judge_identity(child, found.records())
    records = [judged.record] if judged.record else []
    return {int(one.record.id) for one in judged.candidates} | {int(one.id) for one in records}


def list_alerts(patient: Patient) -> list[CareAlert]:
    """Return the patient's alerts, active ones first, then the newest first."""
    found = CareAlert.objects.filter(patient=patient).select_related("current__by", "current__colleague")
    return sorted(found.order_by("-pk"), key=lambda one: not one.is_active)


def has_active_alert(patient_id: int | None) -> bool:
    return patient_id is not None and CareAlert.objects.active().filter(patient_id=patient_id).exists()
