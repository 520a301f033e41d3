"""Create a clinic with its first front desk and its administrator."""

from __future__ import annotations

import datetime as dt
import secrets
import zoneinfo

from django.db.models import Model

from checkin.actions import audit, mailing
from checkin.actions.refusals import Refused
from checkin.actions.write_queue import write_in_turn
from checkin.models import Clinic, Location, Role, Staff
from checkin.rules import regions
from checkin.rules.short_lines import put_on_one_line
from checkin.rules.sign_in_claims import clean_typed_text

_FIRST_PASSWORD_BYTES = 18


def create_clinic(
    *,
    name: str,
    location: str,
    username: str,
    person: str,
    time_zone: str,
    region: str,
    at: dt.datetime,
    email: str = "",
    mail_from: str = "",
    site: str = "",
    where_to_wait: str = "",
) -> tuple[Staff, str]:
    """Create a clinic; return its administrator and their password, which cannot be shown again.

    A blank `region` is taken from the time zone. `email` is the administrator's, and `where_to_wait` of the
    location. Raises Refused.
    """
    if time_zone not in zoneinfo.available_timezones():
        raise Refused(f"The time zone “{time_zone}” is not known. Give one such as America/Chicago.")
    known = _choose_clinic_region(region, time_zone)
    place = _read_where_to_wait(where_to_wait)
    username = Staff.normalize_username(username)  # as it is stored, so that a look-alike is found
    _refuse_too_long_names(name, location, username, person)
    password = secrets.token_urlsafe(_FIRST_PASSWORD_BYTES)
    with write_in_turn():
        _refuse_taken_names(name, username)
        clinic = Clinic.objects.create(name=name, time_zone=time_zone, region=known)
        desk = Location.objects.create(clinic=clinic, name=location, where_to_wait=place)
        administrator = Staff.objects.create_user(
            username=username,
            password=password,
            name=person,
            role=Role.ADMINISTRATOR,
            clinic=clinic,
            location=desk,
        )
        audit.write_audit_event(action="clinic.created", subject=clinic, at=at, clinic_id=clinic.pk)
        _set_new_clinic_mail(clinic, administrator, email=email, mail_from=mail_from, site=site, at=at)
    return administrator, password


def set_where_to_wait(*, location: Location, text: str, at: dt.datetime) -> Location:
    """Set where this location's families wait, as the tablet tells them; "" for no place. Raises Refused."""
    known = _read_where_to_wait(text)
    with write_in_turn():
        held = Location.objects.select_for_update().get(pk=location.pk)
        if held.where_to_wait != known:
            held.where_to_wait = known
            held.save(update_fields=["where_to_wait"])
            audit.write_audit_event(
                action="location.changed",
                subject=held,
                at=at,
                clinic_id=held.clinic_id,
                columns=["where_to_wait"],
            )
    return held


def _read_where_to_wait(text: str) -> str:
    """Return the text as one line without hidden signs. Raises Refused if it is too long."""
    line = put_on_one_line(clean_typed_text(text))
    _refuse_too_long(line, Location, "where_to_wait")
    return line


def _set_new_clinic_mail(
    clinic: Clinic, person: Staff, *, email: str, mail_from: str, site: str, at: dt.datetime
) -> None:
    """Write the given e-mail settings. Refused settings roll the new clinic back."""
    mailing.set_clinic_mail(clinic=clinic, mail_from=mail_from, site=site, at=at)
    mailing.set_staff_email(person=person, address=email, by=None, at=at)


def _choose_clinic_region(said: str, time_zone: str) -> str:
    """Return the given region, or else the time zone's, or else the default."""
    if not said:
        return regions.region_of_time_zone(time_zone) or regions.USUAL_REGION
    known = regions.read_region_code(said)
    if known is None:
        raise Refused(
            f"No country has the code “{said[:20]}”: give the two letters of one, such as US, GB or MX."
        )
    return known


def _refuse_too_long_names(name: str, location: str, username: str, person: str) -> None:
    for text, model, field in (
        (name, Clinic, "name"),
        (location, Location, "name"),
        (username, Staff, "username"),
        (person, Staff, "name"),
    ):
        _refuse_too_long(text, model, field)


def _refuse_too_long(text: str, model: type[Model], field: str) -> None:
    limit = getattr(model._meta.get_field(field), "max_length", 0)
    if len(text) > limit:
        raise Refused(f"“{text[:30]}…” is too long: at most {limit} letters fit.")


def _refuse_taken_names(name: str, username: str) -> None:
    if Clinic.objects.filter(name__iexact=name).exists():
        raise Refused(f"There is a clinic called {name} already, and it is left as it is.")
    if Staff.objects.has_username(username):
        raise Refused(f"Somebody has the username {username} already: choose another.")
