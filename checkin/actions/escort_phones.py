"""The phone on the row of an adult who brings a child is a phone that something of that child says.

A sign-in makes the row with the phone that was typed, and never writes over one. So where that visit turns
out to be another child's, and other visits still name the adult here, its phone would stay on a stranger's
record, and be called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet

from checkin.actions.entry_ledger import EntryLedger, lock_moved_row
from checkin.actions.merge_undo_columns import find_moves_taken_on, put_merged_columns_back
from checkin.models import Discrepancy, DiscrepancyDecision, Escort, PaperMove, Visit
from checkin.models.sign_in_record_merges import (
    find_sign_in_record_merge,
    is_same_escort,
    list_escort_rows_of_adult,
    record_ids_with_merged,
)
from checkin.rules.entry_fates import EntryKind, EntryOutcome
from checkin.rules.phones import has_phone_in_common


def remove_phone_of_visit(escort: Escort | None, visit: Visit, *, ledger: EntryLedger) -> None:
    """This visit names the adult no more: its phone goes with it, unless something else here says it.

    The row on the record that its own sign-in made keeps it, whatever that record is a part of. Call once
    the visit is elsewhere and is saved, and corrections of the record are taken back.
    """
    merge = find_sign_in_record_merge(visit) if escort is not None else None
    remove_unsupported_phones(
        escort, [visit.sign_in.escort_phone], ledger=ledger, own=merge.merged_id if merge else None
    )


def separate_escort_phones(ledger: EntryLedger, one: int, other: int) -> None:
    """Two records are two children again: an adult of both has on neither what only the other's say."""
    rows = list(Escort.objects.filter(patient__in=[one, other]).order_by("pk"))
    for row in rows:
        there = [each for each in rows if each.patient_id != row.patient_id and is_same_escort(each, row)]
        remove_unsupported_phones(row, [each.phone for each in there], ledger=ledger)


def remove_unsupported_phones(
    escort: Escort | None, phones: Iterable[str], *, ledger: EntryLedger, own: int | None = None
) -> None:
    """Take these phones, and those of visits that left before, off the adult where nothing says them here.

    The row says then what the first of the visits that still name them typed, or nothing. So do the rows of
    the same adult on records that were merged into this one, but for that of `own`.
    """
    head = Escort.objects.filter(pk=escort.pk, is_patient=False).first() if escort is not None else None
    if head is None:
        return
    gone = [*phones, *_phones_of_moved_visits(record_ids_with_merged(head.patient_id))]
    # The head last: it may have taken its phone over from one of the others.
    for pk in reversed([row.pk for row in list_escort_rows_of_adult(head)]):
        row = Escort.objects.select_for_update().get(pk=pk)
        if not row.phone or _is_escort_of_record(row) or row.patient_id == own:
            continue
        visits, old = _visits_naming_escort(row, head), {"phone": row.phone, "phone_key": row.phone_key}
        if _is_phone_among(row, gone) and not _is_phone_among(row, _phones_said_of_escort(row, visits)):
            to, whose = _first_typed_phone(visits), row.patient_id
            ledger.change(row, EntryKind.ESCORT, EntryOutcome.CHANGED, was=whose, now=whose, phone=to)
            _undo_phone_takeover(ledger, row, old, head=head)


def _undo_phone_takeover(ledger: EntryLedger, row: Escort, old: dict[str, str], *, head: Escort) -> None:
    """A row of the record's own took that over in a merge, and says again what it said before.

    One that a sign-in made is looked at by itself.
    """
    again = EntryLedger()
    for move in find_moves_taken_on(row):
        other: Escort | None = lock_moved_row(move)
        if other is None or not _is_escort_of_record(other):
            continue
        if not _is_phone_among(
            other, (visit.sign_in.escort_phone for visit in _visits_naming_escort(other, head))
        ):
            put_merged_columns_back(again, other, move, only=old)
    ledger.moves += [move for move in again.moves if move.done != EntryOutcome.KEPT]


def _is_escort_of_record(row: Escort) -> bool:
    """Whether the row was not made by a sign-in: its phone is the record's own.

    What was told of the adult on the page of a record is kept there too, and says nothing of their phone.
    """
    return "relationship" in (row.on_record or {})


def _is_phone_among(row: Escort, phones: Iterable[str]) -> bool:
    region = row.clinic.region
    return any(one and (one == row.phone or has_phone_in_common(one, row.phone, region)) for one in phones)


def _phones_of_moved_visits(child: Iterable[int]) -> Iterable[str]:
    """At sign-ins that were taken for this child's, and are another's by now."""
    left = Visit.objects.filter(match_decisions__previous_patient__in=child).exclude(patient__in=child)
    return left.values_list("sign_in__escort_phone", flat=True).distinct()


def _visits_naming_escort(row: Escort, head: Escort) -> list[Visit]:
    """The visits that name the row, or did until a merge put them on the other record's, `head`."""
    by = Q(escort=row)
    if row.pk != head.pk:
        moved = PaperMove.objects.filter(paper=EntryKind.VISIT, subject="Visit", before__escort_id=row.pk)
        by |= Q(escort=head, pk__in=moved.values("subject_id"))
    found = Visit.objects.filter(by, sign_in__is_patient=False).select_related("sign_in")
    return list(found.order_by("arrived_at", "pk"))


def _phones_said_of_escort(row: Escort, visits: list[Visit]) -> Iterator[str]:
    """The phones that something of this child says of the adult.

    Its visits; a person, who used a new one or kept the one on record; a record merged into this one.
    """
    yield from (visit.sign_in.escort_phone for visit in visits)
    yield from _kept_phone_discrepancies(visits).values_list("recorded", flat=True)
    there = list_escort_rows_of_adult(row)
    yield from (one.phone for one in there if _is_escort_of_record(one))
    used = DiscrepancyDecision.objects.standing().filter(
        subject="Escort", subject_id__in=[one.pk for one in there], kind=DiscrepancyDecision.Kind.USE_NEW
    )
    # At a visit of another child it stands only where a person said that it is this one's.
    used = used.exclude(discrepancy__status=Discrepancy.Status.WITHDRAWN)
    yield from (one.after.get("phone", "") for one in used)


def _kept_phone_discrepancies(visits: list[Visit]) -> QuerySet[Discrepancy]:
    """Where a person kept the phone on record, and not the one that was typed."""
    return Discrepancy.objects.kept_old().filter(visit__in=visits, field=Discrepancy.Field.PHONE)


def _first_typed_phone(visits: list[Visit]) -> str:
    """What the first of these visits typed, but for what a person has not let onto the record there."""
    refused = set(_kept_phone_discrepancies(visits).values_list("visit", flat=True))
    typed = (one.sign_in.escort_phone for one in visits if one.pk not in refused)
    return next((one for one in typed if one), "")


def find_phone_removals(pk: int, visits: set[int], *, since: int) -> list[PaperMove]:
    """How a phone of these visits was taken off the row after that move, when they had left it.

    They stand on its record again with the row: so does the phone. The last first.
    """
    typed = set(Visit.objects.filter(pk__in=visits).values_list("sign_in__escort_phone", flat=True))
    changed = PaperMove.objects.filter(
        paper=EntryKind.ESCORT, subject="Escort", subject_id=pk, done=EntryOutcome.CHANGED, pk__gt=since
    )
    return [one for one in changed.order_by("-pk") if one.before.get("phone") in typed - {""}]
