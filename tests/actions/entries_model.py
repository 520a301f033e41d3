"""Which record should hold what: a plain model of children, records, visits and papers.

It knows nothing of the program. A record is a number with the true child it was made for; a paper stays where
it was put: on records, or (AT_VISIT) wherever its visit is. The model looks through merged records, so merges
and their undos move nothing here; a corrected match moves AT_VISIT papers automatically.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

AT_VISIT = 0
"""A place: with the visit, on whichever record that is. All other places are record ids."""

GOES, STAYS, ASKS = "goes", "stays", "asks"
NEW, OLD, BOTH, NOBODY = "new", "old", "both", "nobody"
"""What a person answers when asked: the visit's child now, the previous one, both, neither."""

RULE = {
    "consent": GOES,
    "proxy": GOES,
    "promise": GOES,
    "wish": GOES,
    "chart": ASKS,
    "correction": ASKS,
    "vaccine": ASKS,
    "check_up": ASKS,
}
"""What happens to a paper written at a visit whose match is corrected; `fate` refines this for consents."""

CARE = ("language", "interpreter_needed", "access_needs")
"""Columns that a merge fills in if the remaining record is blank and staff wrote the value on the other."""

ON_RECORD = ("chart", "correction")
"""Written in a record's own columns: they stay there until somebody moves them."""

GIVEN = ("vaccine", "check_up")
Places = frozenset[int]
State = tuple[Places, bool, int]
NOWHERE: Places = frozenset()


@dataclass
class Record:
    """`born_of` is the visit whose sign-in made it, if one did."""

    child: int
    born_of: int | None = None
    merged_into: int | None = None
    merged_at: int = 0
    guardians: frozenset[str] = frozenset()
    goes_with: int | None = None
    """The visit whose sign-in made it, if it was merged away before it was settled."""
    went_with: list[int | None] = field(default_factory=list)
    """Its values of `goes_with` before each merge that is not undone."""


@dataclass
class Stay:
    """A visit: the true child, and the record it was put on."""

    child: int
    record: int | None
    adult: str = ""
    been: dict[int, set[int | None]] = field(default_factory=dict)
    """Per standing decision, the records it moved the visit from and to."""


@dataclass
class Paper:
    """`values` are the columns it wrote on `subject`; the last paper to write a column wins."""

    kind: str
    key: Any
    visit: int | None
    places: Places
    said_by: str = ""
    counts: bool = True
    values: Mapping[str, Any] = field(default_factory=dict)
    subject: str = ""
    told: int = 0
    answered_for: int | None = None
    by_phone: bool = False
    was_misplaced: bool = False
    """Somebody gave a wrong answer about it, so it is where that answer put it."""

    def state(self) -> State:
        return self.places, self.counts, self.told


Change = tuple[Paper, State, State]


@dataclass
class Decision:
    """What a match decision changed: the visit's record, and the state of papers before and after."""

    visit: int
    was: int | None
    changed: list[Change]
    left: list[tuple[Paper, State]] = field(default_factory=list)
    """Written at the visit, but already assigned to another record: not part of the decision."""
    own_was_in: int | None = None
    """The record that the sign-in record was merged into before, if it follows the visit."""


class Model:
    def __init__(self) -> None:
        self.records: dict[int, Record] = {}
        self.stays: dict[int, Stay] = {}
        self.papers: list[Paper] = []
        self.decisions: dict[int, Decision] = {}
        self.clock = 0

    # Reads -----------------------------------------------------------------------------------------------

    def seen_as(self, record: int | None) -> int | None:
        """Return the record that this one is merged into, or itself."""
        while record is not None and self.records[record].merged_into is not None:
            record = self.records[record].merged_into
        return record

    def record_of(self, visit: int) -> int | None:
        return self.seen_as(self.stays[visit].record)

    def is_merging(self, record: int) -> bool:
        """Return whether it is merged into another, or another into it."""
        return any(
            one.merged_into is not None and record in (number, one.merged_into)
            for number, one in self.records.items()
        )

    def is_left_behind(self, record: int) -> bool:
        """Return whether the visit whose sign-in made it is now on another record."""
        visit = self.records[record].born_of
        return visit is not None and self.record_of(visit) != record

    def stands_on(self, paper: Paper) -> set[int]:
        """Return the records it is on now."""
        found = {
            self.record_of(paper.visit or 0) if one == AT_VISIT else self.seen_as(one) for one in paper.places
        }
        return {one for one in found if one is not None}

    def of_kind(self, *kinds: str) -> list[Paper]:
        return [one for one in self.papers if one.kind in kinds]

    def child_of(self, paper: Paper) -> int | None:
        """Return the true child: the one at the visit, or else the one of the record it was written on."""
        if paper.visit is not None:
            return self.stays[paper.visit].child
        return next((self.records[one].child for one in paper.places if one), None)

    def columns(self, record: int, subject: str, start: Mapping[str, Any]) -> dict[str, Any]:
        """Return the record's (or its adult's) columns as the last paper on that record wrote them."""
        said = [one for one in self.papers if one.subject == subject and one.values]
        here = [one for one in said if one.counts and record in self.stands_on(one)]
        found = dict(start)
        for one in sorted(here, key=lambda one: one.told):
            found |= {name: value for name, value in one.values.items() if name in start}
        return found

    def after_merge(
        self,
        merged: int,
        into: int,
        said: Mapping[int, Mapping[str, Any]],
        *,
        take: set[str],
        leave: set[str],
    ) -> dict[str, Any]:
        """Return what the remaining record says after the merge. Call before `merge`.

        A person chooses the columns to `take` and to `leave`, blank or not; only columns that nobody was
        asked about are filled when blank. `said`: what each of the two says so far.
        """
        wrote = [one for one in self.of_kind("chart", "completed") if merged in self.stands_on(one)]
        written = {name for one in wrote if one.counts for name in one.values}
        blanks = {name for name in CARE if said[into][name] in ("", False)}
        taken = {*take} | (blanks & written) - {*leave}
        return {name: said[merged if name in taken else into][name] for name in said[into]}

    def adults(self, record: int) -> set[str]:
        """Return who may be under “who brings them”: adults of its visits, or with a preference on it."""
        came = {one.adult for visit, one in self.stays.items() if self.record_of(visit) == record}
        return came | {
            one.subject for one in self.of_kind("wish") if one.counts and record in self.stands_on(one)
        }

    # Acts ------------------------------------------------------------------------------------------------

    def tick(self) -> int:
        self.clock += 1
        return self.clock

    def file(self, record: int, child: int, **facts: Any) -> None:
        self.records[record] = Record(child, **facts)

    def sign_in(self, visit: int, child: int, record: int | None, adult: str) -> None:
        self.stays[visit] = Stay(child, record, adult)

    def write(self, kind: str, key: Any, *, visit: int | None, record: int | None, **facts: Any) -> Paper:
        """Write a paper at a visit, or on a record without a visit."""
        at_visit = visit is not None and kind not in ON_RECORD
        places = frozenset({AT_VISIT if at_visit else record or 0})
        made = Paper(kind, key, visit, places, told=self.tick(), **facts)
        self.papers.append(made)
        return made

    def take_back(self, need: int) -> None:
        """Undo the last answer. A vaccine that somebody has since assigned to another child stays given."""
        for one in self.of_kind(*GIVEN, "reach"):
            if one.key == need and AT_VISIT in one.places:
                one.counts = False

    def concerned(self, visit: int, *, to_nobody: bool = False) -> list[Paper]:
        """Return the papers that a correction of this visit's match covers: written at it and still with it.

        Also consents and proxies on the record that its sign-in made, which follow it to another child.
        """
        here = self.record_of(visit)
        written = [one for one in self.papers if one.visit == visit and one.counts and one.kind in RULE]
        if here is None:
            return [one for one in written if AT_VISIT in one.places]
        # A vaccine that somebody has assigned to another child is settled.
        settled = [one for one in written if one.kind in GIVEN and AT_VISIT not in one.places]
        found = [one for one in written if here in self.stands_on(one) and one not in settled]
        return found if to_nobody else [*found, *self.following(visit)]

    def following(self, visit: int) -> list[Paper]:
        """Return consents and proxies without a visit, on the record that this visit's sign-in made."""
        own = self.goes_with(visit)
        said = [one for one in self.of_kind("consent", "proxy") if one.visit is None and one.counts]
        return [one for one in said if own in one.places]

    def fate(self, paper: Paper, visit: int, to: int | None) -> str:
        """Return what the written rule says: goes with the visit, stays, or asks."""
        old = self.record_of(visit)
        if old is None:
            return GOES
        if self.is_made_here(visit):
            return STAYS if paper.kind == "correction" else GOES
        if paper.kind not in ("consent", "proxy"):
            return RULE[paper.kind]
        is_here = paper.said_by == self.stays[visit].adult and not paper.by_phone
        of_old = paper.said_by in self.responsible(old, visit)
        of_new = to is not None and paper.said_by in self.responsible(to, visit)
        return ASKS if of_old and not of_new and not is_here else GOES

    def is_made_here(self, visit: int) -> bool:
        """Return whether its record was made from this sign-in and no other visit is on it."""
        record = self.record_of(visit)
        others = [one for one in self.stays if one != visit and self.record_of(one) == record]
        return record is not None and self.records[record].born_of == visit and not others

    def responsible(self, record: int, visit: int | None = None) -> set[str]:
        """Return the record's guardians, and the names on written proxies not written at this very visit."""
        here = self.seen_as(record)
        found = {name for number, one in self.records.items() if self.seen_as(number) == here
                 for name in one.guardians}  # fmt: skip
        for one in self.papers:
            if one.counts and here in self.stands_on(one):
                goes = one.visit == visit if one.visit else self.goes_with(visit) in one.places
                if one.kind == "proxy" and (visit is None or not goes):
                    found |= {one.said_by, one.subject}
                if one.kind == "correction" and one.subject.startswith("Guardian"):
                    found.add(one.said_by)
        return found

    def goes_with(self, visit: int | None) -> int | None:
        """Return the record that this visit's sign-in made, if it is merged into the visit's record.

        Return None if another visit uses it too; a mistake that was undone does not count.
        """
        if visit is None:
            return None
        for number, one in self.records.items():
            is_its = one.goes_with == visit and self.seen_as(number) == self.record_of(visit)
            if is_its and not self.is_of_another(number, visit):
                return number
        return None

    def is_of_another(self, record: int, visit: int) -> bool:
        others = [one for number, one in self.stays.items() if number != visit]
        return any(one.record == record or record in set().union(*one.been.values()) for one in others)

    def stands(self, decision: int, visit: int, was: int | None, now: int | None) -> None:
        """Note a decision about this visit's child, by a person or a merge."""
        self.stays[visit].been[decision] = {was, now}

    def stands_no_more(self, decision: int, visit: int) -> None:
        self.stays[visit].been.pop(decision, None)

    def put(self, visit: int, record: int | None, *, by: int, answers: Mapping[int, str]) -> None:
        """Move the visit to another record; `answers` say whose each paper is, by its `id`."""
        self.decided(by, visit, record, self.concerned(visit, to_nobody=record is None), [], answers)

    def undo(self, decision: int, *, by: int, answers: Mapping[int, str]) -> None:
        """Undo a decision and what it did with papers, unless they were changed since."""
        undone = self.decisions[decision]
        speaks_of = self.concerned(undone.visit, to_nobody=undone.was is None)
        concerned = {id(one): one for one in speaks_of}
        restored = []
        for paper, before, after in undone.changed:
            if paper.state() == after:
                paper.places, paper.counts, paper.told = before
                restored.append((paper, after, before))
                concerned.pop(id(paper), None)
        for paper, state in undone.left:
            # Entries of one visit on one chart are one paper, which is asked about again when it has grown.
            longer = any(one.kind == paper.kind == "chart" and one.told > paper.told and
                         one.places == paper.places for one in concerned.values())  # fmt: skip
            if paper.state() == state and not longer:
                concerned.pop(id(paper), None)
        papers = [*concerned.values()]
        self.decided(by, undone.visit, undone.was, papers, restored, answers, own_to=undone.own_was_in)

    def decided(
        self,
        by: int,
        visit: int,
        record: int | None,
        papers: list[Paper],
        changed: list[Change],
        answers: Mapping[int, str],
        own_to: int | None = None,
    ) -> None:
        """`own_to`: where an undo puts the visit's own record, even if that record was merged on since."""
        stay, own = self.stays[visit], self.goes_with(visit)
        old = stay.record if own is None else self.record_of(visit)
        is_another = self.record_of(visit) != self.seen_as(record) or record == own != old
        concerned = {id(one) for one in papers}
        written = [one for one in self.papers if one.visit == visit and one.counts and one.kind in RULE]
        left = [(one, one.state()) for one in written if id(one) not in concerned]
        own_was_in = self.records[own].merged_into if own is not None else None
        self.decisions[by] = Decision(visit, old, changed, left, own_was_in)
        if not is_another:
            if own is None and record is not None:
                # Which of the two merged records it belongs to shows once the merge is undone.
                stay.record = record
            return
        here = self.record_of(visit)
        # If somebody assigned it to both children, it stays with the one this correction does not concern.
        apart = {id(one): {at for at in one.places if at != AT_VISIT and self.seen_as(at) != here}
                 for one in papers}  # fmt: skip
        if own is not None and record is not None:
            is_there = own_to is not None and self.seen_as(own_to) == self.seen_as(record)
            into = own_to if is_there else self.seen_as(record)
            self.records[own].merged_into = None if record == own else into
        stay.record = record if own is None or record is None else own
        for paper in papers:
            before = paper.state()
            answer = answers.get(id(paper), OLD if paper.kind == "correction" else NEW)
            goes = {AT_VISIT} if paper.visit is not None else set(paper.places)
            to = {NEW: goes, OLD: {old or 0}, BOTH: {old or 0, AT_VISIT}, NOBODY: set()}[answer]
            # On the chart that the visit's own record was merged into, it is a new entry.
            is_new_there = old in to and old not in paper.places and AT_VISIT not in paper.places
            paper.places = frozenset(apart[id(paper)] | to) or paper.places
            paper.counts = bool(apart[id(paper)] | to)
            if paper.kind == "chart" and paper.counts and (AT_VISIT in paper.places or is_new_there):
                paper.told = self.tick()
            if paper.state() != before:
                changed.append((paper, before, paper.state()))

    def merge(self, merged: int, into: int, *, is_settled: bool = True) -> None:
        """Merge a record: everything on it now shows on the other; nothing moves in this model."""
        own = self.records[merged].born_of
        here = own is not None and self.stays[own].record == merged
        self.records[merged].went_with.append(self.records[merged].goes_with)
        if here and not is_settled:
            self.records[merged].goes_with = own
        self.records[merged].merged_into = into
        self.records[merged].merged_at = self.tick()

    def unmerge(self, merged: int) -> None:
        """Undo a merge: both records are as before, and its visits' corrections to the other are reverted."""
        one = self.records[merged]
        for paper in self.of_kind("correction"):
            its_own = paper.visit is not None and self.stays[paper.visit].record == merged
            if its_own and paper.told > one.merged_at:
                paper.counts = False
        # It may have been merged before and split off with its visit: it follows the visit there again.
        one.merged_into, one.goes_with = None, one.went_with.pop()

    # Checks at the end -----------------------------------------------------------------------------------

    def strangers(self, papers: Iterable[Paper]) -> list[tuple[Paper, set[int]]]:
        """Return papers that are on the record of a child they do not belong to."""
        found = []
        for paper in papers:
            child = self.child_of(paper)
            wrong = {one for one in self.stands_on(paper) if self.records[one].child != child}
            if wrong and paper.counts and child is not None and not paper.was_misplaced:
                found.append((paper, wrong))
        return found
