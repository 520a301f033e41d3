"""Set what the settings need before Django reads them, so that plain `pytest` works in a fresh clone."""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

os.environ.setdefault("SECRET_KEY", "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz")
os.environ.setdefault("FACTOR_KEY", "only-for-tests-the-key-of-the-second-factors-0123456789")
os.environ.setdefault("AUDIT_KEY", "only-for-tests-the-key-of-the-audit-trail-0123456789")
os.environ.setdefault("AUDIT_ANCHOR", "/dev/null")
os.environ.setdefault("DEFAULT_FROM_EMAIL", "Brought By <desk@example.org>")
# A server of a test makes backups only where the test is about them.
os.environ.setdefault("BACKUP_NIGHTLY", "False")
# Nor does a tablet's answer wait, but where the test is about that.
os.environ.setdefault("SIGN_IN_STEP_MS", "0")
# Playwright's synchronous API runs an event loop in the test's own thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

for catalog in (Path(__file__).resolve().parent.parent / "locale").glob("*/LC_MESSAGES/*.po"):
    compiled = catalog.with_suffix(".mo")
    if not compiled.exists() or compiled.stat().st_mtime < catalog.stat().st_mtime:
        # Several test processes start at once: each writes its own file and moves it into place complete.
        part = compiled.with_suffix(f".{os.getpid()}")
        with catalog.open("rb") as words, part.open("wb") as made:
            write_mo(made, read_po(words))
        part.replace(compiled)
