"""Commands that print errors plainly, and what they take as names."""

from __future__ import annotations

import sys

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from checkin.rules.short_lines import put_on_one_line
from checkin.rules.sign_in_claims import clean_typed_text


class PlainCommand(BaseCommand):
    """On the command line, prints an error's message alone and exits with its code.

    So too if the database is not as this version expects, as while `make start` is bringing it up to date.
    """

    def execute(self, *args: object, **options: object) -> str | None:
        try:
            return super().execute(*args, **options)
        except (CommandError, DatabaseError) as problem:
            if not getattr(self, "_called_from_command_line", False) or options.get("traceback"):
                raise
            if isinstance(problem, CommandError):
                self.stderr.write(str(problem))
                sys.exit(problem.returncode)
            self.stderr.write(_database_trouble_sentence(problem))
            sys.exit(1)


def clean_name_argument(text: str, what: str) -> str:
    """Return a name or username on one line without hidden signs, as the pages store it.

    Raises CommandError if the terminal sent something else than text. `what` says what it should be.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise CommandError(f"{what} cannot be read: the terminal must send text as UTF-8.") from None
    return put_on_one_line(clean_typed_text(text))


def _database_trouble_sentence(problem: Exception) -> str:
    reason = (str(problem).strip() or type(problem).__name__).splitlines()[0].rstrip(" .:")
    return (
        f"The database could not do this ({reason}). If the clinic is just starting, wait until it says "
        "where to open it; if not, bring the database up to date with `.venv/bin/python manage.py migrate`. "
        "Then run this again."
    )
