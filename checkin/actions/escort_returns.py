"""An adult whom a merge moved goes back to the record that stands again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from checkin.actions import escort_phones, escorts
from checkin.actions.escorts import WISHES
from checkin.actions.paper_ledger import Ledger, hold_subject, names_of
from checkin.actions.unmerge_columns import put_back_again, take_out_further
from checkin.models import ChartChange, Escort, MatchDecision, PaperMove, Patient, Visit
from checkin.models.made_records import end_of, way_of
from checkin.models.own_records import has_row_on, is_same_adult, merged_here, own_merge, rows_of_adult
from checkin.models.row_json import from_json
from checkin.rules.paper_fates import Done, Paper

TAUGHT = ("relationship", "last_came_at")


def bring_all_home(ledger: Ledger, visit: Visit, now_id: int | None) -> None:
    """The adults whom the merge of the visit's own record had moved go with that record.

    To another child's they go where its own page says something of them, which shows on the record of which
    it is a part, or where no visit names them any more. Call once the visit has let go of its escort, and
    before it finds one on `now_id`, its record from now on.
    """
    merge = own_merge(visit)
    if merge is None or now_id is None:
        return
    way = way_of(merge.into_id)
    if now_id in way:
        return
    for move in merge.paper_moves.filter(paper=Paper.ESCORT).order_by("pk"):
        row: Escort | None = hold_subject(move)
        if row is None or row.patient_id not in way:
            continue
        if move.done == Done.CHANGED:
            put_back_again(ledger, row, move)
            say_again(row, way)
            continue
        if move.done != Done.MOVED or has_row_on(row, merge.merged_id):
            continue
        if merge.merged_id == now_id or goes_along(row, as_it_left(row, move), visit):
            for one in (row, bring_home(ledger, row, move, to=merge.merged, visits={visit.pk})):
                escorts.say_last_wishes(one)


def say_again(row: Escort, way: list[int]) -> None:
    """What is remembered of this adult on these records, now that another has joined or left them."""
    for one in Escort.objects.filter(patient__in=way).order_by("pk"):
        if is_same_adult(one, row):
            escorts.say_last_wishes(one)


def as_it_left(row: Escort, move: PaperMove) -> PaperMove:
    """The row's last move off the record from which the merge had moved it, with all that it said there.

    The record may have stood by itself since, and have been merged again when that was undone.
    """
    off = PaperMove.objects.filter(
        paper=Paper.ESCORT, subject="Escort", subject_id=row.pk, done=Done.MOVED, pk__gt=move.pk,
        was_patient=move.was_patient_id,
    )  # fmt: skip
    return next((one for one in off.order_by("-pk") if "on_record" in one.before), move)


def goes_along(row: Escort, move: PaperMove, visit: Visit) -> bool:
    """Whether the row goes with the record from which the merge had moved it, also into another child's."""
    if own_words(row, move) is not None:
        return True
    return not row.visits.exists() and escorts.is_only_of(row, visit)


def own_words(row: Escort, move: PaperMove) -> dict[str, Any] | None:
    """What was told of the adult at no visit on the page of the record from which the merge moved them."""
    kept: dict[str, Any] | None = row.on_record
    if words_since(row, move) is None:
        return kept
    kept, before = move.before.get("on_record"), {name: move.before[name] for name in WISHES}
    at = from_json(row, before)["remembered_at"]
    # What was told before its history was kept stands in the columns alone.
    return kept if at is None or escorts.is_known_word(row, at) else {**(kept or {}), **before}


def words_since(row: Escort, move: PaperMove) -> dict[str, Any] | None:
    """What was told of them at no visit since: it is of the record on whose page they were told."""
    said = row.on_record or {}
    is_known = "on_record" not in move.before or move.before["on_record"] == row.on_record
    # A wish of before its history was kept becomes the row's own only when another is written over it.
    if is_known or said.get("remembered_at") == move.before.get("remembered_at"):
        return None
    return {name: said[name] for name in WISHES}


def put_where_they_were(ledger: Ledger, undoes: MatchDecision, patient_id: int | None) -> None:
    """Undo `bring_all_home`: who came along goes back, where nobody stands in their place there.

    Call once the visit has let go of its escort, and before it finds one on the record.
    """
    came = undoes.paper_moves.filter(paper=Paper.ESCORT, done=Done.MOVED, was_patient__isnull=False)
    for move in came.order_by("pk"):
        row = Escort.objects.select_for_update().filter(pk=move.subject_id, patient=move.patient_id).first()
        was = move.was_patient_id
        if row is None or row.visits.exists() or end_of(was or 0) != patient_id:
            continue
        to = next((one for one in (patient_id, was) if not has_row_on(row, one)), None)
        if to is not None:
            said = escorts.whole(row)
            back = ledger.change(row, Paper.ESCORT, Done.MOVED, was=move.patient_id, now=to, patient_id=to)
            back.before = said
    changed = undoes.paper_moves.filter(paper=Paper.ESCORT, subject="Escort", done=Done.CHANGED)
    for move in changed.order_by("-pk"):
        row = hold_subject(move)
        if row is not None and row.patient_id in (move.patient_id, patient_id):
            put_back_again(ledger, row, move)
            say_again(row, way_of(row.patient_id))


def bring_home(
    ledger: Ledger, row: Escort, move: PaperMove, *, to: Patient, visits: set[int]
) -> Escort | None:
    """Put the row on its record again, saying what it said there.

    A visit that stays and names it, and what was told of the adult at no visit since, gets a row of its own
    where it stood, returned. `visits`: those that go back with it.
    """
    take_out_further(ledger, row)
    was, move = row.patient_id, as_it_left(row, move)
    staying = list(row.visits.exclude(pk__in=visits).order_by("pk"))
    since, home = words_since(row, move), own_words(row, move)
    if not staying and since is None:
        ledger.change(row, Paper.ESCORT, Done.MOVED, was=was, now=to.pk, patient=to)
        return None
    said = from_json(row, since) if since is not None else escorts.NOTHING
    copy = {name: getattr(row, name) for name in names_of(row)} | said
    copy |= {"patient_id": was, "on_record": since}
    if not staying:
        copy["last_came_at"] = None
    before = from_json(row, {name: move.before[name] for name in (*TAUGHT, *WISHES)})
    ledger.change(row, Paper.ESCORT, Done.MOVED, was=was, now=to.pk, patient=to, on_record=home, **before)
    own = Escort.objects.create(**copy)
    ledger.made(own, Paper.ESCORT, now=was)
    follow_merges(own, row, move)
    Visit.objects.filter(pk__in=[visit.pk for visit in staying]).update(escort=own)
    told = ChartChange.objects.filter(subject="Escort", subject_id=row.pk, visit__in=staying)
    for change in told.filter(status=ChartChange.Status.STANDS).order_by("pk"):
        ledger.change(change, Paper.WISH, Done.MOVED, was=was, now=was, subject_id=own.pk)
    escort_phones.take_off(own, [row.phone], ledger=ledger)
    return own


def follow_merges(own: Escort, row: Escort, move: PaperMove) -> None:
    """What was told on the page of a record on the way goes back to it when its merge is undone."""
    # Also by one that was over with a decision on a visit: its undo makes that merge stand again.
    later = PaperMove.objects.filter(
        paper=Paper.ESCORT, subject_id=row.pk, done=Done.MOVED, pk__gt=move.pk,
        merge__undoes=None, merge__undone_by=None, merge__isnull=False,
    )  # fmt: skip
    for one in later.order_by("pk"):
        there = Escort(on_record=one.before.get("on_record"))
        if (said := words_since(there, move)) is not None:
            one.pk, one.subject_id, one.before = None, own.pk, {**one.before, "on_record": said}
            one.save()


def bring_in_step(ledger: Ledger, *, was: int | None, now: int | None) -> None:
    """Whom only records that are parts of these know stands on them; who is of no visit, not on the first."""
    for pk in (now, was):
        if pk is not None:
            show_hidden(ledger, pk)
    # Not on the other one: the visit is not written there yet.
    take_off_unnamed(ledger, [was] if was is not None else [])


def show_hidden(ledger: Ledger, patient_id: int) -> None:
    """Whom only records merged into this one know stands on it too, in a row that says what they say."""
    away = [pk for pk in merged_here(patient_id) if pk != patient_id]
    for row in Escort.objects.filter(patient__in=away).order_by("-last_came_at", "pk") if away else ():
        if not has_row_on(row, patient_id):
            said = {name: getattr(row, name) for name in names_of(row)}
            made = Escort.objects.create(**said | {"patient_id": patient_id, "on_record": None})
            escorts.say_last_wishes(made)
            ledger.made(made, Paper.ESCORT, now=patient_id)


def take_off_unnamed(ledger: Ledger, records: Iterable[int]) -> None:
    """Whom a sign-in that is of another record by now made known is taken off. Call once visits are there.

    While records were one they stood in for an adult whom the other one knows, or were hidden behind them.
    On a record that is merged they stay: it says what it said once it stands again.
    """
    there = Escort.objects.filter(patient__in=records, patient__merged_into=None)
    taught = there.filter(on_record__isnull=True, visits__isnull=True)
    for row in taught.order_by("pk"):
        is_told = escorts.last_wishes(row)["remembered_at"] is not None
        if len(rows_of_adult(row)) == 1 and not is_told and escorts.is_only_of(row, None):
            ledger.remove(row, Paper.ESCORT, was=row.patient_id)
