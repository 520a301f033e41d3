"""Entries stay with their child: random sequences of acts, checked against a plain model.

Each sequence is a list of steps (an act's name, a number). After each step the program's rows are compared
with the model; at the end the desk corrects every match, and no paper may be on the wrong child's record.
`make test-long` runs ten thousand.
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
from checkin.models import ConsentRecord, MatchDecision, Patient, Promise
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
    "reach": 2,
    "note": 1,
    "use_new": 4,
    "undo_use_new": 1,
    "remember": 4,
    "chart": 3,
    "go_on": 1,
    "import_again": 1,
}
"""Weight of each act."""

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
"""Weights for sequences that mostly make, merge and split records, and change the adults on them."""

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
"""Weights for sequences in which staff write on the pages of sign-in records between decisions and undos."""

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
"""Weights for sequences in which adults, some unnamed, state preferences at visits and on record pages."""

Step = tuple[str, int]
STEPS = 12
TURNS, OWN, SAID = 500_000, 1_000_000, 2_000_000
"""Starting at these seeds, a sequence uses `RECORDS`, `PAGES` and `WORDS`."""


def sequence(seed: int) -> list[Step]:
    dice = random.Random(seed)  # noqa: S311
    acts = ACTS if seed < TURNS else RECORDS if seed < OWN else PAGES if seed < SAID else WORDS
    names = dice.choices([*acts], [*acts.values()], k=STEPS - 1 + (seed >= TURNS))
    return [(name, dice.getrandbits(32)) for name in ["sign_in", *names]]


def run(world: World, steps: list[Step], done: Counter[str] | None = None) -> str:
    """Run the steps and roll them all back. Return what went wrong first, or ""."""
    with transaction.atomic():
        world.begin()
        try:
            wrong = first_fault(world, steps)
        except Exception as problem:  # anything but a refusal is a fault, and is shrunk like one
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
    """Remove the steps that the fault does not need."""
    number = len(steps) - 1
    while number >= 0:
        fewer = steps[:number] + steps[number + 1 :]
        if run(world, fewer):
            steps = fewer
        number -= 1
    return steps


def drive(world: World, seeds: Iterable[int]) -> Counter[str]:
    """Run the sequences of all these seeds. Return how often each act was done."""
    done: Counter[str] = Counter()
    wrong = {seed: found for seed in seeds if (found := run(world, sequence(seed), done))}
    if wrong:
        pytest.fail(in_words(world, wrong), pytrace=False)
    return done


SHRUNK = 5
"""Only this many faults of a chunk are shrunk, because it takes long; all of them are named."""


def in_words(world: World, wrong: dict[int, str]) -> str:
    """Return which seeds went wrong, and how."""
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
"""A consent and a proxy that once stayed with the wrong child, written while the record was split off."""

QUICK, CHUNKS = 8, 20
FOUND = (
    *(945, 1229, 2853, 4852, 5049, 7606, 8199, 8882, 20028, 20500, 30124, 420050),
    *(500611, 501318, 501746, 501901, 900010, 900098, 900462, 1000351, 1000506),
)
"""Seeds that once went wrong."""
LONG = {"sqlite": 10_000, "postgresql": 1_000}
"""How many sequences the long run runs, in chunks that workers share."""
LONG_TURNS, TURN_CHUNKS = {"sqlite": 2_000, "postgresql": 400}, 8
"""How many sequences of each of `RECORDS`, `PAGES` and `WORDS`."""


def test_entries_follow_their_child(world: World) -> None:
    drive(world, [*range(QUICK), *FOUND])


@pytest.mark.parametrize("steps", ALONE)
def test_entries_written_while_a_record_is_split_off_follow_it(
    world: World, steps: list[tuple[str, int]]
) -> None:
    done: Counter[str] = Counter()
    assert run(world, steps, done) == ""
    assert done["undo_match"] == 2


MANY = 250
"""Fewer may miss an act by chance: PostgreSQL runs fewer of the same, and SQLite covers every act."""


def drive_chunk(world: World, first: int, count: int, acts: Iterable[str]) -> None:
    """Run `count` sequences from this seed on; with `MANY` or more, every act must be done at least once."""
    done = drive(world, range(first, first + count))
    missed = set(acts) - done.keys()
    assert count < MANY or not missed, "an act that is never done shows nothing"


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_entries_follow_their_child_in_ten_thousand_sequences(world: World, chunk: int) -> None:
    each = LONG[connection.vendor] // CHUNKS
    drive_chunk(world, QUICK + chunk * each, each, ACTS)


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(TURN_CHUNKS))
def test_entries_follow_while_records_are_made_merged_and_split(world: World, chunk: int) -> None:
    each = LONG_TURNS[connection.vendor] // TURN_CHUNKS
    drive_chunk(world, TURNS + chunk * each, each, RECORDS.keys() - {"import_again"})


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(TURN_CHUNKS))
def test_entries_written_on_a_sign_in_records_page_follow_it(world: World, chunk: int) -> None:
    each = LONG_TURNS[connection.vendor] // TURN_CHUNKS
    drive_chunk(world, OWN + chunk * each, each, PAGES)


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(TURN_CHUNKS))
def test_preferences_from_visits_and_record_pages_follow_their_child(world: World, chunk: int) -> None:
    each = LONG_TURNS[connection.vendor] // TURN_CHUNKS
    drive_chunk(world, SAID + chunk * each, each, WORDS)


def test_the_model_detects_an_entry_on_the_wrong_childs_record(world: World) -> None:
    """Control: rows moved to another child's record directly in the database."""
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


def test_the_model_detects_an_ignored_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: the answer is “Neither”, but the merge of the sign-in record fills the blanks anyway."""
    kept = match_decisions.chart_columns_answered
    monkeypatch.setattr(
        match_decisions, "chart_columns_answered", lambda known, one: kept(known, one) if one == NEW else ()
    )
    assert "says (found, as answered) {'access_needs': ('a ramp', '')}" in run(world, sequence(20028))


def test_the_model_detects_a_column_nobody_asked_to_write(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: a link that writes to the found record without any answer."""
    steps = [("sign_in", 3), ("link", 1), ("link", 2)]
    decide = match_corrections.write_match_decision

    def and_write(visit: Any, *args: Any, **facts: Any) -> MatchDecision:
        Patient.objects.filter(pk=visit.patient_id).update(access_needs="wheelchair")
        return decide(visit, *args, **facts)

    monkeypatch.setattr(match_corrections, "write_match_decision", and_write)
    assert "says (found, as answered) {'access_needs': ('wheelchair', '')}" in run(world, steps)


def test_every_failing_sequence_is_named(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: one fault does not hide the next."""
    monkeypatch.setattr("tests.actions.test_entries_follow.SHRUNK", 0)
    monkeypatch.setattr(world, "put_right", lambda: world.complaints.append("it is wrong"))
    with pytest.raises(pytest.fail.Exception, match="2 sequences go wrong, of the seeds 0 1\n"):
        drive(world, range(2))
