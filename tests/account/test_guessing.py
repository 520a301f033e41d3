"""A hundred wrong passwords give ten tries in fifteen minutes, in whichever way they come."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.test import Client

from checkin.models import Staff
from checkin.web import account
from tests import make
from tests.account.test_login_throttles import _forget_tries, log_in

__all__ = ["_forget_tries"]
GUESSES, MOST = 100, 10
WAYS = {"one address": 1, "a hundred addresses": 100, "seven addresses": 7}


def count_tries(username: str, addresses: int) -> int:
    """Guess a hundred times, each in a new browser; return how many passwords were looked at."""
    answers = [
        log_in(Client(), username, f"wrong {one}", f"198.51.100.{one % addresses}") for one in range(GUESSES)
    ]
    assert {answer.status_code for answer in answers} <= {200, 429}
    return [answer.status_code for answer in answers].count(200)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("username", ["dana", "max_", "ada"])
def test_a_hundred_guesses_give_at_most_ten_tries(
    dana: Staff, max_: Staff, ada: Staff, tuesday: time_machine.Traveller, way: str, username: str,
    record_property: Any,
) -> None:  # fmt: skip
    assert 0 < count_tries(username, WAYS[way]) <= MOST
    record_property("cases", GUESSES)


def test_without_the_throttle_all_are_tried(
    dana: Staff, monkeypatch: pytest.MonkeyPatch, record_property: Any
) -> None:
    """The control: it is the throttle that stops them."""
    monkeypatch.setattr(account, "list_login_limits", lambda request, username: [])
    assert count_tries("dana", 100) == GUESSES
    record_property("found", 1)


def test_a_person_locked_out_by_strangers_is_in_again_after_fifteen_minutes(
    dana: Staff, tuesday: time_machine.Traveller, record_property: Any
) -> None:
    count_tries("dana", 100)
    assert log_in(Client(), "dana").status_code == 429
    tuesday.shift(15 * 60 + 1)
    assert log_in(Client(), "dana").url == "/"
    record_property("cases", GUESSES)


def test_a_new_clinic_has_no_account_that_nobody_made(db: None, record_property: Any) -> None:
    assert not Staff.objects.exists()
    make.clinic()
    assert not Staff.objects.exists()
    record_property("cases", 1)
