"""What no line of the log may hold: the codes in addresses that are keys by themselves."""

from __future__ import annotations

import re

_CODED_PATH = re.compile(r"(/(?:kiosk/after|verify)/)[^/?\s\"']+")


def redact_path_codes(text: str) -> str:
    """Put “…” for the code of an after-visit question or of a note."""
    return _CODED_PATH.sub(r"\1…", text)
