"""Check the program's rows against the plain model, and against the ledger of what was moved."""

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

# Checked against the model ----------------------------------------------------------------------------------


def faults(world: World, rows: Rows) -> Iterator[str]:
    """Yield every way in which the rows differ from the model."""
    of_papers = (papers, vaccines, due_items, columns, wishes, reached)
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
    """Check that each written paper exists, is on the right child's record, and counts or does not."""
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
    """Check that each vaccine is recorded once, on the child who got it."""
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
    """Check that an item is given if that child got it, and due if not."""
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
    """Check that a record's columns hold what was last written for that child."""
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
    """Return the adult's name, or for one who gave no name their relationship to the child."""
    return row["name"] or NAMELESS


def wishes(world: World, rows: Rows) -> Iterator[str]:
    """Check that an escort's preferences come only from this child's visits."""
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
    """Check that “who brings them” lists nobody who only came with another child."""
    for row in rows[Escort].values():
        record, name = row["patient_id"], called(row)
        if (record, name) in world.adults_at_start or world.model.is_merging(record):
            continue
        if name not in world.model.adults(record):
            yield f"{name} stands on record {record}, and came with no visit of it"


def fixed_rows(world: World, rows: Rows) -> Iterator[str]:
    """Check that imported rows stay on their record, or move with it into another record and back."""
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
    """Check that imported guardians and due items are on the record where theirs is shown now."""
    for table in (Guardian, DueItem):
        found = {(row["patient_id"], row["name"]) for row in rows[table].values()}
        for pk, record in world.fixed[table].items():
            seen, row = world.model.seen_as(record), rows[table].get(pk)
            if row is not None and (seen, row["name"]) not in found:
                yield f"{row['name']} of record {record} is not named on record {seen}"


def tied(world: World, rows: Rows) -> Iterator[str]:
    """Check that a visit's escort and appointment are its child's, and no row is on a record not on file."""
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


def reached(world: World, rows: Rows) -> Iterator[str]:
    """Check that a guardian who was reached for another child does not count for this one."""
    last: dict[int, Paper] = {}
    for paper in world.model.of_kind("reach"):
        last[paper.key] = paper
    for pk, paper in last.items():
        answered_for, now = world.model.seen_as(paper.answered_for), world.model.record_of(paper.visit or 0)
        if rows[Need][pk]["status"] == "done" and answered_for != now:
            yield f"need {pk} of visit {paper.visit} is done, as answered for record {answered_for}"


# No unrecorded changes --------------------------------------------------------------------------------------

DECIDING = ("link", "new_patient", "undo_match", "complete", "merge", "merge_on_file", "undo_merge")
"""Acts that decide who a child is: every row they change must be in the ledger or the audit log."""

TOLD_BY_DECISION = (Visit, Need)
PAPERS = (ConsentRecord, StandingProxy, Promise, Immunization, DueItem, Patient)


def silent(world: World, act: str, before: Rows, after: Rows) -> Iterator[str]:
    """Yield rows that a decision moved, ended or changed without a line in the ledger or the audit log."""
    if act not in DECIDING:
        return
    trail = AuditEvent.objects.filter(at=world.at).values_list("subject", "subject_id")
    now = Q(decision__at=world.at) | Q(merge__at=world.at)
    # The undone decision accounts for its rows: they go back to what they were.
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
    """Yield a decision that changed papers although its page mentions none."""
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
    """Return whether the same adult is there again, or where the visit went, under another id."""
    fresh = [row for pk, row in after[Escort].items() if pk not in before[Escort]]
    same = {"pk": old["pk"], "patient_id": old["patient_id"]}
    return any(row | same == old for row in fresh)


def changed(before: Rows, after: Rows) -> Iterator[tuple[type[Row], int, Any, Any]]:
    """Yield rows that changed, except visits and needs, which have a history of their own."""
    for table in WATCHED:
        for pk in {*before[table], *after[table]} if table not in TOLD_BY_DECISION else ():
            old, new = before[table].get(pk), after[table].get(pk)
            is_made = old is None and table in (Patient, Escort)
            if table is Escort and new is None and is_written_anew(old, before, after):
                continue
            if table is Patient and old and new:
                # The decision itself accounts for its status.
                old, new = ({name: row[name] for name in COLUMNS} for row in (old, new))
            if table is Appointment and old and new:
                # The visit's history says that it took the appointment or gave it back.
                old, new = old["patient_id"], new["patient_id"]
            if old != new and not is_made:
                yield table, pk, old, new
