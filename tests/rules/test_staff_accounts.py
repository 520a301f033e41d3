"""Nobody looks after accounts with more rights than their own."""

from __future__ import annotations

import pytest

from checkin.rules.roles import ROLE_RULES, Role, StaffAct
from checkin.rules.staff_accounts import StaffFacts, list_roles_looked_after, may_look_after


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
