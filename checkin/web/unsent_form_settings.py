"""Labels of the forms of the settings, the audit log and emergency access, for when they are shown again."""

from __future__ import annotations

from checkin.models import Role
from checkin.queries.patients import PATIENT_SEARCH_LABEL
from checkin.web.form_wording import ChoiceWording, FormWording, front_desk_labels
from checkin.web.settings.security import SecurityForm
from checkin.web.settings.staff_forms import ChangeForm, InviteForm, location_labels
from checkin.web.settings.tablet_forms import TabletForm


def _send_button(name: str, words: str) -> dict[str, ChoiceWording]:
    return {name: {words: words}}


_STAFF_CHOICES: dict[str, ChoiceWording] = {"role": dict(Role.choices), "location": location_labels}
_INVITE, _CHANGE, _ENROLL = "Make the link", "Save changes", "Enroll device"

SETTINGS_FORM_WORDINGS: dict[str, FormWording] = {
    "settings:staff_new": FormWording(
        send=_INVITE, form=InviteForm, choices=_STAFF_CHOICES, buttons=_send_button("send", _INVITE)
    ),
    "settings:staff_one": FormWording(
        send=_CHANGE, form=ChangeForm, choices=_STAFF_CHOICES, buttons=_send_button("send", _CHANGE)
    ),
    "settings:staff_link": FormWording(send="Make a new password link"),
    "settings:staff_factors": FormWording(send="Remove second factor"),
    "settings:staff_deactivate": FormWording(send="Deactivate account"),
    "settings:tablets": FormWording(
        send=_ENROLL,
        form=TabletForm,
        labels={"location": "Front desk"},
        choices={"location": front_desk_labels},
        buttons=_send_button("enroll", _ENROLL),
    ),
    "settings:tablet_key": FormWording(send="Replace key"),
    "settings:tablet_revoke": FormWording(send="Revoke device"),
    "settings:security": FormWording(send=_CHANGE, form=SecurityForm, buttons=_send_button("save", _CHANGE)),
    "settings:make_backup": FormWording(send="Make a backup now"),
    "audit:patients": FormWording(send="Find patient", labels={"q": PATIENT_SEARCH_LABEL}),
    "audit:patient_name": FormWording(send="Show name"),
    "open_in_emergency": FormWording(send="Open charts", labels={"reason": "What happened?"}),
}
