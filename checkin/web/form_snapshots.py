"""What a form's fields held when its page was drawn, to tell what a person changed.

Forms filled in from a record send `drawn_with` along. If the page turns out to be outdated, only the changes
are carried over to the child as it is now (`web/stale_forms`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.forms import BaseForm, BoundField, CheckboxInput, RadioSelect, Select, SelectMultiple
from django.utils.html import format_html
from django.utils.safestring import SafeString

from checkin.rules.short_lines import put_on_one_line

DRAWN_WITH = "drawn_with"
_LONGEST_SNAPSHOT = 20_000
_SNAPSHOT_INPUT = '<input type="hidden" name="{}" value="{}">'


class FormSnapshotField:
    """The hidden field, as a part of a form's layout."""

    def render(self, form: BaseForm, context: object, **options: object) -> SafeString:
        # A form redrawn with typed values keeps what its first page held.
        sent = form.data.get(DRAWN_WITH) if form.is_bound else None
        return format_html(_SNAPSHOT_INPUT, DRAWN_WITH, sent or form_snapshot_text(form))


def form_snapshot_text(form: BaseForm) -> str:
    return dump_form_snapshot(initial_box_texts(form))


def dump_form_snapshot(held: Mapping[str, list[str]]) -> str:
    return json.dumps(held, ensure_ascii=False)


def initial_box_texts(form: BaseForm) -> dict[str, list[str]]:
    """Return what a browser sends for each visible field that nobody touched."""
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
    """Yield the choices of a field, including those in groups."""
    for value, words in choices:
        if isinstance(words, (list, tuple)):
            yield from flatten_choices(words)
        else:
            yield str(value), str(words)


def parse_form_snapshot(text: str) -> dict[str, list[str]] | None:
    """Return what a page says its fields held; None if that cannot be read."""
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
    """Return whether two fields say the same; spaces and an unsent blank do not matter."""
    return normalize_box_texts(one) == normalize_box_texts(other)


def normalize_box_texts(texts: Sequence[str]) -> list[str]:
    """Collapse whitespace and drop blank texts."""
    return [said for text in texts if (said := put_on_one_line(text))]


def find_changed_boxes(form: BaseForm, drawn: Mapping[str, list[str]], sent: Any) -> dict[str, list[str]]:
    """Return what a person changed: each visible field sent differently than drawn."""
    found = {}
    for name, was in drawn.items():
        if name not in form.fields or form[name].is_hidden:
            continue
        texts = sent.getlist(name)
        if (texts or _may_send_nothing(form, name)) and not is_same_box_text(texts, was):
            found[name] = texts
    return found


def _may_send_nothing(form: BaseForm, name: str) -> bool:
    """Return whether a browser leaves the field out when every box is unticked."""
    return getattr(form.fields[name].widget, "input_type", "") == "checkbox"
