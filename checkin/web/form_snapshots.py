"""What the boxes of a form held when its page was drawn, so that what a person changed can be told from it.

A form whose boxes are filled in from a record brings `drawn_with` along. Where its page turns out to be
behind, only what was changed is carried to the child as it is now (`web/stale_forms`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.forms import BaseForm, BoundField, CheckboxInput, RadioSelect, Select, SelectMultiple
from django.utils.html import format_html
from django.utils.safestring import SafeString

DRAWN_WITH = "drawn_with"
_LONGEST_SNAPSHOT = 20_000
_SNAPSHOT_INPUT = '<input type="hidden" name="{}" value="{}">'


class FormSnapshotField:
    """A part of a form's layout: the hidden field."""

    def render(self, form: BaseForm, context: object, **options: object) -> SafeString:
        # A form that is shown again with what was typed was drawn with what its first page held.
        sent = form.data.get(DRAWN_WITH) if form.is_bound else None
        return format_html(_SNAPSHOT_INPUT, DRAWN_WITH, sent or form_snapshot_text(form))


def form_snapshot_text(form: BaseForm) -> str:
    return dump_form_snapshot(initial_box_texts(form))


def dump_form_snapshot(held: Mapping[str, list[str]]) -> str:
    return json.dumps(held, ensure_ascii=False)


def initial_box_texts(form: BaseForm) -> dict[str, list[str]]:
    """What a browser sends of each box that a person sees, where nobody touched it."""
    return {name: _untouched_box_texts(form[name]) for name in form.fields if not form[name].is_hidden}


def _untouched_box_texts(box: BoundField) -> list[str]:
    widget: Any = box.field.widget
    value = box.field.prepare_value(box.initial)
    if isinstance(widget, CheckboxInput):
        return ["on"] if widget.check_test(value) else []
    if isinstance(widget, SelectMultiple) or getattr(widget, "allow_multiple_selected", False):
        return [str(one) for one in value or ()]
    if isinstance(widget, (Select, RadioSelect)):
        offered = list(flatten_choices(widget.choices))
        known = [one for one, _ in offered if one == ("" if value is None else str(value))]
        first = [] if isinstance(widget, RadioSelect) else [one for one, _ in offered[:1]]
        return known[:1] or first
    text = widget.format_value(value)
    return ["" if text is None else str(text)]


def flatten_choices(choices: Iterable[Any]) -> Iterable[tuple[str, str]]:
    """The choices of a field, those in groups too."""
    for value, words in choices:
        if isinstance(words, (list, tuple)):
            yield from flatten_choices(words)
        else:
            yield str(value), str(words)


def parse_form_snapshot(text: str) -> dict[str, list[str]] | None:
    """What a page says that its boxes held, or None where it says nothing that can be read."""
    try:
        said = json.loads(text) if 0 < len(text) <= _LONGEST_SNAPSHOT else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not all(_is_list_of_texts(one) for one in said.values()):
        return None
    return said


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def is_same_box_text(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two boxes say the same: spaces and an unsent blank make no difference."""
    return normalize_box_texts(one) == normalize_box_texts(other)


def normalize_box_texts(texts: Sequence[str]) -> list[str]:
    return [said for text in texts if (said := " ".join(text.split()))]


def find_changed_boxes(form: BaseForm, drawn: Mapping[str, list[str]], sent: Any) -> dict[str, list[str]]:
    """What a person changed on the page: each of the form's boxes that was sent otherwise than drawn."""
    found = {}
    for name, was in drawn.items():
        if name not in form.fields or form[name].is_hidden:
            continue
        texts = sent.getlist(name)
        if (texts or _may_send_nothing(form, name)) and not is_same_box_text(texts, was):
            found[name] = texts
    return found


def _may_send_nothing(form: BaseForm, name: str) -> bool:
    """A box whose ticks were all taken off is not sent at all."""
    return getattr(form.fields[name].widget, "input_type", "") == "checkbox"
