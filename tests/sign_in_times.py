"""Measures whether the time of a tablet's answer tells a known child from an unknown one.

python tests/sign_in_times.py [--count 500] [--seed 1] [--step 100]

A real server takes sign-ins of children on file, of invented ones and of nobody, in an order drawn by chance.
The figure is the area under the curve: 0.5 if nobody can tell, 1 or 0 if each answer tells. Control: a server
that answers at once (SIGN_IN_STEP_MS=0) does tell a child on file from nobody, whom it does not look up.
"""

from __future__ import annotations

import argparse
import random
import secrets
import sys
import tempfile
import time
from bisect import bisect_left, bisect_right
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.serving import Server, make_server, percentile  # noqa: E402

MOST_OFF = 0.05
WARM_UP = 20
"""Sign-ins of each kind that a new server takes before any counts."""
GIVEN = ("Ana", "Ben", "Cleo", "Dov", "Elif", "Finn", "Gita", "Hugo", "Iris", "Jonas", "Kemal", "Lena")
ENDS = ("ard", "berg", "cott", "dale", "ello", "ford", "gren", "hurst", "ins", "kova", "ling", "mann")
Child = dict[str, str]


def draw_children(chance: random.Random, count: int) -> list[Child]:
    """Return children whose names and dates are each their own."""
    found: dict[tuple[str, str], Child] = {}
    while len(found) < count:
        family = "".join(chance.choice("bcdfghklmnprstvw") + chance.choice("aeiou") for _ in range(3))
        name = (chance.choice(GIVEN), family.capitalize() + chance.choice(ENDS))
        born = f"{chance.randrange(2010, 2023)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
        found[name] = {"child_given_name": name[0], "child_family_name": name[1], "birth_date": born}
    return list(found.values())


def write_file(children: list[Child], folder: Path) -> Path:
    """Write the children as a file of patients to import."""
    lines = ["patient_id,given_name,family_name,birth_date"]
    lines += [
        f"{number},{one['child_given_name']},{one['child_family_name']},{one['birth_date']}"
        for number, one in enumerate(children, 1)
    ]
    path = folder / "patients.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def measure(server: Server, kinds: dict[str, list[Child]], chance: random.Random) -> dict[str, list[float]]:
    """Return the seconds of each sign-in, by kind."""
    drawn = [(kind, child) for kind, children in kinds.items() for child in children]
    chance.shuffle(drawn)
    seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
    for kind, child in drawn:
        began = time.perf_counter()
        status = server.sign_in(**child)[0]
        seconds[kind].append(time.perf_counter() - began)
        assert status == 201, f"{status}: {server.log[-2000:]}"
    return seconds


def area_under_curve(some: list[float], others: list[float]) -> float:
    """Return how often one of `some` took longer than one of `others`; equal times count half."""
    ranked = sorted(others)
    longer = sum((bisect_left(ranked, one) + bisect_right(ranked, one)) / 2 for one in some)
    return longer / (len(some) * len(others))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=500, help="sign-ins of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--step", type=int, default=100, help="SIGN_IN_STEP_MS, in milliseconds")
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311
    known = {step: draw_children(chance, WARM_UP + options.count) for step in (options.step, 0)}
    areas = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = make_server(folder, environment={"SECRET_KEY": secrets.token_urlsafe(50)})
        server.make_clinic()
        on_file = write_file([child for some in known.values() for child in some], folder)
        print(server.manage("import_records", str(on_file)), file=sys.stderr)
        for step, children in known.items():
            server.environment |= {"SIGN_IN_STEP_MS": str(step)}
            with server.running():
                areas[step] = measure_step(server, step, children, chance)
    held, at_once = areas[options.step], areas[0]
    return 0 if max(off(area) for area in held.values()) <= MOST_OFF < off(at_once["nobody"]) else 1


def off(area: float) -> float:
    return abs(area - 0.5)


def measure_step(server: Server, step: int, known: list[Child], chance: random.Random) -> dict[str, float]:
    """Return the areas of known children against the others. The first sign-ins do not count."""
    nobody = [{"child_given_name": ""} for _ in known]
    kinds = {"known": known, "unknown": draw_children(chance, len(known)), "nobody": nobody}
    measure(server, {kind: children[:WARM_UP] for kind, children in kinds.items()}, chance)
    seconds = measure(server, {kind: children[WARM_UP:] for kind, children in kinds.items()}, chance)
    for kind, taken in seconds.items():
        median, late = (percentile(taken, share) * 1000 for share in (0.5, 0.95))
        print(f"step {step} ms, {kind}: {len(taken)} sign-ins, median {median:.1f} ms, p95 {late:.1f} ms")
    areas = {kind: area_under_curve(seconds["known"], seconds[kind]) for kind in ("unknown", "nobody")}
    for kind, area in areas.items():
        print(f"step {step} ms, known against {kind}: {area:.3f} (0.5 tells nothing)")
    return areas


if __name__ == "__main__":
    sys.exit(main())
