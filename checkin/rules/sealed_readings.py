"""What is opened only with a reason and closes by itself: the reasons, and how long it stays open."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from checkin.rules.audit import AuditPurpose

OPEN_SECONDS = 20
LONGEST_REASON = 300
SEALED_MARK = _("Open with a reason")
"""The same words for everything that is sealed, so that the mark says nothing of what is behind it."""


class SealedReason(TextChoices):
    VISIT = "visit", _("For today’s visit")
    SAFETY = "safety", _("Somebody may be in danger")
    CHECK = "check", _("To check or change what is written")
    OTHER = "other", _("Another reason")


_PURPOSE_BY_REASON = {
    SealedReason.SAFETY: AuditPurpose.EMERGENCY,
    SealedReason.CHECK: AuditPurpose.OPERATIONS,
}


class ReadingReason(NamedTuple):
    """A picked reason, and what was typed beside it."""

    picked: str
    typed: str = ""

    @property
    def is_given(self) -> bool:
        """True if a reason was picked, and typed where none of the list fits."""
        if self.picked not in SealedReason.values:
            return False
        return self.picked != SealedReason.OTHER or bool(self.typed.strip())

    @property
    def purpose(self) -> str:
        """The purpose for the audit trail."""
        return _PURPOSE_BY_REASON.get(SealedReason(self.picked), AuditPurpose.TREATMENT).value
