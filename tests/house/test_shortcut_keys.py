"""Each shortcut key means one thing at the desk: its uses, read from the files."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from checkin.rules.need_answers import NeedDecision
from checkin.rules.need_types import NeedOutcome
from checkin.rules.shortcut_keys import list_shortcut_keys
from checkin.rules.visit_steps import VISIT_STEP_KEYS
from checkin.web.desk.need_choices import ANSWER_KEYS, DECISION_KEYS
from tests.house.test_scripts import strip_comments

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates/desk").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))

USES = {
    "b": {"Board"},
    "n": {"Sign in"},
    "m": {"Match"},
    "x": {"Discrepancies"},
    "o": {"Promises"},
    "p": {"Hide names"},
    "/": {"Patients", "(box)"},
    "?": {"Keys"},
    ".": {"Switch user"},
    "0": {"New patient"},
    "1": {"Add this guardian Use the new", "Merge the two records"},
    "2": {"Keep the old", "Mark as seen"},
    "3": {"Ask the family"},
    "4": {"Called"},
    "u": {"Undo", "Undo move", "Undo merge"},
    "g": {"I am going"},
    "t": {"I have read it"},
    "i": {"Issue note", "Reissue note", "Print"},
    "y": {"Mark as kept"},
    "q": {"Withdraw"},
    "f": {"Save the draft"},
    "a": {"Promise something"},
    "v": {"Try"},
    "h": {"Hand over"},
    "z": {"Change and reissue", "Replace"},
    "j": {"(next visit)"},
    "k": {"(visit before)"},
}
"""What stands on the controls of each key. A new use has the key's one meaning, or another key."""

COMPUTED = {
    "{{ row.done_key }}": "of an answer to a need, or of the decision that answers it",
    "{{ row.decision.key }}": "of an answer to a need, or of the decision that answers it",
    "{{ step.2 }}": "a step's own letter",
    "{{ key }}": "a step's own letter, or that of an answer to a need",
    "{{ forloop.counter }}": "a number",
}
QUEUE = ("{{ one.sign_in.child_name", "(next visit)", "(visit before)")

BY_SCRIPTS = {
    "board-moves.js": set("jkugti"),
    "discrepancies.js": set("jk"),
    "look-alikes.js": set("jk"),
    "needs.js": set("jk123456789"),
    "promises.js": set("jk"),
    "switch-user-key.js": {"."},
}
"""Keys that a script presses without a control, beside the steps' letters. They keep their meaning."""

BRANCH = re.compile(r"\{%[^%]*%\}")
HINT = re.compile(r"<kbd[^>]*>[^<]*</kbd>")
FILLED = re.compile(r"\{\{[^}]*\}\}")
MARKUP = re.compile(r"<[^<>]*>")


def read_uses(text: str) -> list[tuple[str, str]]:
    """Return each key with the words on its control."""
    plain = BRANCH.sub(" ", text)
    return [
        read_use(plain[plain.rindex("<", 0, found.start()) :], found[1])
        for found in re.finditer(r'data-key="([^"]*)"', plain)
    ]


def read_use(control: str, key: str) -> tuple[str, str]:
    tag = re.match(r"<(\w+)", control)
    assert tag, control[:80]
    if tag[1] == "input":
        return key, "(box)"
    inside = control[: control.index(f"</{tag[1]}>")]
    if QUEUE[0] in inside:
        return key, QUEUE["jk".index(key) + 1]
    words = MARKUP.sub(" ", FILLED.sub("", HINT.sub(" ", inside)))
    return key, " ".join(words.split())


def list_uses() -> list[tuple[str, str]]:
    return [use for path in TEMPLATES for use in read_uses(path.read_text())]


def name_second_meanings(uses: list[tuple[str, str]]) -> list[str]:
    return [
        f"{key}: {words}" for key, words in uses if key not in COMPUTED and words not in USES.get(key, set())
    ]


def registered(script: str) -> set[str]:
    """Return the single keys that this script registers."""
    code = strip_comments(script)
    named = re.findall(r"""(?:registerKey|registerMove)\(\s*"(.)",""", code)
    lists = re.findall(r"""(?:registerKey|registerMove)\(\s*\[([^\]]*)\]""", code)
    digits = "123456789" if "DIGITS" in code else ""
    return {*named, *(one for found in lists for one in re.findall(r'"(.)"', found)), *digits}


def test_each_key_has_one_line_and_the_steps_have_their_own_letters() -> None:
    counts = Counter(key for line in list_shortcut_keys() for key in line.keys)
    assert [key for key, count in counts.items() if count > 1] == []
    assert set(USES) <= set(counts)
    steps = set(VISIT_STEP_KEYS.values())
    assert len(steps) == len(VISIT_STEP_KEYS) and not steps & set(USES)


def test_answers_to_needs_and_the_decisions_that_answer_them_have_the_keys_of_their_meaning() -> None:
    assert ANSWER_KEYS == {
        NeedOutcome.DONE: "y",
        NeedOutcome.DECLINED: "q",
        NeedOutcome.DEFERRED: "f",
        NeedOutcome.NOT_OFFERED: "s",
        NeedOutcome.LEFT_OPEN: "s",
    }
    assert DECISION_KEYS == {
        NeedDecision.MATCH: "m",
        NeedDecision.DISCREPANCIES: "x",
        NeedDecision.WRITE_NOTE: "i",
        NeedDecision.NOTE: "i",
        NeedDecision.PROMISES: "o",
    }


def test_no_control_gives_a_key_a_second_meaning() -> None:
    uses = list_uses()
    assert len(uses) > 40
    assert name_second_meanings(uses) == []


def test_every_listed_key_is_used() -> None:
    assert set(USES) == {key for key, _ in list_uses()} - set(COMPUTED)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_register_a_key_only_for_its_meaning(path: Path) -> None:
    assert registered(path.read_text()) == BY_SCRIPTS.get(path.name, set())


@pytest.mark.parametrize(
    "text",
    [
        '<button type="submit" data-key="n"><kbd>n</kbd><span>New patient</span></button>',
        '<a class="btn" href="x" data-key="k">Keep <kbd>k</kbd></a>',
        '<button type="button" data-key="p"><span>Print</span><kbd>p</kbd></button>',
    ],
)
def test_a_second_meaning_is_found(text: str) -> None:
    assert name_second_meanings(read_uses(text))
