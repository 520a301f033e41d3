"""Take what a confidential visit's sign-in typed off the record made of it, and put it back.

A sign-in writes address and language of a new child straight to the record, and no row says so. They are
found by their value, on every record that was made from the visit's sign-in, and where a merge copied them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db.models import Q

from checkin.actions.visit_links import columns_of_new_record
from checkin.models import (
    ChartChange,
    PaperMove,
    Patient,
    PatientMerge,
    RecordSource,
    SignIn,
    SignInChannel,
    Visit,
)
from checkin.models.sign_in_record_merges import MATCHES_MADE_AT_SIGN_IN, record_ids_with_merged
from checkin.models.sign_in_records import list_merge_path_ids
from checkin.queries.patient_dossiers import restore_sign_in_claim
from checkin.rules.entry_fates import EntryOutcome


def take_typed_columns_off(visit: Visit, *, at: dt.datetime) -> None:
    """Take off every record of this visit what only confidential visits typed. Call after the mark is set.

    Also what another confidential visit typed, because a later answer may have covered it until now.
    """
    changed = ChartChange.objects.filter(visit=visit, subject="Patient")
    touched = {*_list_own_records(visit), visit.patient_id, *changed.values_list("patient_id", flat=True)}
    # What this visit had typed too may have kept a value on a record that is merged into its own.
    records = {pk for one in touched if one is not None for pk in record_ids_with_merged(one)}
    for pk in sorted(records):
        take_confidential_columns_off(pk, at=at)


def take_confidential_columns_off(patient_id: int, *, at: dt.datetime) -> None:
    """Take off this record what only confidential visits typed, as after an older value is written again.

    Runs as many queries however often the child came.
    """
    typed = find_confidential_values(patient_id)
    if any(typed.values()):
        _take_off_record(patient_id, typed, at=at)


def find_confidential_values(patient_id: int, *, at_visit: Visit | None = None) -> dict[str, set[str]]:
    """Return what only confidential visits typed of this record, by column.

    `at_visit`: a visit that counts as one, whether or not it is.
    """
    closed = [one for one in _list_makers(patient_id) if one.confidential or one == at_visit]
    typed = _values_typed_at(closed)
    if not any(typed.values()):
        return typed
    shared = _values_typed_at([one for one in _list_shared_visits(patient_id) if one != at_visit])
    return {name: values - shared[name] for name, values in typed.items()}


def put_typed_columns_back(visit: Visit, *, at: dt.datetime) -> None:
    """Write what the visit's sign-in typed where its own record is blank. Call without the mark."""
    for pk in _list_own_records(visit):
        typed = _typed_columns(visit.sign_in, visit)
        row = Patient.objects.select_for_update().get(pk=pk)
        to = {name: value for name, value in typed.items() if value and not getattr(row, name)}
        if _is_language_written_elsewhere(visit, pk):
            to.pop("language", None)
        _write(row, to, at=at)
        for move, into in _list_copies(pk):
            again = {
                name: value
                for name, value in to.items()
                if move.after.get(name) == value and getattr(into, name) == move.before[name]
            }
            _write(into, again, at=at)


def _list_own_records(visit: Visit) -> list[int]:
    """Return the ids of the records that were made from the visit's sign-in."""
    made = visit.match_decisions.filter(
        previous_match__in=MATCHES_MADE_AT_SIGN_IN, previous_patient__isnull=False
    )
    found = set(made.values_list("previous_patient", flat=True))
    if visit.match in MATCHES_MADE_AT_SIGN_IN and visit.patient_id is not None:
        found.add(visit.patient_id)
    return sorted(found)


def _list_makers(patient_id: int) -> list[Visit]:
    """Return the visits whose sign-ins the record was made from."""
    here = Q(patient=patient_id, match__in=MATCHES_MADE_AT_SIGN_IN)
    here |= Q(
        match_decisions__previous_patient=patient_id,
        match_decisions__previous_match__in=MATCHES_MADE_AT_SIGN_IN,
    )
    made = Visit.objects.filter(here).distinct()
    return list(made.select_related("sign_in", "location__clinic").order_by("pk"))


def _take_off_record(pk: int, typed: dict[str, set[str]], *, at: dt.datetime) -> None:
    """Take these values off the record, and off the records to which a merge has copied them."""
    row = Patient.objects.select_for_update().get(pk=pk)
    _write(row, {name: "" for name, values in typed.items() if getattr(row, name) in values}, at=at)
    for move, into in _list_copies(pk):
        copied = {
            name: str(move.before[name])
            for name, values in typed.items()
            if move.after.get(name) in values and getattr(into, name) == move.after[name]
        }
        _write(into, copied, at=at)


def _values_typed_at(visits: Iterable[Visit]) -> dict[str, set[str]]:
    """Return what all parts of these visits' sign-ins typed, by column of a record, without blanks."""
    of = {visit.sign_in.continues_id or visit.sign_in_id: visit for visit in visits}
    found: dict[str, set[str]] = {"address": set(), "language": set()}
    for part in SignIn.objects.filter(Q(pk__in=of) | Q(continues__in=of)) if of else ():
        for name, value in _typed_columns(part, of[part.continues_id or part.pk]).items():
            found[name] |= {value} - {""}
    return found


def _typed_columns(said: SignIn, visit: Visit) -> dict[str, str]:
    source = RecordSource.DESK if said.channel == SignInChannel.DESK else RecordSource.KIOSK
    return columns_of_new_record(restore_sign_in_claim(said), clinic=visit.location.clinic, source=source)


def _list_shared_visits(patient_id: int) -> list[Visit]:
    """Return this child's visits that are not confidential: everybody may know what was typed there."""
    records = record_ids_with_merged(list_merge_path_ids(patient_id)[-1])
    shared = Visit.objects.shared().filter(patient__in=records)
    return list(shared.select_related("sign_in", "location__clinic"))


def _is_language_written_elsewhere(visit: Visit, patient_id: int) -> bool:
    """Return whether staff wrote the language since, at another visit or at none."""
    changes = ChartChange.objects.standing_on_charts().filter(patient=patient_id, after__has_key="language")
    return changes.exclude(visit=visit).exists()


def _list_copies(patient_id: int) -> Iterator[tuple[PaperMove, Patient]]:
    """Yield the moves by which merges that stand copied columns of this record, with the row they wrote."""
    way = list_merge_path_ids(patient_id)
    merges = PatientMerge.objects.standing().filter(merged__in=way)
    moves = PaperMove.objects.filter(
        merge__in=merges, subject="Patient", subject_id__in=way[1:], done=EntryOutcome.CHANGED
    )
    for move in moves.order_by("pk"):
        yield move, Patient.objects.select_for_update().get(pk=move.subject_id)


def _write(row: Patient, to: dict[str, str], *, at: dt.datetime) -> None:
    if to:
        Patient.objects.filter(pk=row.pk).update(updated_at=at, **to)
