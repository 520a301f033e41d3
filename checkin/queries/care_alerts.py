"""Visits to which a care alert calls somebody, worked out when that person's page asks.

A sign-in itself reads no alert, so a tablet does the same work and gives the same answer whether there is one
or not. Visits matched later, and alerts written later, need nothing of their own either.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Prefetch, Q, QuerySet

from checkin.models import (
    CareAlert,
    CareAlertAnswer,
    CareAlertVersion,
    Escort,
    Guardian,
    Patient,
    Staff,
    Visit,
)
from checkin.queries import patient_dossiers
from checkin.rules import identity
from checkin.rules.care_alerts import NamedAdult, resembles
from checkin.rules.identity_blocks import BlockFact, build_candidate_blocks
from checkin.rules.identity_facts import IdentityClaim
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
    children = _AlertedChildren(alerts)
    visits = list(_recent_visits(person, today=person.clinic.local_date(at), children=set(children.alerts)))
    answered = set(
        CareAlertAnswer.objects.filter(version__in=[one.current_id for one in alerts]).values_list(
            "version_id", "visit_id"
        )
    )
    found = []
    for visit in visits:
        visit.clinic = visit.location.clinic = person.clinic
        resembled = [
            one
            for one in children.list_alerts_at(visit)
            if (one.current_id, visit.pk) not in answered and _is_resembled(visit, one, children.names)
        ]
        found += [CareNotice(visit, one.current) for one in _of_this_child(visit, resembled) if one.current]
    return found


class _AlertedChildren:
    """The children with alerts, found without a query by what a sign-in says.

    Every page asks every five seconds: comparing each adult of a week with each alert of the clinic took
    six seconds, and sign-ins waited.
    """

    def __init__(self, alerts: Iterable[CareAlert]) -> None:
        self.alerts: dict[int, list[CareAlert]] = defaultdict(list)
        self.names: dict[int, list[str]] = defaultdict(list)
        self._by_fact: dict[BlockFact, set[int]] = defaultdict(set)
        for one in alerts:
            self.alerts[one.patient_id].append(one)
            child = one.patient
            self._note(child.pk, family=child.family_key, given=child.given_key, phone=child.phone_key)
            if child.birth_date:
                self._note(child.pk, birth_date=child.birth_date)
        guardians = Guardian.objects.filter(patient__in=self.alerts).order_by("pk")
        for child_id, name, phone in guardians.values_list("patient_id", "name", "phone_key"):
            self.names[child_id].append(name)
            self._note(child_id, phone=phone)
        escorts = Escort.objects.filter(patient__in=self.alerts).exclude(phone_key="")
        for child_id, phone in escorts.values_list("patient_id", "phone_key"):
            self._note(child_id, phone=phone)

    def list_alerts_at(self, visit: Visit) -> list[CareAlert]:
        """Return the alerts on the visit's patient and, while that is not settled, on any that it may be."""
        found = {visit.patient_id} if visit.patient_id else set()
        if not _is_settled(visit):
            blocks = build_candidate_blocks(_child_claim(visit))
            facts = (fact for block in blocks for fact in block.exact_facts)
            found = found.union(*(self._by_fact.get(fact, ()) for fact in facts))
        return [one for child_id in sorted(found) for one in self.alerts.get(child_id, ())]

    def _note(self, child_id: int, **facts: str | dt.date) -> None:
        for fact in facts.items():
            self._by_fact[fact].add(child_id)


def _recent_visits(person: Staff, *, today: dt.date, children: set[int]) -> QuerySet[Visit]:
    """Return the visits to compare: each at which an adult was typed, also beside "I am the patient".

    And that is one of these children's, or of a child who is not settled.
    """
    of_them = Q(patient__in=children) | Q(patient=None) | Q(patient__status=Patient.Status.PROVISIONAL)
    recent = Q(state__in=OPEN_VISIT_STATES) | Q(local_date__gte=today - dt.timedelta(days=_DAYS_LISTED))
    return (
        Visit.objects.filter(recent, of_them, clinic_id=person.clinic_id)
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


def _of_this_child(visit: Visit, alerts: list[CareAlert]) -> list[CareAlert]:
    """Return the alerts on the visit's patient or, while the child is not settled, on any that it may be."""
    if not alerts:
        return []
    children = {visit.patient_id} if _is_settled(visit) else {visit.patient_id, *_possible_children(visit)}
    return [one for one in alerts if one.patient_id in children]


def _is_settled(visit: Visit) -> bool:
    return visit.patient is not None and not visit.patient.is_provisional


def _child_claim(visit: Visit) -> IdentityClaim:
    claim = patient_dossiers.restore_sign_in_claim(visit.sign_in)
    return patient_dossiers.child_identity_claim(claim, clinic=visit.clinic, today=visit.local_date)


def _possible_children(visit: Visit) -> set[int]:
    child = _child_claim(visit)
    found = patient_dossiers.find_candidate_dossiers(clinic=visit.clinic, claim=child, at=visit.arrived_at)
    judged = identity.judge_identity(child, found.records())
    records = [judged.record] if judged.record else []
    return {int(one.record.id) for one in judged.candidates} | {int(one.id) for one in records}


def list_alerts(patient: Patient) -> list[CareAlert]:
    """Return the patient's alerts, active ones first, then the newest first.

    Each has its `earlier` versions, the newest first.
    """
    versions = CareAlertVersion.objects.filter(current_of=None).select_related("by", "colleague")
    earlier = Prefetch("versions", versions.order_by("-pk"), to_attr="earlier")
    found = CareAlert.objects.filter(patient=patient).select_related("current__by", "current__colleague")
    found = found.prefetch_related(earlier)
    return sorted(found.order_by("-pk"), key=lambda one: not one.is_active)


def has_active_alert(patient_id: int | None) -> bool:
    return patient_id is not None and CareAlert.objects.active().filter(patient_id=patient_id).exists()
