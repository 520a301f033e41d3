"""One thing that happened, as a story tells it."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple


class TimelineEvent(NamedTuple):
    """One thing that happened: when, what, by whom, and in whose words."""

    at: dt.datetime
    icon: str
    what: str
    who: str = ""
    words: tuple[tuple[str, str], ...] = ()
    taken_back: bool = False
    reasons: tuple[tuple[str, str], ...] = ()
    """Why, as label and text: shown before the words, and without their quotation marks."""
