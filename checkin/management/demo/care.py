"""What the demo's children are due, were given, and who may agree for them."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from checkin.actions import consent
from checkin.management.demo.morning import Morning
from checkin.models import DueItem, Immunization
from checkin.rules.consent import Care
from checkin.rules.vaccines import is_influenza

FLU = "Influenza vaccine"


class Due(NamedTuple):
    child: str
    name: str
    days: int
    """Due since so many days."""
    kind: str = DueItem.Kind.VACCINE


class Given(NamedTuple):
    child: str
    name: str
    days: int
    """Given so many days ago."""


class Proxy(NamedTuple):
    """A guardian's written word of `days` ago that this adult may agree to `cares`."""

    child: str
    name: str
    relationship: str
    granted_by: str
    days: int
    cares: tuple[Care, ...]
    limits: str = ""


DUE = [
    Due("Marcus Bell", FLU, 24),
    Due("Ayaan Warsame", FLU, 24),
    Due("Jayden Cole", "Measles, mumps and rubella, second dose", 60),
    Due("Saoirse O'Neil", "Two-year check-up", 5, DueItem.Kind.CHECK_UP),
    Due("Hugo Park-Jensen", "Four-year check-up", 40, DueItem.Kind.CHECK_UP),
    Due("Theo Baptiste", "Hepatitis A, second dose", 12),
    Due("Maya Thompson", "Meningococcal, booster", 90),
    Due("Olive Park-Jensen", "Twelve-month check-up", 10, DueItem.Kind.CHECK_UP),
]

GIVEN = [
    Given("Marcus Bell", FLU, 390),
    Given("Marcus Bell", "Measles, mumps and rubella, second dose", 1500),
    Given("Hugo Park-Jensen", FLU, 20),
    Given("Theo Baptiste", FLU, 18),
    Given("Sofía Delgado Ruiz", FLU, 29),
    Given("Saoirse O'Neil", "Hepatitis A, first dose", 210),
    Given("Jayden Cole", "Measles, mumps and rubella, first dose", 1700),
]

PROXIES = [
    Proxy("Ayaan Warsame", "Sahra Warsame", "aunt", "Hodan Warsame", 120, (Care.VACCINE, Care.CHECK_UP)),
    Proxy(
        "Marcus Bell",
        "Renee Porter",
        "aunt",
        "Tanya Bell",
        200,
        (Care.SEEING, Care.VACCINE),
        limits="Please phone me about anything new",
    ),
]


def put_on_record(morning: Morning) -> None:
    """Before anybody signs in: what the clinic's records say."""
    for due in DUE:
        DueItem.objects.create(
            clinic=morning.clinic,
            patient=morning.patients[due.child],
            kind=due.kind,
            name=due.name,
            due_on=days_ago(morning, due.days),
        )
    for given in GIVEN:
        Immunization.objects.create(
            clinic=morning.clinic,
            patient=morning.patients[given.child],
            name=given.name,
            given_on=days_ago(morning, given.days),
            is_influenza=is_influenza(given.name),
        )
    for proxy in PROXIES:
        file_proxy(morning, proxy)


def file_proxy(morning: Morning, proxy: Proxy) -> None:
    at = morning.on(-proxy.days, "10:00")
    consent.grant_proxy(
        patient=morning.patients[proxy.child],
        name=proxy.name,
        relationship=proxy.relationship,
        granted_by=proxy.granted_by,
        cares=proxy.cares,
        limits=proxy.limits,
        written_on=morning.clinic.local_date(at),
        by=morning.staff["dana"],
        at=at,
    )


def days_ago(morning: Morning, days: int) -> dt.date:
    return morning.today - dt.timedelta(days=days)
