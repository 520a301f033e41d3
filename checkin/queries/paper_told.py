"""What a decision about a match did, thing by thing, in sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.apps import apps

from checkin.models import DiscrepancyDecision, MatchDecision, PaperMove, Patient, paper_words
from checkin.queries import undone_columns
from checkin.rules.need_facts import Outcome
from checkin.rules.need_words import outcome_words
from checkin.rules.paper_fates import TOLD_BY, Done, Paper
from checkin.rules.telling_apart import BEFORE, OF_VISIT, Told, tell_apart, tell_shortly
from checkin.rules.understanding import written_over

Children = Mapping[int, Told]

OWN, MERGED = "The record made at sign-in", "What merging that record wrote"
ON_OWN = "the record made at sign-in"


def lines(made: MatchDecision) -> list[str]:
    """Return what became of each paper by this decision, in the order in which it was done."""
    done = list(made.paper_moves.select_related("was_patient", "patient").order_by("pk"))
    moves = [one for one in done if one.subject in TOLD_BY.get(Paper(one.paper), ()) and not is_quiet(one)]
    rows, both = rows_of(moves), children(made)
    if made.undoes_id is None:
        return [sentence(one, rows.get((one.subject, one.subject_id)), made, both) for one in moves]
    by_columns = undone_columns.told_for(done)
    told = [one for one in moves if not is_told_by_columns(one, made, rows, by_columns)]
    return undone_columns.lines(done) + [
        sentence(one, rows.get((one.subject, one.subject_id)), made, both) for one in told
    ]


def is_told_by_columns(
    one: PaperMove, made: MatchDecision, rows: Mapping[tuple[str, int], Any], by_columns: set[PaperMove]
) -> bool:
    """Whether what an undo did for this paper is what records say now, told of each column once.

    Where it changed nothing of any record, nothing is told. What waits at the visit, or stood on the record
    made at sign-in alone, is no chart's.
    """
    is_given_back = one.done == Done.CHANGED and not one.after
    if one.subject == "Patient":
        return one.paper == Paper.RECORD and one.done == Done.CHANGED
    if one.paper == Paper.CHART:
        waits = one.patient_id is None and one.done in (Done.CHANGED, Done.MOVED)
        if waits or is_given_back and is_undone_on_own(one, made):
            return False
        return is_given_back or one in by_columns
    if one.paper != Paper.CORRECTION:
        return False
    used = used_new(rows.get((one.subject, one.subject_id))) if is_given_back else None
    return one in by_columns or used is not None and used.subject == "Patient"


def children(made: MatchDecision, *, is_named_above: bool = False) -> Children:
    """Both children of a decision by their ids, as sentences name them: never to be mixed up.

    `is_named_above`: the page names both in full already, so a few words tell which of them is meant.
    """
    was, now = made.previous_patient, made.patient
    if was is None or now is None or was == now:
        return {}
    roles = (paper_words.UNTIL_NOW if made.undoes_id else BEFORE, OF_VISIT)
    tell = tell_shortly if is_named_above else tell_apart
    old, new = tell(paper_words.child(was), paper_words.child(now), roles=roles)
    return {was.pk: old, now.pk: new}


def is_quiet(one: PaperMove) -> bool:
    """An adult whom the record goes on knowing from other visits; a chart's row that was written as said."""
    if one.paper == Paper.RECORD:
        return False
    goes_on = one.paper == Paper.ESCORT and one.done in (Done.KEPT, Done.MADE)
    return goes_on or one.subject == "Patient" and not one.why


def rows_of(moves: Iterable[PaperMove]) -> dict[tuple[str, int], Any]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for one in moves:
        wanted[one.subject].add(one.subject_id)
    found: dict[tuple[str, int], Any] = {}
    for subject, ids in wanted.items():
        model: Any = apps.get_model("checkin", subject)
        found |= {(subject, row.pk): row for row in model._default_manager.filter(pk__in=ids)}
    return found


def sentence(one: PaperMove, row: Any, made: MatchDecision, both: Children) -> str:
    """ "Ana Ruiz agreed to flu vaccine: now on Mia Ruiz’s record." """
    return f"{what(one, row)}: {became(one, made, both)}{in_place_of(one, row, made)}."


def in_place_of(one: PaperMove, row: Any, made: MatchDecision) -> str:
    """What of a chart gave way to the language or the needs that were put on it."""
    put_on = one.done in (Done.MOVED, Done.MADE) or one.done == Done.KEPT and one.after
    if one.subject != "ChartChange" or one.paper != Paper.CHART or row is None or one.why:
        return ""
    if made.undoes_id is not None or one.patient_id is None or not put_on:
        return ""
    gave_way = written_over(one.after.get("before", row.before), one.after.get("after", row.after))
    return f", in place of: {paper_words.chart(gave_way)}" if gave_way else ""


def used_new(row: Any) -> DiscrepancyDecision | None:
    """The “use the new” of this difference that stands, or would stand again."""
    last = row.decisions.filter(undoes=None).order_by("pk").last() if row is not None else None
    return last if last is not None and last.kind == DiscrepancyDecision.Kind.USE_NEW else None


def what(one: PaperMove, row: Any) -> str:
    """What the paper is, in words; by its kind where its row is gone."""
    if one.paper == Paper.ESCORT:
        said = one.before.get("name") or getattr(row, "name", "") or one.before.get("relationship")
        return said or "Who brought them"
    if row is None:
        return str(Paper(one.paper).label)
    if one.subject == "Patient" and one.paper == Paper.RECORD:
        return MERGED if one.done == Done.CHANGED else OWN
    if one.subject == "Patient":
        return str(Paper(one.paper).label)
    if one.paper == Paper.NEED:
        return answered_need(row.need if one.subject == "NeedAnswer" else row, one)
    was_over = one.after.get("withdrawn_at") or one.after.get("revoked_at")
    is_over = one.done == Done.MOVED and bool(was_over)
    return paper_words.with_end(WORDS[one.subject](row), is_over=is_over)


def answered_need(row: Any, one: PaperMove) -> str:
    """The need, and what was answered where that stands: a vaccine that was declined was not given."""
    stands = one.done == Done.KEPT and row.status not in (Outcome.OPEN, Outcome.LAPSED)
    said = outcome_words(row.kind, row.status, row.reason).lower() if stands else ""
    return f"{paper_words.short(row.label)}{f' ({said})' if said else ''}"


def need(row: Any) -> str:
    return paper_words.given(row) if row.kind in ("vaccine", "check_up") else paper_words.short(row.label)


def chart_change(row: Any) -> str:
    return paper_words.wish(row.after) if row.subject == "Escort" else paper_words.chart(row.after)


def appointment(row: Any) -> str:
    there = row.starts_at.astimezone(row.clinic.zone)
    return f"Appointment at {there:%-H:%M}"


WORDS: Mapping[str, Callable[[Any], str]] = {
    "Guardian": paper_words.guardian,
    "ConsentRecord": paper_words.consent,
    "StandingProxy": paper_words.proxy,
    "Need": need,
    "ChartChange": chart_change,
    "Discrepancy": paper_words.difference,
    "SignIn": lambda row: paper_words.wish(paper_words.said_wishes(row)),
    "Promise": paper_words.promise,
    "ExcuseNote": paper_words.note,
    "Appointment": appointment,
}


def come_back(undone: MatchDecision | None) -> str:
    """How somebody comes back to what an undo left behind: it has no Undo of its own."""
    if undone is None or undone.patient is None:
        return ""
    token, kind = undone.visit.token, MatchDecision.Kind
    if undone.kind == kind.NEW_PATIENT:
        return f"To come back to this, choose New patient for {token}."
    return f"To come back to this, link {token} to {told_of(undone.patient, children(undone))} again."


def told_of(patient: Patient | None, both: Children) -> Told:
    if patient is None:
        return Told("them")
    return both.get(patient.pk) or Told(paper_words.short(patient.name, paper_words.LONGEST_NAME))


def became(one: PaperMove, made: MatchDecision, both: Children) -> str:
    """What was done with it."""
    was, now = told_of(one.was_patient, both), told_of(one.patient, both)
    there, here = was.record if one.was_patient else "", now.record if one.patient else ""
    if one.why:
        return f"{one.why}, so it was left{f' on {here}' if here else ''}"
    if one.paper == Paper.ESCORT and one.done == Done.CHANGED:
        joins = made.undoes_id is not None
        said = "what the other record said of them"
        number = (one.after if joins else one.before).get("phone", "")
        if number and one.after.keys() <= {"phone", "phone_key"}:
            said = f"their number {number}"
        return f"{said} is {'again' if joins else 'no longer'} on {there}"
    if one.paper == Paper.ESCORT:
        return (
            f"now under who brings {now}" if one.done == Done.MOVED else f"no longer under who brings {was}"
        )
    if one.paper == Paper.APPOINTMENT:
        return f"free again for {now}" if one.done == Done.REMOVED else "taken"
    if one.paper == Paper.NEED:
        return "stays answered" if one.done == Done.KEPT else "the answer counts no longer"
    if one.paper == Paper.NOTE:
        return f"stays a note of {made.visit.token}"
    if made.undoes_id is not None and one.done == Done.CHANGED and not one.after:
        if is_undone_on_own(one, made):
            return f"as it was before, only on {ON_OWN}"
        if one.paper == Paper.CHART and not here:
            return f"waits at {made.visit.token} until its child is found"
        return f"as it was before{f', on {here}' if here else ''}"
    if one.done == Done.MOVED:
        return f"now on {here}" if here else f"waits at {made.visit.token} until its child is found"
    if one.done == Done.KEPT and one.paper == Paper.CHART and one.after:
        return f"now on {here}"
    if one.done == Done.KEPT:
        return f"stays on {here}" if here else "stays"
    if one.done == Done.MADE:
        return f"put on {here} too"
    if one.paper in (Paper.CORRECTION, Paper.RECORD) and one.done == Done.CHANGED:
        return f"what stood there before is back on {there}"
    if one.paper == Paper.VACCINE:
        return f"was not given, and is off {there}"
    if one.paper == Paper.CHART:
        return f"off {ON_OWN}" if is_only_on_own(one, made) else f"off {there}"
    return "counts no longer"


def is_only_on_own(head: PaperMove, made: MatchDecision) -> bool:
    """Whether this language, or these needs, stood on the record that the sign-in made and on no chart.

    A merge, or a person who said “Neither”, had left it off the chart into which that record was merged.
    """
    stood, was = head.before.get("patient_id"), head.was_patient_id
    if head.subject != "ChartChange" or head.paper != Paper.CHART or was is None or stood in (None, was):
        return False
    wrote = made.paper_moves.filter(paper=Paper.CHART, subject="Patient", subject_id=was)
    return not wrote.exists()


def is_undone_on_own(one: PaperMove, made: MatchDecision) -> bool:
    """The same of what an undo has given back."""
    undone = made.undoes
    heads = undone.paper_moves.filter(subject="ChartChange", subject_id=one.subject_id) if undone else []
    return any(undone is not None and is_only_on_own(head, undone) for head in heads)
