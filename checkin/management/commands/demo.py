"""Create a demo clinic with a morning of today in it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.utils.timezone import now

from checkin.actions.write_queue import write_in_turn
from checkin.management.commands.serve import explain_database_trouble, write_private_file
from checkin.management.demo import demo_clinic, staff
from checkin.management.plain_commands import PlainCommand
from checkin.models import Clinic


class Command(PlainCommand):
    help = "Make a demo clinic with a believable morning of today. Only in a database without a clinic."

    def handle(self, **options: object) -> None:
        with explain_database_trouble():
            connection.ensure_connection()
        if Clinic._meta.db_table not in connection.introspection.table_names():
            raise CommandError("This database has no tables yet: run `manage.py migrate` first.")
        accounts = settings.VAR / "demo_accounts.txt"
        with write_in_turn():
            _refuse_real_clinics()
            if Clinic.objects.exists():
                self.stdout.write(f"The demo is here already and stays as it is. Its accounts: {accounts}")
                return
            lines = staff.demo_account_lines(demo_clinic.make_demo_clinic(now()))
            # Before the commit: a demo whose passwords nobody knows would be useless.
            _keep_demo_accounts(accounts, lines)
        self.stdout.write("\n".join([f"{demo_clinic.DEMO_CLINIC_NAME} is open.", *lines]))


def _refuse_real_clinics() -> None:
    for clinic in Clinic.objects.order_by("pk"):
        if not demo_clinic.is_demo_clinic(clinic):
            raise CommandError(
                f"This database holds {clinic}, so no demo was made and nothing was changed: "
                "set DATABASE_URL to an empty one."
            )


def _keep_demo_accounts(file: Path, lines: list[str]) -> None:
    """Write the accounts to a private file, where `make run` finds them."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_private_file(file, "\n".join(lines) + "\n")
    except OSError as problem:
        raise CommandError(
            f"The accounts cannot be kept in {file} ({problem.strerror}), so no demo was made: "
            "make that folder writable."
        ) from None
