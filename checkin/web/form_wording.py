"""The wording of one form: its button, and the labels of its fields and choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.forms import ModelChoiceField
from django.forms.utils import pretty_name

from checkin.models import Clinic
from checkin.web.params import parse_number_param

ChoiceWording = Mapping[str, object] | Callable[[Clinic], Mapping[str, object]]
HIDDEN_FIELDS = {"key", "drawn_for", "drawn_beside", "drawn_with", "next", "from", "seen", "back", "panel"}
HIDDEN_FIELDS |= {"patient", "into", "visit", "papers", "page", "sure", "ticked_for"}
"""Fields that are never visible."""


class ButtonLabel(NamedTuple):
    """What a button says, and the ids of the patients whom it names."""

    words: str
    named: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FormWording:
    """One form: its submit button, and the labels of its fields."""

    send: str = "Send it"
    form: Any = None
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, ChoiceWording] = field(default_factory=dict)
    ticks: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    buttons: Mapping[str, ChoiceWording] = field(default_factory=dict)
    """Fields that a button sends. `{}` stands for the label so far."""
    patients: Mapping[str, str] = field(default_factory=dict)
    """Fields with a patient's id, and the button's label with that patient's name."""
    asked: Callable[[Clinic, str, Mapping[str, str]], ButtonLabel | None] | None = None
    """Returns the button's label if it depends on the row that the page was about; None if not."""

    def label(self, name: str) -> str | None:
        """Return the field's label; None if it is hidden or unknown."""
        if name in self.labels:
            return self.labels[name]
        known = self.form.base_fields.get(name) if self.form else None
        if known is None or known.widget.is_hidden or name in HIDDEN_FIELDS:
            return None
        return str(known.label or pretty_name(name))

    def choices_of(self, name: str, clinic: Clinic) -> dict[str, str]:
        """Return the label of each choice; {} if any text may be typed."""
        if name in self.choices:
            return _choice_labels(self.choices[name], clinic)
        known = self.form.base_fields[name] if self.has(name) else None
        # Which rows may be chosen depends on the clinic, so `choices` must say it.
        if known is None or isinstance(known, ModelChoiceField):
            return {}
        return _choice_labels(dict(getattr(known, "choices", ())), clinic)

    def button(self, said: Mapping[str, str], clinic: Clinic, action: str) -> ButtonLabel:
        """Return the label of the button that was pressed. Whoever shows it records whom it names."""
        if self.asked and (asked := self.asked(clinic, action, said)):
            return asked
        words = self.send
        named: tuple[int, ...] = ()
        for name, choices in self.buttons.items():
            words = _choice_labels(choices, clinic).get(said.get(name, ""), words).replace("{}", words)
        for name, sentence in self.patients.items():
            pk = parse_number_param(said.get(name))
            if pk is not None and (patient := clinic.patients.filter(pk=pk).first()):
                words, named = sentence.replace("{}", patient.name), (patient.pk,)
        return ButtonLabel(words, named)

    def has(self, name: str) -> bool:
        return self.form is not None and name in self.form.base_fields

    def knows(self, name: str) -> bool:
        # Owners of entries were chosen on a page that listed them all, and are checked against that list.
        return (
            name in HIDDEN_FIELDS
            or name.startswith("whose-")
            or name in self.buttons
            or self.has(name)
            or name in self.labels
        )


def front_desk_labels(clinic: Clinic) -> dict[str, str]:
    """Return the name of each front desk, by its id as a form sends it."""
    names = clinic.locations.order_by("name", "pk").values_list("pk", "name")
    return {str(pk): name for pk, name in names}


def _choice_labels(choices: ChoiceWording, clinic: Clinic) -> dict[str, str]:
    found = choices(clinic) if callable(choices) else choices
    return {str(value): str(words) for value, words in found.items()}
