"""Lint for our style sheets: they parse, repeat nothing, and take their colors from one file."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import tinycss2
from tinycss2.color4 import parse_color

ROOT = Path(__file__).resolve().parents[2]
SHEETS = sorted((ROOT / "static/css").glob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# A note prints black on white whatever the screen colors are; the PDF is made without the tokens.
NAMES_COLORS = {"tokens.css", "paper.css"}
COLOR_FUNCTIONS = {"rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color"}
HOLDS_RULES = {"media", "supports", "keyframes"}


class Rule(NamedTuple):
    selector: str
    line: int
    declarations: list[Any]


def list_rules(nodes: list[Any]) -> Iterator[Rule]:
    """Yield every rule with declarations, inside @media too. Raise an error if the sheet does not parse."""
    for node in nodes:
        if node.type == "error":
            raise ValueError(f"line {node.source_line}: {node.message}")
        if node.type == "at-rule" and node.content is not None and node.lower_at_keyword in HOLDS_RULES:
            yield from list_rules(tinycss2.parse_rule_list(node.content, skip_comments=True))
        elif node.type == "qualified-rule" or (node.type == "at-rule" and node.content is not None):
            parsed = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
            for each in parsed:
                if each.type == "error":
                    raise ValueError(f"line {each.source_line}: {each.message}")
            declarations = [each for each in parsed if each.type == "declaration"]
            selector = re.sub(r"\s+", " ", tinycss2.serialize(node.prelude)).strip()
            yield Rule(selector, node.source_line, declarations)
            yield from list_rules([each for each in parsed if each.type != "declaration"])


def read_rules(text: str) -> list[Rule]:
    return list(list_rules(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)))


def walk_values(values: list[Any]) -> Iterator[Any]:
    for value in values:
        yield value
        for part in (getattr(value, "arguments", None), getattr(value, "content", None)):
            if isinstance(part, list):
                yield from walk_values(part)


def is_color(value: Any) -> bool:
    if value.type == "hash":
        return True
    if value.type == "function":
        return value.lower_name in COLOR_FUNCTIONS
    named = value.type == "ident" and value.lower_value not in ("transparent", "currentcolor")
    return named and parse_color(value.value) is not None


def name_colors(text: str) -> list[str]:
    return [
        f"line {one.source_line}: {one.name}: {tinycss2.serialize([value])}"
        for rule in read_rules(text)
        for one in rule.declarations
        for value in walk_values(one.value)
        if is_color(value)
    ]


def name_unexplained_importants(text: str) -> list[str]:
    """Return `!important` lines without a reason on the same line or the line above."""
    lines = ["", *text.splitlines()]
    return [
        f"line {one.source_line}: {one.name}"
        for rule in read_rules(text)
        for one in rule.declarations
        if one.important and "/*" not in lines[one.source_line] and "*/" not in lines[one.source_line - 1]
    ]


def name_repeats(text: str) -> list[str]:
    found = []
    for rule in read_rules(text):
        # Two in a row are intended: a browser uses the last one it supports.
        names = [name for name, _ in itertools.groupby(one.name for one in rule.declarations)]
        twice = [name for name in set(names) if names.count(name) > 1]
        found += [
            f"line {rule.line}: {rule.selector}: {name}" for name in twice or ([] if names else ["empty"])
        ]
    return found


def list_custom_properties(text: str) -> tuple[set[str], set[str], set[str]]:
    """Return properties that are defined, those that are used, and those used without a fallback."""
    declarations = [one for rule in read_rules(text) for one in rule.declarations]
    defined = {one.name for one in declarations if one.name.startswith("--")}
    values = [value for one in declarations for value in walk_values(one.value)]
    calls = [value.arguments for value in values if value.type == "function" and value.lower_name == "var"]
    asked = {name.value for name, *_ in calls}
    return defined, asked, {name.value for name, *instead in calls if not instead}


by_name = pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)


@by_name
def test_style_sheet_parses_and_repeats_nothing(path: Path) -> None:
    assert name_repeats(path.read_text()) == []


@by_name
def test_colors_are_named_in_one_file(path: Path) -> None:
    assert path.name in NAMES_COLORS or name_colors(path.read_text()) == []


@by_name
def test_every_important_has_a_reason(path: Path) -> None:
    assert name_unexplained_importants(path.read_text()) == []


@by_name
def test_style_sheet_starts_with_a_comment_and_imports_no_other(path: Path) -> None:
    text = path.read_text()
    assert text.startswith("/* ")
    assert not re.search(r"@import|url\((?![\"']data:)", text)


def is_ours(name: str) -> bool:
    """Return whether the property is ours; Bootstrap defines its own and uses those that we set."""
    return not name.startswith("--bs-")


def test_every_custom_property_is_both_defined_and_used() -> None:
    sheets = [list_custom_properties(path.read_text()) for path in SHEETS]
    scripts = "".join(path.read_text() for path in (ROOT / "static/js").glob("*.js"))
    set_by_script = re.findall(r'setProperty\("(--[a-z-]+)"', scripts)
    defined = set().union(set_by_script, *(names for names, _, _ in sheets))
    asked = set().union(*(names for _, names, _ in sheets))
    needed = set().union(*(names for _, _, names in sheets))
    assert set(filter(is_ours, needed - defined)) == set()
    assert set(filter(is_ours, defined - asked)) == set()


def test_every_style_sheet_is_on_a_page() -> None:
    pages = [name for path in TEMPLATES for name in re.findall(r"'css/([^']+)'", path.read_text())]
    assert set(pages) == {path.name for path in SHEETS}


@pytest.mark.parametrize(
    ("find", "text"),
    [
        (name_colors, "p { border: 1px solid #abc; }"),
        (name_colors, "p { color: rebeccapurple; }"),
        (name_colors, "@media print { p { background: rgb(0 0 0 / 35%); } }"),
        (name_unexplained_importants, "p { margin: 0 !important; }"),
        (name_repeats, "p { margin: 0; color: inherit; margin: 1rem; }"),
        (name_repeats, "p { }"),
    ],
)
def test_forbidden_style_is_found(find: Callable[..., list[str]], text: Any) -> None:
    assert find(text)


@pytest.mark.parametrize("text", ["p { color red }", "p { margin: 0; } }", "p { margin: 0; color: }}"])
def test_style_sheet_that_does_not_parse_is_found(text: str) -> None:
    with pytest.raises(ValueError, match="line "):
        read_rules(text)
