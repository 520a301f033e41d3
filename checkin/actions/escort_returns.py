"""An adult whom a merge moved goes back to the record that stands again."""

from __future__ import annotations

from typing import Any

from checkin.actions import escorts
from checkin.actions.escorts import WISHES
from checkin.actions.paper_ledger import Ledger, hold_subject, names_of
from checkin.actions.unmerge_columns import take_out_further
from checkin.models import ChartChange, Escort, MatchDecision, PaperMove, Patient, Visit
from checkin.models.made_records import end_of, way_of
from checkin.models.own_records import has_row_on, own_merge
from checkin.models.row_json import from_json
from checkin.rules.paper_fates import Done, Paper

TAUGHT = ("relationship", "last_came_at")


def bring_all_home(ledger: Ledger, visit: Visit, now_id: int | None) -> None:
    """Where the visit's own record stands again by itself, so do the adults there whom its merge had moved.

    Where that record goes on with the visit, so does whoever is remembered on its own page: what they asked
    for shows on the record of which it is a part. Call once the visit has let go of its escort, and before it
    finds one on `now_id`, its record from now on.
    """
    merge = own_merge(visit)
    if merge is None or now_id is None:
        return
    way = way_of(merge.into_id)
    for move in merge.paper_moves.filter(paper=Paper.ESCORT, done=Done.MOVED).order_by("pk"):
        row: Escort | None = hold_subject(move)
        if row is None or row.patient_id not in way or has_row_on(row, merge.merged_id):
            continue
        is_of_its_page = row.on_record is not None and not row.visits.exists()
        if merge.merged_id == now_id or is_of_its_page:
            escorts.say_last_wishes(bring_home(ledger, row, move, to=merge.merged, visits={visit.pk}))


def put_where_they_were(ledger: Ledger, undoes: MatchDecision, patient_id: int | None) -> None:
    """Undo `bring_all_home`: who came along goes back, where nobody stands in their place there.

    Call once the visit has let go of its escort, and before it finds one on the record.
    """
    came = undoes.paper_moves.filter(paper=Paper.ESCORT, done=Done.MOVED, was_patient__isnull=False)
    for move in came.order_by("pk"):
        row = Escort.objects.select_for_update().filter(pk=move.subject_id, patient=move.patient_id).first()
        if row is None or row.visits.exists() or end_of(move.was_patient_id or 0) != patient_id:
            continue
        if not has_row_on(row, patient_id):
            ledger.change(
                row, Paper.ESCORT, Done.MOVED, was=move.patient_id, now=patient_id, patient_id=patient_id
            )


def bring_home(
    ledger: Ledger, row: Escort, move: PaperMove, *, to: Patient, visits: set[int]
) -> Escort | None:
    """Put the row on its record again. A visit that stays and names it gets a row of its own, returned.

    `visits`: those that go back with it.
    """
    take_out_further(ledger, row)
    was = row.patient_id
    staying = list(row.visits.exclude(pk__in=visits).order_by("pk"))
    before = from_json(row, {name: move.before[name] for name in (*TAUGHT, *WISHES)}) if staying else {}
    home: dict[str, Any] = {"patient": to}
    copy = {name: getattr(row, name) for name in names_of(row)}
    copy |= {"patient_id": was, "on_record": None}
    if staying:
        home |= {name: before[name] for name in TAUGHT}
        if row.remembered_at in {visit.arrived_at for visit in staying}:
            home |= {name: before[name] for name in WISHES}
    ledger.change(row, Paper.ESCORT, Done.MOVED, was=was, now=to.pk, **home)
    if not staying:
        return None
    own = Escort.objects.create(**copy)
    ledger.made(own, Paper.ESCORT, now=was)
    Visit.objects.filter(pk__in=[visit.pk for visit in staying]).update(escort=own)
    told = ChartChange.objects.filter(subject="Escort", subject_id=row.pk, visit__in=staying)
    for change in told.filter(status=ChartChange.Status.STANDS).order_by("pk"):
        ledger.change(change, Paper.WISH, Done.MOVED, was=was, now=was, subject_id=own.pk)
    return own
