"""Read what is needed to identify a child and find their needs: two queries, before any transaction."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from checkin.models.clinic import Clinic
from checkin.models.consent import ConsentRecord, StandingProxy
from checkin.models.discrepancies import Discrepancy
from checkin.models.dossier_rows import (
    CAME_ALONE,
    NOT_SHOWN,
    DossierMoments,
    DossierRow,
    read_dossier_rows,
)
from checkin.models.due_items import OWN_IMMUNIZATION_SYSTEM
from checkin.models.people import Patient
from checkin.models.visits import SignIn, Visit
from checkin.rules import (
    discrepancies as discrepancy_rules,
)
from checkin.rules import (
    sign_in_claims,
)
from checkin.rules.consent_adults import ConsentAdult, WrittenProxy
from checkin.rules.consent_answers import ConsentAnswer
from checkin.rules.doses import GivenDose, ItemBesideDose
from checkin.rules.identity_blocks import build_candidate_blocks
from checkin.rules.identity_facts import IdentityClaim, PatientRecord
from checkin.rules.need_types import DueItemFacts


class RecordContact(NamedTuple):
    """An escort or guardian on a patient's record."""

    kind: str
    pk: int
    patient_id: int
    name: str
    relationship: str
    phone: str
    ended_on: dt.date | None = None
    is_shown: bool = True
    """False for an adult who came only to confidential visits: known to sign-ins, and shown on no page."""


class TodayItem(NamedTuple):
    """A patient's appointment or open visit on the clinic's day, or within hours of midnight around it."""

    kind: str
    pk: int
    patient_id: int
    location_id: int
    at: dt.datetime


@dataclass(slots=True)
class PatientDossier:
    """Everything that we know about one patient besides the record itself."""

    contacts: list[RecordContact] = field(default_factory=list)
    today: list[TodayItem] = field(default_factory=list)
    due: list[DueItemFacts] = field(default_factory=list)
    given: list[GivenDose] = field(default_factory=list)
    """Items given or done since a similar item became due."""
    beside: list[ItemBesideDose] = field(default_factory=list)
    influenza_given_on: dt.date | None = None
    proxies: list[WrittenProxy] = field(default_factory=list)
    lapsed: list[tuple[WrittenProxy, dt.datetime | None]] = field(default_factory=list)
    """Written proxies that have ended, each with its revocation time if it was revoked."""
    answers: list[ConsentAnswer] = field(default_factory=list)
    overdue_promises: int = 0
    alone: int | None = None
    """The id of the escort row for the patient themselves, if they have come alone."""
    kept: list[discrepancy_rules.KeptDifference] = field(default_factory=list)

    def take(self, row: DossierRow) -> None:
        """Store one row of the union."""
        if row.kind == "escort" and row.number == CAME_ALONE:
            self.alone = row.pk
        elif row.kind in ("escort", "guardian", "contact"):
            words, is_shown = (row.one, row.two, row.three), row.kind != "escort" or row.number != NOT_SHOWN
            self.contacts.append(RecordContact(row.kind, row.pk, row.patient_id, *words, row.on, is_shown))
        elif row.kind in ("appointment", "visit") and row.at:
            self.today.append(TodayItem(row.kind, row.pk, row.patient_id, row.number, row.at))
        elif row.kind == "due" and row.on:
            self.due.append(DueItemFacts(row.pk, row.two, row.one, row.on, row.three))
        elif row.kind in ("vaccine", "check_up") and row.on:
            self.given.append(
                GivenDose(
                    row.kind, row.one, row.three or "", row.on, is_ours=row.two == OWN_IMMUNIZATION_SYSTEM
                )
            )
        elif row.kind == "beside" and row.on:
            self.beside.append(ItemBesideDose(row.number, row.one, row.on))
        elif row.kind == "influenza":
            self.influenza_given_on = max(filter(None, (self.influenza_given_on, row.on)), default=None)
        elif row.kind == "proxy" and not row.number:
            self.lapsed.append((_proxy_of_dossier_row(row), row.at))
        elif row.kind == "proxy":
            self.proxies.append(_proxy_of_dossier_row(row))
        elif row.kind in ("agreed", "refused"):
            basis, how, to_what, limits, relationship, phone, *asked = row.three.split("\n")
            theirs = (relationship, phone, how, tuple(filter(None, asked)))
            self.answers.append(
                ConsentAnswer(row.two, row.kind == "agreed", basis, row.one, to_what, limits, row.on, *theirs)
            )
        elif row.kind == "promise":
            self.overdue_promises += 1
        elif row.kind == "kept":
            whose = row.number if row.one == Discrepancy.Field.PHONE else 0
            self.kept.append(discrepancy_rules.KeptDifference(row.one, row.two, row.three, whose or 0))

    def appointment(self, *, location_id: int, at: dt.datetime, had: int | None = None) -> TodayItem | None:
        """Return the appointment to sign in for: at this location if there is one, then the nearest in time.

        `had`: id of the one that the visit had before, which comes first. None if there is none.
        """
        booked = [one for one in self.today if one.kind == "appointment"]
        return min(
            booked,
            key=lambda one: (one.pk != had, one.location_id != location_id, abs(one.at - at)),
            default=None,
        )

    def guardians(self) -> tuple[ConsentAdult, ...]:
        """Return the adults who may consent, in phoning order."""
        return tuple(
            ConsentAdult(one.name, one.phone, one.relationship)
            for one in self.contacts
            if one.kind == "guardian"
        )

    def others(self) -> tuple[ConsentAdult, ...]:
        """Return adults on the record who may not consent, or no longer may."""
        known = [one for one in self.contacts if one.kind == "contact"]
        adults = [ConsentAdult(one.name, one.phone, one.relationship, one.ended_on) for one in known]
        held = [one.adult for one in self.proxies]
        lapsed = [one.adult for one, _ in self.lapsed]
        return (*adults, *(one for one in lapsed if not any(map(one.same_as, held))))

    def lapsed_proxies(self, zone: dt.tzinfo) -> tuple[WrittenProxy, ...]:
        """Return ended proxies, each with its revocation day on the clinic's clock."""
        return tuple(
            replace(one, revoked_on=at.astimezone(zone).date()) if at else one for one, at in self.lapsed
        )


def _proxy_of_dossier_row(row: DossierRow) -> WrittenProxy:
    granted_by, _, limits = row.two.partition("\n")
    cares = json.loads(row.three)
    # An empty list means all kinds of care, so a list that cannot be read must not become empty.
    kinds = tuple(map(str, cares)) if isinstance(cares, list) else ("unreadable",)
    return WrittenProxy(ConsentAdult(row.one), granted_by, kinds, limits, row.on)


@dataclass(slots=True)
class DossierSet:
    """Patients by id, and what we know about each: those that a claim could mean, or those asked for."""

    patients: dict[int, Patient] = field(default_factory=dict)
    board_version: int = 0
    """The board's version when the patients were read; 0 if it was not read."""
    region: str = ""
    """The region for reading phone numbers."""
    dossiers: dict[int, PatientDossier] = field(default_factory=lambda: defaultdict(PatientDossier))
    """What is known beside confidential visits."""
    rows: list[DossierRow] = field(default_factory=list)

    def records(self) -> list[PatientRecord]:
        return [self.record(patient) for patient in self.patients.values()]

    def record(self, patient: Patient) -> PatientRecord:
        dossier = self.dossiers[patient.pk]
        phones = (patient.phone, *(contact.phone for contact in dossier.contacts))
        return PatientRecord(
            id=patient.pk,
            given_name=patient.given_name,
            family_name=patient.family_name,
            preferred_name=patient.preferred_name,
            birth_date=patient.birth_date,
            phones=tuple(filter(None, phones)),
            postcode=patient.postcode,
            has_appointment_today=any(one.kind == "appointment" for one in dossier.today),
            is_deceased=patient.is_deceased,
            is_provisional=patient.is_provisional,
        )

    def dossier_at_visit(self, patient_id: int, visit_id: int | None) -> PatientDossier:
        """Return the patient's dossier, with what was said at this visit if it is a confidential one."""
        if not any(row.confidential_visit_id == visit_id for row in self.rows):
            return self.dossiers[patient_id]
        dossier = PatientDossier()
        for row in self.rows:
            if row.patient_id == patient_id and row.confidential_visit_id in (0, visit_id):
                dossier.take(row)
        return dossier

    @property
    def contacts(self) -> Mapping[int, list[RecordContact]]:
        """Escorts and guardians by patient id; empty for a patient without any."""
        return defaultdict(list, {pk: dossier.contacts for pk, dossier in self.dossiers.items()})

    def appointment_of(
        self, patient_id: int, *, location_id: int, at: dt.datetime, had: int | None = None
    ) -> TodayItem | None:
        return self.dossiers[patient_id].appointment(location_id=location_id, at=at, had=had)

    def open_visits_of(self, patient_id: int) -> list[TodayItem]:
        return [one for one in self.dossiers[patient_id].today if one.kind == "visit"]


def restore_sign_in_claim(sign_in: SignIn) -> sign_in_claims.SignInClaim:
    """Return the claim as it was stored, except `cut`, which the caller adds if it needs it."""
    return sign_in_claims.read_sign_in_claim(
        {
            name: getattr(sign_in, name)
            for name in (*sign_in_claims.SIGN_IN_LIMITS, "key", "notes_wanted", "interpreter")
        }
        | {"help": sign_in.help, "is_patient": sign_in.is_patient, "remember": sign_in.remember}
        | {"worried": sign_in.worried}
    )


def child_identity_claim(
    claim: sign_in_claims.SignInClaim, *, clinic: Clinic, today: dt.date
) -> IdentityClaim:
    """Return the part of a claim that identifies the child."""
    return IdentityClaim(
        given_name=claim.child_given_name,
        family_name=claim.child_family_name,
        birth_date=sign_in_claims.read_typed_birth_date(
            claim.child_birth_date, today=today, day_first=clinic.day_first
        ).date,
        birth_text=claim.child_birth_date,
        phone=claim.escort_phone,
        clinic=clinic.identity_facts,
    )


def find_candidate_dossiers(
    *, clinic: Clinic, claim: IdentityClaim, at: dt.datetime, board: int | None = None
) -> DossierSet:
    """Return all patients that this claim could mean, with their dossiers. `board`: a location's id."""
    patients = Patient.objects.could_be(build_candidate_blocks(claim), clinic_id=clinic.pk, board=board)
    found = read_dossiers(clinic=clinic, patients=patients, at=at)
    found.board_version = getattr(patients[0], "board_version", None) or 0 if patients else 0
    return found


def read_dossiers(
    *, clinic: Clinic, patients: list[Patient], at: dt.datetime, now: dt.datetime | None = None
) -> DossierSet:
    """Return the dossiers of these patients on the clinic's day of `at`, in one query.

    Promises count as overdue at `now`, if that is later than `at`.
    """
    found = DossierSet(patients={patient.pk: patient for patient in patients}, region=clinic.region)
    ids = list(found.patients)
    if not ids:
        return found
    today = clinic.local_date(at)
    start, end = clinic.day(today)
    days = DossierMoments(today, start, end, *clinic.day_around(at), now or at)
    found.rows = list(read_dossier_rows(ids, days))
    for row in found.rows:
        if not row.confidential_visit_id:
            found.dossiers[row.patient_id].take(row)
    return found


def read_visit_dossier(visit: Visit, *, now: dt.datetime) -> PatientDossier:
    """Return the dossier of the visit's patient; without one, consents and proxies that wait at the visit."""
    clinic, at = visit.location.clinic, visit.arrived_at
    if visit.patient is not None:
        found = read_dossiers(clinic=clinic, patients=[visit.patient], at=at, now=now)
        return found.dossier_at_visit(visit.patient.pk, visit.pk)
    today = clinic.local_date(at)
    start, end = clinic.day(today)
    said = ConsentRecord.objects.in_force(start=start, end=end, on=today).bearing_on(visit)
    columns = ("care", "agreed", "basis", "who", "to_what", "limits", "until", "relationship", "phone", "how")
    answers = [ConsentAnswer(*row) for row in said.order_by("pk").values_list(*columns)]
    return PatientDossier(answers=answers, proxies=_list_waiting_proxies(visit, today))


def _list_waiting_proxies(visit: Visit, today: dt.date) -> list[WrittenProxy]:
    """Return proxies in force that were filed at this visit and have no record yet."""
    found = StandingProxy.objects.in_force(today).filter(visit=visit, patient=None).order_by("pk")
    return [
        WrittenProxy(ConsentAdult(one.name), one.granted_by, tuple(one.cares), one.limits, one.expires_on)
        for one in found
    ]
