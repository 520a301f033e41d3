"""Reasons why two records may be two children, from their current data and from before any changes."""

from __future__ import annotations

from django.db.models import Q

from checkin.models.appointments import Appointment
from checkin.models.chart_changes import ChartChange
from checkin.models.discrepancies import DiscrepancyDecision
from checkin.models.entry_moves import PaperMove
from checkin.models.look_alikes import LookAlike
from checkin.models.people import Patient
from checkin.models.row_json import column_values_from_json
from checkin.models.sign_in_records import list_merge_path_ids
from checkin.rules import patient_merges as patient_merge_rules
from checkin.rules.entry_fates import EntryOutcome
from checkin.rules.patient_merges import ChildIdentity, MergeFacts, VisitSpan
from checkin.rules.visit_steps import VisitState


def find_merge_doubts(one: Patient, other: Patient) -> list[str]:
    """Return why these two may be two children, one sentence each; empty if nothing says so."""
    return patient_merge_rules.list_merge_doubts(
        _read_merge_facts(one), _read_merge_facts(other), said_two=is_declared_another_child(one, other)
    )


def find_merge_doubts_beside_names(one: Patient, other: Patient) -> list[str]:
    """Return doubts from numbers and visits only: the page already shows names and birth dates."""
    return patient_merge_rules.list_number_and_visit_doubts(_read_merge_facts(one), _read_merge_facts(other))


def _read_merge_facts(patient: Patient) -> MergeFacts:
    """Return what the rules need to know about a record. Runs six queries."""
    clinic = patient.clinic
    booked = patient.appointments.exclude(status=Appointment.Status.CANCELLED)
    return MergeFacts(
        whos=_list_identities_of_record(patient),
        numbers=frozenset(patient.identifiers.values_list("system", "value")),
        stays=_list_stays_of_record(patient),
        booked=frozenset(map(clinic.local_date, booked.values_list("starts_at", flat=True))),
        region=clinic.region,
    )


def _list_stays_of_record(patient: Patient) -> tuple[VisitSpan, ...]:
    visits = patient.visits.exclude(state=VisitState.ENTERED_IN_ERROR).order_by("-pk")
    return tuple(
        VisitSpan(one.token, one.arrived_at, None if one.is_open else one.state_since, one.location.name)
        for one in visits.select_related("location")
    )


def _list_identities_of_record(patient: Patient) -> tuple[ChildIdentity, ...]:
    """Return the record's identity now, and before each change still in force, newest change first."""
    found, said = (
        [ChildIdentity.of(patient)],
        {name: getattr(patient, name) for name in ChildIdentity._fields},
    )
    for before in _list_values_before_changes(patient):
        said |= column_values_from_json(
            patient, {name: value for name, value in before.items() if name in said}
        )
        found.append(ChildIdentity(**said))
    return tuple(dict.fromkeys(found))


def _list_values_before_changes(patient: Patient) -> list[dict[str, object]]:
    """Return the values before "use the new", a chart change or a merge wrote to the record."""
    of_it = Q(subject="Patient", subject_id=patient.pk)
    decided = DiscrepancyDecision.objects.standing().filter(of_it, kind="use_new")
    written = ChartChange.objects.filter(of_it, status=ChartChange.Status.STANDS)
    # Also merges that a decision on a visit ended: the values before them were this record's too.
    merged = PaperMove.objects.of_merges_not_undone().filter(of_it, done=EntryOutcome.CHANGED)
    rows = [
        *decided.values_list("at", "before"),
        *written.values_list("at", "before"),
        *merged.values_list("merge__at", "before"),
    ]
    return [before for _, before in sorted(rows, key=lambda row: row[0], reverse=True)]


def is_declared_another_child(one: Patient, other: Patient) -> bool:
    """Return whether somebody was asked about these two and said that they are two children."""
    return other.pk in ids_declared_another_child(one)


def ids_declared_another_child(patient: Patient) -> set[int]:
    """Return ids of the records that somebody said are another child, and of those they were merged into.

    What was said about a record that was merged into this one also applies to this one: it is one child.
    """
    mine = {patient.pk}
    newest = mine
    while newest:
        newest = set(Patient.objects.filter(merged_into__in=newest).values_list("pk", flat=True)) - mine
        mine |= newest
    about = LookAlike.objects.filter(Q(record__in=mine) | Q(older__in=mine)).exclude(settled_at=None)
    both = {pk for pair in about.values_list("record", "older") for pk in pair}
    return {step for pk in both - mine for step in list_merge_path_ids(pk)} - mine
