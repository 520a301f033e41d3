"""Give a person a new password when nobody can do it in the browser."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import CommandError
from django.utils.timezone import now

from checkin.actions import second_factors, staff
from checkin.actions.refusals import Refused
from checkin.actions.write_queue import write_in_turn
from checkin.management.plain_commands import PlainCommand
from checkin.models import Staff

_KEPT = (
    "Passkeys and the PIN are removed. An authenticator app stays, with its recovery codes; "
    "for a lost phone, add --remove-second-factor."
)
_REMOVED = (
    "Passkeys, the PIN, the authenticator app and the recovery codes are removed. They set up a new second "
    "factor at their next login if the clinic asks them for one."
)


class Command(PlainCommand):
    help = "Give a person a new password, printed once, and log them out everywhere. For emergencies."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="that the person logs in with")
        parser.add_argument(
            "--activate", action="store_true", help="also make the account active, if it is not"
        )

        parser.add_argument(
            "--remove-second-factor",
            action="store_true",
            help="also remove the authenticator app and the recovery codes, for a lost phone",
        )

    def handle(
        self, *, username: str, activate: bool = False, remove_second_factor: bool = False, **options: object
    ) -> None:
        person = Staff.objects.find_by_username(username)
        if person is None:
            raise CommandError(f"Nobody has the username “{username}”.")
        try:
            with write_in_turn():
                password = staff.reset_staff_password(person=person, at=now(), activate=activate)
                if remove_second_factor:
                    second_factors.reset_second_factor(person=person, by=None, at=now())
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        self.stdout.write(
            f"{person.name} ({person.clinic}) has a new password and is logged out everywhere.\n"
            f"{_REMOVED if remove_second_factor else _KEPT}\n"
            f"  username  {person.username}\n"
            f"  password  {password}\n"
            "The password is shown this once. They can change it under their name, at the top right."
        )
