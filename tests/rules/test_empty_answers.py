"""A "none" typed in a field counts as empty in any wording; a real answer never does."""

from __future__ import annotations

import pytest

from checkin.rules.empty_answers import is_empty_answer, is_empty_name
from checkin.rules.preferences import (
    RememberedPreferences,
    current_preference_text,
    preferences_to_remember,
)
from checkin.rules.shown_preferences import build_shown_preferences
from checkin.rules.sign_in_claims import read_sign_in_claim
from checkin.rules.understanding import (
    NeedsOnRecord,
    NeedsSaidToday,
    access_help_by_source,
    combine_spoken_languages,
)

NOTHING = """
no|No.|NO!|none|None|N/A|n.a.|-|--|—|.|?|/|n / a|NA|x|0|n|nope|nil|nothing|Nothing, thanks
nothing else|nothing to add|nada|Nada más|ninguno|Ninguna|ninguna por ahora|all good|All good!
todo bien|Todo bien, gracias|no sé|no se|No lo sé|I don't know|Don’t know|idk|idk sorry|not sure
no thanks|no thank you|No, thank you|no gracias|none needed|not needed|we don't need anything
No special needs|not applicable|no aplica|No necesitamos nada|ninguna necesidad especial
nothing special|I'm fine|we are ok|ok|fine|Everything is fine|no, all good|no all good|no we're fine
estamos bien|estoy bien, gracias|none that I know of|nothing at this time|not at the moment
no help needed|no interpreter needed|without|no hace falta|no hay|no tengo|ninguna pregunta
no questions|no concerns|same as always|nothing really|no problems|sin necesidades
nothing i can think of|none of the above|not that I know of|no need|I dont need one
no other concerns|nothing right now|unknown|Desconocido|por ahora no|ahora no|nada por el momento
no es necesario|None at all|unbekannt|不明|无|нет
"""
SOMETHING = """
no stairs|no puede caminar|not well|no estoy bien|no good|not ok|cannot see|can't hear|no oye|no ve
no come|he can not|wheelchair|Silla de ruedas|♿|quiet room|no peanuts|no wheelchair|he is deaf
help with stairs|large print|help|ayuda|interpreter|needs help|i need help|Spanish|Dari|after 5|ear
asthma|thanks, wheelchair|ok with stairs? no|special needs|she is not well|autism|concern|no español
cough|a ramp|we need a ramp, nothing else|not doing well|todo mal|nothing works|nothing helps
is he well?|is he ok?|question|tengo una pregunta|everything hurts|never without help
not without help|no se mueve|no se siente bien|no english|yes|sí
"""


def phrases(text: str) -> list[str]:
    return [one for line in text.strip().splitlines() for one in line.split("|")]


@pytest.mark.parametrize("said", ["", " \n", *phrases(NOTHING)])
def test_words_for_nothing_count_as_empty(said: str) -> None:
    assert is_empty_answer(said)


@pytest.mark.parametrize("said", phrases(SOMETHING))
def test_meaningful_words_are_not_empty(said: str) -> None:
    assert not is_empty_answer(said)


@pytest.mark.parametrize("said", ["Na", "X", "Fine", "No", "Nada", "An", "Nil", "Bueno", "不二", "🐻"])
def test_a_name_that_is_also_a_word_for_nothing_is_a_name(said: str) -> None:
    assert not is_empty_name(said)


@pytest.mark.parametrize(
    "said", ["", " ", "-", "—", "?", "N/A", "n/a", "none", "unknown", "unbekannt", "ninguno"]
)
def test_no_name_is_none_in_a_name_either(said: str) -> None:
    assert is_empty_name(said)


def test_words_for_nothing_are_not_shown_as_access_need_preference_or_language() -> None:
    for said in phrases(NOTHING):
        typed = read_sign_in_claim(
            {"access_needs": said, "best_time": said, "interpreter": "on", "interpreter_language": said}
        )
        kept = RememberedPreferences(best_way=said, best_time=said)
        words = [
            one.words
            for one in build_shown_preferences(typed, kept, NeedsOnRecord("", False, said), own="en")
        ]
        assert words == ["Interpreter, ask which language"]
        assert (
            preferences_to_remember(read_sign_in_claim({"remember": "1", "best_time": said}), at=None)[
                "best_time"
            ]
            == ""
        )
        assert access_help_by_source(said, "a ramp") == access_help_by_source("", "a ramp")


def test_remembered_preference_applies_if_today_is_empty() -> None:
    assert current_preference_text("best_time", "-", "after 5") == "after 5"
    assert current_preference_text("best_time", "before 3", "after 5") == "before 3"
    assert current_preference_text("best_time", "no", "none") == ""


def test_empty_second_concern_needs_no_reading() -> None:
    assert not read_sign_in_claim({"also": "no, thanks"}).has_reason
    assert read_sign_in_claim({"also": "his ear"}).has_reason
    assert read_sign_in_claim({"reason": "no"}).has_reason


def test_empty_language_keeps_the_chosen_or_recorded_one() -> None:
    chosen = read_sign_in_claim({"interpreter": "on", "interpreter_language": "no sé"})
    assert NeedsSaidToday.of(chosen, language="Spanish").language == "Spanish"
    (found,) = combine_spoken_languages(NeedsSaidToday("N/A", True), NeedsOnRecord("spa"), own="en")
    assert found.words == "Spanish interpreter"
