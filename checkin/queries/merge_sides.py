"""Two records of a merge, told from each other: in full on top of the page, in a few words in each choice."""

from __future__ import annotations

from typing import NamedTuple

from checkin.models import Patient, paper_words
from checkin.rules.telling_apart import Told, details, tell_shortly


class Side(NamedTuple):
    """One of the two records: in full for the head of its column, in a few words for each choice in it."""

    side: str
    patient: Patient
    details: str
    tag: str


def sides(one: Patient, other: Patient) -> list[Side]:
    both = [paper_words.child(one), paper_words.child(other)]
    tags = tell_shortly(*both, roles=("the first of the two", "the second of the two"))
    return [
        Side(side, patient, details(who), told.tag)
        for side, patient, who, told in zip(("one", "other"), (one, other), both, tags, strict=True)
    ]


def by_name(merged: Patient, into: Patient) -> tuple[Told, Told]:
    """The record that was merged and the one that stayed, by name and what tells them apart."""
    both = [paper_words.child(one)._replace(given="") for one in (merged, into)]
    return tell_shortly(*both, roles=("the record that was merged", "the record that stayed"))
