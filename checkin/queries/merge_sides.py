"""Labels for the two records of a merge, and the records that were merged into one."""

from __future__ import annotations

from typing import Any, NamedTuple

from checkin.models import Patient, PatientMerge
from checkin.models import entry_wording as entry_wording_models
from checkin.models.sign_in_record_merges import exists_visit_since_merge
from checkin.rules.child_labels import ChildLabel, child_detail_words, label_two_briefly

_MOST_MERGES_LISTED = 30


class MergeSide(NamedTuple):
    """One of the two records: full details for its column's heading, a short tag for each choice."""

    side: str
    patient: Patient
    details: str
    tag: str


def make_merge_sides(one: Patient, other: Patient) -> list[MergeSide]:
    both = [entry_wording_models.describe_patient(one), entry_wording_models.describe_patient(other)]
    tags = label_two_briefly(*both, roles=("the first of the two", "the second of the two"))
    return [
        MergeSide(side, patient, child_detail_words(who), told.tag)
        for side, patient, who, told in zip(("one", "other"), (one, other), both, tags, strict=True)
    ]


def tell_merged_records_apart(merged: Patient, into: Patient) -> tuple[ChildLabel, ChildLabel]:
    """Return labels for the merged record and the one that stayed that tell them apart."""
    both = [entry_wording_models.describe_patient(one)._replace(given="") for one in (merged, into)]
    return label_two_briefly(*both, roles=("the record that was merged", "the record that stayed"))


def list_merges_into_record(patient: Patient) -> list[PatientMerge]:
    """Return standing merges into this record, directly or through another merged record.

    Leaves out merges whose record a decision on a visit moved on since.
    """
    found: list[PatientMerge] = []
    ids = [patient.pk]
    while ids and len(found) < _MOST_MERGES_LISTED:
        standing = PatientMerge.objects.standing().filter(into__in=ids)
        rows = standing.select_related("merged", "by").annotate(has_gone_on=exists_visit_since_merge())
        more: list[Any] = list(rows.order_by("-pk")[:_MOST_MERGES_LISTED])
        found += [one for one in more if not one.has_gone_on]
        ids = [one.merged_id for one in more]
    return found
