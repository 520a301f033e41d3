"""Read what is due for a patient, and what was given or done, from all sources."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from checkin.models import DueItem, Need, Patient, dossier_rows
from checkin.models.due_items import OWN_IMMUNIZATION_SYSTEM
from checkin.rules import doses
from checkin.rules.need_types import NeedKind, NeedOutcome


@dataclass(frozen=True, slots=True)
class DueAndGiven:
    """The due and given items of a patient's page."""

    due: list[DueItem]
    answered: list[tuple[DueItem, str]]
    """Items that are due by the record but were given since, each with the words that say so."""
    vaccines: list[doses.DoseLine]


def read_due_and_given(patient: Patient, *, on: dt.date) -> DueAndGiven:
    """Return what is due, oldest first, and what was given, latest first.

    Runs two queries, one more if a check-up is listed, and one more if something is due and something was
    given.
    """
    rows = patient.due_items.filter(status=DueItem.Status.DUE).order_by("due_on", "pk")
    due = [] if patient.is_deceased else list(rows)
    given = _list_vaccine_doses(patient)
    done = _list_check_up_doses(patient) if any(one.kind == NeedKind.CHECK_UP for one in due) else []
    by_then = [one for one in due if one.due_on <= on]
    beside = _list_items_asked_beside(patient) if by_then and (given or done) else ()
    met = doses.match_doses_to_items(by_then, [*given, *done], beside)
    return DueAndGiven(
        due=[one for one in due if not met.get(one.pk)],
        answered=[(one, doses.given_dose_words(met[one.pk])) for one in due if met.get(one.pk)],
        vaccines=doses.build_dose_lines(given),
    )


def _list_vaccine_doses(patient: Patient) -> list[doses.GivenDose]:
    return [
        doses.GivenDose(
            doses.VACCINE_KIND,
            one.name,
            one.code,
            one.given_on,
            is_ours=one.system == OWN_IMMUNIZATION_SYSTEM,
        )
        for one in patient.immunizations.order_by("-given_on", "-pk")
    ]


def _list_items_asked_beside(patient: Patient) -> list[doses.ItemBesideDose]:
    """Return items that are still due and were asked for at the same visit as one given here."""
    found = dossier_rows.select_items_asked_beside([patient.pk]).values_list(
        "row_number", "row_one", "row_on"
    )
    return [doses.ItemBesideDose(*row) for row in found]


def _list_check_up_doses(patient: Patient) -> list[doses.GivenDose]:
    done = Need.objects.filter(visit__patient=patient, kind=NeedKind.CHECK_UP, status=NeedOutcome.DONE)
    said = done.order_by("pk").values_list("kind", "label", "due_item__code", "visit__local_date")
    return [doses.GivenDose(kind, label, code or "", on, is_ours=True) for kind, label, code, on in said]
