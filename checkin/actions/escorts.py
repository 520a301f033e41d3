"""Keep an adult's row at the latest of everything said about them for that child.

Sign-ins, the desk and the patient's page each give answers at some time. An answer counts as long as it
belongs to this child, even if a later one covers it. So when one is removed, the latest of the others shows
again, in whatever order they were written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from checkin.actions.entry_ledger import EntryLedger, columns_as_json, row_column_names
from checkin.models import ChartChange, DiscrepancyDecision, Escort, MatchDecision, Visit
from checkin.models.confidential_marks import is_shared_condition
from checkin.models.row_json import column_value_as_json, column_values_from_json
from checkin.models.sign_in_record_merges import (
    is_same_escort,
    list_escort_rows_of_adult,
    select_visits_naming_escort,
)
from checkin.models.sign_in_records import final_record_id
from checkin.models.visits import VisitQuerySet
from checkin.queries import patient_dossiers
from checkin.rules import preferences as preference_rules
from checkin.rules.entry_fates import EntryKind, EntryOutcome

SIGN_IN_TAUGHT_COLUMNS = ("relationship", "last_came_at")
REMEMBERED_COLUMNS = (*preference_rules.FORGOTTEN_PREFERENCES, "remembered_at")
NO_PREFERENCES: dict[str, object] = {**preference_rules.FORGOTTEN_PREFERENCES, "remembered_at": None}
_EARLIEST_MOMENT = dt.datetime.min.replace(tzinfo=dt.UTC)
"""Earlier than any real time."""


def find_latest_preferences(escort: Escort, *, head: Escort | None = None) -> dict[str, object]:
    """Return this adult's current preferences: the latest said at any visit, or at none.

    `head`: the same adult's row on the record into which this one's was merged, if visits went there.
    """
    rows = list_escort_rows_of_adult(escort)
    said = [_preferences_without_visit(row) for row in rows]
    if not is_preference_kept_elsewhere(escort, escort.remembered_at):
        said.append({name: getattr(escort, name) for name in REMEMBERED_COLUMNS})
    signed_in = select_visits_naming_escort(escort, head or escort) | Visit.objects.filter(escort__in=rows)
    signed_in = signed_in.shared().filter(sign_in__remember=True).select_related("sign_in")
    said += [
        preference_rules.preferences_to_remember(
            patient_dossiers.restore_sign_in_claim(one.sign_in), at=one.arrived_at
        )
        for one in signed_in
    ]
    at_desk = ChartChange.objects.filter(subject="Escort", subject_id__in=[row.pk for row in rows])
    standing = at_desk.filter(is_shared_condition(), status=ChartChange.Status.STANDS).order_by("at", "pk")
    said += [
        column_values_from_json(escort, {"remembered_at": one.at.isoformat(), **one.after})
        for one in standing
    ]
    found = dict(NO_PREFERENCES)
    # Sorting is stable, so of two answers at one time the desk's, which was added last, wins.
    for word in sorted(said, key=lambda one: one["remembered_at"] or _EARLIEST_MOMENT):
        found |= word
    return found


def _preferences_without_visit(row: Escort) -> dict[str, Any]:
    """Return the preferences that were edited at no visit."""
    return column_values_from_json(row, remembered_columns_of(row.on_record or {}))


def remembered_columns_of(kept: Mapping[str, object]) -> dict[str, object]:
    """Return the remembered columns from stored JSON; a column newer than the JSON gets its default."""
    return {name: kept.get(name, NO_PREFERENCES[name]) for name in REMEMBERED_COLUMNS}


def is_preference_kept_elsewhere(escort: Escort, at: dt.datetime | None) -> bool:
    """Return whether the answer of this time is stored anywhere in the clinic besides the row's columns.

    What the desk wrote before `ChartChange` existed is in these columns alone.
    """
    if at is None:
        return False
    there = {"clinic": escort.clinic_id}
    return (
        Visit.objects.filter(**there, arrived_at=at, sign_in__remember=True).exists()
        or ChartChange.objects.filter(**there, subject="Escort", at=at).exists()
        or Escort.objects.filter(**there, on_record__remembered_at=column_value_as_json(at)).exists()
    )


def save_row_only_preferences(escort: Escort, before: Mapping[str, object]) -> None:
    """Store preferences that only the row's columns hold in `on_record`. Call before overwriting them."""
    word = column_values_from_json(escort, {name: before[name] for name in REMEMBERED_COLUMNS})
    if word["remembered_at"] is not None and not is_preference_kept_elsewhere(escort, word["remembered_at"]):
        escort.on_record = {**(escort.on_record or {}), **{name: before[name] for name in REMEMBERED_COLUMNS}}
        escort.save(update_fields=["on_record"])


def write_latest_preferences(
    escort: Escort | None, *, ledger: EntryLedger | None = None, head: Escort | None = None
) -> None:
    """Write this adult's current preferences to the row, if they changed. Does nothing for None."""
    row = Escort.objects.select_for_update().filter(pk=escort.pk).first() if escort else None
    if row is None:
        return
    wishes = find_latest_preferences(row, head=head)
    to = {name: value for name, value in wishes.items() if getattr(row, name) != value}
    if to and ledger is not None:
        ledger.change(row, EntryKind.WISH, EntryOutcome.CHANGED, was=row.patient_id, now=row.patient_id, **to)
    elif to:
        Escort.objects.filter(pk=row.pk).update(**to)


def forget_visit_of_escort(escort: Escort, visit: Visit) -> None:
    """Remove what this visit said about the escort; the visit before it counts as the latest again.

    An escort known only from sign-ins is deleted with the last visit that names them. One from a record, or
    one that staff decided about, stays. What was said at a confidential visit is not taken in its place. Call
    after the visit has dropped them; then `write_latest_preferences` restores the preferences.
    """
    others = escort.visits.exclude(pk=visit.pk)
    if not others.exists() and is_escort_only_of_visit(escort, visit):
        escort.delete()
        return
    was_taught = bool(escort.name) and escort.relationship == visit.sign_in.relationship
    taught = find_taught_columns(escort, others, kept="" if was_taught else escort.relationship)
    Escort.objects.filter(pk=escort.pk).update(**taught)


def recall_shared_escort(visit: Visit) -> None:
    """Write who this visit's adult is, as visits that are not confidential said, after its mark has changed.

    An adult whom only confidential visits know keeps the name, by which the next sign-in finds them. The
    adult's rows on merged records change too, because they are shown again when the merge is undone.
    """
    head = Escort.objects.filter(pk=visit.escort_id or 0).first()
    if head is None:
        return
    # The adult's own row last: it may take its words from one of the others.
    for pk in reversed([row.pk for row in list_escort_rows_of_adult(head)]):
        row = Escort.objects.select_for_update().get(pk=pk)
        naming = select_visits_naming_escort(row, head)
        if pk == head.pk or naming.filter(pk=visit.pk).exists():
            _recall_shared_row(row, naming, visit)
            write_latest_preferences(row, head=head)


def _recall_shared_row(row: Escort, naming: VisitQuerySet, visit: Visit) -> None:
    kept = "" if row.relationship == visit.sign_in.relationship else row.relationship
    for name, value in find_taught_columns(row, naming, kept=kept).items():
        setattr(row, name, value)
    row.save(update_fields=[*SIGN_IN_TAUGHT_COLUMNS])


def find_taught_columns(escort: Escort, visits: VisitQuerySet, *, kept: str) -> dict[str, Any]:
    """Return `SIGN_IN_TAUGHT_COLUMNS` as these visits say, without the confidential ones.

    Where they do not say it, as it is known without sign-ins, or else `kept` and never.
    """
    otherwise = {"relationship": kept, "last_came_at": None} | _known_beside_sign_ins(escort)
    return read_taught_columns(visits, otherwise=otherwise)


def read_taught_columns(visits: VisitQuerySet, *, otherwise: Mapping[str, Any]) -> dict[str, Any]:
    """Return `SIGN_IN_TAUGHT_COLUMNS` as these visits say, without the confidential ones, or `otherwise`."""
    shared = list(visits.shared().select_related("sign_in").order_by("-arrived_at"))
    words = (one.sign_in.relationship for one in shared if not one.sign_in.is_patient)
    return {
        "relationship": next(filter(None, words), otherwise["relationship"]),
        "last_came_at": shared[0].arrived_at if shared else otherwise["last_came_at"],
    }


def _known_beside_sign_ins(escort: Escort) -> dict[str, Any]:
    """Return columns known without sign-ins, or else those of the adult's latest row on a merged record."""
    if escort.on_record is not None:
        return column_values_from_json(escort, escort.on_record)
    hidden = [one for one in list_escort_rows_of_adult(escort) if one.pk != escort.pk]
    hidden.sort(key=lambda one: one.last_came_at or _EARLIEST_MOMENT)
    return {name: getattr(hidden[-1], name) for name in SIGN_IN_TAUGHT_COLUMNS} if hidden else {}


def is_escort_only_of_visit(escort: Escort, visit: Visit | None) -> bool:
    """Return whether the row holds only what came from this visit and from visits that have left it."""
    if any(row.on_record is not None for row in list_escort_rows_of_adult(escort)):
        return False
    decided = DiscrepancyDecision.objects.standing().filter(subject="Escort", subject_id=escort.pk)
    # A number corrected at another child's visit says nothing about this child's adult.
    standing = decided.filter(discrepancy__visit__patient_id=escort.patient_id)
    told = ChartChange.objects.filter(subject="Escort", subject_id=escort.pk, status="stands")
    here = visit.pk if visit else 0
    return not standing.exclude(discrepancy__visit=here).exists() and not told.exclude(visit=here).exists()


def all_escort_columns(escort: Escort | None) -> dict[str, object]:
    """Return all columns of the row as JSON, to create it again if it is removed; empty for None."""
    return columns_as_json(escort, row_column_names(escort)) if escort else {}


def restore_removed_escorts(undoes: MatchDecision, patient_id: int | None) -> None:
    """Create adults again whom this decision removed, unless the record has a row for the same adult.

    Call before the visit is on that record again.
    """
    taken = undoes.paper_moves.filter(paper=EntryKind.ESCORT, done=EntryOutcome.REMOVED, subject="Escort")
    for move in taken.order_by("pk"):
        whose = move.before.get("patient_id")  # None if only the name was kept
        if (
            whose is None
            or final_record_id(whose) != patient_id
            or Escort.objects.filter(pk=move.subject_id).exists()
        ):
            continue
        row = Escort(
            pk=move.subject_id, **column_values_from_json(Escort(), move.before) | {"patient_id": patient_id}
        )
        there = Escort.objects.filter(patient=patient_id)
        if not any(is_same_escort(one, row) for one in there):
            row.save(force_insert=True)  # With its own id: decisions refer to the row by it
