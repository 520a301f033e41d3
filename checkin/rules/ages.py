"""How old somebody is on a day, counted and in the words that people use."""

from __future__ import annotations

import datetime as dt


def age_in_years(birth_date: dt.date, on: dt.date) -> int:
    """Age in whole years; somebody born on 29 February has their birthday on 1 March in other years."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def age_in_months(birth_date: dt.date, on: dt.date) -> int:
    return (on.year - birth_date.year) * 12 + on.month - birth_date.month - (on.day < birth_date.day)


def age_words(birth_date: dt.date | None, on: dt.date) -> str:
    """How people say an age: "3 weeks", "7 months", "8"; "" when not known or not yet born."""
    if birth_date is None or birth_date > on:
        return ""
    days = (on - birth_date).days
    months = age_in_months(birth_date, on)
    if days < 14:
        return f"{days} days" if days != 1 else "1 day"
    if months < 2:
        return f"{days // 7} weeks"
    if months < 24:
        return f"{months} months"
    return str(months // 12)
