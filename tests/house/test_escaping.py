"""Templates escape all that anybody typed, and code that marks text as safe is a short, read list."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.names import ROOT

UNESCAPED = re.compile(r"\|\s*safe(?:seq)?\b|\{%-?\s*autoescape\s+off|\{%\s*filter\s+safe")
MARKED = re.compile(r"\b(?:mark_safe|SafeText|SafeData)\(|(?<!def )\bSafeString\(|__html__\b")
GLUED = re.compile(
    r"\bformat_html(?:_join)?\(\s*(?:f[\"']|[\"'][^\"']*[\"']\s*(?:%|\.format)|[a-z_.]+\s*[,)])"
)
"""A format that is itself put together, so that what was typed becomes a part of the page."""
READ = {
    "checkin/papers/excuse_notes.py": 2,  # nothing; a template's output
    "checkin/papers/qr_codes.py": 1,  # a drawing of our address
    "checkin/templatetags/desk_icons.py": 1,  # our own drawings
    "checkin/web/desk/board.py": 3,  # rows that their template escaped, and format_html's output
    "checkin/web/desk/board_rows.py": 1,  # the same rows
    "checkin/templatetags/desk_words.py": 1,  # escaped in the same line
    "checkin/templatetags/tokens.py": 3,  # our own drawings
}
"""How often each file marks text as safe. Each was read, and has its reason beside it."""
READ_FORMATS = {"checkin/web/desk/excuse_note_drafts.py": 1}  # a sentence of ours in the person's language


def find_unescaped(text: str) -> list[str]:
    return UNESCAPED.findall(text)


def count_marked(text: str) -> int:
    return len(MARKED.findall(text))


def list_sources() -> list[Path]:
    return [path for folder in ("checkin", "clinic") for path in sorted((ROOT / folder).rglob("*.py"))]


def run_ruff(*paths: str) -> subprocess.CompletedProcess[str]:
    """Run the security rules of ruff, which are bandit's."""
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--select",
        "S",
        "--no-cache",
        "--output-format",
        "concise",
    ]
    return subprocess.run([*command, *paths], check=False, capture_output=True, text=True, cwd=ROOT)


def test_no_template_turns_escaping_off(record_property: Any) -> None:
    templates = sorted((ROOT / "templates").rglob("*.html"))
    assert [str(path) for path in templates if find_unescaped(path.read_text())] == []
    record_property("cases", len(templates))


def test_text_is_marked_as_safe_only_where_it_was_read(record_property: Any) -> None:
    found = {str(path.relative_to(ROOT)): count_marked(path.read_text()) for path in list_sources()}
    assert {path: times for path, times in found.items() if times} == READ
    record_property("cases", len(found))


def test_no_format_of_html_is_put_together(record_property: Any) -> None:
    found = {str(path.relative_to(ROOT)): len(GLUED.findall(path.read_text())) for path in list_sources()}
    assert {path: times for path, times in found.items() if times} == READ_FORMATS
    record_property("cases", len(list_sources()))


def test_the_security_rules_find_nothing(record_property: Any) -> None:
    program = run_ruff("checkin", "clinic", "manage.py")
    assert program.returncode == 0, program.stdout
    record_property("cases", len(list_sources()) + 1)


@pytest.mark.parametrize(
    "planted",
    ["{{ name|safe }}", "{{ name | safe }}", "{% autoescape off %}", "{% filter safe %}", "{{ a|safeseq }}"],
)
def test_a_template_that_does_not_escape_is_found(planted: str, record_property: Any) -> None:
    assert find_unescaped(planted) and not find_unescaped("{{ name }} is safe")
    record_property("found", 1)


@pytest.mark.parametrize("planted", ["mark_safe(name)", "return SafeString(name)", "def __html__(self): ..."])
def test_text_that_is_marked_as_safe_is_found(planted: str, record_property: Any) -> None:
    assert count_marked(planted) == 1
    record_property("found", 1)


@pytest.mark.parametrize(
    "planted",
    ['format_html(f"<b>{name}</b>")', 'format_html("<b>%s</b>" % name)', "format_html(words, name)"],
)
def test_a_format_that_is_put_together_is_found(planted: str, record_property: Any) -> None:
    assert GLUED.search(planted) and not GLUED.search('format_html("<b>{}</b>", name)')
    record_property("found", 1)


def test_the_security_rules_find_a_planted_hole(tmp_path: Path, record_property: Any) -> None:
    hole = tmp_path / "hole.py"
    hole.write_text("import subprocess\nsubprocess.run(input(), shell=True)\n")
    program = run_ruff(str(hole))
    assert program.returncode == 1 and "S602" in program.stdout
    record_property("found", 1)
