"""Looking for a name where none may stand."""

from __future__ import annotations

import re

RANDOM = re.compile(r"[A-Za-z0-9]{32,}")
"""Tokens of forms and cookies: any short name may stand in one, by chance."""


def without_tokens(text: str) -> str:
    """All that was written, as it was; what was drawn at random is left out."""
    return RANDOM.sub("", text)
