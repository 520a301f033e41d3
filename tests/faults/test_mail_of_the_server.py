"""The real server and a real mail server: an email about a late promise links to the right port."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest
from django.utils import timezone

from checkin.actions import promises
from checkin.models import Location, Role
from checkin.rules.promises import PromiseTerms
from tests.serving import ROOT, make_server
from tests.smtp import Post

pytestmark = pytest.mark.long

MAKE_LATE_PROMISE = f"""
import sys
sys.path.append({str(ROOT)!r})
from {__name__} import print_late_promise
print_late_promise()
"""


def print_late_promise() -> None:
    """Make a promise that is overdue, in the served clinic, and print its number.

    Not as code in a text: the linters would not see there that a name was changed.
    """
    at = timezone.now()
    said = PromiseTerms(to_whom="Ana", way="phone", due_at=at - dt.timedelta(minutes=20))
    made = promises.make_promise(
        location=Location.objects.get(), said=said, owner=Role.MANAGER, by=None, at=at, confirmed=True
    )
    print(made.pk)


def test_the_email_about_a_late_promise_has_a_working_link(tmp_path: Path) -> None:
    with Post(frozenset()) as post:
        threading.Thread(target=post.serve_forever, args=(0.05,), daemon=True).start()
        environment = {
            "EMAIL_URL": f"smtp://127.0.0.1:{post.server_address[1]}",
            "DEFAULT_FROM_EMAIL": "desk@brook.example",
        }
        served = make_server(tmp_path, environment=environment)
        served.make_clinic()
        served.manage("create_staff", "mira", "--role", "manager", "--location", "Desk")
        served.manage("set_staff_email", "mira", "mira@brook.example")
        number = served.manage("shell", "-c", MAKE_LATE_PROMISE).split()[-1]
        with served.running():
            served.until(lambda: bool(post.letters), 90)
        post.shutdown()
    letter = post.letters[0]
    assert (letter.sender, letter.to) == ("desk@brook.example", "mira@brook.example")
    link = f"http://localhost:{served.port}/promises/{number}/"
    assert link in letter.message.get_payload()
