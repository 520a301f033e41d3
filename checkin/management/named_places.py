"""Find the clinic or location that a command's option names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.core.management.base import CommandError

from checkin.models import Clinic, Location
from checkin.rules.short_lines import fold_to_one_line

_Place = TypeVar("_Place", Clinic, Location)


def find_clinic_by_name(name: str | None) -> Clinic:
    """Return the clinic of that name, or the only one. Raises CommandError, listing them, otherwise."""
    clinics = list(Clinic.objects.order_by("name"))
    if not clinics:
        raise CommandError("There is no clinic yet: make one with `manage.py setup_clinic` first.")
    found = clinics if name is None else pick_places_by_name(clinics, name)
    if len(found) == 1:
        return found[0]
    there = ", ".join(map(str, clinics))
    if name is None or found:
        raise CommandError(f"Choose one by --clinic: there are {there}.")
    raise CommandError(f"There is no clinic “{name}”: there are {there}.")


def find_location_by_name(name: str, clinic: str | None) -> Location:
    """Return the one location of that name. Raises CommandError, listing the locations, otherwise."""
    everywhere = list(Location.objects.select_related("clinic").order_by("clinic__name", "name"))
    if clinic:
        chosen = pick_places_by_name({one.clinic for one in everywhere}, clinic)
        everywhere = [one for one in everywhere if one.clinic in chosen]
    found = pick_places_by_name(everywhere, name)
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(str(location.clinic) for location in found)
        raise CommandError(f"More than one clinic has a location “{name}”: choose by --clinic ({names}).")
    there = ", ".join(f"{location} ({location.clinic})" for location in everywhere)
    at = f" at “{clinic}”" if clinic else ""
    if not there:
        raise CommandError(
            f"There is no location{at} yet: make a clinic with `manage.py setup_clinic` first."
        )
    raise CommandError(f"There is no location “{name}”{at}: there are {there}.")


def pick_places_by_name(places: Iterable[_Place], name: str) -> list[_Place]:
    """Return those of exactly that name; without one, those whose name differs only in case or spacing.

    The database is not asked: `iexact` on SQLite ignores the case of A to Z only.
    """
    some = list(places)
    exact = [one for one in some if one.name == name.strip()]
    return exact or [one for one in some if fold_to_one_line(one.name) == fold_to_one_line(name)]
