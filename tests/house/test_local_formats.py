"""Nothing but `rules/local_formats` writes times and dates for people: by the clinic's region."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LAYERS = ("actions", "models", "papers", "queries", "rules", "templatetags", "web")
MODULES = sorted(path for layer in LAYERS for path in (ROOT / "checkin" / layer).rglob("*.py"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))

FILTER = re.compile(r"\|\s*(?:date|time)\b(?::\s*([\"'][^\"']*[\"']|[\w.]+))?|{%\s*now\b")
DIRECTIVE = re.compile(r"%-?[aAbBdHIjmMpSuyYcxX](?![a-zA-Z])")
DJANGO_FORMATTERS = {"date_format", "time_format", "localize", "strftime", "get_format"}
SCRIPT = re.compile(r"toLocale\w*String|\bIntl\.|\.get(?:UTC)?(?:Hours|Minutes|Month|Date)\(")

MACHINE_FORMATS = {"'Y-m-d'", "'c'"}
"""In attributes that a script or a browser reads."""

TEMPLATE_EXCEPTIONS = {
    "papers/excuse_note.html": "a note is in its reader's languages, and each has its own formats",
    "verify/answer.html": "for a school or an employer, in the language of their browser",
}
MODULE_EXCEPTIONS = {
    "actions/restores.py": {"%Y%m%dT%H%M%S"},  # the name of a folder, for the shell
    "models/appointments.py": {"%Y-%m-%d %H:%M"},  # for logs; pages name appointments by other functions
    "rules/backups.py": {"%Y%m%dT%H%M%S"},  # the name of a file, in UTC
    "rules/local_formats.py": {"%M", "%b", "%A", "%a"},
    "web/desk/board_rows.py": {"%Y%m%d"},  # a cache key
    "web/desk/consent_forms.py": {"%Y-%m-%d"},  # the value of a date input, here and below
    "web/desk/excuse_note_forms.py": {"%Y-%m-%d", "%H:%M"},
    "web/desk/excuse_notes.py": {"%Y-%m-%d"},  # the name of a file
    "web/desk/promise_forms.py": {"%Y-%m-%d", "%H:%M"},
    "web/health.py": {"%Y-%m-%d %H:%M"},  # for the administrator, in UTC
    "web/kiosk/wording.py": {"date_format"},  # an example in the language that the family chose
}


def formats_in_template(text: str) -> list[str]:
    return [one[0] for one in FILTER.finditer(text) if one[1] not in MACHINE_FORMATS]


def formats_in_module(text: str) -> Iterator[str]:
    tree = ast.parse(text)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            if DIRECTIVE.search(node.value):
                yield node.value
        elif isinstance(node, ast.Name) and node.id in DJANGO_FORMATTERS:
            yield node.id
        elif isinstance(node, ast.Attribute) and node.attr in DJANGO_FORMATTERS:
            yield node.attr


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_shows_times_and_dates_by_the_tags_of_the_clinic(path: Path) -> None:
    if str(path.relative_to(ROOT / "templates")) not in TEMPLATE_EXCEPTIONS:
        assert formats_in_template(path.read_text()) == [], "use {% time_words %}, {% date_words %} …"


def test_no_module_formats_times_or_dates_of_its_own() -> None:
    found = {
        str(path.relative_to(ROOT / "checkin")): some
        for path in MODULES
        if (some := set(formats_in_module(path.read_text())))
    }
    assert found == MODULE_EXCEPTIONS, "use the clinic's time_words, date_words …"


def test_no_script_formats_times_or_dates_of_its_own() -> None:
    found = {path.name: SCRIPT.findall(path.read_text()) for path in SCRIPTS}
    assert {name: some for name, some in found.items() if some} == {}, "let the server send it in words"


@pytest.mark.parametrize(
    "text",
    [
        '{{ a.at|date:"G:i" }}',
        "{{ a.at|date:'M j, Y' }}",
        "{{ a.at|time }}",
        "{{ a|date:form }}",
        "{% now 'H' %}",
    ],
)
def test_format_of_a_template_is_found(text: str) -> None:
    assert formats_in_template(text)


def test_machine_format_in_a_template_is_accepted() -> None:
    assert formats_in_template("<time datetime=\"{{ a.at|date:'c' }}\">{% time_words a.at %}</time>") == []


@pytest.mark.parametrize(
    "text",
    [
        'f"{at:%-H:%M}"',
        'f"{at.hour}:{at:%M}"',
        'at.strftime("x")',
        'date_format(day, "M j")',
        'form = "%b %d"',
    ],
)
def test_format_of_a_module_is_found(text: str) -> None:
    assert list(formats_in_module(text))
