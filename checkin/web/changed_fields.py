"""A form whose page was behind, for the child as it now is: what was changed, beside what stands there now.

Only what this person changed is carried; every other box holds what it would hold on a page opened now.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms import BaseForm, BooleanField, MultipleChoiceField
from django.forms.utils import pretty_name

from checkin.models import Clinic
from checkin.web import drawn_with
from checkin.web.drawn_with import DRAWN_WITH, flat
from checkin.web.typed_fields import hidden, written
from checkin.web.typed_words import FormWords, words_for

NOTHING = "nothing"
CHOOSE = ("", "Please choose", True)


def carried(
    form: BaseForm, typed: Mapping[str, Any], sent: Any, drawn: Mapping[str, list[str]], clinic: Clinic
) -> dict[str, Any] | None:
    """The form to be shown, its changed boxes first; None where nothing was changed on its page."""
    changed = drawn_with.changed(form, drawn, sent)
    if not changed:
        return None
    now, words = drawn_with.texts_of(form), words_for(typed["action"])
    along = [hidden(name, text) for name, text in typed["fields"] if name not in now and name != DRAWN_WITH]
    first = [
        box(words, form, name, texts) | {"now": said(form, name, now[name])}
        for name, texts in changed.items()
    ]
    rest = [
        box(words, form, name, now[name]) for name in now if name not in changed and name not in words.buttons
    ]
    for nth, one in enumerate([*along, *first, *rest]):
        one["id"] = f"{typed['id'][:8]}-{nth}"
    posted = dict(typed["fields"])
    return {
        "id": typed["id"],
        "action": typed["action"],
        "fields": [*along, hidden(DRAWN_WITH, drawn_with.text_of(form)), *first],
        "blank_now": [one["label"] for one in first if one["now"] == NOTHING],
        "rest": rest,
        "send": words.button(posted, clinic, typed["action"]),
    }


def box(words: FormWords, form: BaseForm, name: str, texts: list[str]) -> dict[str, Any]:
    """One box as it is shown: also a blank one, and a tick that was taken off."""
    field, label = form.fields[name], words.label(name) or pretty_name(name)
    options = choices_of(form, name)
    if isinstance(field, MultipleChoiceField):
        several = [(value, text, value in texts) for value, text in options]
        return {"kind": "several", "name": name, "label": label, "options": several}
    if options:
        wanted = texts[-1] if texts else ""
        chosen = [(value, text, value == wanted) for value, text in options]
        is_one = any(is_chosen for _, _, is_chosen in chosen)
        return {
            "kind": "choice",
            "name": name,
            "label": label,
            "options": chosen if is_one else [CHOOSE, *chosen],
        }
    if isinstance(field, BooleanField):
        return {"kind": "tick", "name": name, "label": label, "text": "on", "is_off": not any(texts)}
    return written(words, field, name, texts[-1] if texts else "", label)


def choices_of(form: BaseForm, name: str) -> list[tuple[str, str]]:
    field: Any = form.fields[name]
    return list(flat(getattr(field.widget, "choices", ())))


def said(form: BaseForm, name: str, texts: list[str]) -> str:
    """What stands there for the child as it now is, in words."""
    if isinstance(form.fields[name], BooleanField):
        return "ticked" if any(texts) else "not ticked"
    words = dict(choices_of(form, name))
    return ", ".join(words.get(text, text) for text in texts if words.get(text, text)) or NOTHING
