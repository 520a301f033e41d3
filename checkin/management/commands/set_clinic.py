"""Change clinic settings that have no page yet."""

from __future__ import annotations

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.timezone import now

from checkin.actions import clinics, desk_locks, mailing, second_factors
from checkin.actions.refusals import Refused
from checkin.actions.write_queue import write_in_turn
from checkin.management.named_places import find_clinic_by_name, find_location_by_name
from checkin.management.plain_commands import PlainCommand
from checkin.management.server_welcome import read_server_address
from checkin.models import Clinic, Location
from checkin.models.mailing import chosen_site
from checkin.queries import mailing as mailing_queries
from checkin.rules.second_factors import SecondFactorFor

_LOCATION_ALONE = (
    "--location says whose --where-to-wait is meant. Give both, such as --location 'Main desk' "
    "--where-to-wait 'The chairs by the window'. Nothing was changed."
)


class Command(PlainCommand):
    help = (
        "Set whom a clinic's e-mail comes from, which address its links open, where families wait, who needs "
        "a second factor and when desks lock; without options, show them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--clinic", help="needed where there is more than one")
        parser.add_argument(
            "--mail-from", help="such as desk@clinic.example or 'Our Clinic <desk@clinic.example>'"
        )
        parser.add_argument("--site", help="as staff open it, such as https://checkin.clinic.example")
        parser.add_argument(
            "--where-to-wait",
            help="told by the tablet, such as 'The chairs by the window'; '' for no place",
        )
        parser.add_argument(
            "--second-factor", choices=SecondFactorFor.values, help="who must log in with a second factor"
        )
        parser.add_argument(
            "--own-networks", help="such as '203.0.113.0/24 2001:db8::/48', for --second-factor outside"
        )
        parser.add_argument(
            "--lock-after", type=int, metavar="MINUTES", help="without a press, until a desk locks (5)"
        )
        parser.add_argument("--location", help="of --where-to-wait: needed where there is more than one")

    def handle(
        self,
        *,
        clinic: str | None,
        mail_from: str | None,
        site: str | None,
        where_to_wait: str | None = None,
        location: str | None = None,
        second_factor: str | None = None,
        own_networks: str | None = None,
        lock_after: int | None = None,
        **options: object,
    ) -> None:
        found = find_clinic_by_name(clinic)
        if location is not None and where_to_wait is None:
            raise CommandError(_LOCATION_ALONE)
        try:
            # All of it or nothing.
            with write_in_turn():
                if where_to_wait is not None:
                    desk = _find_location(found, location)
                    clinics.set_where_to_wait(location=desk, text=where_to_wait, at=now())
                second_factors.set_second_factor_rule(
                    clinic=found, asked_of=second_factor, own_networks=own_networks, by=None, at=now()
                )
                if lock_after is not None:
                    desk_locks.set_lock_after(clinic=found, minutes=lock_after, at=now())
                kept = mailing.set_clinic_mail(clinic=found, mail_from=mail_from, site=site, at=now())
        except Refused as refused:
            raise CommandError(str(refused)) from None
        how = mailing_queries.read_mailing_status(kept)
        lines = [f"{kept}", f"  sender  {how.sender or 'none'}", f"  site    {_site_words(kept)}"]
        lines += [f"  second factor  asked of {kept.second_factor_for}"]
        if kept.own_networks:
            lines += [f"  own networks   {' '.join(kept.own_networks)}"]
        lines += [f"  desks   lock after {kept.lock_after_minutes} min without a press"]
        lines += [f"  {desk}: {_waiting_words(desk)}" for desk in kept.locations.order_by("pk")]
        lines += how.troubles
        self.stdout.write("\n".join(lines))


def _site_words(clinic: Clinic) -> str:
    """Return which address the clinic's links open, and how to set it if it did not choose one.

    This command is no server, so only the server's own note knows its port.
    """
    if chosen := chosen_site(clinic):
        return chosen
    served = read_server_address(settings.VAR)
    opens = f"; on this machine it opens at {served.site}" if served else ""
    return f"none set (--site https://…){opens}"


def _find_location(clinic: Clinic, name: str | None) -> Location:
    """Return the clinic's location of that name, or its only one. Raises CommandError otherwise."""
    if name is not None:
        return find_location_by_name(name, clinic.name)
    there = list(clinic.locations.order_by("pk"))
    if len(there) != 1:
        raise CommandError(f"Choose one by --location: there are {', '.join(map(str, there))}.")
    return there[0]


def _waiting_words(desk: Location) -> str:
    return f"families wait here: {desk.where_to_wait}" if desk.where_to_wait else "families take any seat"
