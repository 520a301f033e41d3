"""The e-mail about an overdue promise: to whom it goes, and how little it says."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_django
from django.core import mail

from checkin.actions import escalations
from checkin.models import Clinic, Location, Staff
from checkin.models.mailing import CONSOLE_EMAIL_BACKEND
from checkin.queries import family_timeline
from tests import make
from tests.promising import promise


def told(patient: Any, clock: Any) -> list[Any]:
    return [line.event for line in family_timeline.read_family_timeline(patient, at=make.at(clock)).lines]


def test_mail_states_only_the_due_time_and_the_link(
    brook: Clinic,
    front: Location,
    max_: Staff,
    ada: Staff,
    django_capture_on_commit_callbacks: pytest_django.DjangoCaptureOnCommitCallbacks,
    settings: pytest_django.Settings,
) -> None:
    settings.ALLOWED_HOSTS = ["*", "desk.example"]
    for person in (max_, ada):
        person.email = f"{person.username}@example.org"
        person.save()
    made, other = promise(front, due="17:30"), promise(front, due="17:31")
    with django_capture_on_commit_callbacks(execute=True):
        escalations.escalate_due_promises(clinic=brook, at=make.at("18:30"))
    (letter,) = mail.outbox
    assert letter.to == ["max_@example.org"]
    assert letter.body == (
        f"A promise due 5:30 PM is waiting: http://desk.example/promises/{made.pk}/\n"
        f"A promise due 5:31 PM is waiting: http://desk.example/promises/{other.pk}/\n"
    )
    assert "Ana" not in letter.subject + letter.body


def test_mail_goes_to_the_owner_first_and_links_to_the_clinics_own_site(
    brook: Clinic,
    front: Location,
    noor: Staff,
    max_: Staff,
    django_capture_on_commit_callbacks: pytest_django.DjangoCaptureOnCommitCallbacks,
) -> None:
    brook.promise_settings = {"site": "https://brook.example/"}
    brook.save()
    for person in (noor, max_):
        person.email = f"{person.username}@example.org"
        person.save()
    made = promise(front, owner=noor, due="17:30")
    told = []
    for clock in ("17:30", "17:45"):
        with django_capture_on_commit_callbacks(execute=True):
            escalations.escalate_due_promises(clinic=brook, at=make.at(clock))
        told.append([letter.to for letter in mail.outbox])
    assert told == [[["noor@example.org"]], [["noor@example.org"], ["max_@example.org"]]]
    assert f"https://brook.example/promises/{made.pk}/" in mail.outbox[0].body


def test_no_mail_is_sent_if_none_is_configured(
    brook: Clinic,
    front: Location,
    max_: Staff,
    django_capture_on_commit_callbacks: pytest_django.DjangoCaptureOnCommitCallbacks,
    settings: pytest_django.Settings,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings.EMAIL_BACKEND = CONSOLE_EMAIL_BACKEND
    max_.email = "max@example.org"
    max_.save()
    made = promise(front, due="10:00")
    with django_capture_on_commit_callbacks(execute=True):
        escalations.escalate_due_promises(clinic=brook, at=make.at("10:00"))
    assert (mail.outbox, capsys.readouterr().out, made.escalations.count()) == ([], "", 1)


def test_mail_that_cannot_be_sent_keeps_the_escalations(
    brook: Clinic,
    front: Location,
    max_: Staff,
    django_capture_on_commit_callbacks: pytest_django.DjangoCaptureOnCommitCallbacks,
    settings: pytest_django.Settings,
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", 1
    max_.email = "max@example.org"
    max_.save()
    made = promise(front, due="10:00")
    with django_capture_on_commit_callbacks(execute=True):
        escalations.escalate_due_promises(clinic=brook, at=make.at("10:00"))
    assert made.escalations.count() == 1
