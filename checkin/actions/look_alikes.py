"""Notice when an import makes a record like one on file, and ask staff about it once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from checkin.actions import audit, page_versions
from checkin.actions.permissions import require_permission
from checkin.actions.write_queue import write_in_turn
from checkin.models import Clinic, Guardian, LookAlike, Patient, Staff, bulk_writes
from checkin.models.look_alikes import LOOK_ALIKE_BATCH_SIZE, find_older_look_alikes
from checkin.rules.adult_identity import adult_name_key
from checkin.rules.identity_evidence import phones_of_few_families, weigh_patient_record
from checkin.rules.identity_facts import IdentityClaim, PatientRecord
from checkin.rules.look_alikes import LookAlikeRecord, may_be_duplicate_record
from checkin.rules.patient_merges import ChildIdentity
from checkin.rules.record_rows import is_consenting_kin
from checkin.rules.roles import StaffAct

_MOST_OLDER_ALIKE = 3
"""The largest number of older records that staff are asked about for one new one."""


def notice_look_alikes(clinic: Clinic, made: Sequence[Patient], *, at: dt.datetime) -> int:
    """Ask staff about new records that may duplicate one on file; return how many pairs were written.

    Runs one query per thousand records, each from indexes. Then the rules that judge a sign-in judge each
    pair. Call inside a transaction, after the guardians of the new records are written.
    """
    found = find_older_look_alikes([patient.pk for patient in made]) if made else {}
    if not found:
        return 0
    new = [patient for patient in made if patient.pk in found]
    adults = _read_record_guardians([*new, *(one for olders in found.values() for one in olders)])
    rows = [
        (clinic.pk, patient.pk, older, at)
        for patient in new
        for older in _find_alike_records(clinic, patient, found[patient.pk], adults)
    ]
    bulk_writes.insert_rows(LookAlike, ("clinic_id", "record_id", "older_id", "noticed_at"), rows)
    return len(rows)


_GuardiansByRecord = dict[int, list[tuple[str, str]]]
"""Names and phones of each record's guardians, by the record's id."""


def _read_record_guardians(patients: Sequence[Patient]) -> _GuardiansByRecord:
    found: _GuardiansByRecord = defaultdict(list)
    ids = list({patient.pk for patient in patients})
    for start in range(0, len(ids), LOOK_ALIKE_BATCH_SIZE):
        rows = Guardian.objects.filter(patient__in=ids[start : start + LOOK_ALIKE_BATCH_SIZE])
        for patient_id, name, phone in rows.values_list("patient_id", "name", "phone"):
            found[patient_id].append((adult_name_key(name), phone))
    return found


def _find_alike_records(
    clinic: Clinic, new: Patient, olders: Sequence[Patient], adults: _GuardiansByRecord
) -> list[int]:
    """Return ids of the older records that the new one may duplicate, judged like a sign-in."""
    claim = IdentityClaim(
        given_name=new.given_name,
        family_name=new.family_name,
        birth_date=new.birth_date,
        phone=" / ".join(_phones_on_record(new, adults)),
        postcode=new.postcode,
        clinic=clinic.identity_facts,
    )
    records = {one.pk: _identity_record_of(one, adults) for one in olders}
    typed, side = phones_of_few_families(claim, list(records.values())), _look_alike_side(new, adults)
    both = {
        one.pk
        for one in olders
        if may_be_duplicate_record(
            weigh_patient_record(claim, records[one.pk], typed), claim, side, _look_alike_side(one, adults)
        )
    }
    return sorted(both)[:_MOST_OLDER_ALIKE]


def _look_alike_side(patient: Patient, adults: _GuardiansByRecord) -> LookAlikeRecord:
    names = frozenset(name for name, _ in adults[patient.pk] if not is_consenting_kin(name))
    return LookAlikeRecord(ChildIdentity.of(patient), patient.sex, names)


def _phones_on_record(patient: Patient, adults: _GuardiansByRecord) -> tuple[str, ...]:
    said = [patient.phone, *(phone for _, phone in adults[patient.pk])]
    return tuple(dict.fromkeys(filter(None, said)))


def _identity_record_of(patient: Patient, adults: _GuardiansByRecord) -> PatientRecord:
    return PatientRecord(
        id=patient.pk,
        given_name=patient.given_name,
        family_name=patient.family_name,
        preferred_name=patient.preferred_name,
        birth_date=patient.birth_date,
        phones=_phones_on_record(patient, adults),
        postcode=patient.postcode,
        is_deceased=patient.is_deceased,
        is_provisional=patient.is_provisional,
    )


def mark_look_alikes_different(*, look_alike: LookAlike, by: Staff, at: dt.datetime) -> LookAlike:
    """Record that the two records are two children, so that nobody is asked again. Safe to repeat."""
    require_permission(StaffAct.MERGE, by)
    with write_in_turn():
        page_versions.verify_page_version()
        held = LookAlike.objects.select_for_update().get(pk=look_alike.pk)
        if held.settled_at is None:
            held.settled_at, held.settled_by = at, by
            held.save(update_fields=["settled_at", "settled_by"])
            audit.write_audit_event(
                action="look_alike.two",
                subject=held,
                at=at,
                by=by,
                patient_id=held.record_id,
                other=held.older_id,
            )
        return held
