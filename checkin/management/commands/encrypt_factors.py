"""Encrypt the secrets of second factors again, after their key was changed."""

from __future__ import annotations

from django.core.management.base import CommandError

from checkin.actions import second_factors
from checkin.actions.refusals import Refused
from checkin.management.plain_commands import PlainCommand


class Command(PlainCommand):
    help = "Encrypt authenticator apps and recovery codes with FACTOR_KEY, after it was changed."

    def handle(self, **options: object) -> None:
        try:
            count = second_factors.encrypt_factors()
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        self.stdout.write(f"{count} encrypted again. FACTOR_KEY_FALLBACKS is not needed for them anymore.")
