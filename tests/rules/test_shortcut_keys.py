"""The table of shortcut keys."""

from __future__ import annotations

from collections import Counter

from checkin.rules.shortcut_keys import list_shortcut_keys
from checkin.rules.visit_steps import VISIT_STEP_KEYS


def test_every_key_is_one_character_in_one_line_with_words() -> None:
    keys = [key for line in list_shortcut_keys() for key in line.keys]
    assert max(Counter(keys).values()) == 1
    assert all(len(key) == 1 and key == key.lower() for key in keys)
    assert all(line.meaning for line in list_shortcut_keys())


def test_each_step_of_a_visit_has_its_verb() -> None:
    meanings = {key: line.meaning for line in list_shortcut_keys() for key in line.keys}
    assert {key: meanings[key] for key in VISIT_STEP_KEYS.values()} == {
        "r": "Room",
        "c": "Clinician in",
        "d": "Done, ready",
        "l": "Left",
        "w": "Left unseen",
        "e": "Entered in error",
    }
