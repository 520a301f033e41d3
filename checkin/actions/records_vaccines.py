"""Vaccines of a feed that were given: found by their identifier, or by what they say."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from checkin.actions import given
from checkin.actions.records_changes import Changes
from checkin.models import BoardVersion, Clinic, Immunization, Patient, Visit, bulk
from checkin.rules import vaccines
from checkin.rules.record_guards import refuse_given_before_birth, refuse_move
from checkin.rules.records import BadRow, ImmunizationItem, Key, Outcome, Related, is_weak

AT_ONCE = 10_000
OURS = "Its identifier is one of those that this clinic itself gives out."
NOT_THIS = (
    "It was not given, and under its identifier another vaccine is on file here: which of the two is meant?"
)


def hold_boards(clinic: Clinic, items: Sequence[Related]) -> None:
    """Where a patient of these is here now, let nobody answer for what is due until this is written.

    All the clinic's boards, in the order in which everybody takes them, and before any other.
    """
    patients = {item.patient_pk or 0 for item in items}
    if patients and Visit.objects.open().filter(clinic=clinic, patient_id__in=patients).exists():
        boards = BoardVersion.objects.select_for_update().filter(location__clinic=clinic)
        list(boards.order_by("pk"))


def by_key(rows: models.QuerySet[Any], clinic: Clinic, keys: Iterable[Key]) -> Iterable[Any]:
    """Those of the clinic's rows that have one of these identifiers."""
    values: dict[str, set[str]] = defaultdict(set)
    for system, value in keys:
        values[system].add(value)
    for system, named in values.items():
        wanted = sorted(named)
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            # The index leaves out blank values, and is used only where the query says so too.
            yield from rows.filter(clinic=clinic, system=system, value__in=some).exclude(value="")


@dataclass(slots=True)
class Shots:
    """The immunizations that one batch speaks of."""

    clinic: Clinic
    on_file: dict[Key, Immunization] = field(default_factory=dict)
    by_content: dict[tuple[int, dt.date, str], Immunization] = field(default_factory=dict)
    made: dict[Key, Immunization] = field(default_factory=dict)
    spoken: list[tuple[Related, Immunization]] = field(default_factory=list)
    """Each item with the row that it speaks of."""
    changes: Changes = field(default_factory=Changes)
    removed: dict[Key, tuple[Immunization, ImmunizationItem]] = field(default_factory=dict)
    makers: dict[int, ImmunizationItem] = field(default_factory=dict)
    born: dict[int, dt.date | None] = field(default_factory=dict)

    def look_up(self, items: Sequence[ImmunizationItem]) -> None:
        """Read what is on file under these identifiers, or says the same of the same patient."""
        patients = Patient.objects.filter(pk__in={item.patient_pk for item in items})
        self.born = dict(patients.values_list("pk", "birth_date")) if items else {}
        keys = {key for item in items for key in self.keys(item)}
        for found in by_key(Immunization.objects.all(), self.clinic, keys):
            self.on_file[found.system, found.value] = found
        loose = [item for item in items if is_weak(item.key) and "given_on" in item.values]
        loose = [item for item in loose if not any(key in self.on_file for key in self.keys(item))]
        if not loose:
            return
        same = Immunization.objects.filter(
            patient_id__in={item.patient_pk for item in loose},
            given_on__in={item.values["given_on"] for item in loose},
        ).exclude(system=given.SYSTEM)
        # What was given here is not their row: theirs stands beside it, also once ours is taken back.
        for found in same.order_by("-pk"):
            self.by_content[content_of(found)] = found

    def keys(self, item: ImmunizationItem) -> list[Key]:
        """By which it may be on file, the surest first.

        One identifier may stand for several vaccines: what it says makes a second one of it. Of one that has
        no identifier, patient, vaccine and day say which it is.
        """
        if "given_on" not in item.values:
            return [item.key] if item.key[1] and not item.is_shared else []
        which = vaccines.which(item.values.get("name", ""), item.values.get("code", ""))
        if not item.key[1]:
            return [vaccines.content_key("immunization", item.patient_pk, which, item.values["given_on"])]
        system, value = item.key
        _, content = vaccines.content_key(which, item.values["given_on"])
        shared = (system, f"{value[:180]}#{content[:12]}")
        return [shared] if item.is_shared else [shared, item.key]

    def find(self, item: ImmunizationItem, keys: list[Key]) -> Immunization | None:
        found = next((self.on_file[key] for key in keys if key in self.on_file), None)
        if found is None and is_weak(item.key) and "given_on" in item.values:
            said = item.values.get("name", ""), item.values.get("code", "")
            return self.by_content.get((item.patient_pk or 0, item.values["given_on"], vaccines.which(*said)))
        return found

    def take(self, item: ImmunizationItem) -> None:
        """Settle one item in memory. Raises BadRow."""
        keys = self.keys(item)
        if item.key[0] == given.SYSTEM:
            raise BadRow(OURS)
        if not item.withdrawn and "given_on" in item.values:
            born = self.born.get(item.merged_pk or item.patient_pk or 0)
            refuse_given_before_birth(item.values["given_on"], born, self.clinic.stand_in_birth_dates)
        found = self.find(item, keys)
        if found is not None and is_weak(item.key) and is_weak((found.system, found.value)):
            # Bare ids of two servers may be the same: then it is another vaccine.
            found = found if found.patient_id == item.patient_pk else None
        if found is not None:
            refuse_move(found.patient_id, item.patient_pk)
            refuse_other_not_done(found, item)
        if found is not None and self.is_another(found, item):
            found, keys = None, keys[:1]
        if found is None and not item.withdrawn:
            found = self.restore(keys)
        if item.withdrawn:
            item.settle(Outcome.CHANGED if found and self.remove(found, item) else Outcome.UNCHANGED)
            return
        if found is None:
            found = self.make(keys[-1], item)
            self.makers[id(found)] = item
            item.settle(Outcome.MADE)
        else:
            item.settle(Outcome.CHANGED if self.update(found, item) else Outcome.UNCHANGED)
        self.spoken.append((item, found))

    def is_another(self, shot: Immunization, item: ImmunizationItem) -> bool:
        """Whether vaccine and day are both other than on file: then the identifier stands for two."""
        if "given_on" not in item.values:
            return False
        which = vaccines.which(item.values.get("name", ""), item.values.get("code", ""))
        return shot.given_on != item.values["given_on"] and vaccines.which(shot.name, shot.code) != which

    def make(self, key: Key, item: ImmunizationItem) -> Immunization:
        named = {"name": f"CVX {item.values.get('code', '')}"} | item.values
        shot = Immunization(
            clinic=self.clinic, patient_id=item.patient_pk or 0, system=key[0], value=key[1], **named
        )
        shot.is_influenza = vaccines.is_influenza(shot.name, shot.code)
        self.on_file[key] = self.made[key] = shot
        self.by_content.setdefault(content_of(shot), shot)
        return shot

    def update(self, shot: Immunization, item: ImmunizationItem) -> bool:
        """Take over what differs; a row known by another's number is only recognized."""
        if is_weak(item.key) and not is_weak((shot.system, shot.value)) and shot.system != vaccines.CONTENT:
            return False
        before = {name: getattr(shot, name) for name in ("is_influenza", *item.values)}
        for name, value in item.values.items():
            setattr(shot, name, value)
        shot.is_influenza = vaccines.is_influenza(shot.name, shot.code)
        different = {name for name, value in before.items() if getattr(shot, name) != value}
        item.changes = [(name, before[name], getattr(shot, name)) for name in sorted(different)]
        self.changes.note(shot, item, {name: before[name] for name in different})
        return bool(different)

    def remove(self, shot: Immunization, item: ImmunizationItem) -> bool:
        """It was entered in error there, so it comes off the record here; what was given here stays."""
        key = (shot.system, shot.value)
        if shot.system == given.SYSTEM:
            return False
        self.on_file.pop(key, None)
        self.by_content.pop(content_of(shot), None)
        if shot.pk:
            self.removed[key] = shot, item
            return True
        # Made by this batch, so nothing of it was or will be on file.
        del self.made[key]
        self.makers[id(shot)].settle(Outcome.UNCHANGED)
        return False

    def restore(self, keys: Iterable[Key]) -> Immunization | None:
        """Return what an earlier row of the batch took off and this one speaks of again."""
        key = next((one for one in keys if one in self.removed), None)
        if key is None:
            return None
        shot, remover = self.removed.pop(key)
        remover.settle(Outcome.UNCHANGED)
        self.on_file[key] = shot
        self.by_content.setdefault(content_of(shot), shot)
        return shot

    def settle_changes(self) -> None:
        """Settle what differs from what is on file when all have spoken; what is removed is not written."""
        for shot, _ in self.removed.values():
            self.changes.of.pop(shot.pk, None)
        self.changes.settle()

    @property
    def touched(self) -> set[int]:
        """The patients whose vaccines are others than before."""
        gone = (shot for shot, _ in self.removed.values())
        return {shot.patient_id for shot in (*self.made.values(), *gone)} | self.changes.patients()

    def write(self) -> None:
        Immunization.objects.filter(pk__in=[shot.pk for shot, _ in self.removed.values()]).delete()
        Immunization.objects.bulk_create(self.made.values())
        bulk.rewrite(self.changes.rewrites())


def refuse_other_not_done(shot: Immunization, item: ImmunizationItem) -> None:
    """Raise BadRow where what was not given is another vaccine than the one on file under its identifier."""
    name, code = item.values.get("name", ""), item.values.get("code", "")
    is_same = vaccines.which(shot.name, shot.code) == vaccines.which(name, code) or shot.name == name
    if item.is_not_done and not is_same:
        raise BadRow(NOT_THIS)


def content_of(shot: Immunization) -> tuple[int, dt.date, str]:
    """What an immunization says, by which the same one of another document is known."""
    return shot.patient_id, shot.given_on, vaccines.which(shot.name, shot.code)
