"""A full name in one column, next to columns for its parts."""

from __future__ import annotations

from checkin.rules import name_keys, name_likeness, record_names
from checkin.rules.name_spellings import is_respelled_or_mistyped
from checkin.rules.record_rows import BadRow

_MAY_BE_TWO_PEOPLE = (
    "Its name “{whole}” and its {part} may be two people's: say what the column is by --map, such as "
    '"HEADING=family_name" or "HEADING=ignore".'
)


def complete_name_parts(whole: str, said: dict[str, str]) -> dict[str, str]:
    """Return given and family name, filling blank ones from the full name.

    Next to one part, the column is the full name or else the other part. Raises BadRow if it is someone
    else's.
    """
    given, family = said["given_name"], said["family_name"]
    if not given and not family:
        given, family = record_names.split_recorded_name(whole)
    elif given and family:
        if not _is_within_whole_name(whole, said):
            raise BadRow(
                _MAY_BE_TWO_PEOPLE.format(whole=whole[:40], part=f"parts “{given[:40]}”, “{family[:40]}”")
            )
    elif given:
        family = _rest_of_whole_name(whole, given, part=1)
    else:
        given = _rest_of_whole_name(whole, family, part=0)
    return {"given_name": given, "family_name": family}


def _is_within_whole_name(whole: str, said: dict[str, str]) -> bool:
    """Return whether given and family name are in the full name; if it is one word, whether either is."""
    words = name_keys.normalized_words(whole)
    given = name_keys.normalized_words(f"{said['given_name']} {said['preferred_name']}")
    first = any(
        one == other or name_likeness.is_nickname_pair(one, other) or is_respelled_or_mistyped(one, other)
        for one in given
        for other in words
    )
    last = any(word in words for word in name_keys.normalized_words(said["family_name"]))
    return (first or last) if len(words) == 1 else (first and last)


def _rest_of_whole_name(whole: str, known: str, *, part: int) -> str:
    """Return the rest of the full name: the family name for `part` 1, the given name for 0."""
    in_parts = "," in whole or "^" in whole
    written = whole.replace(",", " ").replace("^", " ").split()
    there = name_keys.normalized_words(known)
    others = [word for word in written if not set(name_keys.normalized_words(word)) <= set(there)]
    if set(there) <= set(name_keys.normalized_words(whole)):
        return record_names.split_recorded_name(whole)[part] if in_parts else " ".join(others)
    is_double = part == 1 and len(written) > 1 and not record_names.is_family_particle(written[0])
    if in_parts or is_double:
        column = "family" if part == 0 else "given"
        raise BadRow(_MAY_BE_TWO_PEOPLE.format(whole=whole[:40], part=f"{column} name “{known[:40]}”"))
    return whole
