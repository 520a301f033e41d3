"""What belongs to a link between a visit and a patient: escort, appointment, turn, discrepancies.

Used by `visits` (linked by itself at sign-in) and by `matches` (linked by a person); neither repeats it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Case, F, Q, Value, When

from checkin.actions import bookings, escorts
from checkin.models import (
    Clinic,
    Discrepancy,
    Escort,
    Patient,
    Source,
    Visit,
)
from checkin.models.lookup import Contact, Dossier, Found
from checkin.models.made_records import end_of
from checkin.models.understanding import not_our_own
from checkin.rules import claims, discrepancies, names, preferences
from checkin.rules.languages import names_no_language
from checkin.rules.visits import State

ALREADY_HERE = "this child is already signed in"
LONGEST_KEY = 200
SAID_OF_ESCORT = ("escort_name", "relationship", "escort_phone")


def provisional(claim: claims.Claim, *, clinic: Clinic, source: str, at: dt.datetime) -> Patient:
    """A record of the child as typed, until the desk completes it or merges it into the right one."""
    return Patient.objects.create(
        clinic=clinic,
        given_name=claim.child_given_name,
        family_name=claim.child_family_name,
        birth_date=claims.birth_date(
            claim.child_birth_date, today=clinic.local_date(at), day_first=clinic.day_first
        ).date,
        address=claim.address,
        # The tablet sends the clinic's own language where nobody chose one: that is no statement of theirs.
        language=typed_language(claim) if source == Source.DESK else not_our_own(claim.language, clinic),
        status=Patient.Status.PROVISIONAL,
        source=source,
        created_at=at,
        updated_at=at,
    )


def typed_language(claim: claims.Claim) -> str:
    """What the desk typed, but for a word that names no language."""
    return "" if names_no_language(claim.language) else claim.language


IDENTIFYING = ("given_name", "family_name", "preferred_name", "birth_date")


def hold_record(judged: Patient) -> Patient | None:
    """The record that was judged, as it is now and held; a merged one stands for the one it went into.

    None where it is no longer what was judged, or is not on file any more. Call inside a transaction, after
    the board is held: between the look and this writer's turn others may have merged or completed it.
    """
    held = Patient.objects.select_for_update(no_key=True)
    now = held.filter(pk=judged.pk).first()
    if now is not None and now.merged_into_id:
        now = held.filter(pk=end_of(now.pk)).first()
    if now is None or not now.is_on_file:
        return None
    changed = any(getattr(now, column) != getattr(judged, column) for column in IDENTIFYING)
    return None if changed and now.pk == judged.pk else now


def attach(
    *,
    visit: Visit,
    claim: claims.Claim,
    patient: Patient,
    found: Found,
    at: dt.datetime,
    had: int | None = None,
) -> list[discrepancies.Noticed]:
    """Put patient, escort and appointment on the visit (unsaved), and say what differs from the record.

    Call inside a transaction. A typed phone or name is never written over a recorded one. `had`: the
    appointment that the visit had on this record before.
    """
    visit.patient = patient
    dossier = found.dossiers[patient.pk]
    known = None if claim.is_patient else known_escort(claim, dossier.contacts)
    known_id = dossier.alone if claim.is_patient else known.pk if known else None
    visit.escort_id = remember(
        claim=claim, clinic=visit.location.clinic, patient=patient, known=known_id, at=at
    )
    phone = known.phone if known else None
    differs = differing(claim, patient, dossier, visit=visit, escort_phone=phone)
    noticed = discrepancies.not_kept_before(differs, dossier.kept, escort_id=visit.escort_id or 0)
    if visit.state != State.ENTERED_IN_ERROR:
        where = visit.location_id
        bookings.book(
            visit, found.appointment_of(patient.pk, location_id=where, at=visit.arrived_at, had=had)
        )
    return noticed


def differing(
    claim: claims.Claim, patient: Patient, dossier: Dossier, *, visit: Visit, escort_phone: str | None
) -> list[discrepancies.Noticed]:
    """Everything in which the claim differs from the record. `escort_phone`: None for an unknown escort."""
    noticed = discrepancies.in_patient(
        claim,
        given_name=patient.given_name,
        family_name=patient.family_name,
        preferred_name=patient.preferred_name,
        birth_date=patient.birth_date,
        today=visit.local_date,
        day_first=visit.location.clinic.day_first,
    )
    guardians = [one.name for one in dossier.contacts if one.kind != "escort"]
    noticed += discrepancies.in_guardians(claim, recorded=guardians)
    noticed += discrepancies.in_address(
        claim, address=patient.address, city=patient.city, postcode=patient.postcode
    )
    region, phone = visit.location.clinic.region, []
    if escort_phone is not None:
        phone = discrepancies.in_phone(claim, recorded=escort_phone, region=region)
    if not phone and (guardian := escort_as_guardian(claim, dossier)) is not None:
        phone = discrepancies.in_phone(claim, recorded=guardian.phone, whose="guardian", region=region)
    return noticed + phone


def escort_as_guardian(claim: claims.Claim, dossier: Dossier) -> Contact | None:
    """The guardian on record whom the escort says to be."""
    guardians = (one for one in dossier.contacts if one.kind != "escort")
    is_one = discrepancies.is_same_person
    return next((one for one in guardians if claim.escort_name and is_one(claim.escort_name, one.name)), None)


def already_here(visit: Visit, found: Found) -> list[discrepancies.Noticed]:
    """The other open visits that this patient has today: one child signed in twice, or the wrong child."""
    if visit.patient_id is None or not visit.is_open:
        return []
    others = [one for one in found.open_visits_of(visit.patient_id) if one.pk != visit.pk]
    return [discrepancies.Noticed("sign_in", "", f"visit {one.pk}", ALREADY_HERE) for one in others]


def known_escort(claim: claims.Claim, contacts: Iterable[Contact]) -> Contact | None:
    """The escort on this patient's record whom the claim names; without a name, by the relationship."""
    escorts = [one for one in contacts if one.kind == "escort"]
    key = names.normalise(claim.escort_name)[:LONGEST_KEY]
    if key:
        return next((one for one in escorts if names.normalise(one.name)[:LONGEST_KEY] == key), None)
    said_to_be = names.normalise(claim.relationship)
    nameless = (one for one in escorts if not one.name)
    return next((one for one in nameless if names.normalise(one.relationship) == said_to_be), None)


def remember(
    *, claim: claims.Claim, clinic: Clinic, patient: Patient, known: int | None, at: dt.datetime
) -> int | None:
    """The escort's id on this patient: found or made, with the relationship as last given.

    Who came alone is their own escort, of whom nothing is kept but how they like to be served. None where
    nobody said who they are.
    """
    said = {name: "" if claim.is_patient else getattr(claim, name) for name in SAID_OF_ESCORT}
    if not claim.is_patient and not any(said.values()):
        return None
    if known is None:
        made = Escort.objects.create(
            clinic=clinic,
            patient=patient,
            is_patient=claim.is_patient,
            name=said["escort_name"],
            relationship=said["relationship"],
            phone=said["escort_phone"],
            last_came_at=at,
            on_record=None,
            **preferences.to_remember(claim, at=at),
        )
        return made.pk
    said_now: dict[str, Any] = {"last_came_at": at}
    if said["relationship"]:
        said_now["relationship"] = said["relationship"]
    # A visit that is linked days later must not overrule what was said since.
    not_since = Q(last_came_at=None) | Q(last_came_at__lte=at)
    not_told_since = Q(remembered_at=None) | Q(remembered_at__lte=at)
    # One statement for both: a sign-in at the tablet has a budget of queries.
    changes = {name: where(not_since, name, value) for name, value in said_now.items()}
    told_now = preferences.to_remember(claim, at=at)
    changes |= {name: where(not_told_since, name, value) for name, value in told_now.items()}
    Escort.objects.filter(pk=known).update(**changes)
    return known


def where(condition: Q, name: str, value: object) -> Case:
    """An escort's column: `value` where the condition holds, else as it is."""
    column: Any = Escort._meta.get_field(name)
    return Case(When(condition, then=Value(value)), default=F(name), output_field=column)


def detach(visit: Visit, *, forgets: bool = True) -> None:
    """Take patient, escort and appointment off the visit; the escort forgets this visit, or (not `forgets`)
    knows it all the same.

    What was remembered before shows again once `escorts.say_last_wishes` is called.

    The patient is taken off the object only: whoever calls this saves the visit with its next one.
    """
    escort = visit.escort
    bookings.give_back(visit)
    visit.patient = visit.escort = None
    Visit.objects.filter(pk=visit.pk).update(escort=None, appointment=None)
    if escort and forgets:
        escorts.forget(escort, visit)


def notice(visit: Visit, noticed: Iterable[discrepancies.Noticed], *, at: dt.datetime) -> list[Discrepancy]:
    """Put these discrepancies before the desk. Call once the visit has its id."""
    return Discrepancy.objects.bulk_create(
        Discrepancy(
            clinic_id=visit.clinic_id,
            visit=visit,
            field=one.field,
            typed=one.typed[:500],
            recorded=one.recorded[:500],
            why=one.why,
            noticed_at=at,
        )
        for one in noticed
    )
