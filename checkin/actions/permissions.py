"""Each action first checks whether the person's role may do it. The table is `rules/roles.py`."""

from __future__ import annotations

from checkin.actions import audit
from checkin.actions.refusals import Refused
from checkin.models import Staff
from checkin.rules.roles import INACTIVE_LOGIN, StaffAct


class NotAllowed(Refused):
    """This person's role may not do that. The message says who may.

    The web writes it to the trail after the act is rolled back, whichever view catches it.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        audit.note_not_allowed()


def require_permission(act: StaffAct, by: Staff | None) -> None:
    """Raise NotAllowed if this person may not do it. None, the program itself, always may."""
    if by is not None and not by.is_active:
        raise NotAllowed(INACTIVE_LOGIN)
    if by is not None and not by.may_act(act):
        raise NotAllowed(by.explain_refusal(act))
