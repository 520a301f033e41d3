"""Would a test notice? Tries a sample of small errors in a layer against the tests that run the line.

python tests/mutants.py rules --count 200 --seed 1     a sample of checkin/rules, against tests/rules
python tests/mutants.py actions --json kept.json       results are kept there; run again, it continues from
                                                       there and tries again what survived
python tests/mutants.py actions --seconds 60           spends at most a minute of tests on each error

Our own, because no maintained library is fast enough to use here. mutmut 3 mutates a copy of the tree, takes
no sample, and ignores module-level code; cosmic-ray changes the source tree in place and runs one test
command for every mutant; mutatest samples by seed, but runs all tests and was last released in 2022.
"""

from __future__ import annotations

import argparse
import collections
import json
import math
import random
import signal
import sys
from pathlib import Path

import pytest
from coverage import Coverage

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.mutant_runs import KILLED, SURVIVED, TIMED_OUT, MutantRuns, pytest_options  # noqa: E402
from tests.mutations import Mutant, find_mutants  # noqa: E402

RESULTS = {KILLED: "killed", SURVIVED: "survived", TIMED_OUT: "timeout"}


def sample_mutants(found: list[Mutant], count: int, seed: int) -> list[Mutant]:
    """Draw places and one change at each: a number has two changes but the same chance to be drawn."""
    places: dict[tuple[str, int, int, str], list[Mutant]] = collections.defaultdict(list)
    for mutant in found:
        places[mutant.path, mutant.line, mutant.column, mutant.kind].append(mutant)
    draw = random.Random(seed)  # noqa: S311
    drawn = draw.sample(list(places.values()), min(count, len(places)))
    return sorted(draw.choice(changes) for changes in drawn)


class Results:
    """The result of each mutant, kept in a file if one is named."""

    def __init__(self, sample: list[Mutant], file: Path | None) -> None:
        self.sample, self.file = sample, file
        self.by_mutant: dict[Mutant, str] = {}
        if file and file.exists():
            kept = {Mutant(*one["mutant"]): one["result"] for one in json.loads(file.read_text())}
            self.by_mutant = {one: kept[one] for one in sample if kept.get(one, "survived") != "survived"}

    def left(self, seed: int) -> list[Mutant]:
        """Return what is still to be tried, shuffled: what an early stop has tried is then a sample too."""
        left = [mutant for mutant in self.sample if mutant not in self.by_mutant]
        random.Random(seed).shuffle(left)  # noqa: S311
        return left

    def add(self, mutant: Mutant, code: int) -> None:
        self.by_mutant[mutant] = RESULTS[code]
        print(f"{len(self.by_mutant)}/{len(self.sample)} {RESULTS[code]:8} {mutant}", flush=True)
        if self.file:
            rows = [{"mutant": list(one), "result": result} for one, result in self.by_mutant.items()]
            self.file.write_text(json.dumps(rows, indent=1))

    def summary(self) -> str:
        count = collections.Counter(self.by_mutant.values())
        noticed = count["killed"] + count["timeout"]
        survivors = [str(one) for one in self.sample if self.by_mutant.get(one) == "survived"]
        counts = f"{count['killed']} killed, {count['survived']} survived, {count['timeout']} timeouts"
        share = f"{noticed / max(1, len(self.by_mutant)):.0%}"
        return "\n".join(
            ["", "Survivors:", *survivors, f"{counts}: {share} of {len(self.by_mutant)} noticed"]
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", help="a folder of checkin/, whose tests are in the same folder of tests/")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="file of results, to go on from")
    parser.add_argument(
        "--seconds",
        type=float,
        default=math.inf,
        help="CPU seconds of tests for one error: those of its own file, then the fastest. "
        "What survives may be noticed by others, so the share is a lower bound.",
    )
    options = parser.parse_args()
    # So that the run also cleans up when it is terminated.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sample = sample_mutants(find_mutants(f"checkin/{options.folder}"), options.count, options.seed)
    results = Results(sample, options.json)
    # Before our code is imported: lines run at import belong to no test.
    coverage = Coverage(data_file=None, include=[f"{ROOT}/checkin/*"], config_file=False)
    coverage.start()
    runs = MutantRuns(coverage, results.left(options.seed), results.add, options.seconds)
    pytest.main([*pytest_options(), f"{ROOT}/tests/{options.folder}"], plugins=[runs])
    print(results.summary())
    return 0 if len(results.by_mutant) == len(sample) else 1


if __name__ == "__main__":
    sys.exit(main())
