"""What the boxes of a form held when its page was drawn, so that what a person changed can be told from it.

A form whose boxes are filled in from a record brings `drawn_with` along. Where its page turns out to be
behind, only what was changed is carried to the child as it is now (`web/changed_fields`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.forms import BaseForm, BoundField, CheckboxInput, RadioSelect, Select, SelectMultiple
from django.utils.html import format_html
from django.utils.safestring import SafeString

DRAWN_WITH = "drawn_with"
MOST = 20_000
FIELD = '<input type="hidden" name="{}" value="{}">'


class DrawnWith:
    """A part of a form's layout: the hidden field."""

    def render(self, form: BaseForm, context: Any, **options: Any) -> SafeString:
        # A form that is shown again with what was typed was drawn with what its first page held.
        sent = form.data.get(DRAWN_WITH) if form.is_bound else None
        return format_html(FIELD, DRAWN_WITH, sent or text_of(form))


def text_of(form: BaseForm) -> str:
    return as_text(texts_of(form))


def as_text(held: Mapping[str, list[str]]) -> str:
    return json.dumps(held, ensure_ascii=False)


def texts_of(form: BaseForm) -> dict[str, list[str]]:
    """What a browser sends of each box that a person sees, where nobody touched it."""
    return {name: sent_by(form[name]) for name in form.fields if not form[name].is_hidden}


def sent_by(box: BoundField) -> list[str]:
    widget: Any = box.field.widget
    value = box.field.prepare_value(box.initial)
    if isinstance(widget, CheckboxInput):
        return ["on"] if widget.check_test(value) else []
    if isinstance(widget, SelectMultiple) or getattr(widget, "allow_multiple_selected", False):
        return [str(one) for one in value or ()]
    if isinstance(widget, (Select, RadioSelect)):
        offered = list(flat(widget.choices))
        known = [one for one, _ in offered if one == ("" if value is None else str(value))]
        first = [] if isinstance(widget, RadioSelect) else [one for one, _ in offered[:1]]
        return known[:1] or first
    text = widget.format_value(value)
    return ["" if text is None else str(text)]


def flat(choices: Iterable[Any]) -> Iterable[tuple[str, str]]:
    """The choices of a field, those in groups too."""
    for value, words in choices:
        if isinstance(words, (list, tuple)):
            yield from flat(words)
        else:
            yield str(value), str(words)


def read(text: str) -> dict[str, list[str]] | None:
    """What a page says that its boxes held, or None where it says nothing that can be read."""
    try:
        said = json.loads(text) if 0 < len(text) <= MOST else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not all(is_texts(one) for one in said.values()):
        return None
    return said


def is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def is_same(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two boxes say the same: spaces and an unsent blank make no difference."""
    return spoken(one) == spoken(other)


def spoken(texts: Sequence[str]) -> list[str]:
    return [said for text in texts if (said := " ".join(text.split()))]


def changed(form: BaseForm, drawn: Mapping[str, list[str]], sent: Any) -> dict[str, list[str]]:
    """What a person changed on the page: each of the form's boxes that was sent otherwise than drawn."""
    found = {}
    for name, was in drawn.items():
        if name not in form.fields or form[name].is_hidden:
            continue
        texts = sent.getlist(name)
        if (texts or may_send_nothing(form, name)) and not is_same(texts, was):
            found[name] = texts
    return found


def may_send_nothing(form: BaseForm, name: str) -> bool:
    """A box whose ticks were all taken off is not sent at all."""
    return getattr(form.fields[name].widget, "input_type", "") == "checkbox"
