"""What the row of an adult who brings a child says: the last word of all that was said of them there.

Sign-ins, the desk and the patient's page say something of an adult, each at its moment. Each of these words
stands as long as it is this child's, also under a later one. So where one comes off, what shows again is the
last of the others, whichever was written first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from checkin.actions.paper_ledger import Ledger, columns, names_of
from checkin.models import ChartChange, DiscrepancyDecision, Escort, MatchDecision, Visit
from checkin.models import lookup as records
from checkin.models.made_records import end_of
from checkin.models.own_records import is_same_adult, rows_of_adult
from checkin.models.row_json import as_json, from_json
from checkin.rules import preferences
from checkin.rules.paper_fates import Done, Paper

WISHES = (*preferences.FORGOTTEN, "remembered_at")
NOTHING: dict[str, Any] = {**preferences.FORGOTTEN, "remembered_at": None}
EVER = dt.datetime.min.replace(tzinfo=dt.UTC)
"""Before all that has a date."""


def last_wishes(escort: Escort) -> dict[str, Any]:
    """What this adult is remembered to like: the last of what was said at any visit, or at none."""
    rows = rows_of_adult(escort)
    said = [own_word(row) for row in rows]
    if not is_known_word(escort, escort.remembered_at):
        said.append({name: getattr(escort, name) for name in WISHES})
    signed_in = Visit.objects.filter(escort__in=rows, sign_in__remember=True).select_related("sign_in")
    said += [preferences.to_remember(records.said(one.sign_in), at=one.arrived_at) for one in signed_in]
    at_desk = ChartChange.objects.filter(subject="Escort", subject_id__in=[row.pk for row in rows])
    standing = at_desk.filter(status=ChartChange.Status.STANDS).order_by("at", "pk")
    said += [from_json(escort, {"remembered_at": one.at.isoformat(), **one.after}) for one in standing]
    found = dict(NOTHING)
    # In a stable order: of one moment, what the desk wrote down is the last word.
    for word in sorted(said, key=lambda one: one["remembered_at"] or EVER):
        found |= word
    return found


def own_word(row: Escort) -> dict[str, Any]:
    """What was told of them at no visit."""
    own = from_json(row, row.on_record or {})
    return {name: own.get(name, NOTHING[name]) for name in WISHES}


def is_known_word(escort: Escort, at: dt.datetime | None) -> bool:
    """Whether what was told of an adult at this moment is kept somewhere beside the row.

    What the desk wrote down before `ChartChange` existed stands on the row alone.
    """
    if at is None:
        return False
    there = {"clinic": escort.clinic_id}
    return (
        Visit.objects.filter(**there, arrived_at=at, sign_in__remember=True).exists()
        or ChartChange.objects.filter(**there, subject="Escort", at=at).exists()
        or Escort.objects.filter(**there, on_record__remembered_at=as_json(at)).exists()
    )


def keep_own_word(escort: Escort, before: Mapping[str, Any]) -> None:
    """What stands on the row alone is its own from now on. Call where something is written over it."""
    word = from_json(escort, {name: before[name] for name in WISHES})
    if word["remembered_at"] is not None and not is_known_word(escort, word["remembered_at"]):
        escort.on_record = {**(escort.on_record or {}), **{name: before[name] for name in WISHES}}
        escort.save(update_fields=["on_record"])


def say_last_wishes(escort: Escort | None, *, ledger: Ledger | None = None) -> None:
    """Write on the row what is remembered of this adult, where it says something else. None: nobody."""
    row = Escort.objects.select_for_update().filter(pk=escort.pk).first() if escort else None
    if row is None:
        return
    wishes = last_wishes(row)
    to = {name: value for name, value in wishes.items() if getattr(row, name) != value}
    if to and ledger is not None:
        ledger.change(row, Paper.WISH, Done.CHANGED, was=row.patient_id, now=row.patient_id, **to)
    elif to:
        Escort.objects.filter(pk=row.pk).update(**to)


def forget(escort: Escort, visit: Visit) -> None:
    """Undo what this visit taught us of the escort: the one before it is the last again.

    An escort whom only sign-ins made known is taken away with the last visit that names them, whatever each
    of them typed. One whom a record brought along, or on whom somebody has decided, stays and says what it
    said. Call once the visit names them no more; `say_last_wishes` says again what was remembered.
    """
    others = escort.visits.exclude(pk=visit.pk).select_related("sign_in").order_by("-arrived_at")
    last = others.first()
    if last is None and is_only_of(escort, visit):
        escort.delete()
        return
    others = others.filter(sign_in__is_patient=False).exclude(sign_in__relationship="")
    words = others.values_list("sign_in__relationship", flat=True).first()
    own = known_there(escort)
    if words is None:
        was_taught = bool(escort.name) and escort.relationship == visit.sign_in.relationship
        words = own.get("relationship", "" if was_taught else escort.relationship)
    came = last.arrived_at if last else own.get("last_came_at")
    Escort.objects.filter(pk=escort.pk).update(last_came_at=came, relationship=words)


def known_there(escort: Escort) -> dict[str, Any]:
    """What is known of the adult beside what sign-ins taught the row, on records merged into its own too."""
    if escort.on_record is not None:
        return from_json(escort, escort.on_record)
    hidden = [one for one in rows_of_adult(escort) if one.pk != escort.pk]
    hidden.sort(key=lambda one: one.last_came_at or EVER)
    return {name: getattr(hidden[-1], name) for name in ("relationship", "last_came_at")} if hidden else {}


def is_only_of(escort: Escort, visit: Visit | None) -> bool:
    """Whether all that the row says is of visits that have left it, and of this one."""
    if any(row.on_record is not None for row in rows_of_adult(escort)):
        return False
    decided = DiscrepancyDecision.objects.filter(subject="Escort", subject_id=escort.pk, undoes=None)
    # A number that was corrected at visits of another child is no word on this one's.
    standing = decided.filter(undone_by=None, discrepancy__visit__patient_id=escort.patient_id)
    told = ChartChange.objects.filter(subject="Escort", subject_id=escort.pk, status="stands")
    here = visit.pk if visit else 0
    return not standing.exclude(discrepancy__visit=here).exists() and not told.exclude(visit=here).exists()


def whole(escort: Escort | None) -> dict[str, Any]:
    """All that the row says, to be written again should it be taken off."""
    return columns(escort, names_of(escort)) if escort else {}


def give_back(undoes: MatchDecision, patient_id: int | None) -> None:
    """Write again the adult whom this decision took off the record, where nobody stands in their place.

    Call before the visit is on that record again.
    """
    taken = undoes.paper_moves.filter(paper=Paper.ESCORT, done=Done.REMOVED, subject="Escort")
    for move in taken.order_by("pk"):
        whose = move.before.get("patient_id")  # none where only the name was kept
        if whose is None or end_of(whose) != patient_id or Escort.objects.filter(pk=move.subject_id).exists():
            continue
        row = Escort(pk=move.subject_id, **from_json(Escort(), move.before) | {"patient_id": patient_id})
        there = Escort.objects.filter(patient=patient_id)
        if not any(is_same_adult(one, row) for one in there):
            row.save(force_insert=True)  # with its own id: decisions name the row by it
