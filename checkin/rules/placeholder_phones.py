"""Digits typed instead of a phone number: one digit repeated, a run, 555-555-5555, 206-123-4567."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

_SHORTEST_PATTERN = 6
_LOCAL_DIGITS = 7
_LONGEST_AREA_CODE = 4

_THREE_GROUPS = re.compile(r"^(\d)\1\1(\d)\2\2(\d)\3{3}$")
_SAME_LINE = re.compile(r"(\d)\1{6}$|(?:5551212|5551234|8675309|13800138000)$")
_NOUGHTS = re.compile(r"^[1-9]0{2}[1-9]0{2}[1-9]0{3}$")
_COUNTED_ON = "123456789101112131415"
_KEYPAD_WALKS = (
    *("1357924680", "2468013579", "1470258369", "3690258147"),
    *("147258369", "369258147", "741852963", "963852741", "789456123", "321654987", "123789456"),
)
"""Every other digit, or the phone keypad by column or by row."""


def is_made_up_national_number(national: str) -> bool:
    """Return whether a national number is made up, as a whole or after its area code."""
    return (
        bool(_SAME_LINE.search(national)) or has_made_up_digits(national) or _is_made_up_after_area(national)
    )


def has_made_up_digits(digits: str) -> bool:
    """Return whether all digits together are one digit, a run or a repeated pattern."""
    if len(digits) < _SHORTEST_PATTERN:
        return len(set(digits)) <= 1
    if _is_one_digit_but_one(digits) or _is_counted_in_groups(digits) or _is_keypad_walk(digits):
        return True
    # With one digit too many: 123-123-1234 and 123-456-7891 are made up as well.
    wholes = (digits, digits[:-1]) if len(digits) > _LOCAL_DIGITS else (digits,)
    return any(
        _is_digit_run(whole)
        or any(
            whole == (whole[:size] * len(whole))[: len(whole)]
            for size in (2, 3, 4, 5)
            if len(whole) >= 2 * size
        )
        for whole in wholes
    )


def _is_keypad_walk(digits: str) -> bool:
    """Return whether it is like 1357924680, 147-258-3690, 1234567891011 or 100-200-3000."""
    if len(digits) >= _LOCAL_DIGITS and any(
        walk.startswith(digits) or digits[:-1] == walk for walk in _KEYPAD_WALKS
    ):
        return True
    return bool(_NOUGHTS.match(digits)) or (len(digits) > _LOCAL_DIGITS and _COUNTED_ON.startswith(digits))


def _is_digit_run(digits: str) -> bool:
    """Return whether the digits count up or down; 0 comes after 9 and before 1."""
    return _steps_between_digits(digits) in ({1}, {9})


def _is_made_up_after_area(national: str) -> bool:
    """Return whether it is like 206-123-4567, 07700 900000 or 06 11 22 33 44.

    The test is stricter for six digits than for seven, so that it catches at most one real number in a
    thousand.
    """
    for place in range(1, min(_LONGEST_AREA_CODE, len(national) - _SHORTEST_PATTERN) + 1):
        rest = national[place:]
        if len(rest) == _SHORTEST_PATTERN:
            if len(set(rest[1:])) == 1 or len(set(rest[:-1])) == 1 or (place > 2 and _is_digit_run(rest)):
                return True
        elif (
            _is_one_digit_but_one(rest)
            or _is_digit_run(rest)
            or _is_counted_in_pairs(rest)
            or _is_keypad_walk(rest)
        ):
            return True
    return False


def _is_one_digit_but_one(digits: str) -> bool:
    return Counter(digits).most_common(1)[0][1] >= len(digits) - 1


def _is_counted_in_groups(digits: str) -> bool:
    """Return whether it is like 111-222-3333."""
    groups = _THREE_GROUPS.match(digits)
    return groups is not None and _is_digit_run("".join(groups.groups()))


def _is_counted_in_pairs(digits: str) -> bool:
    """Return whether in each place of the pairs the digit stays or counts: 11 22 33 44, 12 12 12 12."""
    even_steps = ({0}, {1}, {9})
    return (
        _steps_between_digits(digits[::2]) in even_steps and _steps_between_digits(digits[1::2]) in even_steps
    )


def _steps_between_digits(digits: str) -> set[int]:
    return {(int(after) - int(before)) % 10 for before, after in pairwise(digits)}
