"""What is due to a patient, and what was given or done, whoever wrote it down."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from checkin.models import DueItem, Need, Patient, dossier_rows
from checkin.models.due_items import OURS
from checkin.rules import doses
from checkin.rules.need_facts import Kind, Outcome


@dataclass(frozen=True, slots=True)
class Care:
    """What a patient's page shows of due and given."""

    due: list[DueItem]
    answered: list[tuple[DueItem, str]]
    """Due by the record and given since, with the words why it is not asked again."""
    vaccines: list[doses.Line]


def of_patient(patient: Patient, *, on: dt.date) -> Care:
    """What was due first and what was given last comes first.

    Two queries; three where something is due, and four where a check-up is.
    """
    rows = patient.due_items.filter(status=DueItem.Status.DUE).order_by("due_on", "pk")
    due = [] if patient.is_deceased else list(rows)
    given = vaccines(patient)
    done = check_ups(patient) if any(one.kind == Kind.CHECK_UP for one in due) else []
    by_then = [one for one in due if one.due_on <= on]
    beside = asked_beside(patient) if by_then and (given or done) else ()
    met = doses.answers(by_then, [*given, *done], beside)
    return Care(
        due=[one for one in due if not met.get(one.pk)],
        answered=[(one, doses.words(met[one.pk])) for one in due if met.get(one.pk)],
        vaccines=doses.lines(given),
    )


def vaccines(patient: Patient) -> list[doses.Dose]:
    return [
        doses.Dose(doses.VACCINE, one.name, one.code, one.given_on, is_ours=one.system == OURS)
        for one in patient.immunizations.order_by("-given_on", "-pk")
    ]


def asked_beside(patient: Patient) -> list[doses.Beside]:
    """What stood beside an item that was given here, at the same visit, and is due still."""
    found = dossier_rows.asked_beside([patient.pk]).values_list("row_number", "row_one", "row_on")
    return [doses.Beside(*row) for row in found]


def check_ups(patient: Patient) -> list[doses.Dose]:
    done = Need.objects.filter(visit__patient=patient, kind=Kind.CHECK_UP, status=Outcome.DONE)
    said = done.order_by("pk").values_list("kind", "label", "due_item__code", "visit__local_date")
    return [doses.Dose(kind, label, code or "", on, is_ours=True) for kind, label, code, on in said]
