"""Who is here with the child, in words: as they said it, plainly where they gave no name."""

from __future__ import annotations

from typing import NamedTuple

from checkin.models import Clinic, Visit
from checkin.rules.consent import short
from checkin.rules.page_marks import PageMark

NO_NAME = "someone who gave no name"
UNMARKED = "What you sent does not say which adult it is for. Your page may have been open for very long."


class AdultHere(NamedTuple):
    """Name and relationship as typed, else as on record; both "" for nobody who said who they are."""

    name: str
    relationship: str
    is_alone: bool

    @classmethod
    def of(cls, visit: Visit) -> AdultHere:
        said, row = visit.sign_in, visit.escort
        if said.is_patient:
            return cls("", "", is_alone=True)
        name = said.escort_name or (row.name if row else "")
        relationship = said.relationship or (row.relationship if row else "")
        return cls(short(name), short(relationship), is_alone=False)

    @property
    def called(self) -> str:
        """Their name, or that they gave none."""
        return self.name or NO_NAME

    @property
    def words(self) -> str:
        """ "Rosa Delgado (aunt)", "someone who gave no name"."""
        more = f" ({self.relationship})" if self.relationship else ""
        return f"{self.called}{more}"

    @property
    def here_now(self) -> str:
        return "The patient came alone." if self.is_alone else f"Here with the child is {self.words}, now."


def other_adult(visit: Visit | None, drawn: PageMark | None, now: PageMark) -> AdultHere | None:
    """Return the adult whom a form is sent again for, where its page did not show this one; else None."""
    is_other = now.adult and (drawn is None or drawn.adult != now.adult)
    return AdultHere.of(visit) if visit is not None and is_other else None


def what_changed(clinic: Clinic, visit: Visit, drawn: PageMark) -> str:
    """Say that another adult is here than the page showed, and since when where the family typed on."""
    if not drawn.adult:
        return UNMARKED
    said, here = visit.sign_in, AdultHere.of(visit).here_now
    if said.continues_id is None:
        return f"Who brings the child was changed on record. {here}"
    at = said.received_at.astimezone(clinic.zone)
    return f"The family of {visit.token} typed on at {at.hour}:{at:%M}. {here}"
