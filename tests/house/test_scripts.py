"""Scripts are modules that import each other; shared code is defined in one file."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
import pytest_django
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))
# A module runs after the page is parsed, too late for changes needed before the first paint.
BEFORE_PAINT = {"hide-names-before-paint.js", "show-one-question-before-paint.js"}
LINE = 110
SCRIPT_TAG = re.compile(r"<script\b[^>]*>")
OF_ALLAUTH = {"onload.js", "webauthn.js", "webauthn-json.js"}
"""In account/js and mfa/js."""
SRC = re.compile(r"\{% static '(?:account/|mfa/)?js/([^']+)' %\}")
IMPORT = re.compile(r'^(?:import|export) (?:[^;]*? from )?"\./([^"]+)";', re.MULTILINE | re.DOTALL)
# Other attributes for keys; a second attribute would be a second list of keys.
OTHER_KEY_ATTRIBUTES = re.compile(r"\baria-keyshortcuts\b|\baccesskey\b|\bdata-[a-z-]+-key\b")
KEY_EVENT = re.compile(r"\b(?:keydown|keyup|keypress)\b")
# window.name is the browser's own. It carries a family's answers to the page in another language.
GLOBAL = re.compile(r"\b(?:window|globalThis|self)\.(?!name\b)\w+ \??\??=[^=]|\bwindow\[")


def strip_comments(script: str) -> str:
    return re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", script, flags=re.DOTALL)


def find_script_tags(text: str) -> list[str]:
    """Return tags of scripts that run, without JSON data."""
    return [tag for tag in SCRIPT_TAG.findall(text) if "application/json" not in tag]


def name_badly_loaded_scripts(text: str) -> list[str]:
    def is_well_loaded(tag: str) -> bool:
        found = SRC.search(tag)
        return bool(found) and ('type="module"' in tag) != (found[1] in BEFORE_PAINT)

    return [tag for tag in find_script_tags(text) if not is_well_loaded(tag)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_template_script_is_a_module(path: Path) -> None:
    assert name_badly_loaded_scripts(path.read_text()) == []


@pytest.mark.parametrize(
    "tag",
    [
        """<script src="{% static 'js/board.js' %}" defer></script>""",
        """<script type="module">go()</script>""",
        """<script type="module" src="{% static 'js/hide-names-before-paint.js' %}"></script>""",
    ],
)
def test_script_that_is_not_a_module_is_found(tag: str) -> None:
    assert name_badly_loaded_scripts(tag)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_declare_keys_with_one_attribute(path: Path) -> None:
    assert OTHER_KEY_ATTRIBUTES.findall(path.read_text()) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_only_one_file_listens_to_keys(path: Path) -> None:
    found = KEY_EVENT.findall(strip_comments(path.read_text()))
    assert len(found) == (1 if path.name == "keys.js" else 0)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_defines_a_global(path: Path) -> None:
    assert GLOBAL.findall(strip_comments(path.read_text())) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_script_starts_with_a_comment_and_keeps_lines_short(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert lines[0].startswith(("// ", "/** "))
    assert [number for number, line in enumerate(lines, 1) if len(line) > LINE] == []
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*\.js", path.name)


def test_every_script_is_used_and_exists() -> None:
    pages = [name for path in TEMPLATES for name in SRC.findall(path.read_text())]
    imported = [name for path in SCRIPTS for name in IMPORT.findall(path.read_text())]
    assert {*pages, *imported} - OF_ALLAUTH == {path.name for path in SCRIPTS}


def test_no_page_loads_a_script_twice() -> None:
    counts = {path.name: Counter(SRC.findall(path.read_text())) for path in TEMPLATES}
    assert {
        name: count.most_common(1) for name, count in counts.items() if count and max(count.values()) > 1
    } == {}


def test_collected_scripts_import_each_other_by_hashed_names(
    tmp_path: Path, settings: pytest_django.Settings
) -> None:
    """Otherwise a new page would run with an old module from the browser cache."""
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
