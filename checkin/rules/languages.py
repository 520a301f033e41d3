"""Languages by their names. Only a language tag is named; every other text stays as it was written."""

from __future__ import annotations

import re
from functools import lru_cache

from babel import Locale, UnknownLocaleError, parse_locale

from checkin.rules import names

_TAG = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*", re.IGNORECASE)


@lru_cache(maxsize=1024)
def name_language(tag: str) -> str:
    """Return the English name of a whole language tag (BCP 47): "es" is "Spanish"; other text as written.

    For what a tablet or a record says. What somebody typed as their language is shown as typed: "no" in
    answer to "Which language?" is no Norwegian.
    """
    said = tag.strip()
    first = re.split("[-_]", said)[0]
    # "Ga" with a capital letter is the name of a language, and not the code of Irish.
    if not _TAG.fullmatch(said) or (first != first.lower() and first != first.upper()):
        return tag
    known = Locale.parse("en").languages
    try:
        language, territory, script, *_ = parse_locale(said.replace("_", "-"), sep="-")
    except (ValueError, UnknownLocaleError):
        return known.get(said.casefold(), tag)
    fuller = ("_".join((language, part)) for part in (script, territory) if part)
    return next((known[one] for one in (*fuller, language) if one in known), tag)


@lru_cache(maxsize=1024)
def is_same_language(one: str, other: str) -> bool:
    """Whether two texts name one language, by its tag, its English name or its own: "es", "Español"."""
    return not _ways_to_say(one).isdisjoint(_ways_to_say(other))


def _ways_to_say(said: str) -> set[str]:
    named = name_language(said.strip())
    ways = {said, named, _own_name(said.strip() if named != said else _tags().get(named.casefold(), ""))}
    return {names.normalise(one) or one.strip().casefold() for one in ways if one.strip()}


def _own_name(tag: str) -> str:
    """What its speakers call it; "" for what is no tag, or is not known."""
    try:
        return Locale.parse(tag.replace("_", "-"), sep="-").get_display_name() or "" if tag else ""
    except (ValueError, UnknownLocaleError):
        return ""


@lru_cache(maxsize=1)
def _tags() -> dict[str, str]:
    return {name.casefold(): tag for tag, name in Locale.parse("en").languages.items()}


def name_interpreter(label: str, *, typed: str) -> str:
    """Return the label of an interpreter need with its language named, unless the family typed it."""
    before, dot, language = label.partition(" · ")
    return label if not language or language == typed else f"{before}{dot}{name_language(language)}"
