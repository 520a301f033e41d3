"""Describe who is here with the child: as they said, or that they gave no name."""

from __future__ import annotations

from typing import NamedTuple

from checkin.models import Clinic, Visit
from checkin.rules.page_versions import PageVersion
from checkin.rules.short_lines import shorten_to_one_line

_ESCORT_WITHOUT_NAME = "someone who gave no name"
_ESCORT_NOT_STATED = (
    "What you sent does not say which adult it is for. Your page may have been open for very long."
)


class PresentEscort(NamedTuple):
    """Name and relationship as typed, else as on record; both "" if they gave neither."""

    name: str
    relationship: str
    is_alone: bool

    @classmethod
    def of(cls, visit: Visit) -> PresentEscort:
        said, row = visit.sign_in, visit.escort
        if said.is_patient:
            return cls("", "", is_alone=True)
        name = said.escort_name or (row.name if row else "")
        relationship = said.relationship or (row.relationship if row else "")
        return cls(shorten_to_one_line(name), shorten_to_one_line(relationship), is_alone=False)

    @property
    def called(self) -> str:
        """Return their name, or that they gave none."""
        return self.name or _ESCORT_WITHOUT_NAME

    @property
    def words(self) -> str:
        """Return "Rosa Delgado (aunt)" or "someone who gave no name"."""
        more = f" ({self.relationship})" if self.relationship else ""
        return f"{self.called}{more}"

    @property
    def here_now(self) -> str:
        return "The patient came alone." if self.is_alone else f"Here with the child is {self.words}, now."


def find_other_escort(
    visit: Visit | None, drawn: PageVersion | None, now: PageVersion
) -> PresentEscort | None:
    """Return the adult that a resent form is for, if its page did not show this one; else None."""
    is_other = now.adult and (drawn is None or drawn.adult != now.adult)
    return PresentEscort.of(visit) if visit is not None and is_other else None


def describe_escort_change(clinic: Clinic, visit: Visit, drawn: PageVersion) -> str:
    """Return a sentence: another adult is here than on the page, and since when if the family typed on."""
    if not drawn.adult:
        return _ESCORT_NOT_STATED
    said, here = visit.sign_in, PresentEscort.of(visit).here_now
    if said.continues_id is None:
        return f"Who brings the child was changed on record. {here}"
    return f"The family of {visit.token} typed on at {clinic.time_words(said.received_at)}. {here}"
