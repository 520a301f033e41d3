"""The visit's page: the square that asks how it was, and what the family answered."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from checkin.actions import after_words, visits
from checkin.models import AfterWord
from checkin.rules.after_words import Said
from tests import make

pytestmark = pytest.mark.usefixtures("tuesday")
ADDRESS = re.compile(r'href="(/kiosk/after/[^"]+/)"')


@pytest.fixture
def visit(brook, front):
    make.patient(brook)
    return make.visit(front)


def page(client, visit):
    return client.get(f"/visits/{visit.pk}/").content.decode()


def test_the_square_opens_the_question_on_any_phone(desk_client, visit):
    text = page(desk_client, visit)
    address = ADDRESS.search(text)[1]
    assert 'class="square"' in text and "Square to scan on leaving" in text
    assert b'name="face"' in Client().get(address).content
    assert not AfterWord.objects.exists(), "looking writes nothing"


def test_what_they_said_takes_its_place(desk_client, visit, max_):
    word = after_words.say(visit=visit, said=Said(2, "we <waited>", may_call=True), at=make.at("9:50"))
    text = page(desk_client, visit)
    assert "Not so good" in text and "2 of 5" in text and "we &lt;waited&gt;" in text
    assert f'href="/promises/{word.promise_id}/"' in text and "Manager promised to" in text
    assert not ADDRESS.search(text)


def test_a_low_face_without_a_call_says_so(desk_client, visit):
    after_words.say(visit=visit, said=Said(1), at=make.at("9:50"))
    assert "No call was asked for." in page(desk_client, visit)


def test_a_good_face_needs_no_call(desk_client, visit):
    after_words.say(visit=visit, said=Said(4), at=make.at("9:50"))
    text = page(desk_client, visit)
    assert "4 of 5" in text and "No call was asked for." not in text


@pytest.mark.parametrize(("clock", "is_asked"), [("9:49", True), ("9:50", False)])
def test_a_visit_is_asked_about_for_a_day_after_its_last_step(as_, visit, tuesday, dana, clock, is_asked):
    visits.move(visit=visit, to="left", by=dana, at=make.at("9:50"), reason="all can wait")
    tuesday.move_to(make.at(clock, make.TUESDAY + dt.timedelta(days=1)))
    text = page(as_(dana), visit)
    assert "What happened" in text
    assert bool(ADDRESS.search(text)) is ("On leaving" in text) is is_asked


def test_nobody_is_asked_about_a_visit_entered_in_error(desk_client, visit, dana):
    visits.move(visit=visit, to="entered_in_error", by=dana, at=make.at("9:40"))
    assert "On leaving" not in page(desk_client, visit)


def test_who_only_reads_gets_the_word_and_no_code(as_, otto, visit):
    browser = as_(otto)
    assert not ADDRESS.search(page(browser, visit))
    after_words.say(visit=visit, said=Said(1, "too long"), at=make.at("9:50"))
    assert "too long" in page(browser, visit)
