"""Create a clinic, its first front desk and its administrator."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.timezone import now

from checkin.actions import clinics
from checkin.actions.refusals import Refused
from checkin.management.plain_commands import PlainCommand, clean_name_argument
from checkin.models import Clinic
from checkin.rules import regions


class Command(PlainCommand):
    help = "Make a clinic, its first front desk and its administrator, whose password is printed once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, help="of the clinic")
        parser.add_argument("--location", required=True, help="of its first front desk, such as Main desk")
        parser.add_argument("--username", required=True, help="that the administrator logs in with")
        parser.add_argument("--person", help="the administrator's own name (the username, when not given)")
        parser.add_argument("--time-zone", default=settings.TIME_ZONE, help="such as America/Chicago")
        parser.add_argument(
            "--region",
            default="",
            help="two letters of its country, such as US or GB; the time zone's country, when not given",
        )
        parser.add_argument("--email", default="", help="the administrator's own")
        parser.add_argument("--mail-from", default="", help="e-mail comes from it: desk@clinic.example")
        parser.add_argument("--site", default="", help="where staff open it: https://checkin.clinic.example")
        parser.add_argument(
            "--where-to-wait", default="", help="told by the tablet, such as 'The chairs by the window'"
        )

    def handle(self, **options: Any) -> None:
        names = ("name", "location", "username", "person", "where_to_wait")
        given = {one: clean_name_argument(options[one] or "") for one in names}
        for key in ("name", "location", "username"):
            if not given[key]:
                raise CommandError(f"--{key} is blank: give it a word or two.")
        try:
            administrator, password = clinics.create_clinic(
                **given | {"person": given["person"] or given["username"]},
                time_zone=options["time_zone"],
                region=(options["region"] or "").strip(),
                **{key: options.get(key) or "" for key in ("email", "mail_from", "site")},
                at=now(),
            )
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        desk = administrator.location
        self.stdout.write(
            f"{administrator.clinic} is ready, with the front desk {desk}.\n"
            f"{_region_sentence(administrator.clinic, was_given=bool(options['region']))}\n"
            f"  username  {administrator.username}\n"
            f"  password  {password}\n"
            "The password is shown this once. The administrator sees no family's data. "
            "Next, make a login for the front desk, and enrol a tablet:\n"
            "  .venv/bin/python manage.py create_staff USERNAME --name 'Their name' --role front_desk "
            f"--location '{desk}'\n"
            f"  .venv/bin/python manage.py enrol_device --location '{desk}' --name 'Tablet 1'"
        )


def _region_sentence(clinic: Clinic, *, was_given: bool) -> str:
    """Return sentences that say which region was chosen, why, and what it decides."""
    name, order = regions.region_name(clinic.region), regions.date_order_example(clinic.region)
    if was_given:
        origin = ""
    elif regions.region_of_time_zone(clinic.time_zone):
        origin = f", the country of {clinic.time_zone}"
    else:
        origin = f": the time zone {clinic.time_zone} names no country, and no --region was given"
    return f"Its region is {clinic.region} ({name}){origin}. Dates are written {order}."
