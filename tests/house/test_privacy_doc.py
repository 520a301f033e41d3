"""docs/privacy.md names a test in each row, and each of them exists; so do those of the trust figures."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.names import ROOT
from tests.trust_promises import PROMISES

PAGE = ROOT / "docs" / "privacy.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
WITHOUT_TEST = ("not yet", "the clinic's own task")


def list_rows(text: str) -> Iterator[str]:
    """Yield the last cell of each row below a table's head."""
    for head, row in zip(text.splitlines(), text.splitlines()[1:], strict=False):
        if row.startswith("|") and not row.startswith("|---") and head.startswith("|"):
            yield row.strip("| ").rpartition("|")[2].strip()


def has_test(path: Path, name: str) -> bool:
    """Return whether the file has this test, or any if none is named."""
    if not path.is_file():
        return False
    tests = {
        one.name
        for one in ast.walk(ast.parse(path.read_text()))
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name.startswith("test_")
    }
    return name in tests if name else bool(tests)


def find_missing(named: list[tuple[str, str]]) -> list[str]:
    return [f"{path}::{name}" for path, name in named if not has_test(ROOT / path, name)]


def find_rows_without_proof(text: str) -> list[str]:
    return [row for row in list_rows(text) if not NAMED.search(row) and row not in WITHOUT_TEST]


def test_each_row_names_a_test_or_says_plainly_that_there_is_none() -> None:
    assert len(list(list_rows(PAGE.read_text()))) > 60
    assert find_rows_without_proof(PAGE.read_text()) == []


def test_each_named_test_exists() -> None:
    named = NAMED.findall(PAGE.read_text())
    assert len(named) > 60
    assert find_missing(named) == []


def test_a_row_without_a_test_and_a_test_that_is_gone_are_found() -> None:
    table = "| a | b |\n|---|---|\n| one | surely |\n| two | not yet |\n| three | `tests/x.py::test_y` |\n"
    assert list(list_rows(table)) == ["surely", "not yet", "`tests/x.py::test_y`"]
    assert find_rows_without_proof(table) == ["surely"]
    assert find_missing([("tests/house/test_privacy_doc.py", "test_nothing"), ("tests/x.py", "")]) == [
        "tests/house/test_privacy_doc.py::test_nothing",
        "tests/x.py::",
    ]


def test_each_test_of_the_trust_figures_exists() -> None:
    named = [test.partition("::")[::2] for one in PROMISES for test in (*one.tests, *one.controls)]
    assert find_missing(named) == []


def test_each_trust_figure_has_a_control_or_says_what_is_missing() -> None:
    assert [one.id for one in PROMISES if not (one.tests and one.controls) and not one.note] == []
