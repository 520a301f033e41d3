"""What is written down at a visit, and what a corrected match or a merge can do with it."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Paper(TextChoices):
    """Kinds of rows that stand on a child's chart or belong to a visit."""

    VISIT = "visit", _("Visit")
    CONSENT = "consent", _("Consent")
    PROXY = "proxy", _("Written proxy")
    WISH = "wish", _("How they like to be served")
    CHART = "chart", _("Language, interpreter, access needs")
    CORRECTION = "correction", _("Correction of the record")
    VACCINE = "vaccine", _("Vaccine given")
    DUE_ITEM = "due_item", _("Due item")
    NOTE = "note", _("Excuse note")
    PROMISE = "promise", _("Promise")
    NEED = "need", _("Answered need")
    ESCORT = "escort", _("Escort")
    GUARDIAN = "guardian", _("Guardian")
    IDENTIFIER = "identifier", _("Record number")
    APPOINTMENT = "appointment", _("Appointment")
    RECORD = "record", _("Record")


class Done(TextChoices):
    """What became of a paper."""

    MOVED = "moved", _("Moved")
    KEPT = "kept", _("Left where it is")
    CHANGED = "changed", _("Changed")
    ENDED = "ended", _("Counts no longer")
    MADE = "made", _("Written down")
    REMOVED = "removed", _("Taken off")
