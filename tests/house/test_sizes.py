"""Limits on sizes. Code that outgrows one should be split by topic, not at an arbitrary line."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE, FUNCTION, VIEW, TEMPLATE, MEDIAN_FUNCTION = 300, 50, 25, 150, 8
# "path" or "path:function", each with its reason in a comment. It should stay empty.
EXCEPTIONS: set[str] = set()

Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources() -> list[Path]:
    found = [path for folder in ("checkin", "clinic") for path in sorted((ROOT / folder).rglob("*.py"))]
    return [ROOT / "manage.py", *(path for path in found if "migrations" not in path.parts)]


def functions(path: Path) -> Iterator[tuple[str, Function, int]]:
    """Yield the name for the list of exceptions, the function, and its number of lines."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, Function):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            yield f"{path.relative_to(ROOT)}:{node.name}", node, lines


def is_view(path: Path, function: Function) -> bool:
    first = next(iter(function.args.args), None)
    return "web" in path.parts and first is not None and first.arg == "request"


def too_long(found: Iterator[tuple[str, int]], limit: int) -> list[str]:
    return [f"{name}: {lines} lines, at most {limit}" for name, lines in found if lines > limit]


def unexcused(names: list[str]) -> list[str]:
    return [name for name in names if name.rpartition(": ")[0] not in EXCEPTIONS]


def length(path: Path) -> tuple[str, int]:
    return str(path.relative_to(ROOT)), len(path.read_text().splitlines())


def test_no_source_file_is_too_long() -> None:
    assert unexcused(too_long(map(length, sources()), FILE)) == []


def test_no_template_is_too_long() -> None:
    templates = sorted((ROOT / "templates").rglob("*.html"))
    assert unexcused(too_long(map(length, templates), TEMPLATE)) == []


def test_no_function_is_too_long() -> None:
    found = ((name, lines) for path in sources() for name, _, lines in functions(path))
    assert unexcused(too_long(found, FUNCTION)) == []


def test_no_view_is_too_long() -> None:
    found = (
        (name, lines)
        for path in sources()
        for name, function, lines in functions(path)
        if is_view(path, function)
    )
    assert unexcused(too_long(found, VIEW)) == []


def test_median_function_length_stays_small() -> None:
    assert statistics.median(n for path in sources() for _, _, n in functions(path)) <= MEDIAN_FUNCTION


def test_every_exception_is_still_needed() -> None:
    names = {str(path.relative_to(ROOT)) for path in [*sources(), *(ROOT / "templates").rglob("*.html")]}
    names |= {name for path in sources() for name, _, _ in functions(path)}
    assert names >= EXCEPTIONS
