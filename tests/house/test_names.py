"""Names explain themselves: verb + object, one meaning each, and `_` for names used only in their module."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest

from tests import names
from tests.names import ROOT, ModuleName

MOST_ONE_WORD_FUNCTIONS = 0.02
"""Share of module-level functions. Comparable projects have 0.07 to 0.13."""
READ_BY_DJANGO = {"clinic/settings.py", "clinic/urls.py"}


@functools.cache
def every_name() -> list[ModuleName]:
    return names.all_names()


def words_of(path: Path) -> set[str]:
    return set(re.findall(r"\w+", path.read_text(errors="replace")))


@functools.cache
def words_by_file() -> dict[str, set[str]]:
    files = [
        path for folder in ("checkin", "clinic", "tests", "bin") for path in (ROOT / folder).rglob("*.py")
    ]
    files += [*(ROOT / "templates").rglob("*.html"), ROOT / "manage.py", ROOT / "pyproject.toml"]
    return {str(path.relative_to(ROOT)): words_of(path) for path in files}


def test_few_functions_have_a_one_word_name() -> None:
    functions = [one for one in every_name() if one.is_function]
    one_word = names.one_word_functions(every_name())
    assert len(one_word) <= MOST_ONE_WORD_FUNCTIONS * len(functions), sorted(one_word)


def test_no_name_is_defined_in_more_than_three_files() -> None:
    assert names.shared_names(every_name(), files=3) == {}


def test_name_without_underscore_is_used_outside_its_module() -> None:
    """A type that a public function takes or returns is public too; Django reads the settings by name."""
    unused = [
        f"{one.path}: {one.name}"
        for one in every_name()
        if not (one.is_private or one.is_type or one.path in READ_BY_DJANGO)
        if not is_used_elsewhere(one) and not is_registered(one)
    ]
    assert unused == [], "give them a leading underscore, or delete them"


def is_used_elsewhere(one: ModuleName) -> bool:
    return any(one.name in words for path, words in words_by_file().items() if path != one.path)


def is_registered(one: ModuleName) -> bool:
    """Return whether a decorator registers it, as with template tags and checks."""
    return bool(getattr(one.node, "decorator_list", []))


def test_name_with_underscore_is_used_by_no_other_module() -> None:
    borrowed = [
        f"{path} uses {one.name} of {one.path}"
        for one in every_name()
        if one.is_private and one.name.strip("_")
        for path, words in words_by_file().items()
        if path != one.path and path.startswith(("checkin", "clinic")) and one.name in words
    ]
    assert borrowed == []


@pytest.mark.parametrize(
    ("name", "is_one_word"), [("keep", True), ("_keep", True), ("keep_note", False), ("_keep_note", False)]
)
def test_one_word_name_is_found(tmp_path: Path, name: str, is_one_word: bool) -> None:
    module = names.module_names_in(f"def {name}() -> None: ...", "checkin/x.py")
    assert [one.is_one_word for one in module] == [is_one_word]


def test_name_in_too_many_files_is_found() -> None:
    four = [one for n in range(4) for one in names.module_names_in("LIMIT = 1", f"checkin/m{n}.py")]
    assert list(names.shared_names(four, files=3)) == ["LIMIT"]
    assert names.shared_names(four[:3], files=3) == {}
