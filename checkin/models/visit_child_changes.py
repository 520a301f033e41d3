"""A visit's change from one chart to another, and whether the old family may have given its consents."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Model, Q

from checkin.models import ConsentRecord, Guardian, Patient, StandingProxy, Visit
from checkin.rules.consent_adult_matches import is_adult_of_other_family
from checkin.rules.consent_adults import ConsentAdult, ConsentBasis, split_kin_from_adult
from checkin.rules.entry_fates import EntryFacts


@dataclass(frozen=True, slots=True)
class VisitChildChange:
    """The visit goes from one chart to another, or to none."""

    visit: Visit
    was: Patient | None
    now: Patient | None
    made_here: bool
    along: tuple[Model, ...] = ()
    """Rows of the record that the sign-in made; they move with the visit."""

    def facts(self, **more: object) -> EntryFacts:
        known = EntryFacts(made_here=self.made_here, waited=self.was is None, to_nobody=self.now is None)
        return known._replace(**more)  # type: ignore[arg-type]  # of several types


def is_said_by_old_family(row: ConsentRecord | StandingProxy, change: VisitChildChange) -> bool:
    """Return whether an adult of the old child's family may have said it.

    False if it was the adult who is here, in person, or is surely the same adult on the new chart.
    """
    here, is_by_phone = ConsentAdult(change.visit.sign_in.escort_name), False
    if isinstance(row, ConsentRecord):
        if row.basis in (ConsentBasis.OWN, ConsentBasis.CLINICIAN):
            return False
        adult = ConsentAdult(row.who, row.phone, row.relationship)
        is_by_phone = ConsentBasis.TELEPHONE in (row.basis, row.how)
    else:
        adult = ConsentAdult(row.granted_by)
    if adult.same_as(here) and not is_by_phone:
        return False
    return is_adult_of_other_family(
        adult, *(_list_adults_of_chart(one, change) for one in (change.was, change.now))
    )


def _list_adults_of_chart(patient: Patient | None, change: VisitChildChange) -> list[ConsentAdult]:
    """Return guardians, proxies and grantors on this chart, except what moves with the visit itself."""
    if patient is None or patient.pk is None:
        return []
    visit = change.visit
    known = [
        ConsentAdult(guardian.name, guardian.phone, guardian.relationship)
        for guardian in Guardian.objects.filter(patient=patient)
        if guardian not in change.along
    ]
    others = StandingProxy.objects.filter(Q(visit=None) | ~Q(visit=visit), patient=patient, revoked_at=None)
    for one in others:
        if one not in change.along:
            known += [
                ConsentAdult(one.name, "", one.relationship),
                split_kin_from_adult(ConsentAdult(one.granted_by)),
            ]
    return known
