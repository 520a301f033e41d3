"""What a migration does if it is asked to go back."""

from __future__ import annotations

from typing import Any, NoReturn

from django.core.management.base import CommandError


def refuse_reversal(apps: Any = None, schema_editor: Any = None) -> NoReturn:
    """Raise CommandError: the columns that the older version reads were blanked, or not written since.

    `checkin.apps` calls it before the command `migrate` goes back. Migrations that rewrite rows name it for
    whatever goes back without that command.
    """
    raise CommandError(
        "Migrations cannot be reversed: the older version could not read what is stored now."
        " To go back, use the old version and the backup from before the upgrade."
    )
