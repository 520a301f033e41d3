from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core.management.base import CommandError
from django.db.migrations import Migration
from django.db.models.signals import pre_migrate

_NO_WAY_BACK = (
    "Migrations cannot be reversed: the older version could not read what is stored now."
    " To go back, use the old version and the backup from before the upgrade."
)


class CheckinConfig(AppConfig):
    name = "checkin"
    verbose_name = "Brought By"

    def ready(self) -> None:
        pre_migrate.connect(_refuse_to_go_back, sender=self)


def _refuse_to_go_back(plan: list[tuple[Migration, bool]], **_: Any) -> None:
    """Raise CommandError before `migrate` undoes anything, of ours or of Django's.

    Tables would lose their rows, and columns that the older version reads were blanked or not written since.
    """
    if any(is_backwards for _migration, is_backwards in plan):
        raise CommandError(_NO_WAY_BACK)
