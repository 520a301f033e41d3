"""Create a login for a person who works here."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.timezone import now

from checkin.actions import staff
from checkin.actions.refusals import Refused
from checkin.management.named_places import find_location_by_name
from checkin.management.plain_commands import PlainCommand, clean_name_argument
from checkin.rules import staff_accounts
from checkin.rules.roles import Role


class Command(PlainCommand):
    help = "Make a login for a person who works here, whose password is printed once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="that the person logs in with")
        parser.add_argument("--name", help="the person's own name (the username, when not given)")
        parser.add_argument(
            "--role", required=True, choices=Role.values, help="docs/roles.md says who may what"
        )
        parser.add_argument("--location", required=True, help="the front desk that they work at")
        parser.add_argument("--clinic", help="needed where two clinics have a location of the same name")

    def handle(self, **options: Any) -> None:
        location = find_location_by_name(options["location"].strip(), options["clinic"])
        username = clean_name_argument(options["username"])
        typed = (options["name"] or "").strip()
        name = clean_name_argument(typed) if typed else username
        if not name and username:
            raise CommandError(staff_accounts.NEEDS_NAME)
        try:
            made, password = staff.create_staff_login(
                location=location, username=username, name=name, role=options["role"], by=None, at=now()
            )
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        self.stdout.write(
            f"{made.name} works at {location}, {location.clinic}, as {Role(made.role).label.lower()}.\n"
            f"  username  {made.username}\n"
            f"  password  {password}\n"
            "The password is shown this once."
        )
