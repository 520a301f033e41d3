"""Nobody looks after accounts with more rights than their own."""

from __future__ import annotations

import pytest

from checkin.rules.roles import ROLE_RULES, Role, StaffAct
from checkin.rules.staff_accounts import (
    StaffFacts,
    is_blank_name,
    list_roles_looked_after,
    may_look_after,
    pick_exact_username,
    pick_username,
    username_key,
)


def test_an_administrator_looks_after_every_role() -> None:
    assert list_roles_looked_after(Role.ADMINISTRATOR) == tuple(Role)


def test_a_manager_looks_after_the_desk_and_not_those_who_rule_or_read() -> None:
    assert list_roles_looked_after(Role.MANAGER) == (Role.FRONT_DESK, Role.CLINICIAN, Role.MANAGER)
    assert not may_look_after(Role.MANAGER, of=Role.ADMINISTRATOR)
    assert not may_look_after(Role.MANAGER, of=Role.AUDITOR)


@pytest.mark.parametrize("role", [*Role, "king"])
def test_only_who_may_look_after_accounts_looks_after_any(role: str) -> None:
    may = role in ROLE_RULES[StaffAct.MANAGE_STAFF].roles
    assert bool(list_roles_looked_after(role)) == may


def test_the_mark_tells_facts_apart() -> None:
    one = StaffFacts("Eva", "clinician", 1, "")
    others = [one._replace(name="Ava"), one._replace(role="manager"), one._replace(location_id=None)]
    others.append(one._replace(email="eva@brook.example"))
    assert len({one.mark, *(other.mark for other in others)}) == 5
    assert one.mark == StaffFacts("Eva", "clinician", 1, "").mark


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("dana", " DANA "),
        ("élodie", "ÉLODIE"),
        ("élodie", "E\u0301lodie"),
        ("анна", "АННА"),
        ("σοφος", "ΣΟΦΟΣ"),
        ("dana", "\uff24\uff21\uff2e\uff21"),
        ("ΐ", "ΐ".casefold()),
        ("dana", "da\u034fna"),
        ("dana", "dana\ufe0f"),
        ("dana", "\u2800dana"),
    ],
)
def test_a_username_is_one_in_every_case_and_keyboard(one: str, other: str) -> None:
    assert username_key(one) == username_key(other)
    assert pick_username(["eva", one], other) == one


def test_other_letters_are_another_username() -> None:
    assert username_key("élodie") != username_key("elodie")
    assert pick_username(["elodie", "eva"], "élodie") is None


def test_of_two_that_differ_in_case_each_is_found_as_written_and_neither_otherwise() -> None:
    both = ["élodie", "ÉLODIE"]
    assert [pick_username(both, one) for one in both] == both
    assert pick_username(both, "E\u0301LODIE") == "ÉLODIE"
    assert pick_username(both, "Élodie") is None


@pytest.mark.parametrize("other", ["strauss", "ſtrauß", "strauß ", "ｓtrauß", "stra\u200bu\u00df", ""])
def test_another_system_names_only_whom_it_names_sign_by_sign(other: str) -> None:
    assert pick_exact_username([other], "strauß") is None
    assert pick_exact_username(["strauß"], other) is None


@pytest.mark.parametrize("said", ["élodie", "Élodie", "E\u0301LODIE"])
def test_case_and_how_an_accent_is_stored_make_no_other_name_and_two_of_them_are_nobodys(said: str) -> None:
    assert pick_exact_username(["élodie", "elodie"], said) == "élodie"
    assert pick_exact_username(["élodie", "ÉLODIE"], said) is None


@pytest.mark.parametrize(
    "name", ["", " ", "\u2800\u2800", "\u200b", "\u0301\u2800", "\u034f", "\u3164\ufe0f"]
)
def test_a_name_of_which_nothing_is_seen_is_blank(name: str) -> None:
    assert is_blank_name(name)


@pytest.mark.parametrize("name", ["Ada", "\u2800É", "王", "⠁"])
def test_a_name_of_which_something_is_seen_is_not(name: str) -> None:
    assert not is_blank_name(name)
