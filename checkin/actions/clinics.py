"""Opening a clinic: its first front desk and the person who looks after it."""

from __future__ import annotations

import datetime as dt
import secrets
import zoneinfo

from checkin.actions import audit, boards, mailing
from checkin.actions.writing import write
from checkin.models import Clinic, Location, Role, Staff
from checkin.rules import regions

PASSWORD_BYTES = 18


class Refused(Exception):
    """It was not done; the sentence says why and what to do instead."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def create(
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
) -> tuple[Staff, str]:
    """Make a clinic; return its administrator and their password, which cannot be had again.

    A blank region is the one that the time zone is in. `email` is the administrator's own.
    """
    if time_zone not in zoneinfo.available_timezones():
        raise Refused(f"No clock knows the time zone “{time_zone}”: give one such as America/Chicago.")
    known = region_for(region, time_zone)
    refuse_if_too_long(name, location, username, person)
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    with write():
        refuse_if_taken(name, username)
        clinic = Clinic.objects.create(name=name, time_zone=time_zone, region=known)
        desk = Location.objects.create(clinic=clinic, name=location)
        administrator = Staff.objects.create_user(
            username=username,
            password=password,
            name=person,
            role=Role.ADMINISTRATOR,
            clinic=clinic,
            location=desk,
        )
        audit.record(action="clinic.created", subject=clinic, at=at, clinic_id=clinic.pk)
        set_mail(clinic, administrator, email=email, mail_from=mail_from, site=site, at=at)
    return administrator, password


def set_mail(
    clinic: Clinic, person: Staff, *, email: str, mail_from: str, site: str, at: dt.datetime
) -> None:
    """Write the settings of e-mail that were given; a refused one undoes the clinic with it."""
    try:
        mailing.set_clinic_mail(clinic=clinic, mail_from=mail_from, site=site, at=at)
        mailing.set_staff_email(person=person, address=email, by=None, at=at)
    except boards.Refused as refused:
        raise Refused(str(refused)) from None


def region_for(said: str, time_zone: str) -> str:
    """The region that was said, or else the time zone's, or else the usual one."""
    if not said:
        return regions.region_of_zone(time_zone) or regions.USUAL
    known = regions.known_region(said)
    if known is None:
        raise Refused(
            f"No country has the code “{said[:20]}”: give the two letters of one, such as US, GB or MX."
        )
    return known


def refuse_if_too_long(name: str, location: str, username: str, person: str) -> None:
    for text, model, field in (
        (name, Clinic, "name"),
        (location, Location, "name"),
        (username, Staff, "username"),
        (person, Staff, "name"),
    ):
        limit = getattr(model._meta.get_field(field), "max_length", 0)
        if len(text) > limit:
            raise Refused(f"“{text[:30]}…” is too long: at most {limit} letters fit.")


def refuse_if_taken(name: str, username: str) -> None:
    if Clinic.objects.filter(name__iexact=name).exists():
        raise Refused(f"There is a clinic called {name} already, and it is left as it is.")
    if Staff.objects.filter(username__iexact=username).exists():
        raise Refused(f"Somebody has the username {username} already: choose another.")
