"""Taking over what another system says of patients and what belongs to them: in bulk, and repeatedly."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

from django.db import DataError, IntegrityError, models, transaction

from checkin.actions import audit, look_alikes, open_visits
from checkin.actions.records_appointments import Diary
from checkin.actions.records_changes import in_their_order
from checkin.actions.records_due_items import Dues
from checkin.actions.records_guardians import Guardians
from checkin.actions.records_moves import Group, Moves
from checkin.actions.records_patients import People
from checkin.actions.records_vaccines import Shots, hold_boards
from checkin.actions.writing import write
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
from checkin.rules.record_guards import TWO_PATIENTS
from checkin.rules.records import (
    KINDS,
    AppointmentItem,
    BadRow,
    DueItemItem,
    GuardianItem,
    ImmunizationItem,
    Item,
    Key,
    Outcome,
    PatientItem,
    Related,
    is_weak,
)

UNKNOWN_PATIENT = "There is no patient here with that identifier."
UNKNOWN_SOURCE = (
    "There is no patient here with that identifier. A resource id holds in its own file only, unless the "
    "source is named, here and when its patients were imported: --source NAME. An address of another server "
    "means nobody of this one."
)
LEFT_OUT = "Its patient was put aside, so this was too."
SEVERAL = "Several patients of this import have the id by which it names its patient: which is not said."
DOUBTFUL = (
    "This import has a patient under the same number who was put aside, so this was too: it may be another "
    "child's. Put that row right, and import both again."
)
WILL_NOT_GO_IN = "The database would not take this row."
AROUND_TODAY = dt.timedelta(days=1)

ON_FILE: dict[type[Related], type[models.Model]] = {
    GuardianItem: Guardian,
    AppointmentItem: Appointment,
    ImmunizationItem: Immunization,
    DueItemItem: DueItem,
}
One = TypeVar("One", bound=Item)


class Rehearsal(Protocol):
    """Remembers what a trial has said, to say it again before what follows."""

    def before(self, items: Sequence[Item], people: People) -> list[Item]: ...

    def remember(self, items: Sequence[Item]) -> None: ...


def load(
    *,
    clinic: Clinic,
    items: Sequence[Item],
    at: dt.datetime,
    location: Location | None = None,
    by: Staff | None = None,
    trial: Rehearsal | None = None,
) -> None:
    """Make or bring up to date what the items speak of; each is settled with its outcome and reason.

    One transaction. Nothing is ever overwritten with a blank, no status of a patient is touched, and the
    same items again write nothing at all, and so does a trial. WAITING is the outcome of an item whose
    patient is not on file.
    """
    try:
        with write():
            if trial is not None:
                again = trial.before(items, People(clinic=clinic, now=at))
                take(clinic, again, at=at, chosen=location, by=by)
            take(clinic, items, at=at, chosen=location, by=by)
            if trial is not None:
                transaction.set_rollback(True)
        if trial is not None:
            trial.remember(items)
    except (DataError, IntegrityError):
        if len(items) == 1:
            items[0].settle(Outcome.REJECTED, WILL_NOT_GO_IN)
            return
        for part in halves(items):
            load(clinic=clinic, items=part, at=at, location=location, by=by, trial=trial)


def halves(items: Sequence[Item]) -> Iterable[Sequence[Item]]:
    """Two parts to try apart, so that one row that will not go in holds up no other."""
    for item in items:
        # Ids of the attempt that was rolled back belong to nobody.
        if isinstance(item, PatientItem):
            item.pk = None
        elif isinstance(item, Related) and not item.is_placed:
            item.patient_pk = None
    middle = len(items) // 2
    return items[:middle], items[middle:]


def take(
    clinic: Clinic, items: Sequence[Item], *, at: dt.datetime, chosen: Location | None, by: Staff | None
) -> None:
    """Read, decide in memory, then write; boards are bumped before any row that a sign-in may hold."""
    items = in_their_order(items)
    # One import at a time for a clinic: two would both make what neither finds. Nobody merges or takes apart
    # records meanwhile (boards.hold_boards). It blocks no sign-in.
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    patients, related = of_type(items, PatientItem), of_type(items, Related)
    people = People(clinic=clinic, now=at)
    people.look_up(spoken_of(patients, related))
    people.look_up_digits(patients)
    people.homes.look_up_placed(related)
    people.read_numbers(patients)
    each(sorted(patients, key=lambda item: item.is_unread), people.take)
    people.write_new()
    confirm_by_number(clinic, related, people)
    ready = [item for item in related if find_patient(item, people)]
    for item in ready:
        people.homes.find(item, people.by_key, people.home_at)
    each([item for item in ready if item.whom], people.refuse_another_child)
    ready = [item for item in ready if item.outcome is not Outcome.REJECTED]
    guardians = Guardians(clinic, clinic.local_date(at))
    guardians.look_up(of_type(ready, GuardianItem))
    each(of_type(ready, GuardianItem), guardians.take)
    diary = Diary(clinic, list(clinic.locations.order_by("pk")), chosen)
    diary.look_up(of_type(ready, AppointmentItem))
    each(of_type(ready, AppointmentItem), diary.take)
    shots, dues = given_and_due(clinic, ready, people)
    people.settle_changes()
    shots.settle_changes()
    for changes in (guardians.changes, diary.changes, dues.changes):
        changes.settle()
    changed = set(people.changes.of)
    touched = guardians.touched | shots.touched | dues.touched | diary.touched | changed
    hold_boards_of(clinic, diary.boards, people, touched)
    here = open_visits.hold_open(touched) if touched else []
    people.write_changes()
    diary.write(by=by, at=at)
    for papers in (guardians, shots, dues):
        papers.write()
    groups = [Group(one.spoken, one.changes) for one in (guardians, diary, shots, dues)]
    Moves(clinic, guardians.today, people.homes).write(people, groups)
    look_alikes.notice(clinic, people.made, at=at)
    open_visits.bring_in_step(here, by=by, at=at, may_book=True)
    taken_back = {"immunizations_removed": len(shots.removed), "due_items_withdrawn": dues.withdrawn}
    keep_on_trail(clinic, items, taken_back, at=at, by=by)


def given_and_due(clinic: Clinic, ready: Sequence[Related], people: People) -> tuple[Shots, Dues]:
    """Vaccines given and due, decided in memory."""
    shots, dues = Shots(clinic), Dues(clinic)
    given, due = of_type(ready, ImmunizationItem), of_type(ready, DueItemItem)
    hold_boards(clinic, [*given, *due])
    shots.look_up(given)
    known = people.by_pk | people.homes.records
    shots.born |= {pk: patient.birth_date for pk, patient in known.items()}
    each(given, shots.take)
    dues.look_up(due)
    each(due, dues.take)
    dues.close_lists()
    return shots, dues


def of_type(items: Iterable[Item], kind: type[One]) -> list[One]:
    return [item for item in items if isinstance(item, kind)]


def spoken_of(patients: Iterable[PatientItem], related: Iterable[Related]) -> set[Key]:
    keys = {key for item in patients for key in item.keys}
    keys |= {item.weak for item in patients if item.weak}
    keys |= {item.bare for item in related if item.bare and item.patient_pk is None and not is_weak(item.key)}
    return keys | {key for item in related for key in (*item.patient_keys, *item.others)}


def each(items: Iterable[One], take_one: Callable[[One], None]) -> None:
    for item in items:
        try:
            take_one(item)
        except BadRow as bad:
            item.settle(Outcome.REJECTED, bad.sentence)


def find_patient(item: Related, people: People) -> bool:
    """Put the patient's id on the item. Not on file: it is settled as one that waits for its patient."""
    if item.of is not None:
        item.patient_pk = item.of.pk
        if item.patient_pk is None:
            item.settle(Outcome.REJECTED, LEFT_OUT)
        return item.patient_pk is not None
    if not people.refused.isdisjoint(item.addresses):
        item.settle(Outcome.REJECTED, LEFT_OUT)
        return False
    if next((one for one in item.addresses if one in people.at), "") in people.shared:
        item.settle(Outcome.REJECTED, SEVERAL)
        return False
    if item.patient_pk is None:
        if people.at.keys().isdisjoint(item.addresses) and not people.doubtful.isdisjoint(item.patient_keys):
            item.settle(Outcome.REJECTED, DOUBTFUL)
            return False
        named = [people.by_key[key] for key in item.patient_keys if key in people.by_key]
        named += [people.at[one] for one in item.addresses if one in people.at]
        item.patient_pk = named[0].pk if named else None
        if any(one is not named[0] for one in named):
            item.settle(Outcome.REJECTED, TWO_PATIENTS)
            return False
    beside = (people.by_key[key].pk for key in item.others if key in people.by_key)
    if item.patient_pk is not None and any(pk != item.patient_pk for pk in beside):
        item.settle(Outcome.REJECTED, TWO_PATIENTS)
        return False
    if item.patient_pk is None:
        item.settle(Outcome.WAITING, UNKNOWN_PATIENT if item.bare is None else UNKNOWN_SOURCE)
    return item.patient_pk is not None


def confirm_by_number(clinic: Clinic, related: Sequence[Related], people: People) -> None:
    """Find whose it is by the number under which it is on file, where its patient's bare id agrees."""
    doubtful: dict[type[Related], list[Related]] = defaultdict(list)
    for item in related:
        if item.of is None and item.patient_pk is None and item.bare in people.by_key and item.key[1]:
            doubtful[type(item)].append(item)
    for kind, items in doubtful.items():
        rows = ON_FILE[kind]._default_manager.filter(clinic=clinic, value__in={one.key[1] for one in items})
        known = set(rows.values_list("system", "value", "patient_id"))
        for item in items:
            patient = people.by_key[item.bare] if item.bare else None
            if patient and not is_weak(item.key) and (*item.key, patient.pk) in known:
                item.patient_pk = patient.pk


def hold_boards_of(clinic: Clinic, boards: set[int], people: People, touched: set[int]) -> None:
    """Hold and bump, in their order, the boards that show what is new: of visits, and of who is expected.

    All of them where anything changes on a record that was there before: a sign-in at any of them that has
    looked already must look again, or its row says the phone and the language of before.
    """
    new = {patient.pk for patient in people.made}
    if not touched <= new:
        boards = boards | set(clinic.locations.values_list("pk", flat=True))
    for location_id in sorted(boards):
        BoardVersion.bump(location_id)


def counts(items: Iterable[Item]) -> Counter[str]:
    """How many of each kind came to what: `patients_made` and so on."""
    tally: Counter[str] = Counter()
    for item in items:
        if item.outcome is not None and not (isinstance(item, PatientItem) and item.is_unread):
            tally[f"{KINDS[type(item)]}_{item.outcome.value}"] += 1
    return tally


def keep_on_trail(
    clinic: Clinic, items: Sequence[Item], taken_back: dict[str, int], *, at: dt.datetime, by: Staff | None
) -> None:
    withdrawn = {what: count for what, count in taken_back.items() if count}
    if withdrawn or any(item.outcome in (Outcome.MADE, Outcome.CHANGED) for item in items):
        detail: dict[str, Any] = dict(counts(items)) | withdrawn
        audit.record(action="records.imported", subject=clinic, at=at, by=by, clinic_id=clinic.pk, **detail)
