"""Which passwords are too easy to guess, however long: repeats, runs of keys, and known names.

What is easy is taken out of the password; what remains must be long enough by itself. So a passphrase may
hold a year or the clinic's name among other words.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

_SHORTEST_PASSWORD = 15
LONGEST_PASSWORD = 1000
"""Characters as typed. A longer one is refused before anything is computed of it: marks stacked on one letter
take minutes to put in order.
"""
TOO_LONG = (
    "A password here has at most 1,000 characters, and this is longer. "
    "Type it again, or choose a shorter one."
)
_SHORTEST_REST, _FEWEST_LETTERS = 8, 5
"""What must remain: so many letters, and so many different ones. Or as many other signs."""
_SHORTEST_RUN = 4
_SHORTEST_NAME = 3
_KEY_ROWS = (
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "azertyuiop",
    "qsdfghjklm",
    "yxcvbnm",
    '!@#$%^&*()_+{}|:"<>?',
    '!"§$%&/()=?`',
    "-=[]\\;',./",
)
_EVERYBODYS_WORDS = (
    "password", "passw0rd", "passwort", "passcode", "passphrase", "contrasena", "welcome", "letmein", "login",
    "admin", "administrator", "secret", "changeme", "iloveyou", "frontdesk", "clinician", "manager",
    "auditor",
)  # fmt: skip
_PRODUCT_WORDS = ("brought", "broughtby", "checkin")
_YEAR = re.compile(r"(?:19|20)\d\d")


class PasswordProblem(StrEnum):
    """Why a password is too easy, in a sentence that says what to do."""

    REPEATED = (
        "This repeats the same few letters, so it is easy to guess. "
        "Choose a few words that have nothing to do with each other."
    )
    CLINIC_NAME = (
        "This is mostly the name of the clinic, a place in it or this program, which others guess first. "
        "Add a few words that have nothing to do with them."
    )
    OWN_NAME = (
        "This is mostly your own name, which others guess first. "
        "Add a few words that have nothing to do with it."
    )
    EASY = (
        "This is mostly a row of keys or numbers, or a word that many passwords have. "
        "Choose a few words that have nothing to do with each other."
    )


def find_password_problem(
    password: str, *, clinic_names: Iterable[str] = (), own_names: Iterable[str] = ()
) -> PasswordProblem | None:
    """Return why this password is easy to guess; None if it is not.

    A password that is too short is refused elsewhere, with one sentence.
    """
    if len(password) < _SHORTEST_PASSWORD:
        return None
    letters, signs = _bare_letters(password), _bare_signs(password)
    if is_repeated(letters):
        return PasswordProblem.REPEATED
    steps = (
        (PasswordProblem.CLINIC_NAME, (*_words_of_names(clinic_names), *_PRODUCT_WORDS)),
        (PasswordProblem.OWN_NAME, tuple(_words_of_names(own_names))),
        (PasswordProblem.EASY, _EVERYBODYS_WORDS),
    )
    cuts: dict[PasswordProblem, int] = {}
    for problem, words in steps:
        left = _cut_words(letters, words)
        cuts[problem], letters = len(letters) - len(left), left
    rest = _cut_runs(_YEAR.sub(" ", letters))
    cuts[PasswordProblem.EASY] += len(letters) - len(rest)
    if _is_long_enough(rest):
        return None
    if not any(cuts.values()):
        return _find_problem_of_signs(signs)
    return max(cuts, key=lambda problem: cuts[problem])


def normalize_password(password: str) -> str:
    """Return the password as every keyboard writes it; some write an accent apart.

    As NIST SP 800-63B asks of a password with signs outside of ASCII.
    """
    return unicodedata.normalize("NFKC", password)


def password_spellings(password: str) -> tuple[str, ...]:
    """Return what to compare with a hash: the normalized password, and as typed, for hashes of before.

    None for one that is too long: it is nobody's.
    """
    if len(password) > LONGEST_PASSWORD:
        return ()
    return tuple(dict.fromkeys((normalize_password(password), password)))


def _find_problem_of_signs(signs: str) -> PasswordProblem | None:
    """Return why a password that is mostly emoji or punctuation is easy to guess; None if it is not."""
    rest = _cut_runs(signs)
    if _is_long_enough(rest):
        return None
    is_row = bool(signs) and not is_repeated(signs) and len(rest.replace(" ", "")) * 2 < len(signs)
    return PasswordProblem.EASY if is_row else PasswordProblem.REPEATED


def _is_long_enough(rest: str) -> bool:
    plain = rest.replace(" ", "")
    return len(plain) >= _SHORTEST_REST and len(set(plain)) >= _FEWEST_LETTERS


def _bare_signs(text: str) -> str:
    """Return what is neither a letter or digit nor a mark or a space: emoji and punctuation."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(
        sign for sign in plain if not sign.isalnum() and unicodedata.category(sign)[0] not in "MCZ"
    )


def _bare_letters(text: str) -> str:
    """Return the letters and digits in lower case without their marks."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if sign.isalnum())


def is_repeated(letters: str) -> bool:
    """Return whether it is one short piece over and over, the last time perhaps only in part.

    It takes as many steps as there are letters (the failure function of Knuth, Morris and Pratt).
    """
    same = [0] * len(letters)
    """For each place: how many letters up to it are also the first ones."""
    for at, one in enumerate(letters[1:], start=1):
        count = same[at - 1]
        while count and one != letters[count]:
            count = same[count - 1]
        same[at] = count + (one == letters[count])
    return bool(letters) and len(letters) - same[-1] <= len(letters) // 2


def _words_of_names(names: Iterable[str]) -> Iterable[str]:
    """Yield each name without its spaces, and its words, longest first."""
    found = {_bare_letters(part) for name in names for part in (name, *re.split(r"[\W_]+", name))}
    return sorted(
        (word for word in found if len(word) >= _SHORTEST_NAME), key=lambda word: (-len(word), word)
    )


def _cut_words(letters: str, words: Iterable[str]) -> str:
    """Return the letters with a gap in place of each of the words, so that none arises from its neighbors."""
    for word in sorted(words, key=len, reverse=True):
        letters = letters.replace(word, " ")
    return letters


def _cut_runs(letters: str) -> str:
    """Return the letters without runs: of the alphabet, of digits, of keys side by side, or of one letter."""
    kept, run = "", letters[:1]
    for before, sign in itertools.pairwise(letters):
        if _is_next(before, sign):
            run += sign
            continue
        kept += run if len(run) < _SHORTEST_RUN else " "
        run = sign
    return kept + (run if len(run) < _SHORTEST_RUN else " ")


def _is_next(one: str, other: str) -> bool:
    if " " in (one, other):
        return False
    return abs(ord(one) - ord(other)) <= 1 or any(
        one + other in row or other + one in row for row in _KEY_ROWS
    )
