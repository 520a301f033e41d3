"""Show a form again with the labels of its own page, and nothing that was hidden there."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.forms import BooleanField, DateField, MultipleChoiceField, TimeField

from checkin.models import Clinic
from checkin.web.form_wording import FormWording
from checkin.web.unsent_form_wording import find_form_wording

_log = logging.getLogger(__name__)
_UNKNOWN_FIELD_LABEL = "Also typed"
"""For a field that none of our pages has anymore, for example from before an upgrade."""
_LONG_LINE = 60


def unsent_form_context(typed: Any, clinic: Clinic) -> dict[str, Any]:
    """Return a form to show: what a person typed can be edited, the rest is sent along.

    `named`: ids of the patients whom its button names, for the trail. If its labels fail, it is shown without
    them: nothing typed is lost for that, and none of its person's other forms.
    """
    try:
        return _draw_form(find_form_wording(typed["action"]), typed, clinic)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        _log.exception("A form that was kept could not be shown with its labels")
        return _draw_form(FormWording(), typed, clinic)


def _draw_form(words: FormWording, typed: Any, clinic: Clinic) -> dict[str, Any]:
    said: dict[str, list[str]] = {}
    for name, text in typed["fields"]:
        said.setdefault(name, []).append(text)
    fields = [one for name, texts in said.items() for one in _unsent_field_boxes(words, name, texts, clinic)]
    for nth, one in enumerate(fields):
        one["id"] = f"{typed['id'][:8]}-{nth}"
    send = words.button({name: texts[-1] for name, texts in said.items()}, clinic, typed["action"])
    facts = {"send": send.words, "named": send.named}
    return {"id": typed["id"], "action": typed["action"], "fields": fields, **facts}


def _unsent_field_boxes(
    words: FormWording, name: str, texts: list[str], clinic: Clinic
) -> list[dict[str, Any]]:
    """Return the boxes for one field name; a value that appears more than once gives several."""
    label, choices = words.label(name), words.choices_of(name, clinic)
    kind = words.form.base_fields[name] if words.has(name) else None
    if name in words.buttons or (words.knows(name) and label is None) or not any(texts):
        return [hidden_form_box(name, text) for text in texts]
    if isinstance(kind, MultipleChoiceField):
        options = [(value, said, value in texts) for value, said in choices.items()]
        lost = [hidden_form_box(name, text) for text in texts if text not in choices]
        return [{"kind": "several", "name": name, "label": label, "options": options}, *lost]
    if choices:
        options = [(value, said, value == texts[-1]) for value, said in choices.items()]
        is_one = len(texts) == 1 and texts[0] in choices
        chosen = {"kind": "choice", "name": name, "label": label, "options": options}
        return [chosen] if is_one else [hidden_form_box(name, text) for text in texts]
    if name in words.ticks or isinstance(kind, BooleanField):
        return [{"kind": "tick", "name": name, "label": label, "text": text} for text in texts]
    return [text_form_box(words, kind, name, text, label or _UNKNOWN_FIELD_LABEL) for text in texts]


def hidden_form_box(name: str, text: str) -> dict[str, object]:
    return {"kind": "hidden", "name": name, "text": text}


def text_form_box(words: FormWording, kind: object, name: str, text: str, label: str) -> dict[str, Any]:
    """Return a text box, or a date or time box if the browser can read the value."""
    box = {"kind": "line", "type": "text", "name": name, "text": text, "label": label}
    if name in words.dates or isinstance(kind, DateField):
        box["type"] = "date" if _is_iso_text(dt.date, text) else "text"
    elif isinstance(kind, TimeField):
        box["type"] = "time" if _is_iso_text(dt.time, text) else "text"
    elif "\n" in text or len(text) > _LONG_LINE:
        box["kind"] = "lines"
    return box


def _is_iso_text(kind: Any, text: str) -> bool:
    try:
        kind.fromisoformat(text)
    except ValueError:
        return False
    return True
