"""Each action asks first whether the role of the person may do it. The table is `rules/roles.py`."""

from __future__ import annotations

from checkin.actions.boards import Refused
from checkin.models import Staff
from checkin.rules.roles import INACTIVE, Act, is_allowed, refusal


class NotAllowed(Refused):
    """This person's role does not do that. `sentence` says who does."""


def require(act: Act, by: Staff | None) -> None:
    """Raise NotAllowed where this person may not. Nobody (the program itself) may always."""
    if by is not None and not by.is_active:
        raise NotAllowed(INACTIVE)
    if by is not None and not is_allowed(by.role, act):
        raise NotAllowed(refusal(by.role, act))
