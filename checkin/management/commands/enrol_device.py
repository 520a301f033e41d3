"""Enroll a tablet at a front desk."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils.timezone import now

from checkin.actions import devices
from checkin.actions.devices import DeviceNameTaken
from checkin.management.named_places import find_location_by_name
from checkin.management.plain_commands import PlainCommand, clean_name_argument
from checkin.management.server_welcome import ServerAddress, read_server_address
from checkin.models import Location
from checkin.queries.tablet_sites import find_network_address, find_tablet_site

_LONGEST_TABLET_NAME = 120
_ENROLLED_HOW_TO = """\
{device} is enrolled at {location}, {clinic}. On the tablet, open this address once, within {minutes} minutes:

  {site}{path}#{code}

What is after # sets up one tablet, once. It is shown this once and never sent in an address. Whoever
opens it can sign families in: give it to the tablet and to nobody else."""
_UNKNOWN_SITE = "http://ADDRESS-OF-THIS-SERVER"
_ONLY_HERE = """
Other machines cannot reach the server there. For a tablet, start it so that the clinic's network
reaches it: ALLOWED_HOSTS=localhost,{address} make start HOST=0.0.0.0"""


class Command(PlainCommand):
    help = "Enrol a tablet at a front desk, and print how to hand the tablet its key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--location", required=True, help="the front desk that the tablet stands at")
        parser.add_argument(
            "--name", required=True, help="what staff call the tablet, such as Tablet by the door"
        )
        parser.add_argument("--clinic", help="needed where two clinics have a location of the same name")
        parser.add_argument(
            "--print-token", action="store_true", help="print a lasting key for the tablet and nothing else"
        )
        parser.add_argument(
            "--replace", action="store_true", help="end the key of the tablet of this name, if there is one"
        )

    def handle(self, **options: Any) -> None:
        name = clean_name_argument(options["name"])
        if not name:
            raise CommandError("--name is blank: call the tablet something that staff will recognize.")
        if len(name) > _LONGEST_TABLET_NAME:
            raise CommandError(f"--name is too long: at most {_LONGEST_TABLET_NAME} letters fit.")
        location = find_location_by_name(options["location"].strip(), options["clinic"])
        try:
            self.enroll(location, name, replace=options["replace"], prints_token=options["print_token"])
        except DeviceNameTaken as taken:
            raise CommandError(
                f"{taken.sentence} Choose another name, or add --replace: the tablet that has it now stops, "
                "and you get a link for the one that takes its place."
            ) from None

    def enroll(self, location: Location, name: str, *, replace: bool, prints_token: bool) -> None:
        at = now()
        if prints_token:
            _, token = devices.enrol_device(location=location, name=name, at=at, replace=replace)
            self.stdout.write(token)
            return
        device, code = devices.enrol_device_by_link(
            location=location, name=name, at=at, by=None, replace=replace
        )
        served = read_server_address(settings.VAR) or ServerAddress("", 0)
        site = find_tablet_site(
            location.clinic, listens_on=served.host, port=served.port, is_tls=served.is_tls
        )
        words = {"device": device, "location": location, "clinic": location.clinic, "code": code}
        words |= {"site": site.address or _UNKNOWN_SITE, "path": reverse("kiosk:enrol")}
        minutes = int(devices.LINK_LASTS.total_seconds() // 60)
        self.stdout.write(_ENROLLED_HOW_TO.format(**words, minutes=minutes))
        if not site.is_reachable and site.address:
            address = find_network_address() or "ADDRESS-OF-THIS-MACHINE"
            self.stdout.write(_ONLY_HERE.format(address=address))
