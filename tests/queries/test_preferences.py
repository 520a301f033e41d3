"""A language is worth saying where it is not the clinic's own."""

from __future__ import annotations

import pytest

from checkin.actions import visits
from checkin.models import SignInChannel
from checkin.queries import preferences as preference_queries
from tests import make

pytestmark = pytest.mark.django_db


def languages(visit) -> list[tuple[str, str]]:
    shown = preference_queries.list_preferences_of_visit(visit)
    return [(one.words, str(one.source_words)) for one in shown if one.kind == "language"]


@pytest.mark.parametrize("said", ["en", "EN", "en-us", "English", ""])
def test_the_clinics_own_language_is_not_worth_saying(front, said):
    assert languages(make.visit(front, language=said)) == []


def test_another_language_was_chosen(front):
    assert languages(make.visit(front, language="es")) == [("Spanish", "said today")]


def test_own_is_what_the_clinic_says_it_is(brook, front):
    brook.languages = ["es", "en"]
    brook.save()
    assert languages(make.visit(front, language="es")) == []
    assert languages(make.visit(front, language="en")) == [("English", "said today")]


def test_the_tablets_first_language_hides_nothing_that_is_on_record(brook, front):
    make.patient(brook, "Leo Ruiz", language="Spanish")
    assert languages(make.visit(front, language="en")) == [("Spanish", "on record")]


def test_an_interpreter_is_not_asked_for_in_our_own_language(brook, front):
    make.patient(brook, "Leo Ruiz", language="ar")
    visit = make.visit(front, language="en", interpreter=True)
    assert languages(visit) == [("Arabic interpreter", "said today, the language on record")]
    assert languages(make.visit(front, name="Anna Berg", language="en", interpreter=True)) == [
        ("Interpreter, ask which language", "said today")
    ]


def test_a_record_made_of_this_sign_in_says_nothing_of_its_own(front):
    assert languages(make.visit(front, language="es")) == [("Spanish", "said today")]
    assert languages(make.visit(front, language="es")) == [("Spanish", "said today")]


def test_our_own_language_on_record_is_worth_saying_beside_another(brook, front):
    make.patient(brook, "Leo Ruiz", language="English")
    assert languages(make.visit(front, language="es")) == [
        ("Spanish", "said today"),
        ("English", "on record"),
    ]


def test_the_desk_chose_the_language_that_it_typed(brook, front, dana):
    make.patient(brook, "Leo Ruiz", language="ar")
    typed = make.claim(language="English")
    receipt = visits.record_sign_in(
        location=front, claim=typed, at=make.at(), channel=SignInChannel.DESK, by=dana
    )
    assert languages(receipt.visit) == [("English", "said today"), ("Arabic", "on record")]
