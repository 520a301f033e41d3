"""Drawings of a visit's token: `{% token_drawing "blue" "castle" %}`."""

from __future__ import annotations

import re
from functools import cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from lucide import _render_icon as outline

from checkin.rules.tokens import TOKEN_THINGS

register = template.Library()

# Where the icon set has another name for a thing.
_ICONS = {
    "airplane": "plane",
    "basket": "shopping-basket",
    "bicycle": "bike",
    "diamond": "gem",
    "gondola": "cable-car",
    "microphone": "mic-vocal",
    "mountain": "mountain-snow",
    "museum": "landmark",
    "paintbrush": "paintbrush-vertical",
    "pony": "chess-knight",
    "present": "gift",
    "propeller": "fan",
    "robot": "bot",
    "sunflower": "flower-2",
    "teacup": "coffee",
    "television": "tv",
    "trolley": "tram-front",
}

# Things whose icon cannot be told at 36 px: a satellite with its two panels, a flashlight with its beam.
_OWN_LINES = {
    "flashlight": "M2 9.5h7v5H2ZM9 9.5l5-3v11l-5-3ZM5 9.5v2M18 7.5l3.5-2M18 12h4M18 16.5l3.5 2",
    "satellite": "M1.5 9h6v7h-6ZM16.5 9h6v7h-6ZM10 8h4v9h-4ZM7.5 12.5H10M14 12.5h2.5M4.5 9v7M19.5 9v7"
    "M12 8V5.5M8.5 3a4 4 0 0 0 7 0",
}

# Their open lines enclose no body. These are the bodies below them, in the icons' 24 × 24 grid.
_PAST_BODIES = {
    "bird": "M3.4 18H12a8 8 0 0 0 8-8l2-2.5L20 7a4 4 0 0 0-7.28-2.3Z",
    "cat": "M12 5c.67 0 1.35.09 2 .26 1.78-2 5.03-2.84 6.42-2.26 1.4.58-.42 7-.42 7 .57 1.07 1 2.24 1 3.44"
    "C21 17.9 16.97 21 12 21s-9-3-9-7.56c0-1.25.5-2.4 1-3.44 0 0-1.89-6.42-.5-7C4.89 2.42 8.22 3.23 10 5.23"
    "A9 9 0 0 1 12 5Z",
    "dog": "M4.42 11.25A13 13 0 0 0 4 14.56C4 18.73 7.58 21 12 21s8-2.27 8-6.44a11.7 11.7 0 0 0-.5-3.31"
    "c1.2-.2 2.1-.8 2.27-1.25.11-.99-1.18-6.53-4-7C15.84 2.68 14 3.89 14 5.28a7.5 7.5 0 0 0-4-.05"
    "c0-1.39-1.73-2.55-3.65-2.23-2.82.47-4.11 6-4 7 .06.5.9 1.14 2.07 1.25Z",
    "fish": "M6.5 12C7.44 8.54 11.44 6 15 6s6.06 2.54 7 6c-.94 3.47-3.44 6-7 6s-7.56-2.53-8.5-6ZM7 10.67"
    "C7 8 5.58 5.97 2.73 5.5c-1 1.5-1 5 .23 6.5-1.24 1.5-1.24 5-.23 6.5C5.58 18.03 7 16 7 13.33Z"
    "M10.46 7.26C10.2 5.88 9.17 4.24 8 3h5.8a2 2 0 0 1 1.98 1.67l.23 1.4Z"
    "M16.01 17.93l-.23 1.4A2 2 0 0 1 13.8 21H9.5a6 6 0 0 0 1.49-3.98Z",
    "panda": "M20.69 9.67a4.5 4.5 0 1 0-7.04-5.5 8.35 8.35 0 0 0-3.3 0 4.5 4.5 0 1 0-7.04 5.5"
    "C2.49 11.2 2 12.88 2 14.5 2 19.47 6.48 22 12 22s10-2.53 10-7.5c0-1.62-.48-3.3-1.31-4.83Z",
    "rabbit": "M20 8.54V4a2 2 0 1 0-4 0v3h-.2l-3.4-3.4a1 1 0 1 0-2.8 2.8l3.6 3.6H13a7 7 0 0 0-5.39 2.52"
    "a3 3 0 1 0-1.6 4.3L6 17a4 4 0 0 0 4 4h6v-2a3 3 0 0 1 3-3h1a2 2 0 0 0 2-2v-1a6 6 0 0 0-2-4.46Z",
    "snail": "M2 13a8 8 0 1 1 16 0 8 8 0 1 1-16 0ZM2 21h12c4.4 0 8-3.6 8-8V7a2 2 0 1 0-4 0v6a8 8 0 0 1-8 8Z",
    "squirrel": "M18 6a4 4 0 0 0-4 4 7 7 0 0 0-7 7C7 12 11 12 11 6.5a4.5 4.5 0 1 0-9 0 2.5 2.5 0 0 0 5 0"
    "C7 10 3 11 3 17c0 2.8 2.2 5 5 5h8v-2a3 3 0 0 1 3-3h1a2 2 0 0 0 2-2v-2a4 4 0 0 0-4-4Z",
    "turtle": "M2 14v3a1 1 0 0 0 1 1h2a1 1 0 0 0 1-1v-3h8v3a1 1 0 0 0 1 1h2a1 1 0 0 0 1-1v-3h2a2 2 0 0 0 0-4"
    "h-3.07A8 8 0 0 0 2 14Z",
}


def draw_lines(icon: str) -> str:
    """Return the content of an icon's SVG, without spaces between its elements."""
    content = outline(icon, None).partition(">")[2].removesuffix("</svg>")
    return re.sub(r"\s*(/?>)\s*", r"\1", content).strip()


# Bodies that the lines of an icon leave open.
_MORE_BODY = {
    "castle": "M6 4h12v7H6Z",
    "pony": "M8.5 13H15l2 5H7.5Z",
    "tractor": "M6 5h6.5l1 5 5.5 1-1 5h-5L8 9H6Z",
    "telescope": "m6 12.5 9.5-4 1.2 3-6 1.7Z",
}


@cache
def _draw_thing(thing: str) -> str:
    """Return the content of a thing's SVG: its body, filled and wider than its lines, below its lines."""
    own = _OWN_LINES.get(thing)
    lines = f'<path d="{own}"/>' if own else draw_lines(_ICONS.get(thing, thing))
    past = _PAST_BODIES.get(thing)
    more = f'<path d="{_MORE_BODY[thing]}"/>' if thing in _MORE_BODY else ""
    body = f'<path d="{past}"/>' if past else lines + more
    return f'<g class="token-body">{body}</g>{lines}'


@register.simple_tag
def token_drawing(colour: str, thing: str) -> SafeString:
    """Return the token's drawing, styled by `.token` in tokens.css. Put its name next to it."""
    drawing = mark_safe(_draw_thing(thing))  # noqa: S308  # our own drawings, nothing typed
    svg = format_html('<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>', drawing)
    return format_html('<span class="token token-{}">{}</span>', colour, svg)


@register.simple_tag
def board_token(colour: str, thing: str) -> SafeString:
    """Return the token's drawing for a board row: it refers to the page's symbol, where there is one."""
    content = f'<use href="#a-{thing}"/>' if thing in TOKEN_THINGS else _draw_thing(thing)
    return format_html(
        '<svg class="a token-{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>',
        colour,
        mark_safe(content),  # noqa: S308  # our own drawings, nothing typed
    )


@cache
def list_thing_symbols() -> str:
    """Return each thing that is given as an SVG symbol, "a-castle"."""
    return "".join(
        f'<symbol id="a-{thing}" viewBox="0 0 24 24">{_draw_thing(thing)}</symbol>' for thing in TOKEN_THINGS
    )


@register.simple_tag
def thing_symbols() -> SafeString:
    """Return a hidden SVG with every thing that is given, once a page; `<use href="#a-castle">` draws one."""
    return format_html(
        '<svg class="sprite" width="0" height="0" aria-hidden="true">{}</svg>',
        mark_safe(list_thing_symbols()),  # noqa: S308  # our own drawings, nothing typed
    )
