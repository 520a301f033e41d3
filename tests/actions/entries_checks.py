"""The program's rows held against the plain model, and against the ledger of what was moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import Model as Row
from django.db.models import Q

from checkin.actions.immunizations import IMMUNIZATION_SYSTEM
from checkin.models import (
    Appointment,
    AuditEvent,
    ConsentRecord,
    DiscrepancyDecision,
    DueItem,
    Escort,
    ExcuseNote,
    Guardian,
    Immunization,
    Need,
    PaperMove,
    Patient,
    Promise,
    StandingProxy,
    Visit,
)
from checkin.queries import entry_wording as entry_wording_queries
from checkin.rules.entry_fates import EntryKind
from tests.actions.entries_model import Paper
from tests.actions.entries_rows import COLUMNS, WATCHED, WISHES, Rows
from tests.actions.entries_world import NAMELESS, World

# Held against the model -------------------------------------------------------------------------------------


def faults(world: World, rows: Rows) -> Iterator[str]:
    """Everything in which the rows are otherwise than the model says."""
    of_papers = (papers, vaccines, due_items, columns, wishes, checks)
    for check in (links, *of_papers, adults, fixed_rows, named, tied):
        yield from check(world, rows)


def links(world: World, rows: Rows) -> Iterator[str]:
    model = world.model
    for pk, row in rows[Visit].items():
        if row["patient_id"] != model.record_of(pk):
            yield f"visit {pk} is of record {row['patient_id']}, not of {model.record_of(pk)}"
    for pk, row in rows[Patient].items():
        expected = model.records[pk].merged_into
        if row["merged_into_id"] != expected:
            yield f"record {pk} is merged into {row['merged_into_id']}, not into {expected}"


ROWS: dict[str, tuple[type[Row], str, Any]] = {
    "consent": (ConsentRecord, "withdrawn_at", None),
    "proxy": (StandingProxy, "revoked_at", None),
    "promise": (Promise, "status", "open"),
    "note": (ExcuseNote, "status", "issued"),
}


def papers(world: World, rows: Rows) -> Iterator[str]:
    """Each written paper is there, with the child it belongs to, and counts or does not."""
    for paper in world.model.of_kind(*ROWS):
        table, column, standing = ROWS[paper.kind]
        row = rows[table].get(paper.key)
        if row is None:
            yield f"{paper.kind} {paper.key} is lost"
            continue
        if (row[column] == standing) != paper.counts:
            yield f"{paper.kind} {paper.key} {'ended' if paper.counts else 'counts'}"
        if paper.kind == "note":
            found, expected = row["visit_id"], {paper.visit}
        else:
            found, expected = row["patient_id"], world.model.stands_on(paper) or {None}
        if paper.counts and found not in expected:
            yield f"{paper.kind} {paper.key} of {where(paper)} is on {found}, not on {expected}"


def where(paper: Paper) -> str:
    return f"visit {paper.visit}" if paper.visit is not None else f"record {set(paper.places)}"


def vaccines(world: World, rows: Rows) -> Iterator[str]:
    """What was given stands once, with the child who got it."""
    found = Counter(
        (row["patient_id"], row["visit_id"], row["name"])
        for row in rows[Immunization].values()
        if row["system"] == IMMUNIZATION_SYSTEM
    )
    expected: Counter[tuple[Any, ...]] = Counter()
    for paper in world.model.of_kind("vaccine"):
        if paper.counts:
            expected.update((one, paper.visit, paper.subject) for one in world.model.stands_on(paper))
    if found != expected:
        more, fewer = dict(found - expected), dict(expected - found)
        yield f"vaccines (record, visit, name): too many {more}, missing {fewer}"


def due_items(world: World, rows: Rows) -> Iterator[str]:
    """An item is given where it stands as given to that child, and due where it does not."""
    model = world.model
    given = {
        (one, paper.subject)
        for paper in model.of_kind("vaccine", "check_up")
        if paper.counts
        for one in model.stands_on(paper)
    }
    for pk, row in rows[DueItem].items():
        if model.is_merging(row["patient_id"]):
            continue
        expected = "given" if (row["patient_id"], row["name"]) in given else "due"
        if row["status"] != expected:
            yield f"{row['name']} {pk} due on record {row['patient_id']} is {row['status']}, not {expected}"


def columns(world: World, rows: Rows) -> Iterator[str]:
    """A record's own columns say what was written for that child, the last word of it."""
    for pk, row in rows[Patient].items():
        if world.model.is_merging(pk) or row["status"] not in ("active", "provisional"):
            continue
        if world.model.is_left_behind(pk):
            continue
        start = {name: plain(world.start[pk][name]) for name in COLUMNS}
        expected = world.model.columns(pk, "Patient", start)
        found = {name: plain(row[name]) for name in COLUMNS}
        if found != {name: plain(value) for name, value in expected.items()}:
            differs = {
                name: (found[name], expected[name])
                for name in COLUMNS
                if found[name] != plain(expected[name])
            }
            yield f"record {pk} says (found, expected) {differs}"


def plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def called(row: Any) -> Any:
    """The adult's name, or what they are to the child, by which one who gave no name is known."""
    return row["name"] or NAMELESS


def wishes(world: World, rows: Rows) -> Iterator[str]:
    """An escort's wishes are those told of this child: none are left of another's visit."""
    blank = dict.fromkeys(WISHES, "")
    seen = {}
    for pk, row in rows[Escort].items():
        who = called(row)
        if world.model.seen_as(row["patient_id"]) != row["patient_id"] or not who:
            continue
        expected = world.model.columns(row["patient_id"], who, blank)
        found = {name: row[name] for name in WISHES}
        seen[row["patient_id"], who] = found
        if found != expected:
            yield f"{who} (escort {pk} of record {row['patient_id']}) wishes {found}, not {expected}"
    for paper in world.model.of_kind("wish"):
        for one in world.model.stands_on(paper) if paper.counts else ():
            if (one, paper.subject) not in seen:
                yield f"the wish of {paper.subject} is lost on record {one}"


def adults(world: World, rows: Rows) -> Iterator[str]:
    """Under “who brings them” stands nobody who only came with another child."""
    for row in rows[Escort].values():
        record, name = row["patient_id"], called(row)
        if (record, name) in world.adults_at_start or world.model.is_merging(record):
            continue
        if name not in world.model.adults(record):
            yield f"{name} stands on record {record}, and came with no visit of it"


def fixed_rows(world: World, rows: Rows) -> Iterator[str]:
    """What the record system brought stays on its record, or goes with it into another and back."""
    for table, of in world.fixed.items():
        for pk, record in of.items():
            row = rows[table].get(pk)
            if row is None:
                if not world.model.is_merging(record):
                    yield f"{table.__name__} {pk} of record {record} is lost"
            elif row["patient_id"] not in (record, world.model.seen_as(record)):
                yield f"{table.__name__} {pk} of record {record} is on record {row['patient_id']}"
            elif row["patient_id"] != record and not world.model.is_merging(record):
                yield f"{table.__name__} {pk} of record {record} did not come back"
    added = {f"Guardian {pk}": row for pk, row in rows[Guardian].items() if pk not in world.fixed[Guardian]}
    for paper in world.model.of_kind("correction"):
        row = added.get(paper.subject)
        if row is not None and paper.counts and row["patient_id"] not in world.model.stands_on(paper):
            yield f"{paper.subject}, added at visit {paper.visit}, is on record {row['patient_id']}"


def named(world: World, rows: Rows) -> Iterator[str]:
    """Whom the record system named on a record, and what it said is due, stands where that is seen."""
    for table in (Guardian, DueItem):
        found = {(row["patient_id"], row["name"]) for row in rows[table].values()}
        for pk, record in world.fixed[table].items():
            seen, row = world.model.seen_as(record), rows[table].get(pk)
            if row is not None and (seen, row["name"]) not in found:
                yield f"{row['name']} of record {record} is not named on record {seen}"


def tied(world: World, rows: Rows) -> Iterator[str]:
    """A visit's escort and appointment are its child's, and nothing stands on a record that is gone."""
    for pk, row in rows[Visit].items():
        for table, name in ((Escort, "escort_id"), (Appointment, "appointment_id")):
            if row[name] and rows[table][row[name]]["patient_id"] != row["patient_id"]:
                yield f"visit {pk} has another child's {table.__name__.lower()}"
    taken = {row["appointment_id"] for row in rows[Visit].values()}
    for pk, row in rows[Appointment].items():
        if row["status"] in ("arrived", "fulfilled") and pk not in taken:
            yield f"appointment {pk} says {row['status']}, and no visit has it"
    gone = {pk for pk, row in rows[Patient].items() if row["status"] in ("merged", "entered_in_error")}
    for table in (ConsentRecord, StandingProxy, Promise, Immunization, Visit):
        for pk, row in rows[table].items():
            if row["patient_id"] in gone:
                yield f"{table.__name__} {pk} stands on record {row['patient_id']}, which is not on file"
    hidden = {pk for pk, row in rows[Patient].items() if row["status"] == "entered_in_error"}
    for table in (Escort, Guardian, Appointment, DueItem):
        for pk, row in rows[table].items():
            if row["patient_id"] in hidden:
                yield f"{table.__name__} {pk} is hidden on record {row['patient_id']}"
    for pk, row in rows[Patient].items():
        if row["merged_into_id"] in hidden:
            yield f"record {pk} is hidden in record {row['merged_into_id']}"


def checks(world: World, rows: Rows) -> Iterator[str]:
    """A “Check …” that was answered for another child does not count for this one."""
    last: dict[int, Paper] = {}
    for paper in world.model.of_kind("check"):
        last[paper.key] = paper
    for pk, paper in last.items():
        answered_for, now = world.model.seen_as(paper.answered_for), world.model.record_of(paper.visit or 0)
        if rows[Need][pk]["status"] == "done" and answered_for != now:
            yield f"need {pk} of visit {paper.visit} is done, as answered for record {answered_for}"


# Nothing in silence -----------------------------------------------------------------------------------------

DECIDING = ("link", "new_patient", "undo_match", "complete", "merge", "merge_on_file", "undo_merge")
"""Acts that decide who a child is: what they do with a row is on the ledger or the trail."""

TOLD_BY_DECISION = (Visit, Need)
PAPERS = (ConsentRecord, StandingProxy, Promise, Immunization, DueItem, Patient)


def silent(world: World, act: str, before: Rows, after: Rows) -> Iterator[str]:
    """Rows that a decision moved, ended or changed, and of which neither the ledger nor the trail says so."""
    if act not in DECIDING:
        return
    trail = AuditEvent.objects.filter(at=world.at).values_list("subject", "subject_id")
    now = Q(decision__at=world.at) | Q(merge__at=world.at)
    # What is undone is told by the decision that did it: its rows go back to what they were.
    now |= Q(decision__undone_by__at=world.at) | Q(merge__undone_by__at=world.at)
    moves = PaperMove.objects.filter(now)
    undone = DiscrepancyDecision.objects.filter(at=world.at).exclude(undoes=None)
    told = {*trail, *moves.values_list("subject", "subject_id")}
    told |= set(undone.values_list("undoes__subject", "undoes__subject_id"))
    wish_is_told = moves.filter(paper=EntryKind.WISH).exists()
    for table, pk, old, new in changed(before, after):
        if (table.__name__, pk) not in told and not (table is Escort and wish_is_told):
            yield f"in silence {table.__name__} {pk} went from {old} to {new}"


def untold(act: str, world: World, before: Rows, after: Rows) -> Iterator[str]:
    """A decision that changed papers, and whose page says nothing of any."""
    if act == "complete":
        return  # its own page shows what it wrote
    decided = [one for one in world.decided if one.merge_id is None]
    papers = [found for found in changed(before, after) if found[0] in PAPERS and found[2] is not None]
    if (
        decided
        and papers
        and len(decided) == len(world.decided)
        and not any(map(entry_wording_queries.decision_entry_lines, decided))
    ):
        yield f"nothing is told on the page, though {len(papers)} rows changed: {papers[0][:2]}"


def is_written_anew(old: Any, before: Rows, after: Rows) -> bool:
    """Whether the same adult stands there again, or where the visit went, under another id."""
    fresh = [row for pk, row in after[Escort].items() if pk not in before[Escort]]
    same = {"pk": old["pk"], "patient_id": old["patient_id"]}
    return any(row | same == old for row in fresh)


def changed(before: Rows, after: Rows) -> Iterator[tuple[type[Row], int, Any, Any]]:
    """Rows that are otherwise, beside visits and needs, which have a history of their own."""
    for table in WATCHED:
        for pk in {*before[table], *after[table]} if table not in TOLD_BY_DECISION else ():
            old, new = before[table].get(pk), after[table].get(pk)
            is_made = old is None and table in (Patient, Escort)
            if table is Escort and new is None and is_written_anew(old, before, after):
                continue
            if table is Patient and old and new:
                # Its status is told by the decision itself.
                old, new = ({name: row[name] for name in COLUMNS} for row in (old, new))
            if table is Appointment and old and new:
                # That the visit took it, or gave it back, is told of the visit.
                old, new = old["patient_id"], new["patient_id"]
            if old != new and not is_made:
                yield table, pk, old, new
