#!/usr/bin/env python
"""Brought By's command line: `python manage.py help` lists its commands."""

from __future__ import annotations

import os
import sys

_STOPPED_BY_CTRL_C = 130
"""The exit code that shells use for it."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    try:
        _run_command()
    except KeyboardInterrupt:
        # Whoever pressed it knows why the command ended: a traceback would only look like a fault.
        sys.exit(_STOPPED_BY_CTRL_C)


def _run_command() -> None:
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        # Read now: with wrong settings, Django's own command line would go on half set up.
        settings.INSTALLED_APPS  # noqa: B018
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
