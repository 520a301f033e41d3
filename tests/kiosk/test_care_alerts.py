"""A tablet answers the same to the byte whether or not who came resembles the person in a care alert."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import time_machine
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from checkin.actions import care_alerts
from checkin.actions.care_alerts import AlertWords
from checkin.models import Clinic, Staff
from checkin.queries.care_alerts import list_care_notices
from checkin.rules.care_alerts import AlertKind
from checkin.web.kiosk import urls, views
from tests import make

if TYPE_CHECKING:
    from tests.conftest import Kiosk

ADDRESS = "/kiosk/sign-ins/"
NAMED, OTHER = "Miguel Delgado", "Tobias Winters"
"""Of one length, so that two answers may be compared in their lengths too."""
KEY = "6b0f0f0e-5f0c-4d3e-9f43-2f1f4f8f2a10"
RANDOM = re.compile(rb'(?:nonce|value|content)="[\w-]{20,}"|csrftoken=\w+')
"""A token or a nonce, another one each time."""


class Heard(NamedTuple):
    """What a tablet, or somebody at it, can tell from an answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    content: bytes


@pytest.fixture
def boss(brook: Clinic, max_: Staff, tuesday: time_machine.Traveller) -> Staff:
    """Return the manager, who is told when Miguel Delgado brings Leo."""
    said = AlertWords(AlertKind.NOT_WITH, NAMED, "stepfather")
    leo = make.patient(brook, "Leo Ruiz")
    care_alerts.write_care_alert(patient=leo, said=said, by=max_, at=make.at("9:00"))
    return max_


def hear(answer: HttpResponse) -> Heard:
    volatile = {"X-Request-Id", "X-Request-ID", "Content-Security-Policy", "Request-Id"}
    headers = tuple(sorted((name, value) for name, value in answer.items() if name not in volatile))
    cookies = tuple(("cookie", name) for name in sorted(answer.cookies))
    return Heard(answer.status_code, headers + cookies, RANDOM.sub(b"", answer.content))


def sign_in(kiosk: Kiosk, who: str, **said: Any) -> list[Heard]:
    """Return all that a tablet hears of one sign-in: sent by its script, sent again, and as a plain form."""
    claim = make.claim(key=KEY, escort_name=who, **said)
    tablet = Client()
    tablet.cookies["device"] = kiosk.token
    script, form = {"content_type": "application/json"}, {"key": KEY, **claim}
    answers = [tablet.post(ADDRESS, json.dumps(claim), **script) for _ in range(2)]
    plain = tablet.post(ADDRESS, form)
    answers += [plain, tablet.get(plain["Location"]), tablet.get("/kiosk/")]
    assert [one.status_code for one in answers] == [201, 200, 303, 200, 200]
    return [hear(one) for one in answers]


def compare(kiosk: Kiosk, boss: Staff, **said: Any) -> tuple[list[Heard], list[Heard]]:
    """Return what the tablet hears with the named person and with another, each on the same morning."""
    heard = []
    for who, calls in ((NAMED, 1), (OTHER, 0)):
        with transaction.atomic():
            heard.append(sign_in(kiosk, who, **said))
            assert len(list_care_notices(boss, at=make.at("9:45"))) == calls, "it is about this sign-in"
            transaction.set_rollback(True)
    return heard[0], heard[1]


@pytest.mark.parametrize("said", [{}, {"name": "Leo Ruis"}, {"help": True}], ids=["known", "nearly", "help"])
def test_the_answers_are_the_same_to_the_byte(kiosk: Kiosk, boss: Staff, said: dict[str, Any]) -> None:
    named, other = compare(kiosk, boss, **said)
    assert named == other


@pytest.mark.parametrize("way", ["header", "redirect", "byte"])
def test_an_answer_that_tells_is_found(
    kiosk: Kiosk, boss: Staff, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """The control: the same comparison with a tablet that gives it away."""
    answer_sign_in = views.submit_kiosk_sign_in

    def tell(request: Any) -> HttpResponse:
        answer = answer_sign_in(request)
        if list_care_notices(boss, at=make.at("9:45")):
            spoil(answer, way)
        return answer

    route = next(one for one in urls.urlpatterns if one.name == "sign_ins")
    tell.__dict__.update(answer_sign_in.__dict__)
    monkeypatch.setattr(route, "callback", tell)
    named, other = compare(kiosk, boss)
    assert named != other


def spoil(answer: HttpResponse, way: str) -> None:
    if way == "header":
        answer["Retry-After"] = "1"
    elif way == "byte":
        answer.content += b" "
    elif answer.has_header("Location"):
        answer["Location"] += "&wait=1"
