"""A name in one column beside columns for its parts."""

from __future__ import annotations

from checkin.rules import likeness, names, record_names
from checkin.rules.record_guards import is_respelled
from checkin.rules.records import BadRow

TWO_PEOPLE = (
    "Its name “{whole}” and its {part} may be two people's: say what the column is by --map, such as "
    '"HEADING=family_name" or "HEADING=ignore".'
)


def completed(whole: str, said: dict[str, str]) -> dict[str, str]:
    """Return given and family name, of which the whole name says what the others leave blank.

    Beside one part it is the whole name, or else the other part. Raises BadRow where it is somebody else's.
    """
    given, family = said["given_name"], said["family_name"]
    if not given and not family:
        given, family = record_names.parts(whole)
    elif given and family:
        if not is_of(whole, said):
            raise BadRow(TWO_PEOPLE.format(whole=whole[:40], part=f"parts “{given[:40]}”, “{family[:40]}”"))
    elif given:
        family = rest(whole, given, part=1)
    else:
        given = rest(whole, family, part=0)
    return {"given_name": given, "family_name": family}


def is_of(whole: str, said: dict[str, str]) -> bool:
    """Return whether given and family name stand in the whole name; of one word, whether either does."""
    words = names.words(whole)
    given = names.words(f"{said['given_name']} {said['preferred_name']}")
    first = any(
        one == other or likeness.is_nickname(one, other) or is_respelled(one, other)
        for one in given
        for other in words
    )
    last = any(word in words for word in names.words(said["family_name"]))
    return (first or last) if len(words) == 1 else (first and last)


def rest(whole: str, known: str, *, part: int) -> str:
    """Return what the whole name says beside the part that is known: its family name (1) or its given (0)."""
    in_parts = "," in whole or "^" in whole
    written = whole.replace(",", " ").replace("^", " ").split()
    there = names.words(known)
    others = [word for word in written if not set(names.words(word)) <= set(there)]
    if set(there) <= set(names.words(whole)):
        return record_names.parts(whole)[part] if in_parts else " ".join(others)
    is_double = part == 1 and len(written) > 1 and not record_names.is_particle(written[0])
    if in_parts or is_double:
        column = "family" if part == 0 else "given"
        raise BadRow(TWO_PEOPLE.format(whole=whole[:40], part=f"{column} name “{known[:40]}”"))
    return whole
