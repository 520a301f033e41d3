"""Ages on a given day, as numbers and in the words that people use."""

from __future__ import annotations

import datetime as dt


def age_in_years(birth_date: dt.date, on: dt.date) -> int:
    """Return the age in whole years. A February 29 birthday falls on March 1 in other years."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def age_in_months(birth_date: dt.date, on: dt.date) -> int:
    """Return the age in completed months."""
    return (on.year - birth_date.year) * 12 + on.month - birth_date.month - (on.day < birth_date.day)


def age_words(birth_date: dt.date | None, on: dt.date) -> str:
    """Return the age in everyday words: "3 weeks", "7 months", "8 years"; "" if unknown or before birth."""
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
    return f"{months // 12} years"
