"""Set the e-mail address of a person who works here."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import CommandError
from django.utils.timezone import now

from checkin.actions import mailing
from checkin.actions.refusals import Refused
from checkin.management.plain_commands import PlainCommand
from checkin.models import Staff


class Command(PlainCommand):
    help = "Set a person's e-mail address, to which late promises are told; without one, take it away."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="that the person logs in with")
        parser.add_argument("address", nargs="?", default="", help="such as dana@clinic.example")

    def handle(self, *, username: str, address: str, **options: object) -> None:
        person = Staff.objects.find_by_username(username)
        if person is None:
            raise CommandError(f"Nobody has the username “{username}”.")
        try:
            kept = mailing.set_staff_email(person=person, address=address, by=None, at=now())
        except Refused as refused:
            raise CommandError(str(refused)) from None
        told = f"is told by e-mail at {kept.email}" if kept.email else "has no e-mail address now"
        self.stdout.write(f"{kept.name} ({kept.clinic}) {told}.")
