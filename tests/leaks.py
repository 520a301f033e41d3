"""Search for names in places that must not contain any."""

from __future__ import annotations

import re

RANDOM = re.compile(r"[A-Za-z0-9]{32,}|(?<=[.:])[\w-]{43}(?![\w-])")
"""Tokens of forms and cookies, and signatures after them: any short name may appear in one by chance."""


def without_tokens(text: str) -> str:
    """Return the text without random tokens."""
    return RANDOM.sub("", text)
