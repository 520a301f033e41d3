"""The desk's icons. Each page has every icon once, as a symbol; rows refer to them."""

from __future__ import annotations

from functools import cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from lucide import _render_icon as outline

from checkin.rules.need_types import NEED_TRAITS
from checkin.rules.preferences import WISHES
from checkin.rules.tokens import TOKEN_ANIMALS
from checkin.templatetags.tokens import TOKEN_BODIES

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
    "undo-2",
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


def _svg_symbol(prefix: str, name: str, under: str = "") -> str:
    """Return one icon as a symbol: the content of its SVG, on top of `under`."""
    lines = outline(name, None).partition(">")[2].removesuffix("</svg>")
    return f'<symbol id="{prefix}-{name}" viewBox="0 0 24 24">{under}{lines}</symbol>'


@cache
def _svg_sprite() -> str:
    animals = (
        _svg_symbol("a", name, f'<path class="token-body" d="{TOKEN_BODIES[name]}" />')
        for name in TOKEN_ANIMALS
    )
    icons = (_svg_symbol("i", name) for name in ICONS)
    return f'<svg class="sprite" width="0" height="0" aria-hidden="true">{"".join([*animals, *icons])}</svg>'


@register.simple_tag
def icon_symbols() -> SafeString:
    return mark_safe(_svg_sprite())  # noqa: S308  # our own drawings, nothing typed


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return an icon for use next to its word; screen readers skip it."""
    if name not in ICONS:
        raise template.TemplateSyntaxError(f"{name} is not among the desk's drawings (desk_icons.ICONS)")
    return format_html('<svg class="i" aria-hidden="true"><use href="#i-{}"/></svg>', name)
