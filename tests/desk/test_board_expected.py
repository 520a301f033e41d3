"""Who is booked and has not come yet."""

from __future__ import annotations

import datetime as dt

import pytest

from tests import make
from tests.leaks import without_tokens


def page(client, where):
    return client.get("/board/expected/", {"location": where.pk}).content.decode()


@pytest.mark.parametrize(
    ("clock", "word"),
    [("9:50", "Expected"), ("9:31", "Expected"), ("9:30", "Late"), ("8:56", "Late"), ("8:55", "Missed")],
)
def test_each_is_expected_late_or_missed_by_the_clinics_own_minutes(
    desk_client, brook, front, tuesday, clock, word
):
    make.appointment(make.patient(brook), front, make.at(clock), with_whom="Dr. Amadi")
    shown = page(desk_client, front)
    assert f'<span class="status">{word}</span>' in shown
    assert "Leo Ruiz" in shown
    assert "Dr. Amadi" in shown
    assert clock in shown


def test_they_can_be_signed_in_from_there(desk_client, brook, front, tuesday):
    leo = make.patient(brook)
    make.appointment(leo, front)
    assert f"?patient={leo.pk}" in page(desk_client, front)


def test_who_has_signed_in_is_not_expected_any_more(desk_client, brook, front, tuesday):
    make.appointment(make.patient(brook), front)
    make.visit(front)
    assert "Leo" not in without_tokens(page(desk_client, front))


def test_cancelled_other_days_and_other_desks_are_not_shown(desk_client, brook, front, annexe, tuesday):
    leo = make.patient(brook)
    make.appointment(leo, front, status="cancelled")
    make.appointment(leo, front, make.at("9:45", make.TUESDAY + dt.timedelta(days=1)))
    make.appointment(leo, annexe)
    assert "Leo" not in without_tokens(page(desk_client, front))
    assert "Nobody else is booked" in page(desk_client, front)


def test_it_costs_one_query_however_many(desk_client, brook, front, tuesday, django_assert_max_num_queries):
    leo = make.patient(brook)
    for minute in range(30):
        make.appointment(leo, front, make.at(f"10:{minute:02}"))
    with django_assert_max_num_queries(3):
        page(desk_client, front)


def test_an_auditor_is_offered_no_sign_in(as_, otto, brook, front, tuesday):
    make.appointment(make.patient(brook), front)
    assert "?patient=" not in page(as_(otto), front)
