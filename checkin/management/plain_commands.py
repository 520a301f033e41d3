"""Commands that print errors plainly."""

from __future__ import annotations

import sys

from django.core.management.base import BaseCommand, CommandError


class PlainCommand(BaseCommand):
    """On the command line, prints a CommandError's message alone and exits with its code."""

    def execute(self, *args: object, **options: object) -> str | None:
        try:
            return super().execute(*args, **options)
        except CommandError as problem:
            if not getattr(self, "_called_from_command_line", False) or options.get("traceback"):
                raise
            self.stderr.write(str(problem))
            sys.exit(problem.returncode)
