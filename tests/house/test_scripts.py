"""Scripts are modules that import each other; what they share, one file owns."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))
# A module runs after the page is parsed, too late for what must be decided before anything is painted.
BEFORE_PAINT = {"hide-names-before-paint.js", "show-one-question-before-paint.js"}
LINE = 110
SCRIPT_TAG = re.compile(r"<script\b[^>]*>")
SRC = re.compile(r"\{% static 'js/([^']+)' %\}")
IMPORT = re.compile(r'^(?:import|export) (?:[^;]*? from )?"\./([^"]+)";', re.MULTILINE | re.DOTALL)
# What a key is said by; a second attribute would be a second list of keys.
OTHER_KEY_ATTRIBUTES = re.compile(r"\baria-keyshortcuts\b|\baccesskey\b|\bdata-[a-z-]+-key\b")
KEY_EVENT = re.compile(r"\b(?:keydown|keyup|keypress)\b")
GLOBAL = re.compile(r"\b(?:window|globalThis|self)\.\w+ \??\??=[^=]|\bwindow\[")


def strip_comments(script: str) -> str:
    return re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", script, flags=re.DOTALL)


def find_script_tags(text: str) -> list[str]:
    """The tags of scripts that run: data in JSON does not."""
    return [tag for tag in SCRIPT_TAG.findall(text) if "application/json" not in tag]


def name_badly_loaded_scripts(text: str) -> list[str]:
    def is_well_loaded(tag: str) -> bool:
        found = SRC.search(tag)
        return bool(found) and ('type="module"' in tag) != (found[1] in BEFORE_PAINT)

    return [tag for tag in find_script_tags(text) if not is_well_loaded(tag)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_script_of_a_template_is_a_module(path: Path) -> None:
    assert name_badly_loaded_scripts(path.read_text()) == []


@pytest.mark.parametrize(
    "tag",
    [
        """<script src="{% static 'js/board.js' %}" defer></script>""",
        """<script type="module">go()</script>""",
        """<script type="module" src="{% static 'js/hide-names-before-paint.js' %}"></script>""",
    ],
)
def test_a_script_that_is_no_module_is_seen(tag: str) -> None:
    assert name_badly_loaded_scripts(tag)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_key_is_said_by_one_attribute(path: Path) -> None:
    assert OTHER_KEY_ATTRIBUTES.findall(path.read_text()) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_only_one_file_listens_to_keys(path: Path) -> None:
    found = KEY_EVENT.findall(strip_comments(path.read_text()))
    assert len(found) == (1 if path.name == "keys.js" else 0)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_puts_a_name_where_all_can_reach_it(path: Path) -> None:
    assert GLOBAL.findall(strip_comments(path.read_text())) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_says_first_what_it_is_and_keeps_its_lines_short(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert lines[0].startswith(("// ", "/** "))
    assert [number for number, line in enumerate(lines, 1) if len(line) > LINE] == []
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*\.js", path.name)


def test_every_script_is_asked_for_and_is_there() -> None:
    pages = [name for path in TEMPLATES for name in SRC.findall(path.read_text())]
    imported = [name for path in SCRIPTS for name in IMPORT.findall(path.read_text())]
    assert {*pages, *imported} == {path.name for path in SCRIPTS}


def test_no_page_asks_for_a_script_twice() -> None:
    counts = {path.name: Counter(SRC.findall(path.read_text())) for path in TEMPLATES}
    assert {
        name: count.most_common(1) for name, count in counts.items() if count and max(count.values()) > 1
    } == {}


def test_collected_scripts_import_each_other_by_their_hashed_names(tmp_path, settings) -> None:
    """Otherwise a page of today would run with a module that the browser kept of yesterday."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": settings.HASHED}}
    call_command("collectstatic", interactive=False, verbosity=0)
    names = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    made = {path.name: (tmp_path / names[f"js/{path.name}"]).read_text() for path in SCRIPTS}
    wanted = {path.name: IMPORT.findall(path.read_text()) for path in SCRIPTS}
    assert any(wanted.values())
    for name, imports in wanted.items():
        found = re.findall(r'^(?:import|export)\b[^;]*?"\./([^"]+)";', made[name], re.MULTILINE | re.DOTALL)
        assert found == [Path(names[f"js/{one}"]).name for one in imports]
        assert all(re.search(r"\.[0-9a-f]{12}\.js$", one) for one in found)
