"""Give a person a new password when nobody can do it in the browser."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import CommandError
from django.utils.timezone import now

from checkin.actions import staff
from checkin.actions.refusals import Refused
from checkin.management.plain_commands import PlainCommand
from checkin.models import Staff


class Command(PlainCommand):
    help = "Give a person a new password, printed once, and log them out everywhere. For emergencies."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="that the person logs in with")
        parser.add_argument(
            "--activate", action="store_true", help="also make the account active, if it is not"
        )

    def handle(self, *, username: str, activate: bool = False, **options: object) -> None:
        person = Staff.objects.find_by_username(username)
        if person is None:
            raise CommandError(f"Nobody has the username “{username}”.")
        try:
            password = staff.reset_staff_password(person=person, at=now(), activate=activate)
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        self.stdout.write(
            f"{person.name} ({person.clinic}) has a new password and is logged out everywhere.\n"
            "Passkeys and the PIN are removed. An authenticator app stays.\n"
            f"  username  {person.username}\n"
            f"  password  {password}\n"
            "The password is shown this once. They can change it under their name, at the top right."
        )
