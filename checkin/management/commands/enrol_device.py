"""Enroll a tablet at a front desk."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.timezone import now

from checkin.actions import devices
from checkin.management.named_places import find_location_by_name
from checkin.management.plain_commands import PlainCommand

_LONGEST_TABLET_NAME = 120
_ENROLLED_HOW_TO = """\
{device} is enrolled at {location}, {clinic}. On the tablet, open this address once:

  http://ADDRESS-OF-THIS-SERVER/kiosk/enrol/#{token}

The part after # is the tablet's key. It is shown this once, it is never sent in an address, and
whoever has it can sign families in: give it to the tablet and to nobody else."""


class Command(PlainCommand):
    help = "Enrol a tablet at a front desk, and print how to hand the tablet its key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--location", required=True, help="the front desk that the tablet stands at")
        parser.add_argument(
            "--name", required=True, help="what staff call the tablet, such as Tablet by the door"
        )
        parser.add_argument("--clinic", help="needed where two clinics have a location of the same name")
        parser.add_argument("--print-token", action="store_true", help="print the token and nothing else")

    def handle(self, **options: Any) -> None:
        name = options["name"].strip()
        if not name:
            raise CommandError("--name is blank: call the tablet something that staff will recognize.")
        if len(name) > _LONGEST_TABLET_NAME:
            raise CommandError(f"--name is too long: at most {_LONGEST_TABLET_NAME} letters fit.")
        location = find_location_by_name(options["location"].strip(), options["clinic"])
        device, token = devices.enrol_device(location=location, name=name, at=now())
        if options["print_token"]:
            self.stdout.write(token)
            return
        words = {"device": device, "location": location, "clinic": location.clinic, "token": token}
        self.stdout.write(_ENROLLED_HOW_TO.format(**words))
