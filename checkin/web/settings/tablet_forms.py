"""The form that enrolls a tablet."""

from __future__ import annotations

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout, Submit
from django import forms

from checkin.models import Clinic, Device
from checkin.rules.short_lines import put_on_one_line
from checkin.rules.sign_in_claims import clean_typed_text

_NEEDS_NAME = "Give the tablet a name that staff will recognize."
_LONGEST_NAME = Device._meta.get_field("name").max_length


class TabletForm(forms.Form):
    """Asks where a tablet stands and what staff call it."""

    name = forms.CharField(
        label="Name",
        help_text="What staff call it, such as Tablet by the door",
        max_length=_LONGEST_NAME,
        error_messages={"required": _NEEDS_NAME},
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto", "spellcheck": "false"}),
    )

    def __init__(self, *args: object, clinic: Clinic, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # whatever Django's form takes
        self.fields["location"] = forms.ModelChoiceField(
            label="Front desk", queryset=clinic.locations.order_by("name"), empty_label=None
        )
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Div("name", "location", css_class="two"),
            Submit("enroll", "Enroll tablet", css_class="btn-main"),
        )

    def clean_name(self) -> str:
        """Return the name on one line, without hidden signs. Raises ValidationError if nothing is left."""
        name = put_on_one_line(clean_typed_text(self.cleaned_data["name"]))
        if not name:
            raise forms.ValidationError(_NEEDS_NAME)
        return name
