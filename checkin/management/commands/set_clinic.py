"""Change clinic settings that have no page yet."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import CommandError
from django.utils.timezone import now

from checkin.actions import mailing
from checkin.actions.refusals import Refused
from checkin.management.named_places import find_clinic_by_name
from checkin.management.plain_commands import PlainCommand
from checkin.queries import mailing as mailing_queries


class Command(PlainCommand):
    help = (
        "Set whom a clinic's e-mail comes from and which address its links open; without options, show them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--clinic", help="needed where there is more than one")
        parser.add_argument(
            "--mail-from", help="such as desk@clinic.example or 'Our Clinic <desk@clinic.example>'"
        )
        parser.add_argument("--site", help="as staff open it, such as https://checkin.clinic.example")

    def handle(
        self, *, clinic: str | None, mail_from: str | None, site: str | None, **options: object
    ) -> None:
        try:
            kept = mailing.set_clinic_mail(
                clinic=find_clinic_by_name(clinic), mail_from=mail_from, site=site, at=now()
            )
        except Refused as refused:
            raise CommandError(str(refused)) from None
        how = mailing_queries.read_mailing_status(kept)
        lines = [f"{kept}", f"  sender  {how.sender or 'none'}", f"  site    {how.site}", *how.troubles]
        self.stdout.write("\n".join(lines))
