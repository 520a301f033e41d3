"""Labels of the forms of the settings, the audit log and emergency access, for when they are shown again."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.urls import resolve
from django.utils import timezone

from checkin.models import Clinic, Role, Staff
from checkin.queries.patients import PATIENT_SEARCH_LABEL
from checkin.queries.staff import read_staff_row
from checkin.web.form_wording import ButtonLabel, ChoiceWording, FormWording, front_desk_labels
from checkin.web.locations import strip_location_path
from checkin.web.settings.act_buttons import (
    deactivation_button_words,
    link_button_words,
    revocation_button_words,
)
from checkin.web.settings.security import SecurityForm
from checkin.web.settings.staff_forms import ChangeForm, InviteForm, location_labels
from checkin.web.settings.tablet_forms import TabletForm


def _find_person(clinic: Clinic, action: str) -> Staff | None:
    return clinic.staff.filter(pk=_row_named(action)["person_id"]).first()


def _row_named(action: str) -> dict[str, int]:
    return resolve(strip_location_path(urlsplit(action).path)).kwargs


def _link_label(clinic: Clinic, action: str, _said: object) -> ButtonLabel | None:
    person = _find_person(clinic, action)
    row = read_staff_row(person, timezone.now()) if person else None
    return ButtonLabel(link_button_words(row)) if row else None


def _deactivation_label(clinic: Clinic, action: str, _said: object) -> ButtonLabel | None:
    person = _find_person(clinic, action)
    return ButtonLabel(deactivation_button_words(person)) if person else None


def _revocation_label(clinic: Clinic, action: str, _said: object) -> ButtonLabel | None:
    device = clinic.devices.filter(pk=_row_named(action)["device_id"]).first()
    return ButtonLabel(revocation_button_words(device)) if device else None


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
    "settings:staff_link": FormWording(send="Make a new password link", asked=_link_label),
    "settings:staff_factors": FormWording(send="Remove second factor"),
    "settings:staff_deactivate": FormWording(send="Deactivate account", asked=_deactivation_label),
    "settings:tablets": FormWording(
        send=_ENROLL,
        form=TabletForm,
        labels={"location": "Front desk"},
        choices={"location": front_desk_labels},
        buttons=_send_button("enroll", _ENROLL),
    ),
    "settings:tablet_key": FormWording(send="Replace key"),
    "settings:tablet_revoke": FormWording(send="Revoke device", asked=_revocation_label),
    "settings:security": FormWording(send=_CHANGE, form=SecurityForm, buttons=_send_button("save", _CHANGE)),
    "settings:make_backup": FormWording(send="Make a backup now"),
    "audit:patients": FormWording(send="Find patient", labels={"q": PATIENT_SEARCH_LABEL}),
    "audit:patient_name": FormWording(send="Show name"),
    "open_in_emergency": FormWording(send="Open charts", labels={"reason": "What happened?"}),
}
