"""Hold what an act on a confidential visit answers, until a page of that visit is shown that is open then.

The next page is asked for a moment later, and is often another one: the visit may have closed by then.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.messages.storage.cookie import MessageDecoder, MessageEncoder

from checkin.models import Visit
from checkin.rules.confidential_visits import HELD_MESSAGES_KEY


def hold_messages(request: Any, visit: Visit) -> bool:
    """Hold back what the view said, which may name somebody; return whether it said anything."""
    said = messages.get_messages(request)
    if getattr(said, "used", False):
        return False
    visit.refresh_from_db(fields=["confidential"])
    new = list(said) if visit.confidential else []
    if new:
        held = request.session.get(HELD_MESSAGES_KEY, {})
        before = MessageDecoder().decode(held[str(visit.pk)]) if str(visit.pk) in held else []
        request.session[HELD_MESSAGES_KEY] = held | {str(visit.pk): MessageEncoder().encode([*before, *new])}
    return bool(new)


def show_held_messages(request: Any, visit: Visit) -> None:
    """Show on the page that is being answered, and is open, what was held back about its visit."""
    held = request.session.get(HELD_MESSAGES_KEY, {})
    if (said := held.get(str(visit.pk))) is None:
        return
    request.session[HELD_MESSAGES_KEY] = {pk: one for pk, one in held.items() if pk != str(visit.pk)}
    for one in MessageDecoder().decode(said):
        messages.add_message(request, one.level, one.message, extra_tags=one.extra_tags)
