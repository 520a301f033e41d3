"""Why a need ended, where the program or a button says it: a code on the row. Own words stand beside it."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NeedReason(TextChoices):
    """Rows keep the code. Its words are shown where the row has none of its own."""

    FACTS_CHANGED = "facts_changed", _("the facts changed: it is no longer needed")
    GIVEN = "given", _("it was given or done since")
    CONCERN_DONE = "concern_done", _("done today")
    CONCERN_BOOKED = "concern_booked", _("booked")
    CONCERN_NOT_POSSIBLE = "concern_not_possible", _("not possible")


def need_reason_text(code: str, own_words: str) -> str:
    """Return the reason as a page says it: own words, or else those of the code."""
    return own_words or (str(NeedReason(code).label) if code else "")
