"""What `make mutants` changes, what it leaves alone, and that a mutant replaces live code."""

from __future__ import annotations

import functools
import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils.functional import SimpleLazyObject

from tests import mutations
from tests.line_coverage import LineCoverage
from tests.mutant_runs import KILLED, SURVIVED, TIMED_OUT, put_in_code, run_in_fork
from tests.mutants import ROOT, Results, sample_mutants
from tests.mutations import find_mutants, mutate

SOURCE = '''
"""Says 1 < 2."""
import functools
from typing import TYPE_CHECKING

__all__ = ["rule"]
TABLE = {"a": 1, "b": (2, -3)} | {"c": [4]}
LIMIT = 5

if TYPE_CHECKING:
    import json


class Kind:
    size: "int | 6" = 7

    @functools.lru_cache(maxsize=8)
    def rule(self, age: int, most: "Literal[9]" = LIMIT) -> bool:
        """More than 10."""
        if age < most and not self.size:
            return True
        return [one for one in (age,) if one]
'''


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "rules.py").write_text(SOURCE)
    monkeypatch.setattr(mutations, "ROOT", tmp_path)
    return "."


def test_five_kinds_of_mutants_are_made_and_types_text_and_tables_are_left_alone(source: str) -> None:
    assert {(one.kind, one.old, one.new) for one in find_mutants(source)} == {
        ("number", "5", "6"),
        ("number", "5", "4"),
        ("number", "7", "8"),
        ("number", "7", "6"),
        ("if", "age < most and (not self.size)", "True"),
        ("if", "age < most and (not self.size)", "False"),
        ("if", "one", "True"),
        ("if", "one", "False"),
        ("and/or", "age < most and (not self.size)", "age < most or not self.size"),
        ("comparison", "age < most", "age <= most"),
        ("not", "not self.size", "self.size"),
    }


def test_mutant_says_where_it_is(source: str) -> None:
    by_text = {(one.old, one.new): mutate(one)[1] for one in find_mutants(source)}
    condition = by_text["age < most", "age <= most"]
    assert (condition.function, condition.lines) == ("Kind.rule", range(20, 21))
    size = by_text["7", "8"]
    assert (size.function, size.constants) == ("", {"Kind", "size"})


def test_same_seed_draws_the_same_sample_and_each_place_once(source: str) -> None:
    found = find_mutants(source)
    assert sample_mutants(found, 4, seed=1) == sample_mutants(found, 4, seed=1)
    whole = sample_mutants(found, 100, seed=1)
    assert len(whole) == len({(one.line, one.column, one.kind) for one in whole}) == 7


def test_live_function_runs_the_code_of_the_mutant(source: str) -> None:
    path = str(mutations.ROOT / "rules.py")
    names: dict[str, type] = {}
    exec(compile(SOURCE, path, "exec"), names)  # noqa: S102
    kind = names["Kind"]()
    assert kind.rule(5) == [5]
    wanted = next(one for one in find_mutants(source) if one.new == "True" and one.old != "one")
    tree, place = mutate(wanted)
    code = compile(tree, path, "exec")
    assert put_in_code(code, place.function, place.first_line)
    # Values cached by the old code are dropped too.
    assert kind.rule(5) is True


def test_lazy_objects_that_other_tests_left_behind_stay_lazy(source: str) -> None:
    path = str(mutations.ROOT / "rules.py")
    names: dict[str, type] = {}
    exec(compile(SOURCE, path, "exec"), names)  # noqa: S102
    worked_out: list[str] = []
    lazy = SimpleLazyObject(lambda: worked_out.append("a nonce after its header was written"))
    assert any(one is lazy for one in gc.get_objects())
    wanted = next(one for one in find_mutants(source) if one.kind == "not")
    tree, place = mutate(wanted)
    assert put_in_code(compile(tree, path, "exec"), place.function, place.first_line)
    assert worked_out == []


def test_tests_of_the_own_file_are_all_run_and_others_within_the_limit() -> None:
    own, near, far = "t/test_notes.py::a", "t/test_visits.py::b", "t/test_visits.py::c"
    covered = LineCoverage({}, {own: 30, near: 10, far: 20}, broken=[])
    tests = {own, near, far, "t/test_visits.py::broken"}
    assert covered.in_order(tests, "notes") == [own, near, far]
    assert covered.in_order(tests, "notes", most_seconds=45) == [own, near]
    assert covered.in_order(tests, "notes", most_seconds=5) == [own]


def test_what_is_left_is_shuffled_the_same_way_for_a_seed(source: str) -> None:
    sample = sample_mutants(find_mutants(source), 100, seed=1)
    left = Results(sample, None).left(seed=1)
    assert left == Results(sample, None).left(seed=1)
    assert left != sample
    assert sorted(left) == sample


USED = """
import pytest
from tests.mutant_runs import OneDatabase

class Says:
    @pytest.fixture(autouse=True)
    def say(self, testrun_uid, worker_id):
        print("of", testrun_uid, worker_id)

pytest.main(["-qs", "-n0", "-p", "no:django", "test_one.py"], [OneDatabase(), Says()])
"""


def test_all_mutants_of_a_run_copy_one_database(tmp_path: Path) -> None:
    """Else each would migrate its own, which takes longer than its tests may: all would pass for noticed."""
    (tmp_path / "test_one.py").write_text("def test_one(): pass")
    here = {"MUTANTS_RUN": "7", "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-c", USED]
    said = subprocess.run(command, cwd=tmp_path, env=here, capture_output=True, text=True, check=True)
    assert "of mutants-7 mutant" in said.stdout


def test_fork_returns_or_raises_within_its_time_limit() -> None:
    def hang() -> int:
        while True:
            pass

    assert run_in_fork(lambda: SURVIVED, 10) == SURVIVED
    assert run_in_fork(functools.partial(int, "no number"), 10) == KILLED
    assert run_in_fork(hang, 0.1) == TIMED_OUT
