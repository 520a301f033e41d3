"""Keep what a person typed and could not send, and delete it once it is sent, discarded or too old."""

from __future__ import annotations

import datetime as dt
import uuid

from checkin.actions.write_queue import write_in_turn
from checkin.models import UnsentForm
from checkin.models.unsent_forms import MOST_UNSENT_FORMS, UNSENT_FORMS_THAT_GIVE_WAY


def keep_unsent_form(
    *, form_id: str, staff_id: int, at: dt.datetime, action: str, fields: list[list[str]]
) -> UnsentForm:
    """Keep a form for whoever typed it. Beyond MOST_UNSENT_FORMS, the older of the last two gives way.

    Every form is kept while its author has no open login here, so anybody at their desk may have sent it.
    """
    with write_in_turn():
        kept = UnsentForm.objects.create(
            pk=uuid.UUID(form_id), staff_id=staff_id, at=at, action=action, fields=fields
        )
        theirs = UnsentForm.objects.filter(staff_id=staff_id)
        theirs.too_old(at=at).delete()
        before = list(theirs.exclude(pk=kept.pk).order_by("at", "pk").values_list("pk", flat=True))
        give_way = before[MOST_UNSENT_FORMS - UNSENT_FORMS_THAT_GIVE_WAY : 1 - UNSENT_FORMS_THAT_GIVE_WAY]
        theirs.filter(pk__in=give_way).delete()
    return kept


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
