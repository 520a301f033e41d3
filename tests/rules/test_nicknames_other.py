"""Nicknames of other languages in normalized form: a word in any other form could never be found."""

from __future__ import annotations

from checkin.rules.name_keys import normalize_text
from checkin.rules.nicknames_other import OTHER_NICKNAMES


def test_every_name_is_stored_in_normalized_form() -> None:
    names = {*OTHER_NICKNAMES, *(name for full in OTHER_NICKNAMES.values() for name in full)}
    assert [name for name in names if normalize_text(name) != name or not name] == []


def test_no_name_is_a_nickname_of_itself() -> None:
    assert [pet for pet, full in OTHER_NICKNAMES.items() if pet in full] == []
