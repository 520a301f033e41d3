"""The real server and a real mail server: an email about a late promise links to the right port."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.serving import make_server
from tests.smtp import Post

pytestmark = pytest.mark.long

LATE = """
import datetime as dt
from checkin.actions import promises
from checkin.models import Location, Role
from checkin.rules.promises import Said
from django.utils import timezone
at = timezone.now()
said = Said(to_whom="Ana", way="phone", due_at=at - dt.timedelta(minutes=20))
owner = Role.ADMINISTRATOR
made = promises.make(location=Location.objects.get(), said=said, owner=owner, by=None, at=at, confirmed=True)
print(made.pk)
"""


def test_the_email_about_a_late_promise_has_a_working_link(tmp_path: Path) -> None:
    with Post(frozenset()) as post:
        threading.Thread(target=post.serve_forever, args=(0.05,), daemon=True).start()
        environment = {
            "EMAIL_URL": f"smtp://127.0.0.1:{post.server_address[1]}",
            "DEFAULT_FROM_EMAIL": "desk@brook.example",
        }
        served = make_server(tmp_path, environment=environment)
        served.make_clinic()
        served.manage("set_staff_email", "ada", "ada@brook.example")
        number = served.manage("shell", "-c", LATE).split()[-1]
        with served.running():
            served.until(lambda: bool(post.letters), 90)
        post.shutdown()
    letter = post.letters[0]
    assert (letter.sender, letter.to) == ("desk@brook.example", "ada@brook.example")
    link = f"http://localhost:{served.port}/promises/{number}/"
    assert link in letter.message.get_payload()
