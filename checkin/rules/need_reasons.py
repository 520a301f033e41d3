"""Reasons why a need ended, stored as a code. If staff typed their own words, those are shown instead."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NeedReason(TextChoices):
    """Reasons for the end of a need. The words of a code are shown if the row has no words of its own."""

    FACTS_CHANGED = "facts_changed", _("the facts changed: it is no longer needed")
    GIVEN = "given", _("it was given or done since")
    CONCERN_DONE = "concern_done", _("done today")
    CONCERN_BOOKED = "concern_booked", _("booked")
    CONCERN_NOT_POSSIBLE = "concern_not_possible", _("not possible")


def need_reason_text(code: str, own_words: str) -> str:
    """Return the reason as a page shows it: the row's own words, or else the code's."""
    return own_words or (str(NeedReason(code).label) if code else "")
