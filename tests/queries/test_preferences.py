"""A language is shown only when it is not the clinic's own."""

from __future__ import annotations

import pytest

from checkin.actions import visits
from checkin.models import Clinic, Location, SignInChannel, Staff, Visit
from checkin.queries import preferences as preference_queries
from tests import make

pytestmark = pytest.mark.django_db


def languages(visit: Visit) -> list[tuple[str, str]]:
    shown = preference_queries.list_preferences_of_visit(visit)
    return [(one.words, str(one.source_words)) for one in shown if one.kind == "language"]


@pytest.mark.parametrize("said", ["en", "EN", "en-us", "English", ""])
def test_the_clinics_own_language_is_not_shown(front: Location, said: str) -> None:
    assert languages(make.visit(front, language=said)) == []


def test_another_language_chosen_at_sign_in_is_shown(front: Location) -> None:
    assert languages(make.visit(front, language="es")) == [("Spanish", "said today")]


def test_the_clinics_first_language_counts_as_its_own(brook: Clinic, front: Location) -> None:
    brook.languages = ["es", "en"]
    brook.save()
    assert languages(make.visit(front, language="es")) == []
    assert languages(make.visit(front, language="en")) == [("English", "said today")]


def test_the_kiosks_default_language_does_not_hide_the_one_on_record(brook: Clinic, front: Location) -> None:
    make.patient(brook, "Leo Ruiz", language="Spanish")
    assert languages(make.visit(front, language="en")) == [("Spanish", "on record")]


def test_an_interpreter_is_never_shown_for_the_clinics_own_language(brook: Clinic, front: Location) -> None:
    make.patient(brook, "Leo Ruiz", language="ar")
    visit = make.visit(front, language="en", interpreter=True)
    assert languages(visit) == [("Arabic interpreter", "said today, the language on record")]
    assert languages(make.visit(front, name="Anna Berg", language="en", interpreter=True)) == [
        ("Interpreter, ask which language", "said today")
    ]


def test_a_language_on_the_record_made_at_this_sign_in_is_not_shown_twice(front: Location) -> None:
    assert languages(make.visit(front, language="es")) == [("Spanish", "said today")]
    assert languages(make.visit(front, language="es")) == [("Spanish", "said today")]


def test_the_clinics_language_on_record_is_shown_beside_another_one(brook: Clinic, front: Location) -> None:
    make.patient(brook, "Leo Ruiz", language="English")
    assert languages(make.visit(front, language="es")) == [
        ("Spanish", "said today"),
        ("English", "on record"),
    ]


def test_a_language_typed_at_the_desk_counts_as_said_today(
    brook: Clinic, front: Location, dana: Staff
) -> None:
    make.patient(brook, "Leo Ruiz", language="ar")
    typed = make.claim(language="English")
    receipt = visits.record_sign_in(
        location=front, claim=typed, at=make.at(), channel=SignInChannel.DESK, by=dana
    )
    assert languages(receipt.visit) == [("English", "said today"), ("Arabic", "on record")]
