"""The form that enrolls a tablet or a display."""

from __future__ import annotations

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout, Submit
from django import forms

from checkin.models import Clinic, Device
from checkin.rules.short_lines import put_on_one_line
from checkin.rules.sign_in_claims import clean_typed_text
from checkin.rules.staff_accounts import is_blank_name

_NEEDS_NAME = "Give it a name that staff will recognize."
_LONGEST_NAME = Device._meta.get_field("name").max_length


class TabletForm(forms.Form):
    """Asks what it is, where it stands and what staff call it."""

    kind = forms.ChoiceField(
        label="What it is",
        choices=[
            (Device.Kind.KIOSK.value, "Tablet on which families sign in"),
            (Device.Kind.DISPLAY.value, "Display in the waiting room"),
        ],
        initial=Device.Kind.KIOSK.value,
        required=False,
        widget=forms.RadioSelect,
    )
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
            "kind",
            Div("name", "location", css_class="two"),
            Submit("enroll", "Enroll device", css_class="btn-main"),
        )

    def clean_kind(self) -> str:
        """Return what it is; a tablet unless it is said."""
        return self.cleaned_data["kind"] or Device.Kind.KIOSK.value

    def clean_name(self) -> str:
        """Return the name on one line, without hidden signs. Raises ValidationError if it looks empty."""
        name = put_on_one_line(clean_typed_text(self.cleaned_data["name"]))
        if is_blank_name(name):
            raise forms.ValidationError(_NEEDS_NAME)
        return name
