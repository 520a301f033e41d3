"""`{% csrf_token %}` of every template: Django's own field and, for staff, whose form it is."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from checkin.web.typed import TYPED_BY, marker

register = template.Library()


@register.simple_tag(takes_context=True, name="csrf_token")
def csrf_token(context: Any) -> SafeString | str:
    field = CsrfTokenNode().render(context)
    person = getattr(context.get("request"), "user", None)
    if not field or person is None or not person.is_authenticated:
        return field
    return format_html('{}<input type="hidden" name="{}" value="{}">', field, TYPED_BY, marker(person))
