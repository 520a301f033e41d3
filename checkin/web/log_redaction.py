"""Keep out of the log the codes in URLs that grant access by themselves."""

from __future__ import annotations

import re

_CODED_PATH = re.compile(r"(/(?:kiosk/after|verify)/)[^/?\s\"']+")


def redact_path_codes(text: str) -> str:
    """Replace the code of a feedback page or a note with “…”."""
    return _CODED_PATH.sub(r"\1…", text)
