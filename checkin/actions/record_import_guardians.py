"""Import guardians, matched by identifier, or by name on that patient's record."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from checkin.actions.record_import_changes import RowChanges
from checkin.models import Clinic, Guardian, bulk_writes
from checkin.rules import phones
from checkin.rules.adult_identity import adult_name_key
from checkin.rules.record_adults import refuse_another_adult
from checkin.rules.record_rows import (
    FHIR_ID,
    GuardianItem,
    ImportOutcome,
    RecordKey,
    RelatedItem,
    is_weak_key,
)

_LAST_GUARDIAN_POSITION = 32_000


@dataclass(slots=True)
class GuardianBatch:
    """The guardians of one batch's patients."""

    clinic: Clinic
    today: dt.date
    of: dict[int, list[Guardian]] = field(default_factory=lambda: defaultdict(list))
    made: list[Guardian] = field(default_factory=list)
    changes: RowChanges = field(default_factory=RowChanges)
    spoken: list[tuple[RelatedItem, Guardian]] = field(default_factory=list)
    """Each item with its row."""
    said: dict[int, RecordKey] = field(default_factory=dict)
    """The origin of each guardian that this batch named, by the Python id of its row."""

    def look_up(self, items: Sequence[GuardianItem]) -> None:
        wanted = {item.patient_pk or 0 for item in items}
        for guardian in Guardian.objects.filter(patient_id__in=wanted).order_by("pk"):
            self.of[guardian.patient_id].append(guardian)

    def take(self, item: GuardianItem) -> None:
        """Apply one item in memory. Raises BadRow."""
        guardian = self.find(item)
        if guardian is None:
            guardian = self.make(item)
            item.settle(ImportOutcome.MADE)
        else:
            item.settle(ImportOutcome.CHANGED if self.update(guardian, item) else ImportOutcome.UNCHANGED)
        self.spoken.append((item, guardian))

    def find(self, item: GuardianItem) -> Guardian | None:
        """Return the guardian on that patient's record, by identifier, name and phone, or name alone."""
        on_file = self.of[item.patient_pk or 0]
        same = next((one for one in on_file if item.key[1] and (one.system, one.value) == item.key), None)
        # An id made for this document or by another server may belong to somebody else here.
        is_bare = item.key[0] == FHIR_ID
        if same is not None and not is_bare:
            refuse_another_adult(
                same.name, item.values["name"], is_same_phone=self.has_same_phone(same, item)
            )
            return same
        if same is not None and adult_name_key(same.name) == adult_name_key(item.values["name"]):
            return same
        alike = [one for one in on_file if adult_name_key(one.name) == adult_name_key(item.values["name"])]
        alike = [one for one in alike if not self.is_another(one, item)]
        number = phones.phone_key(item.values.get("phone", ""), self.clinic.region)
        if number and any(one.phone_key == number for one in alike):
            return next(one for one in alike if one.phone_key == number)
        found = alike[0] if len(alike) == 1 else next((one for one in alike if not one.value), None)
        if found is None and same is not None:
            refuse_another_adult(same.name, item.values["name"], is_same_phone=False)
            return same
        return found

    def has_same_phone(self, guardian: Guardian, item: GuardianItem) -> bool:
        """Return whether the item has the phone on file, or none."""
        said = item.values.get("phone", "")
        number = phones.phone_key(said, self.clinic.region)
        return not said or said == guardian.phone or bool(number and number == guardian.phone_key)

    def is_another(self, guardian: Guardian, item: GuardianItem) -> bool:
        """Return whether it is another adult of the same name on this patient.

        True if each has a number of its own, or if one file has two entries of one kind, with ids of their
        own or with different phones. A contact and the same adult's own entry are one adult with two phones.
        """
        if not is_weak_key(item.key):
            return not is_weak_key((guardian.system, guardian.value))
        file, own_id = self.said.get(id(guardian), ("", ""))
        if file != item.origin[0] or not file or bool(own_id) != bool(item.origin[1]):
            return False
        number = phones.phone_key(item.values.get("phone", ""), self.clinic.region)
        has_other_phone = bool(number and guardian.phone_key and guardian.phone_key != number)
        return own_id != item.origin[1] or has_other_phone

    def make(self, item: GuardianItem) -> Guardian:
        on_file = self.of[item.patient_pk or 0]
        place = min(len(on_file) + 1, _LAST_GUARDIAN_POSITION)
        system, value = item.key
        values = {"may_consent": False, "position": place} | item.assumed | item.values
        guardian = Guardian(
            clinic=self.clinic, patient_id=item.patient_pk or 0, system=system, value=value, **values
        )
        guardian.phone_key = phones.phone_key(guardian.phone, self.clinic.region)[:20]
        on_file.append(guardian)
        self.made.append(guardian)
        self.said[id(guardian)] = item.origin
        return guardian

    def update(self, guardian: Guardian, item: GuardianItem) -> bool:
        """Apply what differs; return whether anything did. Without an identifier, only fill blanks.

        Otherwise a patient's contact and the same adult's own entry, written differently, would overwrite
        each other on every import.
        """
        values = dict(item.values)
        if item.key[1] and not guardian.value and not self.is_taken(item):
            values |= {"system": item.key[0], "value": item.key[1]}
        elif not item.key[1] and (guardian.value or id(guardian) in self.said):
            is_withdrawn = values.get("may_consent") is False and "ended_on" not in values
            values = {name: value for name, value in values.items() if getattr(guardian, name) in ("", None)}
            # A withdrawn authority to consent always counts, whoever else has named the adult.
            values |= {"may_consent": False} if is_withdrawn else {}
        self.said[id(guardian)] = item.origin
        values = self.renewed(guardian, item, values)
        values |= self.last_place(guardian, values)
        different = self.changes.put(guardian, item, values)
        if "phone" in different:
            self.changes.note(guardian, None, {"phone_key": guardian.phone_key})
            guardian.phone_key = phones.phone_key(guardian.phone, self.clinic.region)[:20]
        return bool(different)

    def is_taken(self, item: GuardianItem) -> bool:
        """Return whether another guardian of this patient has this number."""
        return any((one.system, one.value) == item.key for one in self.of[item.patient_pk or 0])

    def renewed(self, guardian: Guardian, item: GuardianItem, values: dict[str, Any]) -> dict[str, object]:
        """Return the values to write: only an adult's own entry, by number, renews an ended authority."""
        if guardian.ended_on is None or "ended_on" not in values:
            return values
        end = values["ended_on"]
        is_own = not is_weak_key(item.key) and (guardian.system, guardian.value) == item.key
        if end is None and not is_own:
            return {name: value for name, value in values.items() if name != "ended_on"}
        is_longer = end is None or end > guardian.ended_on
        if is_own and is_longer and guardian.ended_on < self.today and not guardian.may_consent:
            return item.assumed | values
        return values

    def last_place(self, guardian: Guardian, values: dict[str, object]) -> dict[str, int]:
        """Return the last position, by column, if the adult's authority just ended: phone others first."""
        has_ended = values.get("ended_on") and values.get("may_consent") is False
        if not has_ended or guardian.ended_on == values["ended_on"]:
            return {}
        last = max(one.position for one in self.of[guardian.patient_id])
        alone = guardian.position == last and len(self.of[guardian.patient_id]) == 1
        return {} if alone else {"position": min(last + 1, _LAST_GUARDIAN_POSITION)}

    @property
    def touched(self) -> set[int]:
        """Ids of patients whose guardians changed."""
        return {guardian.patient_id for guardian in self.made} | self.changes.patients()

    def write(self) -> None:
        Guardian.objects.bulk_create(self.made)
        bulk_writes.update_changed_columns(self.changes.rewrites())
