"""Before each act the role is asked; a login that is inactive may do nothing."""

from __future__ import annotations

import pytest

from checkin.actions.permissions import NotAllowed, require_permission
from checkin.models import Role, Staff
from checkin.rules.roles import INACTIVE_LOGIN, StaffAct, may_role_act, role_refusal


@pytest.mark.parametrize("act", StaffAct)
def test_each_role_may_do_what_the_table_says(act: StaffAct) -> None:
    for role in Role:
        person = Staff(role=role)
        if may_role_act(role, act):
            require_permission(act, person)
        else:
            with pytest.raises(NotAllowed) as refused:
                require_permission(act, person)
            assert refused.value.sentence == role_refusal(role, act)


@pytest.mark.parametrize("role", Role)
def test_whoever_does_not_work_here_any_more_may_do_nothing(role: Role) -> None:
    with pytest.raises(NotAllowed, match=INACTIVE_LOGIN):
        require_permission(StaffAct.MOVE, Staff(role=role, is_active=False))


def test_the_program_itself_may_do_all() -> None:
    for act in StaffAct:
        require_permission(act, None)
