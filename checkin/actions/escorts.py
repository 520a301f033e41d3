"""What the row of an adult who brings a child says: the last word of all that was said of them there.

Sign-ins, the desk and the patient's page say something of an adult, each at its moment. Each of these words
stands as long as it is this child's, also under a later one. So where one comes off, what shows again is the
last of the others, whichever was written first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from checkin.actions.entry_ledger import EntryLedger, columns_as_json, row_column_names
from checkin.models import ChartChange, DiscrepancyDecision, Escort, MatchDecision, Visit
from checkin.models.row_json import column_value_as_json, column_values_from_json
from checkin.models.sign_in_record_merges import is_same_escort, list_escort_rows_of_adult
from checkin.models.sign_in_records import final_record_id
from checkin.queries import patient_dossiers
from checkin.rules import preferences as preference_rules
from checkin.rules.entry_fates import EntryKind, EntryOutcome

REMEMBERED_COLUMNS = (*preference_rules.FORGOTTEN_PREFERENCES, "remembered_at")
NO_PREFERENCES: dict[str, object] = {**preference_rules.FORGOTTEN_PREFERENCES, "remembered_at": None}
_EARLIEST_MOMENT = dt.datetime.min.replace(tzinfo=dt.UTC)
"""Before all that has a date."""


def find_latest_preferences(escort: Escort) -> dict[str, object]:
    """What this adult is remembered to like: the last of what was said at any visit, or at none."""
    rows = list_escort_rows_of_adult(escort)
    said = [_preferences_without_visit(row) for row in rows]
    if not is_preference_kept_elsewhere(escort, escort.remembered_at):
        said.append({name: getattr(escort, name) for name in REMEMBERED_COLUMNS})
    signed_in = Visit.objects.filter(escort__in=rows, sign_in__remember=True).select_related("sign_in")
    said += [
        preference_rules.preferences_to_remember(
            patient_dossiers.restore_sign_in_claim(one.sign_in), at=one.arrived_at
        )
        for one in signed_in
    ]
    at_desk = ChartChange.objects.filter(subject="Escort", subject_id__in=[row.pk for row in rows])
    standing = at_desk.filter(status=ChartChange.Status.STANDS).order_by("at", "pk")
    said += [
        column_values_from_json(escort, {"remembered_at": one.at.isoformat(), **one.after})
        for one in standing
    ]
    found = dict(NO_PREFERENCES)
    # In a stable order: of one moment, what the desk wrote down is the last word.
    for word in sorted(said, key=lambda one: one["remembered_at"] or _EARLIEST_MOMENT):
        found |= word
    return found


def _preferences_without_visit(row: Escort) -> dict[str, Any]:
    """What was told of them at no visit."""
    return column_values_from_json(row, remembered_columns_of(row.on_record or {}))


def remembered_columns_of(kept: Mapping[str, object]) -> dict[str, object]:
    """The remembered columns of what was kept as JSON, which lacks those that are newer than it."""
    return {name: kept.get(name, NO_PREFERENCES[name]) for name in REMEMBERED_COLUMNS}


def is_preference_kept_elsewhere(escort: Escort, at: dt.datetime | None) -> bool:
    """Whether what was told of an adult at this moment is kept somewhere beside the row.

    What the desk wrote down before `ChartChange` existed stands on the row alone.
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
    """What stands on the row alone is its own from now on. Call where something is written over it."""
    word = column_values_from_json(escort, {name: before[name] for name in REMEMBERED_COLUMNS})
    if word["remembered_at"] is not None and not is_preference_kept_elsewhere(escort, word["remembered_at"]):
        escort.on_record = {**(escort.on_record or {}), **{name: before[name] for name in REMEMBERED_COLUMNS}}
        escort.save(update_fields=["on_record"])


def write_latest_preferences(escort: Escort | None, *, ledger: EntryLedger | None = None) -> None:
    """Write on the row what is remembered of this adult, where it says something else. None: nobody."""
    row = Escort.objects.select_for_update().filter(pk=escort.pk).first() if escort else None
    if row is None:
        return
    wishes = find_latest_preferences(row)
    to = {name: value for name, value in wishes.items() if getattr(row, name) != value}
    if to and ledger is not None:
        ledger.change(row, EntryKind.WISH, EntryOutcome.CHANGED, was=row.patient_id, now=row.patient_id, **to)
    elif to:
        Escort.objects.filter(pk=row.pk).update(**to)


def forget_visit_of_escort(escort: Escort, visit: Visit) -> None:
    """Undo what this visit taught us of the escort: the one before it is the last again.

    An escort whom only sign-ins made known is taken away with the last visit that names them, whatever each
    of them typed. One whom a record brought along, or on whom somebody has decided, stays and says what it
    said. Call once the visit names them no more; `write_latest_preferences` says again what was remembered.
    """
    others = escort.visits.exclude(pk=visit.pk).select_related("sign_in").order_by("-arrived_at")
    last = others.first()
    if last is None and is_escort_only_of_visit(escort, visit):
        escort.delete()
        return
    others = others.filter(sign_in__is_patient=False).exclude(sign_in__relationship="")
    words = others.values_list("sign_in__relationship", flat=True).first()
    own = _known_beside_sign_ins(escort)
    if words is None:
        was_taught = bool(escort.name) and escort.relationship == visit.sign_in.relationship
        words = own.get("relationship", "" if was_taught else escort.relationship)
    came = last.arrived_at if last else own.get("last_came_at")
    Escort.objects.filter(pk=escort.pk).update(last_came_at=came, relationship=words)


def _known_beside_sign_ins(escort: Escort) -> dict[str, Any]:
    """What is known of the adult beside what sign-ins taught the row, on records merged into its own too."""
    if escort.on_record is not None:
        return column_values_from_json(escort, escort.on_record)
    hidden = [one for one in list_escort_rows_of_adult(escort) if one.pk != escort.pk]
    hidden.sort(key=lambda one: one.last_came_at or _EARLIEST_MOMENT)
    return {name: getattr(hidden[-1], name) for name in ("relationship", "last_came_at")} if hidden else {}


def is_escort_only_of_visit(escort: Escort, visit: Visit | None) -> bool:
    """Whether all that the row says is of visits that have left it, and of this one."""
    if any(row.on_record is not None for row in list_escort_rows_of_adult(escort)):
        return False
    decided = DiscrepancyDecision.objects.standing().filter(subject="Escort", subject_id=escort.pk)
    # A number that was corrected at visits of another child is no word on this one's.
    standing = decided.filter(discrepancy__visit__patient_id=escort.patient_id)
    told = ChartChange.objects.filter(subject="Escort", subject_id=escort.pk, status="stands")
    here = visit.pk if visit else 0
    return not standing.exclude(discrepancy__visit=here).exists() and not told.exclude(visit=here).exists()


def all_escort_columns(escort: Escort | None) -> dict[str, object]:
    """All that the row says, to be written again should it be taken off."""
    return columns_as_json(escort, row_column_names(escort)) if escort else {}


def restore_removed_escorts(undoes: MatchDecision, patient_id: int | None) -> None:
    """Write again the adult whom this decision took off the record, where nobody stands in their place.

    Call before the visit is on that record again.
    """
    taken = undoes.paper_moves.filter(paper=EntryKind.ESCORT, done=EntryOutcome.REMOVED, subject="Escort")
    for move in taken.order_by("pk"):
        whose = move.before.get("patient_id")  # none where only the name was kept
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
            row.save(force_insert=True)  # with its own id: decisions name the row by it
