"""The module-level names of `checkin/` and `clinic/`: `python tests/names.py` prints how plain they are.

`tests/house/test_names.py` checks them against the rules in `docs/developing.md`.
"""

from __future__ import annotations

import ast
import collections
import re
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
# Django reads the first four by exactly this name; `log` is the usual name of a module's logger.
PRESCRIBED = {"Command", "app_name", "register", "urlpatterns", "log"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


class ModuleName(NamedTuple):
    """A name that a module defines: a function, a class or a constant."""

    path: str
    name: str
    node: ast.stmt

    @property
    def is_function(self) -> bool:
        return isinstance(self.node, Function)

    @property
    def is_type(self) -> bool:
        """Return whether it is a class or a type alias."""
        return isinstance(self.node, ast.ClassDef) or re.match("[A-Z][a-z]", self.name) is not None

    @property
    def is_private(self) -> bool:
        return self.name.startswith("_")

    @property
    def is_one_word(self) -> bool:
        return "_" not in self.name.strip("_")


def source_paths() -> list[Path]:
    """Return every module except migrations, which Django names."""
    found = [path for folder in ("checkin", "clinic") for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


def names_bound(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            yield from (part.id for part in ast.walk(target) if isinstance(part, ast.Name))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id


def module_names_in(source: str, path: str) -> Iterator[ModuleName]:
    """Yield what a module defines at its top level, without imports."""
    for node in ast.parse(source).body:
        for name in names_bound(node):
            if name not in PRESCRIBED and not re.fullmatch(r"__\w+__", name):
                yield ModuleName(path, name, node)


def all_names() -> list[ModuleName]:
    paths = source_paths()
    return [one for path in paths for one in module_names_in(path.read_text(), str(path.relative_to(ROOT)))]


def one_word_functions(names: list[ModuleName]) -> list[ModuleName]:
    return [one for one in names if one.is_function and one.is_one_word]


def shared_names(names: list[ModuleName], *, files: int) -> dict[str, list[str]]:
    """Return the names defined in more than so many files, with those files."""
    where = collections.defaultdict(set)
    for one in names:
        where[one.name].add(one.path)
    return {name: sorted(paths) for name, paths in where.items() if len(paths) > files}


def main() -> None:
    names = all_names()
    functions = [one for one in names if one.is_function]
    one_word = one_word_functions(names)
    lengths = statistics.median(len(one.name.strip("_")) for one in functions)
    print(f"{len(functions)} module-level functions, {len(one_word)} of one word", end=" ")
    print(f"({len(one_word) / len(functions):.1%}), median length {lengths:.0f} letters")
    for limit in (1, 3):
        shared = shared_names(names, files=limit)
        print(
            f"{len(shared)} names in more than {limit} file{'s' * (limit > 1)}: {', '.join(sorted(shared))}"
        )


if __name__ == "__main__":
    main()
