"""What a page of the desk says above its content: `{% page_messages as messages %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib.messages.storage.base import Message

from checkin.web.held_messages import list_page_messages

register = template.Library()


@register.simple_tag(takes_context=True)
def page_messages(context: dict[str, Any]) -> list[Message]:
    return list_page_messages(context["request"])
