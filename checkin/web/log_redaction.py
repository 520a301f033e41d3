"""Keep codes that grant access by themselves out of the log: they are part of some URLs."""

from __future__ import annotations

import re

_CODED_PATH = re.compile(r"(/(?:kiosk/after|verify|account/invitation)/)[^/?\s\"']+")


def redact_path_codes(text: str) -> str:
    """Return the text with “…” in place of the code of a feedback page, a note or an invitation."""
    return _CODED_PATH.sub(r"\1…", text)
