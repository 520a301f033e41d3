"""Keep what a person typed and could not send, and delete it once it is sent, discarded or too old."""

from __future__ import annotations

import datetime as dt
import uuid

from checkin.actions.write_queue import write_in_turn
from checkin.models import UnsentForm
from checkin.queries.unsent_forms import find_same_form


def keep_unsent_form(
    *, form_id: str, staff_id: int, at: dt.datetime, action: str, fields: list[list[str]]
) -> UnsentForm:
    """Keep a form for whoever typed it, and delete what is too old. The same form again is kept once.

    No form gives way to another. While a desk is locked nobody can tell its author from a stranger, so any
    choice between two forms could be used to push one out. How many are kept is limited where they arrive.
    """
    with write_in_turn():
        theirs = UnsentForm.objects.filter(staff_id=staff_id)
        theirs.too_old(at=at).delete()
        same = find_same_form(staff_id, at=at, action=action, fields=fields)
        if same is not None:
            theirs.filter(pk=same.pk).update(at=at)
            return same
        return UnsentForm.objects.create(
            pk=uuid.UUID(form_id), staff_id=staff_id, at=at, action=action, fields=fields
        )


def discard_unsent_form(*, form_id: str, staff_id: int) -> bool:
    """Delete one of this person's forms; return whether it was there. Its id may be any text."""
    try:
        found = UnsentForm.objects.filter(pk=uuid.UUID(form_id), staff_id=staff_id)
    except ValueError:
        return False
    if not found.exists():
        return False
    with write_in_turn():
        return bool(found.delete()[0])


def delete_old_unsent_forms(*, at: dt.datetime) -> int:
    """Delete what nobody sent in time; return how many. Asks once if there are none."""
    old = UnsentForm.objects.all().too_old(at=at)
    if not old.exists():
        return 0
    with write_in_turn():
        return old.delete()[0]


def delete_every_unsent_form() -> int:
    """Delete them all; return how many. For an erasure: whom they name cannot be told."""
    with write_in_turn():
        return UnsentForm.objects.all().delete()[0]
