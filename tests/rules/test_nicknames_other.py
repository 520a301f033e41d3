"""Pet forms of other languages, written as names are compared: a word that is not could never be found."""

from __future__ import annotations

from checkin.rules.name_keys import normalize_text
from checkin.rules.nicknames_other import OTHER_NICKNAMES


def test_every_name_is_written_as_names_are_compared() -> None:
    names = {*OTHER_NICKNAMES, *(name for full in OTHER_NICKNAMES.values() for name in full)}
    assert [name for name in names if normalize_text(name) != name or not name] == []


def test_no_name_is_a_pet_form_of_itself() -> None:
    assert [pet for pet, full in OTHER_NICKNAMES.items() if pet in full] == []
