"""Measures whether the time of a tablet's answer tells a known child from an unknown one.

python tests/sign_in_times.py [--count 500] [--seed 1]

A real server takes sign-ins of children on file and of invented ones, in an order drawn by chance. The figure
is the area under the curve: 0.5 if nobody can tell, 1 if each answer tells. Control: sign-ins without a name
or date, which nobody looks up, do tell.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from bisect import bisect_left, bisect_right
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.serving import Server, make_server  # noqa: E402

MOST_OFF = 0.05
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
        status = server.sign_in(**({"child_given_name": ""} | child))[0]
        seconds[kind].append(time.perf_counter() - began)
        assert status == 201, status
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
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311
    children = draw_children(chance, 2 * options.count)
    known, unknown = children[: options.count], children[options.count :]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = make_server(folder)
        server.make_clinic()
        print(server.manage("import_records", str(write_file(known, folder))), file=sys.stderr)
        with server.running():
            kinds = {"known": known, "unknown": unknown, "blank": [{} for _ in known]}
            seconds = measure(server, kinds, chance)
    for kind, taken in seconds.items():
        print(f"{kind:8} {len(taken)} sign-ins, median {statistics.median(taken) * 1000:.1f} ms")
    area = area_under_curve(seconds["known"], seconds["unknown"])
    control = area_under_curve(seconds["known"], seconds["blank"])
    print(f"known against unknown: {area:.3f} (0.5 tells nothing)")
    print(f"known against blank, the control: {control:.3f}")
    return 0 if abs(area - 0.5) <= MOST_OFF < abs(control - 0.5) else 1


if __name__ == "__main__":
    sys.exit(main())
