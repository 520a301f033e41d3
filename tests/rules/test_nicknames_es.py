"""Spanish nicknames in normalized form: a word in any other form could never be found."""

from __future__ import annotations

from checkin.rules.name_keys import normalize_text
from checkin.rules.nicknames_es import SPANISH_NICKNAMES, read_nickname_table


def test_every_name_is_stored_in_normalized_form() -> None:
    names = {*SPANISH_NICKNAMES, *(name for full in SPANISH_NICKNAMES.values() for name in full)}
    assert [name for name in names if normalize_text(name) != name or not name] == []


def test_no_name_is_a_nickname_of_itself() -> None:
    assert [pet for pet, full in SPANISH_NICKNAMES.items() if pet in full] == []


def test_nickname_may_stand_for_several_names() -> None:
    table = read_nickname_table("francisco: paco pancho;\nfrancisca:\npaca; pacomio: paco")
    assert table == {
        "paco": {"francisco", "pacomio"},
        "pancho": {"francisco"},
        "paca": {"francisca"},
    }
