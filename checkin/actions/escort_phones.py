"""The phone on the row of an adult who brings a child is a phone that something of that child says.

A sign-in makes the row with the phone that was typed, and never writes over one. So where that visit turns
out to be another child's, and other visits still name the adult here, its phone would stay on a stranger's
record, and be called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet

from checkin.actions.paper_ledger import Ledger, hold_subject
from checkin.actions.unmerge_columns import put_columns_back, taken_on
from checkin.models import Discrepancy, DiscrepancyDecision, Escort, PaperMove, Visit
from checkin.models.own_records import is_same_adult, merged_here, own_merge, rows_of_adult
from checkin.rules.paper_fates import Done, Paper
from checkin.rules.phones import is_same_phone


def let_go(escort: Escort | None, visit: Visit, *, ledger: Ledger) -> None:
    """This visit names the adult no more: its phone goes with it, unless something else here says it.

    The row on the record that its own sign-in made keeps it, whatever that record is a part of. Call once
    the visit is elsewhere and is saved, and corrections of the record are taken back.
    """
    merge = own_merge(visit) if escort is not None else None
    take_off(escort, [visit.sign_in.escort_phone], ledger=ledger, own=merge.merged_id if merge else None)


def part(ledger: Ledger, one: int, other: int) -> None:
    """Two records are two children again: an adult of both has on neither what only the other's say."""
    rows = list(Escort.objects.filter(patient__in=[one, other]).order_by("pk"))
    for row in rows:
        there = [each for each in rows if each.patient_id != row.patient_id and is_same_adult(each, row)]
        take_off(row, [each.phone for each in there], ledger=ledger)


def take_off(escort: Escort | None, phones: Iterable[str], *, ledger: Ledger, own: int | None = None) -> None:
    """Take these phones, and those of visits that left before, off the adult where nothing says them here.

    The row says then what the first of the visits that still name them typed, or nothing. So do the rows of
    the same adult on records that were merged into this one, but for that of `own`.
    """
    head = Escort.objects.filter(pk=escort.pk, is_patient=False).first() if escort is not None else None
    if head is None:
        return
    child = merged_here(head.patient_id)
    # The head last: it may have taken its phone over from one of the others.
    for pk in reversed([row.pk for row in rows_of_adult(head)]):
        row = Escort.objects.select_for_update().get(pk=pk)
        if not row.phone or is_of_record(row) or row.patient_id == own:
            continue
        said_elsewhere = is_among(row, phones) or is_among(row, typed_at_visits_that_left(child))
        visits, old = naming(row, head), {"phone": row.phone, "phone_key": row.phone_key}
        if said_elsewhere and not is_among(row, said_here(row, visits)):
            to, whose = first_typed(visits), row.patient_id
            ledger.change(row, Paper.ESCORT, Done.CHANGED, was=whose, now=whose, phone=to)
            take_out(ledger, row, old, head=head)


def take_out(ledger: Ledger, row: Escort, old: dict[str, str], *, head: Escort) -> None:
    """A row of the record's own took that over in a merge, and says again what it said before.

    One that a sign-in made is looked at by itself.
    """
    again = Ledger()
    for move in taken_on(row):
        other: Escort | None = hold_subject(move)
        if other is None or not is_of_record(other):
            continue
        if not is_among(other, (visit.sign_in.escort_phone for visit in naming(other, head))):
            put_columns_back(again, other, move, only=old)
    ledger.moves += [move for move in again.moves if move.done != Done.KEPT]


def is_of_record(row: Escort) -> bool:
    """Whether the row was not made by a sign-in: its phone is the record's own.

    What was told of the adult on the page of a record is kept there too, and says nothing of their phone.
    """
    return "relationship" in (row.on_record or {})


def is_among(row: Escort, phones: Iterable[str]) -> bool:
    region = row.clinic.region
    return any(one and (one == row.phone or is_same_phone(one, row.phone, region)) for one in phones)


def typed_at_visits_that_left(child: Iterable[int]) -> Iterable[str]:
    """At sign-ins that were taken for this child's, and are another's by now."""
    left = Visit.objects.filter(match_decisions__previous_patient__in=child).exclude(patient__in=child)
    return left.values_list("sign_in__escort_phone", flat=True).distinct()


def naming(row: Escort, head: Escort) -> list[Visit]:
    """The visits that name the row, or did until a merge put them on the other record's, `head`."""
    by = Q(escort=row)
    if row.pk != head.pk:
        moved = PaperMove.objects.filter(paper=Paper.VISIT, subject="Visit", before__escort_id=row.pk)
        by |= Q(escort=head, pk__in=moved.values("subject_id"))
    found = Visit.objects.filter(by, sign_in__is_patient=False).select_related("sign_in")
    return list(found.order_by("arrived_at", "pk"))


def said_here(row: Escort, visits: list[Visit]) -> Iterator[str]:
    """The phones that something of this child says of the adult.

    Its visits; a person, who used a new one or kept the one on record; a record merged into this one.
    """
    yield from (visit.sign_in.escort_phone for visit in visits)
    yield from kept_at(visits).values_list("recorded", flat=True)
    there = rows_of_adult(row)
    yield from (one.phone for one in there if is_of_record(one))
    used = DiscrepancyDecision.objects.filter(
        subject="Escort", subject_id__in=[one.pk for one in there], undone_by=None,
        kind=DiscrepancyDecision.Kind.USE_NEW,
    )  # fmt: skip
    # At a visit of another child it stands only where a person said that it is this one's.
    used = used.exclude(discrepancy__status=Discrepancy.Status.WITHDRAWN)
    yield from (one.after.get("phone", "") for one in used)


def kept_at(visits: list[Visit]) -> QuerySet[Discrepancy]:
    """Where a person kept the phone on record, and not the one that was typed."""
    return Discrepancy.objects.kept_old().filter(visit__in=visits, field=Discrepancy.Field.PHONE)


def first_typed(visits: list[Visit]) -> str:
    """What the first of these visits typed, but for what a person has not let onto the record there."""
    refused = set(kept_at(visits).values_list("visit", flat=True))
    typed = (one.sign_in.escort_phone for one in visits if one.pk not in refused)
    return next((one for one in typed if one), "")


def gone_since(pk: int, visits: set[int], *, since: int) -> list[PaperMove]:
    """How a phone of these visits was taken off the row after that move, when they had left it.

    They stand on its record again with the row: so does the phone. The last first.
    """
    typed = set(Visit.objects.filter(pk__in=visits).values_list("sign_in__escort_phone", flat=True))
    changed = PaperMove.objects.filter(
        paper=Paper.ESCORT, subject="Escort", subject_id=pk, done=Done.CHANGED, pk__gt=since
    )
    return [one for one in changed.order_by("-pk") if one.before.get("phone") in typed - {""}]
