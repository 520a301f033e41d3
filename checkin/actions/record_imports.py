"""Import another system's data about patients and what belongs to them, in bulk. Safe to repeat."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

from django.db import DataError, IntegrityError, models, transaction

from checkin.actions import audit, look_alikes, open_visits
from checkin.actions.record_import_appointments import AppointmentBatch
from checkin.actions.record_import_changes import order_newest_last
from checkin.actions.record_import_due_items import DueItemBatch
from checkin.actions.record_import_guardians import GuardianBatch
from checkin.actions.record_import_immunizations import (
    ImmunizationBatch,
    lock_boards_if_patients_here,
)
from checkin.actions.record_import_merge_moves import ImportedMergeMoves, MentionedRowGroup
from checkin.actions.record_import_patients import PatientBatch
from checkin.actions.visit_locks import lock_open_visits
from checkin.actions.write_queue import write_in_turn
from checkin.models import (
    Appointment,
    BoardVersion,
    Clinic,
    DueItem,
    Guardian,
    Immunization,
    Location,
    Staff,
)
from checkin.rules.record_guards import NAMES_TWO_PATIENTS
from checkin.rules.record_rows import (
    ITEM_KIND_NAMES,
    AppointmentItem,
    BadRow,
    DueItemItem,
    GuardianItem,
    ImmunizationItem,
    ImportOutcome,
    PatientItem,
    RecordItem,
    RecordKey,
    RelatedItem,
    is_weak_key,
)

UNKNOWN_PATIENT = "There is no patient here with that identifier."
_UNKNOWN_SOURCE = (
    "There is no patient here with that identifier. A resource id holds in its own file only, unless the "
    "source is named, here and when its patients were imported: --source NAME. An address of another server "
    "means nobody of this one."
)
PATIENT_LEFT_OUT = "Its patient was put aside, so this was too."
SEVERAL_PATIENTS = (
    "Several patients of this import have the id by which it names its patient: which is not said."
)
DOUBTFUL_PATIENT = (
    "This import has a patient under the same number who was put aside, so this was too: it may be another "
    "child's. Put that row right, and import both again."
)
_ROW_NOT_TAKEN = "The database would not take this row."

_MODEL_OF_ITEM: dict[type[RelatedItem], type[models.Model]] = {
    GuardianItem: Guardian,
    AppointmentItem: Appointment,
    ImmunizationItem: Immunization,
    DueItemItem: DueItem,
}
One = TypeVar("One", bound=RecordItem)


class TrialMemory(Protocol):
    """Remembers what a trial has read: a trial is rolled back, so the next batch applies it again first."""

    def before(self, items: Sequence[RecordItem], people: PatientBatch) -> list[RecordItem]: ...

    def remember(self, items: Sequence[RecordItem]) -> None: ...


def import_record_items(
    *,
    clinic: Clinic,
    items: Sequence[RecordItem],
    at: dt.datetime,
    location: Location | None = None,
    by: Staff | None = None,
    trial: TrialMemory | None = None,
) -> None:
    """Create or update what the items describe; settle each with its outcome and reason.

    Runs in one transaction. Never overwrites a value with a blank, and never changes a patient's status. The
    same items again write nothing; neither does a trial. An item whose patient is not on file is WAITING.
    """
    try:
        with write_in_turn():
            if trial is not None:
                again = trial.before(items, PatientBatch(clinic=clinic, now=at))
                _settle_and_write_items(clinic, again, at=at, chosen=location, by=by)
            _settle_and_write_items(clinic, items, at=at, chosen=location, by=by)
            if trial is not None:
                transaction.set_rollback(True)
        if trial is not None:
            trial.remember(items)
    except (DataError, IntegrityError):
        if len(items) == 1:
            items[0].settle(ImportOutcome.REJECTED, _ROW_NOT_TAKEN)
            return
        for part in _halve_import_batch(items):
            import_record_items(clinic=clinic, items=part, at=at, location=location, by=by, trial=trial)


def _halve_import_batch(items: Sequence[RecordItem]) -> Iterable[Sequence[RecordItem]]:
    """Return the two halves of the batch, to try again: one bad row must not block the others."""
    for item in items:
        # Ids from the attempt that was rolled back do not exist.
        if isinstance(item, PatientItem):
            item.pk = None
        elif isinstance(item, RelatedItem) and not item.is_placed:
            item.patient_pk = None
    middle = len(items) // 2
    return items[:middle], items[middle:]


def _settle_and_write_items(
    clinic: Clinic, items: Sequence[RecordItem], *, at: dt.datetime, chosen: Location | None, by: Staff | None
) -> None:
    """Read, decide in memory, then write. Boards are bumped before any row that a sign-in may lock."""
    items = order_newest_last(items)
    # One import at a time per clinic: two would both create what neither finds. It also keeps records from
    # being merged or separated meanwhile (`visit_locks.lock_clinic_boards`), but does not block sign-ins.
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    patients, related = items_of_type(items, PatientItem), items_of_type(items, RelatedItem)
    people = PatientBatch(clinic=clinic, now=at)
    people.known.look_up(mentioned_patient_keys(patients, related))
    people.known.look_up_digits(patients)
    people.known.homes.look_up_placed(related)
    people.known.read_numbers(patients)
    _settle_each_item(sorted(patients, key=lambda item: item.is_unread), people.take)
    people.write_new()
    _assign_patients_by_number(clinic, related, people)
    ready = [item for item in related if _assign_item_patient(item, people)]
    for item in ready:
        people.known.homes.find(item, people.known.by_key, people.home_at)
    _settle_each_item([item for item in ready if item.whom], people.refuse_another_child)
    ready = [item for item in ready if item.outcome is not ImportOutcome.REJECTED]
    guardians = GuardianBatch(clinic, clinic.local_date(at))
    guardians.look_up(items_of_type(ready, GuardianItem))
    _settle_each_item(items_of_type(ready, GuardianItem), guardians.take)
    diary = AppointmentBatch(clinic, list(clinic.locations.order_by("pk")), chosen)
    diary.look_up(items_of_type(ready, AppointmentItem))
    _settle_each_item(items_of_type(ready, AppointmentItem), diary.take)
    shots, dues = _settle_vaccine_items(clinic, ready, people)
    people.settle_changes()
    shots.settle_changes()
    for changes in (guardians.changes, diary.changes, dues.changes):
        changes.settle()
    changed = set(people.changes.of)
    touched = guardians.touched | shots.touched | dues.touched | diary.touched | changed
    _bump_changed_boards(clinic, diary.boards, people, touched)
    here = lock_open_visits(touched) if touched else []
    people.write_changes()
    diary.write(by=by, at=at)
    for papers in (guardians, shots, dues):
        papers.write()
    groups = [MentionedRowGroup(one.spoken, one.changes) for one in (guardians, diary, shots, dues)]
    ImportedMergeMoves(clinic, guardians.today, people.known.homes).write(people, groups)
    look_alikes.notice_look_alikes(clinic, people.made, at=at)
    open_visits.align_visits_with_records(here, by=by, at=at, may_book=True)
    taken_back = {"immunizations_removed": len(shots.removed), "due_items_withdrawn": dues.withdrawn}
    _audit_record_import(clinic, items, taken_back, at=at, by=by)


def _settle_vaccine_items(
    clinic: Clinic, ready: Sequence[RelatedItem], people: PatientBatch
) -> tuple[ImmunizationBatch, DueItemBatch]:
    """Settle vaccines given and due, in memory."""
    shots, dues = ImmunizationBatch(clinic), DueItemBatch(clinic)
    given, due = items_of_type(ready, ImmunizationItem), items_of_type(ready, DueItemItem)
    lock_boards_if_patients_here(clinic, [*given, *due])
    shots.look_up(given)
    known = people.known.by_pk | people.known.homes.records
    shots.born |= {pk: patient.birth_date for pk, patient in known.items()}
    _settle_each_item(given, shots.take)
    dues.look_up(due)
    _settle_each_item(due, dues.take)
    dues.close_lists()
    return shots, dues


def items_of_type(items: Iterable[RecordItem], kind: type[One]) -> list[One]:
    return [item for item in items if isinstance(item, kind)]


def mentioned_patient_keys(patients: Iterable[PatientItem], related: Iterable[RelatedItem]) -> set[RecordKey]:
    keys = {key for item in patients for key in item.keys}
    keys |= {item.weak for item in patients if item.weak}
    keys |= {
        item.bare for item in related if item.bare and item.patient_pk is None and not is_weak_key(item.key)
    }
    return keys | {key for item in related for key in (*item.patient_keys, *item.others)}


def _settle_each_item(items: Iterable[One], take_one: Callable[[One], None]) -> None:
    for item in items:
        try:
            take_one(item)
        except BadRow as bad:
            item.settle(ImportOutcome.REJECTED, bad.sentence)


def _assign_item_patient(item: RelatedItem, people: PatientBatch) -> bool:
    """Set the item's patient id; return False after settling it if it has no patient or is rejected."""
    if item.of is not None:
        item.patient_pk = item.of.pk
        if item.patient_pk is None:
            item.settle(ImportOutcome.REJECTED, PATIENT_LEFT_OUT)
        return item.patient_pk is not None
    if not people.refused.isdisjoint(item.addresses):
        item.settle(ImportOutcome.REJECTED, PATIENT_LEFT_OUT)
        return False
    if next((one for one in item.addresses if one in people.at), "") in people.shared:
        item.settle(ImportOutcome.REJECTED, SEVERAL_PATIENTS)
        return False
    if item.patient_pk is None:
        if people.at.keys().isdisjoint(item.addresses) and not people.doubtful.isdisjoint(item.patient_keys):
            item.settle(ImportOutcome.REJECTED, DOUBTFUL_PATIENT)
            return False
        named = [people.known.by_key[key] for key in item.patient_keys if key in people.known.by_key]
        named += [people.at[one] for one in item.addresses if one in people.at]
        item.patient_pk = named[0].pk if named else None
        if any(one is not named[0] for one in named):
            item.settle(ImportOutcome.REJECTED, NAMES_TWO_PATIENTS)
            return False
    beside = (people.known.by_key[key].pk for key in item.others if key in people.known.by_key)
    if item.patient_pk is not None and any(pk != item.patient_pk for pk in beside):
        item.settle(ImportOutcome.REJECTED, NAMES_TWO_PATIENTS)
        return False
    if item.patient_pk is None:
        item.settle(ImportOutcome.WAITING, UNKNOWN_PATIENT if item.bare is None else _UNKNOWN_SOURCE)
    return item.patient_pk is not None


def _assign_patients_by_number(clinic: Clinic, related: Sequence[RelatedItem], people: PatientBatch) -> None:
    """Set an item's patient if the item's own number is on file for the patient of its bare id."""
    doubtful: dict[type[RelatedItem], list[RelatedItem]] = defaultdict(list)
    for item in related:
        if item.of is None and item.patient_pk is None and item.bare in people.known.by_key and item.key[1]:
            doubtful[type(item)].append(item)
    for kind, items in doubtful.items():
        rows = _MODEL_OF_ITEM[kind]._default_manager.filter(
            clinic=clinic, value__in={one.key[1] for one in items}
        )
        known = set(rows.values_list("system", "value", "patient_id"))
        for item in items:
            patient = people.known.by_key[item.bare] if item.bare else None
            if patient and not is_weak_key(item.key) and (*item.key, patient.pk) in known:
                item.patient_pk = patient.pk


def _bump_changed_boards(clinic: Clinic, boards: set[int], people: PatientBatch, touched: set[int]) -> None:
    """Lock and bump, in order, the boards that show what is new: visits and expected patients.

    Bumps all boards if an existing record changed: a sign-in that has searched already must search again, or
    its row would show the old phone and language.
    """
    new = {patient.pk for patient in people.made}
    if not touched <= new:
        boards = boards | set(clinic.locations.values_list("pk", flat=True))
    for location_id in sorted(boards):
        BoardVersion.bump(location_id)


def _count_import_outcomes(items: Iterable[RecordItem]) -> Counter[str]:
    """Count items by kind and outcome: `patients_made` and so on."""
    tally: Counter[str] = Counter()
    for item in items:
        if item.outcome is not None and not (isinstance(item, PatientItem) and item.is_unread):
            tally[f"{ITEM_KIND_NAMES[type(item)]}_{item.outcome.value}"] += 1
    return tally


def _audit_record_import(
    clinic: Clinic,
    items: Sequence[RecordItem],
    taken_back: dict[str, int],
    *,
    at: dt.datetime,
    by: Staff | None,
) -> None:
    withdrawn = {what: count for what, count in taken_back.items() if count}
    if withdrawn or any(item.outcome in (ImportOutcome.MADE, ImportOutcome.CHANGED) for item in items):
        detail: dict[str, Any] = dict(_count_import_outcomes(items)) | withdrawn
        audit.write_audit_event(
            action="records.imported", subject=clinic, at=at, by=by, clinic_id=clinic.pk, **detail
        )
