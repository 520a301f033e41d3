"""Import vaccines given, matched by identifier or by content."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from checkin.actions import immunizations
from checkin.actions.record_import_changes import RowChanges
from checkin.models import BoardVersion, Clinic, Immunization, Patient, Visit, bulk_writes
from checkin.rules import vaccines
from checkin.rules.record_guards import refuse_change_of_patient, refuse_given_before_birth
from checkin.rules.record_rows import (
    BadRow,
    ImmunizationItem,
    ImportOutcome,
    RecordKey,
    RelatedItem,
    is_weak_key,
)

_KEYS_PER_QUERY = 10_000
_OWN_IDENTIFIER = "Its identifier is one of those that this clinic itself gives out."
_NOT_GIVEN_IS_ANOTHER = (
    "It was not given, and under its identifier another vaccine is on file here: which of the two is meant?"
)


def lock_boards_if_patients_here(clinic: Clinic, items: Sequence[RelatedItem]) -> None:
    """Lock all boards if one of these patients is here, so that nobody answers a due item meanwhile.

    Call before any other board is locked. Locks them by id, as everybody does.
    """
    patients = {item.patient_pk or 0 for item in items}
    if patients and Visit.objects.open().filter(clinic=clinic, patient_id__in=patients).exists():
        boards = BoardVersion.objects.select_for_update().filter(location__clinic=clinic)
        list(boards.order_by("pk"))


def find_rows_by_key(rows: models.QuerySet[Any], clinic: Clinic, keys: Iterable[RecordKey]) -> Iterable[Any]:
    """Yield the clinic's rows that have one of these identifiers."""
    values: dict[str, set[str]] = defaultdict(set)
    for system, value in keys:
        values[system].add(value)
    for system, named in values.items():
        wanted = sorted(named)
        for start in range(0, len(wanted), _KEYS_PER_QUERY):
            some = wanted[start : start + _KEYS_PER_QUERY]
            # The index leaves out blank values, so it is used only if the query excludes them too.
            yield from rows.filter(clinic=clinic, system=system, value__in=some).exclude(value="")


@dataclass(slots=True)
class ImmunizationBatch:
    """The immunizations of one batch."""

    clinic: Clinic
    on_file: dict[RecordKey, Immunization] = field(default_factory=dict)
    by_content: dict[tuple[int, dt.date, str], Immunization] = field(default_factory=dict)
    made: dict[RecordKey, Immunization] = field(default_factory=dict)
    spoken: list[tuple[RelatedItem, Immunization]] = field(default_factory=list)
    """Each item with its row."""
    changes: RowChanges = field(default_factory=RowChanges)
    removed: dict[RecordKey, tuple[Immunization, ImmunizationItem]] = field(default_factory=dict)
    makers: dict[int, ImmunizationItem] = field(default_factory=dict)
    born: dict[int, dt.date | None] = field(default_factory=dict)

    def look_up(self, items: Sequence[ImmunizationItem]) -> None:
        """Read what is on file under these identifiers, or with the same content for the same patient."""
        patients = Patient.objects.filter(pk__in={item.patient_pk for item in items})
        self.born = dict(patients.values_list("pk", "birth_date")) if items else {}
        keys = {key for item in items for key in self.keys(item)}
        for found in find_rows_by_key(Immunization.objects.all(), self.clinic, keys):
            self.on_file[found.system, found.value] = found
        loose = [item for item in items if is_weak_key(item.key) and "given_on" in item.values]
        loose = [item for item in loose if not any(key in self.on_file for key in self.keys(item))]
        if not loose:
            return
        same = Immunization.objects.filter(
            patient_id__in={item.patient_pk for item in loose},
            given_on__in={item.values["given_on"] for item in loose},
        ).exclude(system=immunizations.IMMUNIZATION_SYSTEM)
        # Never a row of what was given here: the feed's row stays next to it, also if that is undone.
        for found in same.order_by("-pk"):
            self.by_content[_immunization_content(found)] = found

    def keys(self, item: ImmunizationItem) -> list[RecordKey]:
        """Return the keys it may be on file under, surest first.

        One identifier may be used for several vaccines; its content then makes another key. Without an
        identifier, patient, vaccine and day identify it.
        """
        if "given_on" not in item.values:
            return [item.key] if item.key[1] and not item.is_shared else []
        which = vaccines.content_key_part(item.values.get("name", ""), item.values.get("code", ""))
        if not item.key[1]:
            return [vaccines.content_key("immunization", item.patient_pk, which, item.values["given_on"])]
        system, value = item.key
        _, content = vaccines.content_key(which, item.values["given_on"])
        shared = (system, f"{value[:180]}#{content[:12]}")
        return [shared] if item.is_shared else [shared, item.key]

    def find(self, item: ImmunizationItem, keys: list[RecordKey]) -> Immunization | None:
        found = next((self.on_file[key] for key in keys if key in self.on_file), None)
        if found is None and is_weak_key(item.key) and "given_on" in item.values:
            said = item.values.get("name", ""), item.values.get("code", "")
            return self.by_content.get(
                (item.patient_pk or 0, item.values["given_on"], vaccines.content_key_part(*said))
            )
        return found

    def take(self, item: ImmunizationItem) -> None:
        """Apply one item in memory. Raises BadRow."""
        keys = self.keys(item)
        if item.key[0] == immunizations.IMMUNIZATION_SYSTEM:
            raise BadRow(_OWN_IDENTIFIER)
        if not item.withdrawn and "given_on" in item.values:
            born = self.born.get(item.merged_pk or item.patient_pk or 0)
            refuse_given_before_birth(item.values["given_on"], born, self.clinic.stand_in_birth_dates)
        found = self.find(item, keys)
        if found is not None and is_weak_key(item.key) and is_weak_key((found.system, found.value)):
            # Two servers may use the same bare ids; then it is another vaccine.
            found = found if found.patient_id == item.patient_pk else None
        if found is not None:
            refuse_change_of_patient(found.patient_id, item.patient_pk)
            _refuse_other_not_done(found, item)
        if found is not None and self.is_another(found, item):
            found, keys = None, keys[:1]
        if found is None and not item.withdrawn:
            found = self.restore(keys)
        if item.withdrawn:
            item.settle(
                ImportOutcome.CHANGED if found and self.remove(found, item) else ImportOutcome.UNCHANGED
            )
            return
        if found is None:
            found = self.make(keys[-1], item)
            self.makers[id(found)] = item
            item.settle(ImportOutcome.MADE)
        else:
            item.settle(ImportOutcome.CHANGED if self.update(found, item) else ImportOutcome.UNCHANGED)
        self.spoken.append((item, found))

    def is_another(self, shot: Immunization, item: ImmunizationItem) -> bool:
        """Return whether vaccine and day both differ from those on file: the identifier is used twice."""
        if "given_on" not in item.values:
            return False
        which = vaccines.content_key_part(item.values.get("name", ""), item.values.get("code", ""))
        return (
            shot.given_on != item.values["given_on"]
            and vaccines.content_key_part(shot.name, shot.code) != which
        )

    def make(self, key: RecordKey, item: ImmunizationItem) -> Immunization:
        named = {"name": f"CVX {item.values.get('code', '')}"} | item.values
        shot = Immunization(
            clinic=self.clinic, patient_id=item.patient_pk or 0, system=key[0], value=key[1], **named
        )
        shot.is_influenza = vaccines.is_influenza_vaccine(shot.name, shot.code)
        self.on_file[key] = self.made[key] = shot
        self.by_content.setdefault(_immunization_content(shot), shot)
        return shot

    def update(self, shot: Immunization, item: ImmunizationItem) -> bool:
        """Apply what differs; return whether anything did. Leaves a row that has another identifier."""
        if (
            is_weak_key(item.key)
            and not is_weak_key((shot.system, shot.value))
            and shot.system != vaccines.CONTENT_KEY_SYSTEM
        ):
            return False
        before = {name: getattr(shot, name) for name in ("is_influenza", *item.values)}
        for name, value in item.values.items():
            setattr(shot, name, value)
        shot.is_influenza = vaccines.is_influenza_vaccine(shot.name, shot.code)
        different = {name for name, value in before.items() if getattr(shot, name) != value}
        item.changes = [(name, before[name], getattr(shot, name)) for name in sorted(different)]
        self.changes.note(shot, item, {name: before[name] for name in different})
        return bool(different)

    def remove(self, shot: Immunization, item: ImmunizationItem) -> bool:
        """Remove a vaccine entered in error there, but not one given here. Returns whether it was on file."""
        key = (shot.system, shot.value)
        if shot.system == immunizations.IMMUNIZATION_SYSTEM:
            return False
        self.on_file.pop(key, None)
        self.by_content.pop(_immunization_content(shot), None)
        if shot.pk:
            self.removed[key] = shot, item
            return True
        # Made by this batch, so it was never on file.
        del self.made[key]
        self.makers[id(shot)].settle(ImportOutcome.UNCHANGED)
        return False

    def restore(self, keys: Iterable[RecordKey]) -> Immunization | None:
        """Return a row that an earlier item of the batch removed and this one names again, or None."""
        key = next((one for one in keys if one in self.removed), None)
        if key is None:
            return None
        shot, remover = self.removed.pop(key)
        remover.settle(ImportOutcome.UNCHANGED)
        self.on_file[key] = shot
        self.by_content.setdefault(_immunization_content(shot), shot)
        return shot

    def settle_changes(self) -> None:
        """Settle each item by what is on file at the end; removed rows are not written."""
        for shot, _ in self.removed.values():
            self.changes.of.pop(shot.pk, None)
        self.changes.settle()

    @property
    def touched(self) -> set[int]:
        """Ids of patients whose vaccines changed."""
        gone = (shot for shot, _ in self.removed.values())
        return {shot.patient_id for shot in (*self.made.values(), *gone)} | self.changes.patients()

    def write(self) -> None:
        Immunization.objects.filter(pk__in=[shot.pk for shot, _ in self.removed.values()]).delete()
        Immunization.objects.bulk_create(self.made.values())
        bulk_writes.update_changed_columns(self.changes.rewrites())


def _refuse_other_not_done(shot: Immunization, item: ImmunizationItem) -> None:
    """Raise BadRow if the item was not given and its identifier is on file for another vaccine."""
    name, code = item.values.get("name", ""), item.values.get("code", "")
    is_same = (
        vaccines.content_key_part(shot.name, shot.code) == vaccines.content_key_part(name, code)
        or shot.name == name
    )
    if item.is_not_done and not is_same:
        raise BadRow(_NOT_GIVEN_IS_ANOTHER)


def _immunization_content(shot: Immunization) -> tuple[int, dt.date, str]:
    """Return what identifies the same immunization in another document."""
    return shot.patient_id, shot.given_on, vaccines.content_key_part(shot.name, shot.code)
