"""The table of next steps, by kind of care and by whose consent there is. A clinic may change the default."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from checkin.rules.consent_adults import CareKind, ConsentBasis


class ConsentStep(TextChoices):
    """What staff do next."""

    PROCEED = "proceed", _("Go ahead")
    PHONE_GUARDIAN = "phone_guardian", _("Phone a guardian first")
    NEEDS_WRITING = "needs_writing", _("Needs it in writing")
    CLINICIAN_DECIDES = "clinician_decides", _("Clinician decides")


ConsentTable = Mapping[CareKind, Mapping[ConsentBasis, ConsentStep]]

_STEPS_FOR_ANYBODY = dict.fromkeys(ConsentBasis, ConsentStep.PROCEED)
_STEPS_WITH_PROXY = {
    ConsentBasis.GUARDIAN_PRESENT: ConsentStep.PROCEED,
    ConsentBasis.WRITTEN_PROXY: ConsentStep.PROCEED,
    ConsentBasis.TELEPHONE: ConsentStep.PROCEED,
    ConsentBasis.OWN: ConsentStep.CLINICIAN_DECIDES,
    ConsentBasis.CLINICIAN: ConsentStep.PROCEED,
    ConsentBasis.NONE: ConsentStep.PHONE_GUARDIAN,
}
DEFAULT_CONSENT_TABLE: ConsentTable = {
    CareKind.SEEING: _STEPS_FOR_ANYBODY,
    CareKind.VACCINE: _STEPS_WITH_PROXY,
    CareKind.CHECK_UP: _STEPS_WITH_PROXY,
    CareKind.TREATMENT: _STEPS_WITH_PROXY | {ConsentBasis.TELEPHONE: ConsentStep.CLINICIAN_DECIDES},
}
"""The default for every clinic. No jurisdiction's law is built in: each clinic sets its own table."""


def read_consent_table(settings: object) -> ConsentTable:
    """Return the clinic's table merged over the default; entries that cannot be read are ignored."""
    made = {care: dict(row) for care, row in DEFAULT_CONSENT_TABLE.items()}
    for care, row in settings.items() if isinstance(settings, Mapping) else ():
        if care in CareKind.values and isinstance(row, Mapping):
            known = {b: s for b, s in row.items() if b in ConsentBasis.values and s in ConsentStep.values}
            made[CareKind(care)].update({ConsentBasis(b): ConsentStep(s) for b, s in known.items()})
    return made
