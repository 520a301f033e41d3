"""Records of a clinic that are merged one into the next."""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.actions import match_decisions, merge_undo, patient_merges
from checkin.actions.entry_moves import ALL_ENTRIES_GO
from checkin.models import Patient, PatientMerge, Visit
from tests import make

NAMES = ("Ana Sol", "Zed Kuhn", "Moe Patel", "Lia Brandt")
TONGUES = ("pl", "es", "fr", "ar")


class Chain:
    """Records of a clinic, merged each into the next; a clock that goes on."""

    def __init__(self, clinic: Any, front: Any, by: Any, length: Any) -> None:
        self.front, self.by, self.minute = front, by, 0
        self.records = [
            make.patient(clinic, name, f"201{n}-03-14", language=tongue)
            for n, (name, tongue) in enumerate(zip(NAMES[:length], TONGUES, strict=False))
        ]
        self.merges = []

    @property
    def now(self) -> dt.datetime:
        self.minute += 1
        return make.at("9:00") + dt.timedelta(minutes=self.minute)

    def fresh(self, n: Any) -> Patient:
        return Patient.objects.get(pk=self.records[n].pk)

    def visit(self, n: Any, **claim: Any) -> Visit:
        made = make.visit(self.front, self.now, name="Qqq Www", born="", **claim)
        visit = Visit.objects.get(pk=made.pk)
        match_decisions.link_visit_to_patient(
            visit=visit, patient=self.fresh(n), by=self.by, at=self.now, said=ALL_ENTRIES_GO
        )
        return Visit.objects.select_related("escort", "patient").get(pk=visit.pk)

    def merge(self, merged: int, into: int, *take: Any) -> PatientMerge | None:
        one, other = self.fresh(merged), self.fresh(into)
        facts = {"by": self.by, "at": self.now, "take": take, "why": "The mother says so."}
        made = patient_merges.merge_patients(merged=one, into=other, **facts).merge
        self.merges.append(made)
        return made

    def undo(self, merge: Any) -> PatientMerge:
        return merge_undo.undo_patient_merge(merge=merge, by=self.by, at=self.now)

    def says(self, name: str) -> list[Any]:
        return [getattr(self.fresh(n), name) for n in range(len(self.records))]
