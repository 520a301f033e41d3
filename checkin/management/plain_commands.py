"""Commands that print errors plainly, and what they take as names."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from checkin.rules.short_lines import put_on_one_line
from checkin.rules.sign_in_claims import clean_typed_text
from checkin.rules.staff_accounts import is_blank_name

_LONGEST_SHOWN_PATH = 200


class PlainCommand(BaseCommand):
    """On the command line, prints an error's message alone and exits with its code.

    So too if the database is not as this version expects, as while `make start` is bringing it up to date.
    Refuses text that is none, and a file's name for which the system will not even look.
    """

    def execute(self, *args: object, **options: object) -> str | None:
        try:
            for name, given in options.items():
                for one in given if isinstance(given, list) else [given]:
                    _refuse_unreadable_argument(self, name, one)
            return super().execute(*args, **options)
        except (CommandError, DatabaseError) as problem:
            if not getattr(self, "_called_from_command_line", False) or options.get("traceback"):
                raise
            if isinstance(problem, CommandError):
                self.stderr.write(str(problem))
                sys.exit(problem.returncode)
            self.stderr.write(_database_trouble_sentence(problem))
            sys.exit(1)


def clean_name_argument(text: str) -> str:
    """Return a name or username on one line without hidden signs, as the pages store it.

    It is "" if nothing of it would be seen.
    """
    name = put_on_one_line(clean_typed_text(text))
    return "" if is_blank_name(name) else name


def read_path_argument(text: str) -> Path:
    """Return the file or folder that was named. Raises ArgumentTypeError for an empty name.

    A script whose variable is empty must not get what is used when nothing is named.
    """
    if not text.strip():
        raise ArgumentTypeError("its name is empty: name one, or leave it out for the usual one")
    return Path(text)


def _refuse_unreadable_argument(command: BaseCommand, name: str, given: object) -> None:
    """Raise CommandError if this is no text that can be stored, or a file's name that the system refuses."""
    try:
        if isinstance(given, str):
            given.encode()
        if isinstance(given, Path):
            given.exists()
    except UnicodeEncodeError:
        parser = command.create_parser("manage.py", "")
        signs = next((one.option_strings for one in parser._actions if one.dest == name), [])
        what = signs[-1] if signs else f"The {name}"
        raise CommandError(f"{what} cannot be read: the terminal must send text as UTF-8.") from None
    except OSError as problem:
        shown = str(given)
        shown = shown if len(shown) <= _LONGEST_SHOWN_PATH else f"{shown[:_LONGEST_SHOWN_PATH]}…"
        raise CommandError(f"{shown} cannot be read: {problem.strerror}. Nothing was changed.") from None


def _database_trouble_sentence(problem: Exception) -> str:
    reason = (str(problem).strip() or type(problem).__name__).splitlines()[0].rstrip(" .:")
    return (
        f"The database could not do this ({reason}). If the clinic is just starting, wait until it says "
        "where to open it; if not, bring the database up to date with `.venv/bin/python manage.py migrate`. "
        "Then run this again."
    )
