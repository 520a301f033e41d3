"""The type of an event in a timeline."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

BY_ITSELF = "by itself"


class TimelineEvent(NamedTuple):
    """One event: when, what, by whom, and what people said or wrote, as label and text."""

    at: dt.datetime
    icon: str
    what: str
    who: str = ""
    words: tuple[tuple[str, str], ...] = ()
    taken_back: bool = False
    reasons: tuple[tuple[str, str], ...] = ()
    """Reasons, as label and text: shown before the words, without quotation marks."""
    beside: str = ""
    """What stands in the place of who did it, such as who heard it, or that it happened by itself."""
