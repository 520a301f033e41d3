"""Spanish pet forms, written as names are compared: a word that is not could never be found."""

from __future__ import annotations

from checkin.rules.name_keys import normalize_text
from checkin.rules.nicknames_es import SPANISH_NICKNAMES, read_nickname_table


def test_every_name_is_written_as_names_are_compared() -> None:
    names = {*SPANISH_NICKNAMES, *(name for full in SPANISH_NICKNAMES.values() for name in full)}
    assert [name for name in names if normalize_text(name) != name or not name] == []


def test_no_name_is_a_pet_form_of_itself() -> None:
    assert [pet for pet, full in SPANISH_NICKNAMES.items() if pet in full] == []


def test_a_pet_form_may_stand_for_several_names() -> None:
    table = read_nickname_table("francisco: paco pancho;\nfrancisca:\npaca; pacomio: paco")
    assert table == {
        "paco": {"francisco", "pacomio"},
        "pancho": {"francisco"},
        "paca": {"francisca"},
    }
