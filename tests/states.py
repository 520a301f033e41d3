"""The states of a visit as a Mermaid diagram, made from the table of moves: `python tests/states.py`.

`docs/developing.md` shows it; `tests/house/test_states.py` checks that both are the same.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from checkin.rules.visit_steps import NEXT_VISIT_STATES, VisitState  # noqa: E402


def draw_states() -> str:
    """Return the diagram: the states in the order of the path, an arrow for each move that is allowed."""
    ends = [state for state, following in NEXT_VISIT_STATES.items() if not following]
    lines = ["stateDiagram-v2", f"    [*] --> {VisitState.ARRIVED.value}"]
    for state, following in NEXT_VISIT_STATES.items():
        lines += [f"    {state.value} --> {later.value}" for later in following]
    lines += [f"    {state.value} --> [*]" for state in ends]
    return "\n".join(lines)


if __name__ == "__main__":
    print(draw_states())
