"""A "none" typed in a box says nothing, however it is put; what says something is never taken for one."""

from __future__ import annotations

import pytest

from checkin.rules.claims import claim
from checkin.rules.nothing_said import says_nothing
from checkin.rules.preferences import Remembered, shown, to_remember, wish_of
from checkin.rules.understanding import OnRecord, SaidToday, by_source, understood

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
def test_a_word_for_nothing_says_nothing(said):
    assert says_nothing(said)


@pytest.mark.parametrize("said", phrases(SOMETHING))
def test_words_that_say_something_are_kept(said):
    assert not says_nothing(said)


def test_no_word_for_nothing_is_shown_as_what_helps_them_as_a_wish_or_as_a_language():
    for said in phrases(NOTHING):
        typed = claim(
            {"access_needs": said, "best_time": said, "interpreter": "on", "interpreter_language": said}
        )
        kept = Remembered(best_way=said, best_time=said)
        words = [one.words for one in shown(typed, kept, OnRecord("", False, said), own="en")]
        assert words == ["Interpreter, ask which language"]
        assert to_remember(claim({"remember": "1", "best_time": said}), at=None)["best_time"] == ""
        assert by_source(said, "a ramp") == by_source("", "a ramp")


def test_a_remembered_wish_stands_where_today_says_nothing():
    assert wish_of("-", "after 5") == "after 5"
    assert wish_of("before 3", "after 5") == "before 3"
    assert wish_of("no", "none") == ""


def test_a_second_concern_that_is_none_is_not_to_be_read():
    assert not claim({"also": "no, thanks"}).has_reason
    assert claim({"also": "his ear"}).has_reason
    assert claim({"reason": "no"}).has_reason


def test_a_language_that_is_none_leaves_the_one_that_was_chosen_or_recorded():
    chosen = claim({"interpreter": "on", "interpreter_language": "no sé"})
    assert SaidToday.of(chosen, language="Spanish").language == "Spanish"
    (found,) = understood(SaidToday("N/A", True), OnRecord("spa"), own="en")
    assert found.words == "Spanish interpreter"
