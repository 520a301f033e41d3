from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.migrations import Migration
from django.db.models.signals import pre_migrate

from checkin.migrations._reversals import refuse_reversal


class CheckinConfig(AppConfig):
    name = "checkin"
    verbose_name = "Brought By"

    def ready(self) -> None:
        pre_migrate.connect(_refuse_to_go_back, sender=self)


def _refuse_to_go_back(plan: list[tuple[Migration, bool]], **_: Any) -> None:
    """Raise CommandError before `migrate` undoes anything, of ours or of Django's: tables lose their rows."""
    if any(is_backwards for _migration, is_backwards in plan):
        refuse_reversal()
