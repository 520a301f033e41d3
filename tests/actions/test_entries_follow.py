"""What is written for a child stays with that child: random sequences of acts, beside a plain model.

Each sequence is a list of steps (an act's name, a number). After each step the program's rows are compared
with what the model says; at the end the desk puts every match right, and no paper is with a stranger.
`make test-long` drives ten thousand.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection, transaction

from checkin.actions import match_corrections, match_decisions
from checkin.models import ConsentRecord, Patient, Promise
from tests.actions.entries_checks import faults, silent, untold
from tests.actions.entries_model import NEW
from tests.actions.entries_rows import look
from tests.actions.entries_world import World

pytestmark = pytest.mark.django_db

ACTS = {
    "sign_in": 6,
    "link": 7,
    "new_patient": 2,
    "undo_match": 5,
    "complete": 1,
    "merge": 2,
    "merge_on_file": 2,
    "undo_merge": 2,
    "link_and_back": 3,
    "new_and_back": 1,
    "merge_and_back": 1,
    "agree": 5,
    "withdraw": 1,
    "proxy": 3,
    "revoke": 1,
    "promise": 2,
    "give": 5,
    "refuse": 1,
    "take_back": 2,
    "check": 2,
    "note": 1,
    "use_new": 4,
    "undo_use_new": 1,
    "remember": 4,
    "chart": 3,
    "go_on": 1,
    "import_again": 1,
}
"""How often each act is tried."""

RECORDS = {
    "sign_in": 6,
    "link": 7,
    "new_patient": 6,
    "undo_match": 6,
    "complete": 1,
    "merge": 2,
    "merge_on_file": 2,
    "undo_merge": 3,
    "link_and_back": 2,
    "new_and_back": 2,
    "merge_and_back": 1,
    "remember": 9,
    "import_again": 1,
}
"""How often, where a sequence is nearly all records that come and go, and the adults on them."""

PAGES = {
    "sign_in": 5,
    "link": 6,
    "new_patient": 7,
    "undo_match": 9,
    "own_page": 7,
    "merge": 1,
    "merge_on_file": 2,
    "undo_merge": 3,
    "agree": 1,
    "proxy": 1,
    "revoke": 1,
    "chart": 1,
}
"""How often, where staff write on the pages of records that sign-ins made, between decisions and undos."""

WORDS = {
    "sign_in": 4,
    "come_nameless": 3,
    "link": 7,
    "new_patient": 6,
    "undo_match": 6,
    "merge": 2,
    "merge_on_file": 2,
    "undo_merge": 3,
    "link_and_back": 1,
    "new_and_back": 1,
    "remember": 4,
    "tell_on_page": 5,
}
"""How often, where adults, some without a name, ask for something at visits and on the pages of records."""

Step = tuple[str, int]
STEPS = 12
TURNS, OWN, SAID = 500_000, 1_000_000, 2_000_000
"""From these seeds on, a sequence is of `RECORDS`, of `PAGES`, and of `WORDS`."""


def sequence(seed: int) -> list[Step]:
    dice = random.Random(seed)  # noqa: S311
    acts = ACTS if seed < TURNS else RECORDS if seed < OWN else PAGES if seed < SAID else WORDS
    names = dice.choices([*acts], [*acts.values()], k=STEPS - 1 + (seed >= TURNS))
    return [(name, dice.getrandbits(32)) for name in ["sign_in", *names]]


def run(world: World, steps: list[Step], done: Counter[str] | None = None) -> str:
    """Do the steps and take them all back; what went wrong first, "" where nothing did."""
    with transaction.atomic():
        world.begin()
        try:
            wrong = first_fault(world, steps)
        except Exception as problem:  # what is no refusal in words is a fault, and is shrunk like one
            wrong = f"raised {problem!r}"
        if done is not None:
            done.update(world.done)
        transaction.set_rollback(True)
    return wrong


def first_fault(world: World, steps: list[Step]) -> str:
    after = look()
    for number, (name, chance) in enumerate(steps):
        if not world.step(name, chance) and not world.complaints:
            continue
        before, after = after, look()
        told = [*silent(world, name, before, after), *untold(name, world, before, after)]
        if found := [*world.complaints, *faults(world, after), *told]:
            return f"after step {number}, {name}: " + "; ".join(found)
    world.put_right()
    found = [*world.complaints, *faults(world, look())]
    for paper, wrong in world.model.strangers(world.model.papers):
        found.append(f"{paper.kind} {paper.key} of visit {paper.visit} stands with a stranger: {wrong}")
    return "when put right: " + "; ".join(found) if found else ""


def shrink(world: World, steps: list[Step]) -> list[Step]:
    """Leave out what the fault does not need."""
    number = len(steps) - 1
    while number >= 0:
        fewer = steps[:number] + steps[number + 1 :]
        if run(world, fewer):
            steps = fewer
        number -= 1
    return steps


def drive(world: World, seeds: Iterable[int]) -> Counter[str]:
    """Run the sequences of these seeds, all of them; how often each act was done."""
    done: Counter[str] = Counter()
    wrong = {seed: found for seed in seeds if (found := run(world, sequence(seed), done))}
    if wrong:
        pytest.fail(in_words(world, wrong), pytrace=False)
    return done


SHRUNK = 5
"""So many faults of a chunk are shrunk, for it takes long; each of them is named."""


def in_words(world: World, wrong: dict[int, str]) -> str:
    """Which seeds went wrong, and how."""
    lines = [f"{len(wrong)} sequences go wrong, of the seeds {' '.join(map(str, wrong))}"]
    for number, (seed, found) in enumerate(wrong.items()):
        steps = shrink(world, sequence(seed)) if number < SHRUNK else []
        lines += [f"seed {seed}: {run(world, steps) or found}" if steps else f"seed {seed}: {found}"]
        lines += map(str, steps)
    return "\n".join(lines)


@pytest.fixture
def world(db: Any) -> World:
    return World()


ALONE = [
    [("sign_in", 1552728491), ("link", 2015295599), ("new_patient", 2063648756), ("own_page", 1223779797),
     ("undo_match", 1790797914), ("undo_match", 973431509)],
    [("sign_in", 3889692776), ("link", 3104401924), ("new_patient", 2947439163), ("own_page", 3378761696),
     ("undo_match", 3292132170), ("undo_match", 3779415104)],
]  # fmt: skip
"""A consent, and a proxy, that once stayed with a stranger: written while the child's record stood alone."""

QUICK, CHUNKS = 8, 20
FOUND = (
    *(945, 1229, 2853, 4852, 5049, 7606, 8199, 8882, 20028, 20500, 30124, 420050),
    *(500611, 501318, 501746, 501901, 900010, 900098, 900462, 1000351, 1000506),
)
"""Seeds that once went wrong."""
LONG = {"sqlite": 10_000, "postgresql": 1_000}
"""How many sequences the long run drives, in chunks for as many workers as there are."""
LONG_TURNS, TURN_CHUNKS = {"sqlite": 2_000, "postgresql": 400}, 8
"""So many of `RECORDS`, of `PAGES`, and of `WORDS`."""


def test_papers_follow_their_child(world):
    drive(world, [*range(QUICK), *FOUND])


@pytest.mark.parametrize("steps", ALONE)
def test_what_is_written_while_a_record_stands_alone_goes_with_it(world, steps):
    done: Counter[str] = Counter()
    assert run(world, steps, done) == ""
    assert done["undo_match"] == 2


MANY = 250
"""Fewer may miss an act by chance: PostgreSQL runs fewer of the same, and SQLite does every act."""


def drive_chunk(world: World, first: int, count: int, acts: Iterable[str]) -> None:
    """Run `count` sequences from this seed on; of `MANY`, every act must be done in one of them."""
    done = drive(world, range(first, first + count))
    missed = set(acts) - done.keys()
    assert count < MANY or not missed, "an act that is never done shows nothing"


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_papers_follow_their_child_in_ten_thousand_sequences(world, chunk):
    each = LONG[connection.vendor] // CHUNKS
    drive_chunk(world, QUICK + chunk * each, each, ACTS)


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(TURN_CHUNKS))
def test_papers_follow_while_records_come_and_go(world, chunk):
    each = LONG_TURNS[connection.vendor] // TURN_CHUNKS
    drive_chunk(world, TURNS + chunk * each, each, RECORDS.keys() - {"import_again"})


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(TURN_CHUNKS))
def test_papers_follow_that_are_written_on_the_page_of_a_record_made_here(world, chunk):
    each = LONG_TURNS[connection.vendor] // TURN_CHUNKS
    drive_chunk(world, OWN + chunk * each, each, PAGES)


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(TURN_CHUNKS))
def test_wishes_follow_that_are_told_at_visits_and_on_the_pages_of_records(world, chunk):
    each = LONG_TURNS[connection.vendor] // TURN_CHUNKS
    drive_chunk(world, SAID + chunk * each, each, WORDS)


def test_the_model_sees_a_paper_that_is_with_a_stranger(world):
    """The control: rows that are put on another child's record by hand, without a word."""
    with transaction.atomic():
        world.begin()
        for name in ("sign_in", "agree", "promise"):
            assert world.step(name, 3)
        before = look()
        assert [*faults(world, before)] == []
        stranger = world.filed[-1][0]
        ConsentRecord.objects.update(patient=stranger)
        Promise.objects.update(patient=stranger)
        wrong = [*faults(world, look())]
        assert {one.split()[0] for one in wrong} == {"consent", "promise"}
        world.at += dt.timedelta(minutes=1)
        assert len([*silent(world, "link", before, look())]) == 2
        transaction.set_rollback(True)


def test_the_model_sees_an_answer_that_is_ignored(world, monkeypatch):
    """The control: “Neither” is said, and the merge of the record made at sign-in fills the blanks."""
    kept = match_decisions.chart_columns_answered
    monkeypatch.setattr(
        match_decisions, "chart_columns_answered", lambda known, one: kept(known, one) if one == NEW else ()
    )
    assert "says (found, as answered) {'access_needs': ('a ramp', '')}" in run(world, sequence(20028))


def test_the_model_sees_what_nobody_had_said(world, monkeypatch):
    """The control: a link that writes on the record found, of which nothing was said."""
    steps = [("sign_in", 3), ("link", 1), ("link", 2)]
    decide = match_corrections.write_match_decision

    def and_write(visit, *args, **facts):
        Patient.objects.filter(pk=visit.patient_id).update(access_needs="wheelchair")
        return decide(visit, *args, **facts)

    monkeypatch.setattr(match_corrections, "write_match_decision", and_write)
    assert "says (found, as answered) {'access_needs': ('wheelchair', '')}" in run(world, steps)


def test_each_sequence_that_goes_wrong_is_named(world, monkeypatch):
    """The control: one fault does not hide the next."""
    monkeypatch.setattr("tests.actions.test_entries_follow.SHRUNK", 0)
    monkeypatch.setattr(world, "put_right", lambda: world.complaints.append("it is wrong"))
    with pytest.raises(pytest.fail.Exception, match="2 sequences go wrong, of the seeds 0 1\n"):
        drive(world, range(2))
