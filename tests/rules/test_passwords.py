"""Long passwords that anybody guesses are refused, each with what to do; a few words are accepted."""

from __future__ import annotations

from typing import SupportsIndex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules.passwords import (
    LONGEST_PASSWORD,
    PasswordProblem,
    find_password_problem,
    is_repeated,
    normalize_password,
    password_spellings,
)

CLINIC = ("Brook Street Clinic", "Front desk")
ADA = ("Ada Lovelace", "ada")


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("aaaaaaaaaaaaaaa", PasswordProblem.REPEATED),
        ("adaadaadaadaada", PasswordProblem.REPEATED),
        ("Sunny! Sunny! Sunny! Su", PasswordProblem.REPEATED),
        ("!!!!!!!!!!!!!!!", PasswordProblem.REPEATED),
        ("😀" * 15, PasswordProblem.REPEATED),
        ("🐙🚲🐙🐙🚲🐙🚲🚲🚲🐙🐙🐙🚲🐙🚲", PasswordProblem.REPEATED),
        ("xkxkkxkxxkxkkxk?!.;", PasswordProblem.REPEATED),
        ("ab!!!!!!!!!!!!!", PasswordProblem.REPEATED),
        ("               ", PasswordProblem.REPEATED),
        ("!@#$%^&*()_+{}|:<>?", PasswordProblem.EASY),
        ("! @ # $ % ^ & * ( )", PasswordProblem.EASY),
        ("1234567890!@#$%^&*()", PasswordProblem.EASY),
        ("123456789012345", PasswordProblem.EASY),
        ("987654321098765", PasswordProblem.EASY),
        ("qwertyuiopasdfg", PasswordProblem.EASY),
        ("abcdefghijklmnop", PasswordProblem.EASY),
        ("password1234567", PasswordProblem.EASY),
        ("Passw0rd 2026 1234", PasswordProblem.EASY),
        ("Brook Clinic 2026", PasswordProblem.CLINIC_NAME),
        ("brookstreetclinic", PasswordProblem.CLINIC_NAME),
        ("Front desk 12345", PasswordProblem.CLINIC_NAME),
        ("Brought By 2026!", PasswordProblem.CLINIC_NAME),
        ("BróughtBy-BróughtBy1", PasswordProblem.CLINIC_NAME),
        ("Lovelace, Ada 1985", PasswordProblem.OWN_NAME),
    ],
)
def test_a_password_that_others_guess_is_refused_with_the_reason(
    password: str, problem: PasswordProblem
) -> None:
    assert find_password_problem(password, clinic_names=CLINIC, own_names=ADA) == problem


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "a long pass phrase for tests",
        "our brook clinic has a green door",
        "property taxes were due",
        "lluvia sobre el tejado viejo",
        "مرحبا بالعالم الجميل اليوم",
        "雨が屋根に落ちる音を聞きながら眠る",
        "Wq4-hd93_kfLs81nZpT2",
        "🐙🚲🍋🎸🏰🔑🌵🧩🎃🐝🪁🍄⛵🎲🦉",
        "go 🐙🚲🍋🎸🏰🔑🌵🧩🎃🐝🪁🍄⛵",
        "?;(%*!~[$+@}.-^",
        "1985 was rainy in Tromsø",
    ],
)
def test_a_few_words_are_accepted_in_any_script(password: str) -> None:
    assert find_password_problem(password, clinic_names=CLINIC, own_names=ADA) is None


def test_a_short_name_takes_nothing_away() -> None:
    """“Al” is in many words."""
    assert find_password_problem("alpaca walks along a canal", own_names=["Al", "al"]) is None


def test_each_reason_says_what_to_do() -> None:
    for problem in PasswordProblem:
        assert "words that have nothing to do with" in problem


def test_a_short_one_is_somebody_elses_refusal() -> None:
    assert find_password_problem("aaaaaaa") is None


def test_without_names_only_the_password_itself_counts() -> None:
    assert find_password_problem("brookstreetclinic") is None


def test_an_accent_is_one_sign_however_it_was_typed() -> None:
    assert normalize_password("cafe\u0301") == normalize_password("caf\u00e9") == "caf\u00e9"
    assert password_spellings("caf\u00e9") == ("caf\u00e9",)
    assert password_spellings("cafe\u0301") == ("caf\u00e9", "cafe\u0301")


class CountedLetters(str):
    """Letters that count how often one of them is looked up."""

    looked_up = 0

    def __getitem__(self, at: SupportsIndex | slice) -> str:
        self.looked_up += 1
        return super().__getitem__(at)


@pytest.mark.parametrize(
    "letters", ["a" * 400 + "b", "ab" * 200 + "c", "a" * 200 + "b" + "a" * 199, "ab" * 200]
)
def test_each_letter_of_a_long_password_is_looked_at_three_times_at_most(letters: str) -> None:
    counted = CountedLetters(letters)
    is_repeated(counted)
    assert counted.looked_up <= 3 * len(letters)


@given(st.text("ab", max_size=12))
def test_a_piece_over_and_over_is_found_wherever_it_ends(letters: str) -> None:
    sizes = range(1, len(letters) // 2 + 1)
    assert is_repeated(letters) == any(letters.startswith(letters[size:]) for size in sizes)


def test_a_password_that_is_too_long_is_compared_with_nothing() -> None:
    assert password_spellings("a" * LONGEST_PASSWORD) and not password_spellings("a" * (LONGEST_PASSWORD + 1))
