"""What the demo's children are due, were given, and who may consent for them."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from checkin.actions import consent
from checkin.management.demo.demo_morning import DemoMorning
from checkin.models import DueItem, Immunization
from checkin.rules.consent_adults import CareKind
from checkin.rules.vaccines import is_influenza_vaccine

_FLU_VACCINE = "Influenza vaccine"


class _DemoDueItem(NamedTuple):
    child: str
    name: str
    days: int
    """Due for this many days."""
    kind: str = DueItem.Kind.VACCINE


class _DemoImmunization(NamedTuple):
    child: str
    name: str
    days: int
    """Given this many days ago."""


class _DemoProxy(NamedTuple):
    """A guardian's written permission, `days` ago, for this adult to consent to `cares`."""

    child: str
    name: str
    relationship: str
    granted_by: str
    days: int
    cares: tuple[CareKind, ...]
    limits: str = ""


_DEMO_DUE_ITEMS = [
    _DemoDueItem("Marcus Bell", _FLU_VACCINE, 24),
    _DemoDueItem("Ayaan Warsame", _FLU_VACCINE, 24),
    _DemoDueItem("Jayden Cole", "Measles, mumps and rubella, second dose", 60),
    _DemoDueItem("Saoirse O'Neil", "Two-year check-up", 5, DueItem.Kind.CHECK_UP),
    _DemoDueItem("Hugo Park-Jensen", "Four-year check-up", 40, DueItem.Kind.CHECK_UP),
    _DemoDueItem("Theo Baptiste", "Hepatitis A, second dose", 12),
    _DemoDueItem("Maya Thompson", "Meningococcal, booster", 90),
    _DemoDueItem("Olive Park-Jensen", "Twelve-month check-up", 10, DueItem.Kind.CHECK_UP),
]

_DEMO_IMMUNIZATIONS = [
    _DemoImmunization("Marcus Bell", _FLU_VACCINE, 390),
    _DemoImmunization("Marcus Bell", "Measles, mumps and rubella, second dose", 1500),
    _DemoImmunization("Hugo Park-Jensen", _FLU_VACCINE, 20),
    _DemoImmunization("Theo Baptiste", _FLU_VACCINE, 18),
    _DemoImmunization("Sofía Delgado Ruiz", _FLU_VACCINE, 29),
    _DemoImmunization("Saoirse O'Neil", "Hepatitis A, first dose", 210),
    _DemoImmunization("Jayden Cole", "Measles, mumps and rubella, first dose", 1700),
]

_DEMO_PROXIES = [
    _DemoProxy(
        "Ayaan Warsame", "Sahra Warsame", "aunt", "Hodan Warsame", 120, (CareKind.VACCINE, CareKind.CHECK_UP)
    ),
    _DemoProxy(
        "Marcus Bell",
        "Renee Porter",
        "aunt",
        "Tanya Bell",
        200,
        (CareKind.SEEING, CareKind.VACCINE),
        limits="Please phone me about anything new",
    ),
]


def make_demo_charts(morning: DemoMorning) -> None:
    """Write what the clinic's records say before anybody signs in."""
    for due in _DEMO_DUE_ITEMS:
        DueItem.objects.create(
            clinic=morning.clinic,
            patient=morning.patients[due.child],
            kind=due.kind,
            name=due.name,
            due_on=_days_before_today(morning, due.days),
        )
    for given in _DEMO_IMMUNIZATIONS:
        Immunization.objects.create(
            clinic=morning.clinic,
            patient=morning.patients[given.child],
            name=given.name,
            given_on=_days_before_today(morning, given.days),
            is_influenza=is_influenza_vaccine(given.name),
        )
    for proxy in _DEMO_PROXIES:
        _file_demo_proxy(morning, proxy)


def _file_demo_proxy(morning: DemoMorning, proxy: _DemoProxy) -> None:
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


def _days_before_today(morning: DemoMorning, days: int) -> dt.date:
    return morning.today - dt.timedelta(days=days)
