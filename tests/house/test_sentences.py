"""No prose as data: no code selects, compares or splits stored values by a sentence.

Sentences are for people: their wording changes and is translated. Programs use codes and references.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(
    path for path in (ROOT / "checkin").rglob("*.py") if "migrations" not in path.relative_to(ROOT).parts
)
LOOK_UPS = {"filter", "exclude", "get", "get_or_create", "update_or_create"}
CONDITIONS = {"Q", "When"}
CUTS = {"startswith", "endswith", "removeprefix", "removesuffix", "partition", "rpartition", "split"}
TEXT_COLUMNS = {"CharField", "TextField"}

# Each with the reason why the rule does not apply.
ALLOWED = {
    ("actions/backup_archives.py", "No matching keys"): "pyrage says only in words that a key does not fit",
    ("rules/empty_answers.py", "can think of"): "reads what a family typed",
    ("management/demo/demo_clinic.py", "Brook Street Children's Clinic"): "the demo finds its own clinic",
    ("management/demo/demo_clinic.py", "Brook Street demo number"): "the name of the demo's record system",
}
CUT_COLUMNS: dict[tuple[str, str], str] = {}


def constants(tree: ast.Module) -> dict[str, str]:
    """Return the module's own names for single texts."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            found |= {one.id: node.value.value for one in node.targets if isinstance(one, ast.Name)}
    return {name: text for name, text in found.items() if isinstance(text, str)}


TREES = {path: ast.parse(path.read_text()) for path in FILES}
NAMED = {name: text for tree in TREES.values() for name, text in constants(tree).items()}


def is_sentence(text: object) -> bool:
    return isinstance(text, str) and " " in text.strip()


def sentence_of(node: ast.expr) -> str:
    """Return the sentence in this expression: a literal, a name, or the start of a formatted text."""
    if isinstance(node, ast.Constant) and is_sentence(node.value):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        parts = [one.value for one in node.values if isinstance(one, ast.Constant)]
        return next((str(one) for one in parts if isinstance(one, str) and one.strip(" :·-").isalpha()), "")
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    if is_sentence(NAMED.get(name)):
        return NAMED[name]
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return next(filter(None, map(sentence_of, node.elts)), "")
    return ""


def sentences_asked_of(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and sentence of each lookup, comparison and split by one."""
    for node in ast.walk(tree):
        asked: list[ast.expr] = []
        if isinstance(node, ast.Compare):
            asked = [node.left, *node.comparators]
        elif isinstance(node, ast.Call):
            called = node.func
            is_method = isinstance(called, ast.Attribute) and called.attr in LOOK_UPS | CUTS
            if is_method or (isinstance(called, ast.Name) and called.id in CONDITIONS):
                asked = [*node.args, *(word.value for word in node.keywords)]
        yield from ((one.lineno, said) for one in asked if (said := sentence_of(one)))


def text_columns() -> set[str]:
    """Return columns that hold words for people: texts without choices, except names, numbers and keys."""
    return {
        field.name
        for model in apps.get_app_config("checkin").get_models()
        for field in model._meta.concrete_fields
        if field.get_internal_type() in TEXT_COLUMNS and not field.choices
    }


WORDS_OF_PROGRAM = {"why", "label", "next_step", "reason"}
"""Columns whose words the program writes or once wrote."""


def columns_cut(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and column where text that the program wrote is split or searched for in another text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CUTS:
            of = node.func.value
            if isinstance(of, ast.Attribute) and of.attr in WORDS_OF_PROGRAM:
                yield node.lineno, of.attr
        if isinstance(node, ast.Compare) and any(isinstance(one, ast.In | ast.NotIn) for one in node.ops):
            for side in node.comparators:
                if isinstance(side, ast.Attribute) and side.attr in WORDS_OF_PROGRAM:
                    yield node.lineno, side.attr


def place(path: Path) -> str:
    return str(path.relative_to(ROOT / "checkin"))


def test_no_code_selects_rows_by_a_sentence() -> None:
    found = {(place(path), said) for path, tree in TREES.items() for _, said in sentences_asked_of(tree)}
    assert found == set(ALLOWED)


def test_no_code_splits_text_that_the_program_wrote() -> None:
    found = {(place(path), column) for path, tree in TREES.items() for _, column in columns_cut(tree)}
    assert found == set(CUT_COLUMNS)


def test_watched_columns_exist() -> None:
    assert text_columns() >= WORDS_OF_PROGRAM


@pytest.mark.parametrize(
    "line",
    [
        'rows.filter(why="this child is already signed in")',
        'rows.exclude(Q(reason="the facts changed"))',
        'row.recorded == f"visit {other.pk}"',
        'row.recorded.removeprefix("visit ") == "no text at all"',
        'row.reason in ("", "the facts changed")',
        'reason.startswith("booked for Friday")',
    ],
)
def test_lookup_by_a_sentence_is_found(line: str) -> None:
    assert list(sentences_asked_of(ast.parse(line)))


@pytest.mark.parametrize("line", ['rows.filter(status="open")', 'f"{pk}-{no}" == said', 'said == ""'])
def test_lookup_by_code_or_key_is_accepted(line: str) -> None:
    assert not list(sentences_asked_of(ast.parse(line)))


def test_split_of_program_text_is_found() -> None:
    assert list(columns_cut(ast.parse('need.label.partition(" · ")')))
    assert list(columns_cut(ast.parse("step in need.why")))
