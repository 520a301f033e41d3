"""Keep what a person typed and could not send, and delete it once it is sent, discarded or too old."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from checkin.actions.write_queue import write_in_turn
from checkin.models import UnsentForm
from checkin.queries.unsent_forms import find_same_form

MOST_KEPT_AT_AN_OPEN_DESK = 50
MOST_BYTES_AT_AN_OPEN_DESK = 2_000_000
"""For each login, of what is typed while its desk is open: far more than anybody types in 30 minutes."""


def keep_unsent_form(
    *, form_id: str, staff_id: int, at: dt.datetime, action: str, fields: list[list[str]]
) -> UnsentForm:
    """Keep a form for whoever typed it, and delete what is too old. The same form again is kept once.

    No form gives way to another here. While a desk is locked nobody can tell its author from a stranger, so
    any choice between two forms could be used to push one out. How many such are kept is limited where they
    arrive, and what an open desk keeps by `discard_oldest_forms`.
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


def discard_oldest_forms(*, form_ids: Sequence[str], staff_id: int) -> list[str]:
    """Delete the oldest of these forms of one login beyond its limits; return the ids that are kept.

    `form_ids`: oldest first. The last one, which has just been kept, always stays.
    """
    found = UnsentForm.objects.filter(pk__in=map(uuid.UUID, form_ids), staff_id=staff_id)
    sizes = {one.pk.hex: _count_bytes(one) for one in found}
    kept: list[str] = []
    left = MOST_BYTES_AT_AN_OPEN_DESK
    for form_id in [one for one in reversed(form_ids) if one in sizes]:
        left -= sizes[form_id]
        if kept and (left < 0 or len(kept) == MOST_KEPT_AT_AN_OPEN_DESK):
            break
        kept.insert(0, form_id)
    if gone := sizes.keys() - set(kept):
        with write_in_turn():
            found.filter(pk__in=map(uuid.UUID, gone)).delete()
    return kept


def _count_bytes(kept: UnsentForm) -> int:
    return sum(len(text.encode()) for field in kept.fields for text in field)


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
