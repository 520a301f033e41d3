"""Small errors in a source file, like a tired programmer's, for `tests/mutants.py` to try.

Five kinds: another comparison operator, `and` for `or`, a missing `not`, a number off by one, a condition
that is always true or always false. Not changed are annotations, decorators (such as cache sizes),
`if TYPE_CHECKING`, and data tables: named collections of only constants. A test of a table could only
repeat it; the rule that reads the table is tried. Text is never changed, so docstrings and `__all__` stay
as they are.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]

_OTHER_OPERATOR: dict[type[ast.cmpop], type[ast.cmpop]] = {
    # The adjacent operator: a test with values far from the limit would kill the opposite one too.
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_COLLECTIONS = (ast.Dict, ast.List, ast.Set, ast.Tuple)
_PARTS_OF_TABLE = (ast.Constant, ast.expr_context, ast.UnaryOp, ast.USub, ast.BinOp, ast.Add, ast.BitOr)
Function = ast.FunctionDef | ast.AsyncFunctionDef
Change = tuple[str, ast.expr]
"""The kind of change, and the replacement."""


class Mutant(NamedTuple):
    path: str
    """Path from the root of the repository."""
    line: int
    column: int
    kind: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.kind}: {_shorten(self.old)} -> {_shorten(self.new)}"


class Place(NamedTuple):
    """Where a mutant is in its file."""

    lines: range
    """Lines of its statement, or only of the head if the statement has a body."""
    function: str
    """The outermost function around it, as `Class.method`; "" for code run at import."""
    first_line: int
    """First line of that function with its decorators, as in its code object."""
    constants: frozenset[str]
    """Names that the statements around it define."""


class Statement(NamedTuple):
    """A statement at module level, from its decorators to its end."""

    lines: range
    constants: frozenset[str]
    """Names it defines; none for a function, because calling it passes on no constant."""


def find_mutants(folder: str) -> list[Mutant]:
    """Return every mutant of the folder's files, in order."""
    paths = sorted((ROOT / folder).rglob("*.py"))
    if not paths:
        raise SystemExit(f"No Python file in {folder}.")
    return [mutant for path in paths for mutant, _, _ in _mutants_of(path)]


def mutate(mutant: Mutant) -> tuple[ast.Module, Place]:
    """Return the mutated file and the place of the change."""
    tree = _parse(ROOT / mutant.path)
    for found, replaced, new in _mutants_of(ROOT / mutant.path, tree):
        if found == mutant:
            place = _place_of(tree, replaced)
            _Replacement(replaced, new).visit(tree)
            return ast.fix_missing_locations(tree), place
    raise LookupError(f"{mutant} is no longer there.")


def statements_with(word: re.Pattern[str], path: Path) -> Iterator[Statement]:
    """Yield the module's statements that contain such a name, except imports."""
    text = path.read_text()
    if not word.search(text):
        return
    lines = text.splitlines()
    for one in ast.parse(text).body:
        inside = range(_first_line(one), (one.end_lineno or one.lineno) + 1)
        if isinstance(one, ast.Import | ast.ImportFrom) or not any(word.search(lines[n - 1]) for n in inside):
            continue
        yield Statement(inside, frozenset() if isinstance(one, Function) else frozenset(_names_bound(one)))


def _mutants_of(path: Path, tree: ast.Module | None = None) -> Iterator[tuple[Mutant, ast.expr, ast.expr]]:
    relative = str(path.relative_to(ROOT))
    tried = list(_walk_what_is_tried(tree or _parse(path)))
    conditions = {id(condition) for node in tried for condition in _conditions_of(node)}
    for node in tried:
        if isinstance(node, ast.expr):
            for kind, new in [*_changes(node), *(_forced(node) if id(node) in conditions else [])]:
                old = ast.unparse(node)
                yield Mutant(relative, node.lineno, node.col_offset, kind, old, ast.unparse(new)), node, new


def _walk_what_is_tried(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    skipped = [getattr(node, "annotation", None), getattr(node, "returns", None)]
    skipped += getattr(node, "decorator_list", [])
    for child in ast.iter_child_nodes(node):
        of_types = isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING")
        table = isinstance(node, ast.Module) and _is_data_table(child)
        if child not in skipped and not of_types and not table:
            yield from _walk_what_is_tried(child)


def _is_data_table(statement: ast.AST) -> bool:
    value = getattr(statement, "value", None)
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or value is None:
        return False
    if isinstance(value, ast.Call) and ast.unparse(value.func) in {"frozenset", "set", "tuple", "dict"}:
        value = value.args[0] if len(value.args) == 1 else value
    whole = value
    # A long table may be written in several parts that are joined.
    while isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add | ast.BitOr):
        value = value.left
    return isinstance(value, _COLLECTIONS) and all(
        isinstance(part, _COLLECTIONS + _PARTS_OF_TABLE) for part in ast.walk(whole)
    )


def _conditions_of(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.If | ast.IfExp):
        return [node.test]
    return list(node.ifs) if isinstance(node, ast.comprehension) else []


def _forced(node: ast.expr) -> list[Change]:
    return [("if", ast.Constant(True)), ("if", ast.Constant(False))]


def _changes(node: ast.expr) -> Iterator[Change]:
    if isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            ops = list(node.ops)
            ops[index] = _OTHER_OPERATOR[type(operator)]()
            yield "comparison", ast.Compare(node.left, ops, node.comparators)
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield "and/or", ast.BoolOp(other, node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not", node.operand
    elif (
        isinstance(node, ast.Constant)
        and type(node.value) is not bool
        and isinstance(node.value, int | float)
    ):
        yield "number", ast.Constant(node.value + 1)
        yield "number", ast.Constant(node.value - 1)


def _place_of(tree: ast.Module, node: ast.expr) -> Place:
    around = list(_path_to(tree, node))
    statement = next(one for one in reversed(around) if isinstance(one, ast.stmt))
    body = getattr(statement, "body", None)
    end = body[0].lineno - 1 if body else statement.end_lineno or statement.lineno
    lines = range(_first_line(statement), max(end, node.end_lineno or 0) + 1)
    constants = frozenset(name for one in around for name in _names_bound(one))
    qualname: list[str] = []
    for outer, inner in zip(around, [*around[1:], node], strict=True):
        if isinstance(outer, ast.ClassDef):
            qualname.append(outer.name)
        # Defaults and decorators are computed at import.
        if isinstance(outer, Function) and inner in outer.body:
            return Place(lines, ".".join([*qualname, outer.name]), _first_line(outer), constants)
    return Place(lines, "", 0, constants)


def _path_to(node: ast.AST, wanted: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes around the wanted node, from the module inward."""
    for child in ast.iter_child_nodes(node):
        if child is wanted:
            yield node
            return
        if inner := list(_path_to(child, wanted)):
            yield node
            yield from inner
            return


def _names_bound(statement: ast.AST) -> Iterator[str]:
    if isinstance(statement, Function | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            yield from (part.id for part in ast.walk(target) if isinstance(part, ast.Name))


def _first_line(statement: ast.stmt) -> int:
    return min([statement.lineno, *(one.lineno for one in getattr(statement, "decorator_list", []))])


def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def _shorten(text: str) -> str:
    return text if len(text) <= 90 else f"{text[:87]}..."


class _Replacement(ast.NodeTransformer):
    def __init__(self, old: ast.expr, new: ast.expr) -> None:
        self.old, self.new = old, ast.copy_location(new, old)

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)
