"""Remove a phone from an adult's row if nothing about that child supports it anymore.

A sign-in creates the row with the phone that was typed, and never overwrites one. If that visit turns out to
be another child's while other visits still name the adult here, the phone would stay on the wrong record, and
staff would call a stranger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet

from checkin.actions.entry_ledger import EntryLedger, lock_moved_row
from checkin.actions.merge_undo_columns import find_moves_taken_on, put_merged_columns_back
from checkin.models import Discrepancy, DiscrepancyDecision, Escort, PaperMove, SignIn, Visit
from checkin.models.confidential_marks import leave_out_confidential
from checkin.models.sign_in_record_merges import (
    find_sign_in_record_merge,
    is_same_escort,
    list_escort_rows_of_adult,
    record_ids_with_merged,
    select_visits_naming_escort,
)
from checkin.rules.entry_fates import EntryKind, EntryOutcome
from checkin.rules.phones import has_phone_in_common


def remove_phone_of_visit(escort: Escort | None, visit: Visit, *, ledger: EntryLedger) -> None:
    """Remove this visit's phone from an adult it no longer names, unless something else supports it here.

    The row on the record that the visit's sign-in made keeps it, even while that record is merged. Call after
    the visit is moved and saved and corrections of the record are undone.
    """
    merge = find_sign_in_record_merge(visit) if escort is not None else None
    remove_unsupported_phones(
        escort, [visit.sign_in.escort_phone], ledger=ledger, own=merge.merged_id if merge else None
    )


def recall_shared_phone(visit: Visit) -> None:
    """Take the visit's phone off its adult if only confidential visits gave it; without a mark, put it back.

    A phone on the record besides sign-ins stays. The adult's rows on merged records change too, because they
    are shown again when the merge is undone. Call after the mark has changed.
    """
    head = Escort.objects.filter(pk=visit.escort_id or 0, is_patient=False).first()
    if head is None:
        return
    if visit.confidential:
        remove_unsupported_phones(head, _phones_typed_at([visit]), ledger=EntryLedger())
        return
    is_undecided = _is_phone_undecided(visit)
    for row in list_escort_rows_of_adult(head):
        # The visit was compared with the row that is shown, and with no other.
        if not _is_escort_of_record(row) and not (is_undecided and row.pk == head.pk):
            _put_phone_back(Escort.objects.select_for_update().get(pk=row.pk), head, visit)


def _is_phone_undecided(visit: Visit) -> bool:
    """Return whether the visit's number was never on record: without a mark it differed, and nobody decided.

    Then the record has none until staff decide, as if there had been no mark.
    """
    marks = list(visit.confidential_marks.filter(undoes=None).select_related("undone_by").order_by("pk"))
    if not marks:
        return False
    # One that is noticed later compares with a row from which a mark has taken the number.
    differed = visit.discrepancies.filter(field=Discrepancy.Field.PHONE, noticed_at__lte=marks[-1].at)
    differed = differed.exclude(status=Discrepancy.Status.SETTLED)
    for mark in marks[:-1]:
        over = mark.undone_by.at if mark.is_undone else marks[-1].at
        differed = differed.exclude(noticed_at__gt=mark.at, noticed_at__lte=over)
    return (differed.filter(recorded="") | differed.open()).exists()


def _put_phone_back(row: Escort, head: Escort, visit: Visit) -> None:
    visits = _visits_naming_escort(row, head)
    without = _phone_from_visits(row, [one for one in visits if one.pk != visit.pk])
    to = _phone_from_visits(row, visits)
    if to != without and row.phone in ("", without):
        row.phone = to
        row.save(update_fields=["phone", "phone_key"])


def take_confidential_phones_off(row: Escort) -> None:
    """Take off the adult phones that only confidential visits gave, after an undo has written the row."""
    there = Visit.objects.confidential().filter(escort=row).select_related("sign_in")
    if phones := _phones_typed_at(there):
        remove_unsupported_phones(row, phones, ledger=EntryLedger())


def _phones_typed_at(visits: Iterable[Visit]) -> list[str]:
    """Return every phone of these visits' sign-ins, also those of their earlier parts."""
    first = [visit.sign_in.continues_id or visit.sign_in_id for visit in visits]
    parts = SignIn.objects.filter(Q(pk__in=first) | Q(continues__in=first))
    return list(parts.exclude(escort_phone="").values_list("escort_phone", flat=True))


def _phone_from_visits(row: Escort, visits: list[Visit]) -> str:
    """Return the phone that staff used last at one of these visits, or else the first that was typed."""
    used = _used_phones([row]).filter(discrepancy__visit__in=visits).order_by("pk").last()
    return used.after.get("phone", "") if used else _first_typed_phone(visits)


def separate_escort_phones(ledger: EntryLedger, one: int, other: int) -> None:
    """Remove from adults of two separated records the phones that only the other record supports."""
    rows = list(Escort.objects.filter(patient__in=[one, other]).order_by("pk"))
    for row in rows:
        there = [each for each in rows if each.patient_id != row.patient_id and is_same_escort(each, row)]
        remove_unsupported_phones(row, [each.phone for each in there], ledger=ledger)


def remove_unsupported_phones(
    escort: Escort | None, phones: Iterable[str], *, ledger: EntryLedger, own: int | None = None
) -> None:
    """Remove these phones, and those of visits that left, from the adult if nothing here supports them.

    The row then gets the phone of the first visit that still names the adult, or none. Rows of the same adult
    on records merged into this one change too, except on record `own`.
    """
    head = Escort.objects.filter(pk=escort.pk, is_patient=False).first() if escort is not None else None
    if head is None:
        return
    gone = [*phones, *_phones_of_moved_visits(record_ids_with_merged(head.patient_id))]
    # The adult's own row last: it may have taken its phone from one of the others.
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
    """Restore the phones of a record's own rows to which a merge had copied this phone.

    Rows that a sign-in made are checked separately.
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
    """Return whether the phone is the record's own, because no sign-in made the row.

    `on_record` also holds preferences edited on a record's page, which say nothing about the phone.
    """
    return "relationship" in (row.on_record or {})


def _is_phone_among(row: Escort, phones: Iterable[str]) -> bool:
    region = row.clinic.region
    return any(one and (one == row.phone or has_phone_in_common(one, row.phone, region)) for one in phones)


def _phones_of_moved_visits(child: Iterable[int]) -> Iterable[str]:
    """Return phones typed at sign-ins once linked to this child and now to another."""
    left = Visit.objects.filter(match_decisions__previous_patient__in=child).exclude(patient__in=child)
    return left.values_list("sign_in__escort_phone", flat=True).distinct()


def _visits_naming_escort(row: Escort, head: Escort) -> list[Visit]:
    """Return visits that name the row, or named it until a merge moved them to `head`: no confidential ones.

    What was said at those is on no record.
    """
    found = select_visits_naming_escort(row, head).shared().filter(sign_in__is_patient=False)
    return list(found.select_related("sign_in").order_by("arrived_at", "pk"))


def _phones_said_of_escort(row: Escort, visits: list[Visit]) -> Iterator[str]:
    """Yield the phones that something about this child supports for the adult.

    They are those typed at its visits, those that staff used or kept, and those on records merged into this
    one.
    """
    yield from (visit.sign_in.escort_phone for visit in visits)
    yield from _kept_phone_discrepancies(visits).values_list("recorded", flat=True)
    there = list_escort_rows_of_adult(row)
    yield from (one.phone for one in there if _is_escort_of_record(one))
    yield from (one.after.get("phone", "") for one in _used_phones(there))


def _used_phones(rows: Iterable[Escort]) -> QuerySet[DiscrepancyDecision]:
    """Return decisions by which staff wrote a typed phone to these rows, not those of confidential visits."""
    used = DiscrepancyDecision.objects.standing().filter(
        subject="Escort", subject_id__in=[one.pk for one in rows], kind=DiscrepancyDecision.Kind.USE_NEW
    )
    # A withdrawn one belongs to a visit of another child, so it does not count.
    used = used.exclude(discrepancy__status=Discrepancy.Status.WITHDRAWN)
    return leave_out_confidential(used, "discrepancy__visit")


def _kept_phone_discrepancies(visits: list[Visit]) -> QuerySet[Discrepancy]:
    """Return discrepancies in which staff kept the phone on record rather than the typed one."""
    return Discrepancy.objects.kept_old().filter(visit__in=visits, field=Discrepancy.Field.PHONE)


def _first_typed_phone(visits: list[Visit]) -> str:
    """Return the first phone typed at these visits, without visits at which staff kept the recorded one."""
    refused = set(_kept_phone_discrepancies(visits).values_list("visit", flat=True))
    typed = (one.sign_in.escort_phone for one in visits if one.pk not in refused)
    return next((one for one in typed if one), "")


def find_phone_removals(pk: int, visits: set[int], *, since: int) -> list[PaperMove]:
    """Return moves after id `since` that took a phone of these visits off the row, last first.

    The visits return to the record with the row, so the phone does too.
    """
    typed = set(Visit.objects.filter(pk__in=visits).values_list("sign_in__escort_phone", flat=True))
    changed = PaperMove.objects.filter(
        paper=EntryKind.ESCORT, subject="Escort", subject_id=pk, done=EntryOutcome.CHANGED, pk__gt=since
    )
    return [one for one in changed.order_by("-pk") if one.before.get("phone") in typed - {""}]
