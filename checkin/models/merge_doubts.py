"""What of two records says that they may be two children: as they are, and as they were before a slip."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from checkin.models.chart_changes import ChartChange
from checkin.models.discrepancies import DiscrepancyDecision
from checkin.models.look_alikes import LookAlike
from checkin.models.made_records import way_of
from checkin.models.paper_moves import PaperMove
from checkin.models.people import Patient
from checkin.models.row_json import from_json
from checkin.models.schedule import Appointment
from checkin.rules import merges
from checkin.rules.merges import Facts, Stay, Who
from checkin.rules.paper_fates import Done
from checkin.rules.visits import State


def doubts(one: Patient, other: Patient) -> list[str]:
    """Why these two may be two children, a sentence each; none where nothing says so."""
    return merges.doubts(facts(one), facts(other), said_two=said_two(one, other))


def doubts_beside_names(one: Patient, other: Patient) -> list[str]:
    """The same, but for their names and birth dates as they are on the page."""
    return merges.doubts_beside_names(facts(one), facts(other))


def facts(patient: Patient) -> Facts:
    """Six queries."""
    zone = patient.clinic.zone
    booked = patient.appointments.exclude(status=Appointment.Status.CANCELLED)
    return Facts(
        whos=whos(patient),
        numbers=frozenset(patient.identifiers.values_list("system", "value")),
        stays=stays(patient),
        booked=frozenset(at.astimezone(zone).date() for at in booked.values_list("starts_at", flat=True)),
    )


def stays(patient: Patient) -> tuple[Stay, ...]:
    visits = patient.visits.exclude(state=State.ENTERED_IN_ERROR).order_by("-pk")
    return tuple(
        Stay(one.token, one.arrived_at, None if one.is_open else one.state_since, one.location.name)
        for one in visits.select_related("location")
    )


def whos(patient: Patient) -> tuple[Who, ...]:
    """Who it says it is, and who it said it was before each change that stands, the newest change first."""
    found, said = [Who.of(patient)], {name: getattr(patient, name) for name in Who._fields}
    for before in changes(patient):
        said |= from_json(patient, {name: value for name, value in before.items() if name in said})
        found.append(Who(**said))
    return tuple(dict.fromkeys(found))


def changes(patient: Patient) -> list[dict[str, Any]]:
    """What stood on the record before "use the new", a chart change or a merge wrote on it."""
    of_it = Q(subject="Patient", subject_id=patient.pk)
    decided = DiscrepancyDecision.objects.filter(of_it, kind="use_new", undone_by=None)
    written = ChartChange.objects.filter(of_it, status=ChartChange.Status.STANDS)
    # Also one that was over with a decision on a visit: what stood before it was this record's as well.
    merged = PaperMove.objects.filter(of_it, done=Done.CHANGED, merge__undoes=None, merge__undone_by=None)
    rows = [
        *decided.values_list("at", "before"),
        *written.values_list("at", "before"),
        *merged.exclude(merge=None).values_list("merge__at", "before"),
    ]
    return [before for _, before in sorted(rows, key=lambda row: row[0], reverse=True)]


def said_two(one: Patient, other: Patient) -> bool:
    """Whether somebody was asked about these two, and said that they are two."""
    return other.pk in said_two_with(one)


def said_two_with(patient: Patient) -> set[int]:
    """The records that somebody said are another child, and those that they were merged into since.

    What was said of a record that was merged into this one holds for this one too: it is one child.
    """
    mine = {patient.pk}
    newest = mine
    while newest:
        newest = set(Patient.objects.filter(merged_into__in=newest).values_list("pk", flat=True)) - mine
        mine |= newest
    about = LookAlike.objects.filter(Q(record__in=mine) | Q(older__in=mine)).exclude(settled_at=None)
    both = {pk for pair in about.values_list("record", "older") for pk in pair}
    return {step for pk in both - mine for step in way_of(pk)} - mine
