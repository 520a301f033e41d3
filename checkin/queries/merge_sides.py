"""The records of a merge, told from each other, and those that a record was merged from."""

from __future__ import annotations

from typing import NamedTuple

from checkin.models import Patient, PatientMerge, paper_words
from checkin.models.own_records import went_on
from checkin.rules.telling_apart import Told, details, tell_shortly

MOST_MERGES = 30


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


def merged_from(patient: Patient) -> list[PatientMerge]:
    """The merges that stand and brought other records here, also by way of one that was merged on."""
    found: list[PatientMerge] = []
    ids = [patient.pk]
    while ids and len(found) < MOST_MERGES:
        standing = PatientMerge.objects.standing().filter(into__in=ids)
        rows = standing.select_related("merged", "by").annotate(has_gone_on=went_on())
        more = list(rows.order_by("-pk")[:MOST_MERGES])
        found += [one for one in more if not one.has_gone_on]
        ids = [one.merged_id for one in more]
    return found
