"""What each shortcut key means: one meaning per key, the same on every page of the desk.

A page shows a key beside its control (`data-key`, `<kbd>`); `static/js/keys.js` presses it, and the Keys
dialog lists those of this table that do something on the page.
"""

from __future__ import annotations

from typing import NamedTuple

from checkin.rules.visit_steps import VISIT_STEP_KEYS, VISIT_STEP_VERBS


class ShortcutKey(NamedTuple):
    """Keys that share a line in the dialog (`jk`: two keys), and what they mean, in words for staff."""

    keys: tuple[str, ...]
    meaning: str


_TO_PAGES = (
    ShortcutKey(("/",), "Find"),
    ShortcutKey(("n",), "Sign a family in"),
    ShortcutKey(("b",), "The board"),
    ShortcutKey(("m",), "Match"),
    ShortcutKey(("x",), "Discrepancies"),
    ShortcutKey(("o",), "Promises"),
    ShortcutKey(("p",), "Hide names in every tab, or show them"),
    ShortcutKey((".",), "Switch user: log out, for the next person"),
    ShortcutKey(("?",), "This list"),
)
_ON_A_PAGE = (
    ShortcutKey(("j", "k"), "Next one, the one before"),
    ShortcutKey(tuple("0123456789"), "The choice with this number"),
    ShortcutKey(("u",), "Undo: what the message says, or else the last step of the chosen one"),
    ShortcutKey(("g",), "I am going: to the child who cannot wait"),
    ShortcutKey(("t",), "What was typed; again: you have read it"),
    ShortcutKey(("i",), "The note: write it, issue it, print it"),
    ShortcutKey(("y",), "Done: the need is done, the promise is kept"),
    ShortcutKey(("q",), "Not wanted, or not needed"),
    ShortcutKey(("f",), "Not now: later, or not reached; save the draft"),
    ShortcutKey(("s",), "Skip: the need is not offered, or left open"),
    ShortcutKey(("a",), "Add a promise"),
    ShortcutKey(("v",), "Tried: no answer, or left a message"),
    ShortcutKey(("h",), "Hand over"),
    ShortcutKey(("z",), "Replace it with a new one"),
)


def list_shortcut_keys() -> list[ShortcutKey]:
    """Return every key of the desk with its meaning, as the dialog shows them."""
    steps = [ShortcutKey((key,), str(VISIT_STEP_VERBS[state])) for state, key in VISIT_STEP_KEYS.items()]
    return [*_TO_PAGES, *steps, *_ON_A_PAGE]
