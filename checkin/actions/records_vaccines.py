"""Vaccines of a feed, given and due: found by their identifier, or by what they say."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from checkin.actions import given
from checkin.models import BoardVersion, Clinic, DueItem, Immunization, Need, Patient, Visit, bulk
from checkin.rules import vaccines
from checkin.rules.need_facts import Outcome as Answered
from checkin.rules.record_guards import refuse_given_before_birth, refuse_move
from checkin.rules.records import BadRow, DueItemItem, ImmunizationItem, Key, Outcome, Related, is_weak

AT_ONCE = 10_000
OURS = "Its identifier is one of those that this clinic itself gives out."
NOT_THIS = (
    "It was not given, and under its identifier another vaccine is on file here: which of the two is meant?"
)
ANOTHER_CHILD = "It was given here already, and to another patient."


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
    changed: dict[int, tuple[Immunization, set[str]]] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)
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
        )
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
            born = self.born.get(item.patient_pk or 0)
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
        if item.withdrawn:
            item.settle(Outcome.CHANGED if found and self.remove(found) else Outcome.UNCHANGED)
        elif found is None:
            self.make(keys[-1], item)
            item.settle(Outcome.MADE)
        else:
            item.settle(Outcome.CHANGED if self.update(found, item) else Outcome.UNCHANGED)

    def is_another(self, shot: Immunization, item: ImmunizationItem) -> bool:
        """Whether vaccine and day are both other than on file: then the identifier stands for two."""
        if "given_on" not in item.values:
            return False
        which = vaccines.which(item.values.get("name", ""), item.values.get("code", ""))
        return shot.given_on != item.values["given_on"] and vaccines.which(shot.name, shot.code) != which

    def make(self, key: Key, item: ImmunizationItem) -> None:
        named = {"name": f"CVX {item.values.get('code', '')}"} | item.values
        shot = Immunization(
            clinic=self.clinic, patient_id=item.patient_pk or 0, system=key[0], value=key[1], **named
        )
        shot.is_influenza = vaccines.is_influenza(shot.name, shot.code)
        self.on_file[key] = self.made[key] = shot
        self.by_content.setdefault(content_of(shot), shot)
        self.touched.add(shot.patient_id)

    def update(self, shot: Immunization, item: ImmunizationItem) -> bool:
        """Take over what differs; a row known by another's number, or given here, is only recognized."""
        if is_weak(item.key) and not is_weak((shot.system, shot.value)) and shot.system != vaccines.CONTENT:
            return False
        before = {name: getattr(shot, name) for name in ("is_influenza", *item.values)}
        for name, value in item.values.items():
            setattr(shot, name, value)
        shot.is_influenza = vaccines.is_influenza(shot.name, shot.code)
        different = {name for name, value in before.items() if getattr(shot, name) != value}
        item.changes = [(name, before[name], getattr(shot, name)) for name in sorted(different)]
        if different:
            self.touched.add(shot.patient_id)
        if different and shot.pk:
            self.changed.setdefault(shot.pk, (shot, set()))[1].update(different)
        return bool(different)

    def remove(self, shot: Immunization) -> bool:
        """It was entered in error there, so it comes off the record here; what was given here stays."""
        key = (shot.system, shot.value)
        if shot.system == given.SYSTEM:
            return False
        self.on_file.pop(key, None)
        self.by_content.pop(content_of(shot), None)
        self.touched.add(shot.patient_id)
        if shot.pk:
            self.changed.pop(shot.pk, None)
            self.removed.add(shot.pk)
        else:
            del self.made[key]
        return True

    def write(self) -> None:
        Immunization.objects.filter(pk__in=self.removed).delete()
        Immunization.objects.bulk_create(self.made.values())
        bulk.rewrite(self.changed.values())


def refuse_other_not_done(shot: Immunization, item: ImmunizationItem) -> None:
    """Raise BadRow where what was not given is another vaccine than the one on file under its identifier."""
    name, code = item.values.get("name", ""), item.values.get("code", "")
    is_same = vaccines.which(shot.name, shot.code) == vaccines.which(name, code) or shot.name == name
    if item.is_not_done and not is_same:
        raise BadRow(NOT_THIS)


def content_of(shot: Immunization) -> tuple[int, dt.date, str]:
    """What an immunization says, by which the same one of another document is known."""
    return shot.patient_id, shot.given_on, vaccines.which(shot.name, shot.code)


@dataclass(slots=True)
class Dues:
    """What is due to the patients that one batch speaks of."""

    clinic: Clinic
    on_file: dict[Key, DueItem] = field(default_factory=dict)
    made: list[DueItem] = field(default_factory=list)
    changed: dict[int, tuple[DueItem, set[str]]] = field(default_factory=dict)
    given_on: dict[int, dt.date] = field(default_factory=dict)
    named: dict[tuple[int, Key], set[Key]] = field(default_factory=lambda: defaultdict(set))
    touched: set[int] = field(default_factory=set)
    withdrawn: int = 0

    def look_up(self, items: Sequence[DueItemItem]) -> None:
        """Read what is named, and all that lists of these patients said before."""
        rows = DueItem.objects.all()
        listed = {item.patient_pk or 0 for item in items if item.listed[1]}
        before = rows.filter(clinic=self.clinic, patient_id__in=listed) if listed else ()
        for found in (*by_key(rows, self.clinic, {self.key(item) for item in items}), *before):
            self.on_file.setdefault((found.system, found.value), found)
        done = [one.pk for one in self.on_file.values() if one.status == DueItem.Status.GIVEN]
        if done:
            answered = Need.objects.filter(due_item_id__in=done, status=Answered.DONE)
            days = answered.values_list("due_item_id", "visit__local_date").order_by("visit__local_date")
            self.given_on = dict(days)

    def key(self, item: DueItemItem) -> Key:
        """Its identifier; of one that has none, patient, what and the day it is due say which it is."""
        if item.key[1]:
            return item.key
        which = vaccines.which(item.values["name"], item.values.get("code", ""))
        if item.origin[1] and not item.is_shared:
            # A list whose id holds in its file only: a later list moves the day of the same vaccine.
            return vaccines.content_key("listed", item.patient_pk, item.values["kind"], which)
        due_on = item.values.get("due_on", "")
        return vaccines.content_key("due", item.patient_pk, item.values["kind"], which, due_on)

    def take(self, item: DueItemItem) -> None:
        """Settle one item in memory. Raises BadRow."""
        key = self.key(item)
        if item.listed[1]:
            self.named[item.patient_pk or 0, item.listed].add(key)
        found = self.on_file.get(key)
        if found is not None:
            item.settle(Outcome.CHANGED if self.update(found, item) else Outcome.UNCHANGED)
        elif item.withdrawn:
            item.settle(Outcome.UNCHANGED)
        else:
            self.make(key, item)
            item.settle(Outcome.MADE)

    def make(self, key: Key, item: DueItemItem) -> None:
        due = DueItem(
            clinic=self.clinic, patient_id=item.patient_pk or 0, system=key[0], value=key[1], **item.values
        )
        self.on_file[key] = due
        self.made.append(due)
        self.touched.add(due.patient_id)

    def update(self, due: DueItem, item: DueItemItem) -> bool:
        if due.status == DueItem.Status.GIVEN and due.patient_id != item.patient_pk:
            raise BadRow(ANOTHER_CHILD)
        refuse_move(due.patient_id, item.patient_pk)
        status = DueItem.Status.WITHDRAWN if item.withdrawn else DueItem.Status.DUE
        values = item.values | {"status": status}
        is_given = due.status == DueItem.Status.GIVEN
        if is_given and (item.withdrawn or not self.is_due_again(due, item)):
            return False
        different = {name for name, value in values.items() if getattr(due, name) != value}
        item.changes = [(name, getattr(due, name), values[name]) for name in sorted(different)]
        if different:
            self.touched.add(due.patient_id)
        for name in different:
            setattr(due, name, values[name])
        if different and due.pk:
            self.changed.setdefault(due.pk, (due, set()))[1].update(different)
        return bool(different)

    def is_due_again(self, due: DueItem, item: DueItemItem) -> bool:
        """Whether it is due after the day it was given here: a feed that has not heard of that is stale."""
        return bool(item.values["due_on"] > self.given_on.get(due.pk, due.due_on))

    def close_lists(self) -> None:
        """What a list said before and names no longer is no longer due."""
        of: dict[int, list[tuple[Key, DueItem]]] = defaultdict(list)
        for key, due in self.on_file.items():
            of[due.patient_id].append((key, due))
        for (patient, (system, begins)), keys in self.named.items():
            for key, due in of[patient]:
                listed = key[0] == system and key[1].startswith(begins)
                if listed and key not in keys and due.status == DueItem.Status.DUE:
                    self.withdraw(due)

    def withdraw(self, due: DueItem) -> None:
        due.status = DueItem.Status.WITHDRAWN
        self.touched.add(due.patient_id)
        self.withdrawn += 1
        if due.pk:
            self.changed.setdefault(due.pk, (due, set()))[1].add("status")

    def write(self) -> None:
        DueItem.objects.bulk_create(self.made)
        bulk.rewrite(self.changed.values())
