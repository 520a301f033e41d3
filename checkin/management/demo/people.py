"""The parts of a demo family, and when its children were born."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple


class DemoChild(NamedTuple):
    """A child: `years` old since the last `birthday` (month and day), or born `days` ago."""

    given: str
    family: str
    years: int = 0
    birthday: str = ""
    days: int = 0
    sex: str = ""
    preferred: str = ""
    access: str = ""

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}".strip()

    def born(self, today: dt.date) -> dt.date:
        """Return the birth date that makes the child this old today, in any year."""
        if self.days:
            return today - dt.timedelta(days=self.days)
        month, day = map(int, self.birthday.split("-"))
        had_it = (month, day) <= (today.month, today.day)
        return dt.date(today.year - self.years - (not had_it), month, day)


class DemoAdult(NamedTuple):
    """A guardian; `phone` is the end of an invented number."""

    name: str
    relationship: str
    phone: int
    may_consent: bool = True


class DemoFamily(NamedTuple):
    children: list[DemoChild]
    guardians: list[DemoAdult]
    street: str
    language: str = "en"
    interpreter: bool = False


def demo_phone_number(ending: int) -> str:
    """Return a number from the range reserved for fiction: 555-0100 to 555-0199."""
    return f"(312) 555-{ending:04d}"
