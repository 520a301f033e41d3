"""The content security policy forbids inline styles and scripts, so no template may contain one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
COMMENTS = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", re.DOTALL)
FORBIDDEN = {
    "a style element": re.compile(r"<style\b", re.I),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "a script without src": re.compile(
        r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*type\s*=\s*[\"']application/json)", re.I
    ),
    "an on… attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "an hx-on or js: attribute": re.compile(r"hx-on|=\s*[\"']js:", re.I),
    "a javascript: address": re.compile(r"javascript:", re.I),
    "something from another host": re.compile(r"\b(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.I),
}


def inline(text: str) -> list[str]:
    bare = COMMENTS.sub("", text)
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(bare)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_has_no_inline_style_or_script(path: Path) -> None:
    assert inline(path.read_text()) == []


@pytest.mark.parametrize(
    "text",
    [
        "<style>p {}</style>",
        '<p class="a" style="color: red">',
        "<script>go()</script>",
        '<button type="button" onclick="go()">',
        '<div hx-on:click="go()">',
        '<a href="javascript:go()">',
        '<script src="https://cdn.example/x.js"></script>',
    ],
)
def test_inline_style_or_script_is_found(text: str) -> None:
    assert inline(text)


def test_template_without_inline_code_is_accepted() -> None:
    assert inline("""<script src="{% static 'js/x.js' %}" defer></script><a href="/match/">x</a>""") == []


INNER = re.compile(r'{% (?:include|extends) "([^"]+)"')
FRAMES = {
    "desk/base.html",
    "audit/base.html",
    "desk/note_base.html",
    "kiosk/page.html",
    "plain.html",
    "plain_names.html",
    "settings/base.html",
    "verify/base.html",
}
"""Base templates, not shown on their own."""


def whole(path: Path) -> str:
    """Return the page with everything it includes and extends, except the desk's base template."""
    text = path.read_text()
    parts = [ROOT / "templates" / name for name in INNER.findall(text) if not name.endswith("base.html")]
    return text + "".join(whole(one) for one in parts if one.exists())


def test_every_page_has_a_top_level_heading() -> None:
    pages = [path for path in TEMPLATES if "{% extends" in path.read_text()]
    named = {str(path.relative_to(ROOT / "templates")): path for path in pages}
    assert [name for name, path in named.items() if name not in FRAMES and "<h1" not in whole(path)] == []


PHONE_SHOWN = re.compile(r"{{[^}]*\b(?:\w*phone|reach_at|written|(?:one|who)\.(?:now|said))\b(?!\w)[^}]*}}")


def bare_phones(text: str) -> list[str]:
    """Return what prints a phone without `{% phone %}`, which alone writes it as the clinic's region does."""
    return PHONE_SHOWN.findall(COMMENTS.sub("", text))


@pytest.mark.parametrize(
    "path", sorted((ROOT / "templates/desk").rglob("*.html")), ids=lambda path: path.name
)
def test_desk_templates_show_phones_only_in_one_format(path: Path) -> None:
    assert bare_phones(path.read_text()) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("{{ one.phone }}", 1),
        ("{{ patient.phone|unbroken }}", 1),
        ("{{ visit.sign_in.escort_phone|unbroken }}", 1),
        ("{{ row.promise.reach_at|unbroken }}", 1),
        ("{{ row.written }}", 1),
        ("{% phone one.phone %}", 0),
        ("{{ row.written_mark }}", 0),
        ("{% if one.phone %}yes{% endif %}", 0),
    ],
)
def test_a_phone_without_the_tag_is_found(text: str, count: int) -> None:
    assert len(bare_phones(text)) == count


MAY_SHOW_NAMES = re.compile(r"<bdi|dir=\"auto\"|{% for \w+ in messages %}|desk/_unsent_form_fields")


def test_plain_pages_that_may_show_names_can_hide_them() -> None:
    """Typed words, and a message that an act at the desk left: a plain page shows what comes next."""
    plain = [path for path in TEMPLATES if '{% extends "plain.html" %}' in path.read_text()]
    # The names of a display and its front desk, and of whoever is logged in: no family's.
    of_others = {ROOT / "templates/display/home.html", ROOT / "templates/account/desk_locked.html"}
    found = [one.name for one in plain if MAY_SHOW_NAMES.search(one.read_text()) and one not in of_others]
    assert found == []
    assert MAY_SHOW_NAMES.search((ROOT / "templates/unsent_forms.html").read_text())


PLAIN_BUTTON = re.compile(r'<button type="button"[^>]*>')
READY_LATER = re.compile(r"\s(?:hidden|disabled)[\s>]")
IN_WHAT_A_SCRIPT_SHOWS = {"desk/board.html": 1, "account/desk_locked.html": 1, "mfa/authenticate.html": 1}
"""Buttons inside a part that is hidden until their script shows it."""


def test_a_button_that_needs_a_script_is_off_until_the_script_listens() -> None:
    """Pressed before, on a slow line, it did nothing and said nothing. The tablet has a class for it."""
    found = {
        str(path.relative_to(ROOT / "templates")): [
            button for button in PLAIN_BUTTON.findall(path.read_text()) if not READY_LATER.search(button)
        ]
        for path in TEMPLATES
        if "kiosk" not in path.parts
    }
    assert {name: len(buttons) for name, buttons in found.items() if buttons} == IN_WHAT_A_SCRIPT_SHOWS
