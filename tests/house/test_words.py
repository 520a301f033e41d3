"""Plain words on screens, in docs, code and comments: what a machine can check of how we write."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KINDS = {".py", ".html", ".js", ".css", ".md", ".txt"}
PLACES = (
    "checkin",
    "templates",
    "static/js",
    "static/css",
    "docs",
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
)

UNUSUAL = {
    r"\banew\b": "again",
    r"\b(?:thereof|herein|whereby|whilst|hence|lest|forthwith|henceforth|hitherto)\b": "a word of every day",
    r"(?<!\bmany )(?<!\bMany )\bany more\b(?! than)": "anymore",
    r"\bsuccessfully\b": "say what was done",
    r"\btry again later\b": "say when, and what was kept",
    r"\bcounts no longer\b(?!\")": "no longer counts",
    r"\bma[dk]e (it |this note )?void\b": "void it",
    r"\b(?:left|leave) word\b": "left a message",
    r"(?:>|send=\")Undo the ": "“Undo merge”, as “Issue note”",
    r"\bgoes along\b": "moves, too",
    r"\bthe likeliest\b": "the most likely",
}
"""What nobody says at a front desk, and what to write instead."""

NOT_OURS = {
    "rules/best_time_words.py": "words that families type",
    "rules/access_need_words.py": "words that families type",
    "rules/promises.py": "two labels that are part of migrations; screens show others",
    "models/urgent_signs.py": "a help text that is part of migrations",
}

NAMES = re.compile(r"""(?:class|id|for|aria-(?:labelledby|describedby|controls))=["']([^"']*)["']""")
STYLE_NAMES = re.compile(r"""(?:[.#]|\[(?:class|id|for|aria-\w+)[~|^$*]?=["']?)([a-zA-Z][\w-]*)""")
STYLE_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
LINE_END = re.compile(r"\s*\n\s*(?:#|//|\*)?\s*")
METAPHORS = {"story", "door", "floor", "crowd", "cast", "room", "worry-line", "after-word"}

REFUSALS = ("actions", "rules", "web")
ORDERS = re.compile(r"(?:^|[.:] )(?:Say|Tell) (?!whoever|a clinician|the front|the family)")
BUTTON = re.compile(r"<button\b[^>]*>(.*?)</button>", re.DOTALL)
TAG, FILLED = re.compile(r"<kbd.*?</kbd>|<[^<>]*>", re.DOTALL), re.compile(r"\{[%#{].*?[%#}]\}", re.DOTALL)

ONE_WORD = {
    "Back",
    "Check",
    "Close",
    "Done",
    "Find",
    "Finish",
    "Next",
    "Print",
    "Revoke",
    "Search",
    "Send",
    "Start",
}
ONE_WORD |= {"Undo", "Withdraw", "Keys", "on", "off"}
"""Buttons whose object is beside them, or who are the same on every screen of the tablet."""


def files() -> Iterator[tuple[str, str]]:
    for place in PLACES:
        whole = ROOT / place
        for path in [whole] if whole.is_file() else sorted(whole.rglob("*")):
            if path.suffix in KINDS and "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), path.read_text()


def unusual_words(text: str) -> list[str]:
    """Return the unusual words, also those that go on in the next line of a text or comment."""
    text = LINE_END.sub(" ", text)
    return [found[0] for words in UNUSUAL for found in re.finditer(words, text, re.IGNORECASE)]


def orders(tree: ast.Module) -> Iterator[str]:
    """Yield the sentences for people that begin with "Say": they asked in the tone of an examiner."""
    docs = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        is_shown = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
        if is_shown and ORDERS.search(node.value):
            yield node.value


def button_words(text: str) -> Iterator[str]:
    """Yield the words of each button with one fixed word."""
    for found in BUTTON.finditer(text):
        if "{{" in found[1] or "{% translate" in found[1]:
            continue
        words = FILLED.sub(" ", TAG.sub(" ", found[1])).split()
        if len(words) == 1:
            yield words[0]


def metaphors(page: str) -> set[str]:
    """Return the metaphors among the page's names, also beside or around what is filled in."""
    texts = (page, FILLED.sub(" ", page))
    return {name for text in texts for names in NAMES.findall(text) for name in names.split()} & METAPHORS


def style_metaphors(sheet: str) -> set[str]:
    return set(STYLE_NAMES.findall(STYLE_COMMENT.sub(" ", sheet))) & METAPHORS


FILES = dict(files())


def test_usual_words_everywhere() -> None:
    found = {
        place: unusual_words(text) for place, text in FILES.items() if not place.endswith(tuple(NOT_OURS))
    }
    assert {place: words for place, words in found.items() if words} == {}


def test_no_style_or_place_on_a_page_is_named_by_a_metaphor() -> None:
    pages = {place: metaphors(text) for place, text in FILES.items() if place.endswith(".html")}
    sheets = {place: style_metaphors(text) for place, text in FILES.items() if place.endswith(".css")}
    assert {place: names for place, names in (pages | sheets).items() if names} == {}


def test_no_refusal_tells_somebody_what_to_say() -> None:
    code = {
        place: list(orders(ast.parse(text)))
        for place, text in FILES.items()
        if place.startswith(tuple(f"checkin/{layer}/" for layer in REFUSALS)) and "/record_" not in place
    }
    assert {place: said for place, said in code.items() if said} == {}


def test_a_button_says_what_it_does_to_what() -> None:
    pages = {
        place: set(button_words(text)) - ONE_WORD for place, text in FILES.items() if place.endswith(".html")
    }
    assert {place: words for place, words in pages.items() if words} == {}


@pytest.mark.parametrize(
    "text",
    [
        "counted anew",
        "It is not here any more.",
        "Saved successfully.",
        "Please try again later.",
        "Make it void",
        "Note 1 made void",
        "It is not here any\n# more.",
    ],
)
def test_unusual_word_is_found(text: str) -> None:
    assert unusual_words(text)


@pytest.mark.parametrize(
    "text", ["Many more names", "not any more than that", "once more", "voided, and later"]
)
def test_usual_word_is_accepted(text: str) -> None:
    assert not unusual_words(text)


def test_checks_find_what_they_are_for() -> None:
    assert metaphors('<section class="paper story">') == {"story"}
    filled = "<p class='a{% if x %} cast{% endif %}' aria-describedby=\"{{ x }} room\"><label for=door>"
    assert metaphors(filled) == {"cast", "room"}
    every = ".x, .door > .y.cast:not(.room) { color: red } /* a .floor of old */ #crowd { color: red }"
    assert style_metaphors(every + "[class~=story], [id='floor'] {}") == {
        "door", "cast", "room", "crowd", "story", "floor",
    }  # fmt: skip
    assert list(orders(ast.parse('raise Refused("Say who wrote it.")'))) == ["Say who wrote it."]
    assert list(button_words("<button>Issue <kbd>i</kbd></button><button>Issue note</button>")) == ["Issue"]
