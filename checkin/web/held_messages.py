"""Hold what an act on a confidential visit answers, until a page of that visit is shown that is open then.

The next page is asked for a moment later, and is often another one: the visit may have closed by then. A file
shows no messages, and takes none.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import MessageDecoder, MessageEncoder

from checkin.models import Visit
from checkin.rules.confidential_visits import HELD_MESSAGES_KEY
from checkin.web.unsent_forms import is_script_request


def hold_messages(request: Any, visit: Visit) -> bool:
    """Hold back what the view said, which may name somebody; return whether it said anything."""
    said = messages.get_messages(request)
    if getattr(said, "used", False) or not getattr(said, "added_new", False):
        return False
    visit.refresh_from_db(fields=["confidential"])
    new = list(said) if visit.confidential else []
    if new:
        held = request.session.get(HELD_MESSAGES_KEY, {})
        before = MessageDecoder().decode(held[str(visit.pk)]) if str(visit.pk) in held else []
        request.session[HELD_MESSAGES_KEY] = held | {str(visit.pk): MessageEncoder().encode([*before, *new])}
    return bool(new)


def tell_of_held_messages(request: Any, visit: Visit, sentence: str) -> None:
    """Say on the next page where the held messages are. The page that shows them does not say it."""
    messages.info(request, sentence, extra_tags=_hint_tag(visit))


def list_page_messages(request: Any) -> list[Message]:
    """Return what the page that is being drawn says: with what was held, if it is of an opened visit."""
    said = list(messages.get_messages(request))
    sealed = getattr(request, "sealed_answer", None)
    if not sealed or not sealed.seconds or request.method != "GET" or is_script_request(request):
        return said
    hint = _hint_tag(sealed.visit)
    return [one for one in said if one.extra_tags != hint] + _take_held_messages(request, sealed.visit)


def show_held_messages(request: Any, visit: Visit) -> None:
    """Show on the page that is being answered what was held back about its visit, once its mark has ended.

    The page of a visit that is still confidential takes it while it is drawn (`list_page_messages`).
    """
    if visit.confidential:
        return
    for one in _take_held_messages(request, visit):
        messages.add_message(request, one.level, one.message, extra_tags=one.extra_tags)


def _take_held_messages(request: Any, visit: Visit) -> list[Message]:
    held = request.session.get(HELD_MESSAGES_KEY, {})
    if (said := held.get(str(visit.pk))) is None:
        return []
    request.session[HELD_MESSAGES_KEY] = {pk: one for pk, one in held.items() if pk != str(visit.pk)}
    found: list[Message] = MessageDecoder().decode(said)
    return found


def _hint_tag(visit: Visit) -> str:
    return f"held-{visit.pk}"
