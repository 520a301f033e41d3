"""The desk's icons. Each page has every icon once, as a symbol; rows refer to them."""

from __future__ import annotations

from functools import cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from checkin.rules.need_types import NEED_TRAITS
from checkin.rules.preferences import WISHES
from checkin.templatetags.tokens import draw_lines, list_thing_symbols

register = template.Library()

_OTHER_ICONS = (
    "bell-ring",
    "book-open",
    "check",
    "chevron-down",
    "circle-user-round",
    "eye-off",
    "keyboard",
    "languages",
    "life-buoy",
    "map-pin",
)
ICONS = tuple(
    sorted(
        {
            *_OTHER_ICONS,
            *(traits.icon for traits in NEED_TRAITS.values()),
            *(icon for wish in WISHES if wish.is_on_board for icon in wish.icons),
        }
    )
)
"""Names in the icon set that `{% icon %}` can draw."""


def _svg_symbol(name: str) -> str:
    """Return one icon as a symbol: the content of its SVG."""
    return f'<symbol id="i-{name}" viewBox="0 0 24 24">{draw_lines(name)}</symbol>'


@cache
def _svg_sprite(*, has_things: bool) -> str:
    icons = "".join(map(_svg_symbol, ICONS))
    things = list_thing_symbols() if has_things else ""
    return f'<svg class="sprite" width="0" height="0" aria-hidden="true">{things}{icons}</svg>'


@register.simple_tag
def icon_symbols(*, has_things: bool = False) -> SafeString:
    """Return the page's symbols. Only the rows of the board refer to those of the tokens' things."""
    return mark_safe(_svg_sprite(has_things=has_things))  # noqa: S308  # our own drawings, nothing typed


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return an icon for use next to its word; screen readers skip it."""
    if name not in ICONS:
        raise template.TemplateSyntaxError(f"{name} is not among the desk's drawings (desk_icons.ICONS)")
    return format_html('<svg class="i" aria-hidden="true"><use href="#i-{}"/></svg>', name)
