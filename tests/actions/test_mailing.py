"""E-mail: recipients, sender and links, through a real SMTP server."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Callable, Iterator
from email.header import decode_header, make_header
from typing import Any

import pytest
import pytest_django
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends import smtp
from django.test import Client

from checkin.actions import escalations, handovers, mailing
from checkin.actions.refusals import Refused
from checkin.models import AuditEvent, Clinic, Location, Promise, PromiseEscalation, Role, Staff
from checkin.models import mailing as mailing_models
from checkin.queries import mailing as mailing_queries
from checkin.queries import promise_events
from tests import make
from tests.promising import promise
from tests.smtp import mail_server


@pytest.fixture(autouse=True)
def _nothing_unsent(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def told(
    django_capture_on_commit_callbacks: pytest_django.DjangoCaptureOnCommitCallbacks,
) -> Callable[..., None]:
    """Escalate at that time and send the mail."""

    def escalate(clinic: Any, clock: Any) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            escalations.escalate_due_promises(clinic=clinic, at=make.at(clock))

    return escalate


@pytest.fixture
def give(
    django_capture_on_commit_callbacks: pytest_django.DjangoCaptureOnCommitCallbacks,
) -> Callable[..., None]:
    """Hand the promise over at that time and send the mail."""

    def hand(made: Any, to: Any, by: Any, clock: str = "10:20") -> None:
        with django_capture_on_commit_callbacks(execute=True):
            handovers.hand_over_promise(promise=made, to=to, by=by, at=make.at(clock))

    return hand


@pytest.fixture
def addressed(dana: Staff, noor: Staff, max_: Staff, ada: Staff) -> None:
    for person in (dana, noor, max_, ada):
        mailing.set_staff_email(
            person=person, address=f"{person.username}@brook.example", by=None, at=make.at("8:00")
        )
        person.refresh_from_db()


def rows(made: Promise) -> list[Any]:
    return [str(one.to or one.to_role) for one in made.escalations.order_by("pk")]


def letters() -> list[Any]:
    return [(one.to[0], one.body.partition(":")[0]) for one in mail.outbox]


# Sender and links


def test_mail_reaches_a_real_server_with_the_clinics_sender_and_a_working_link(
    brook: Clinic,
    front: Location,
    noor: Staff,
    told: Callable[..., None],
    settings: pytest_django.Settings,
    addressed: None,
) -> None:
    mailing.set_clinic_mail(
        clinic=brook, mail_from="Clínica <desk@brook.example>", site="http://10.0.0.5:8123/", at=make.at()
    )
    made = promise(front, owner=noor, due="10:00")
    brook.refresh_from_db()
    with mail_server(settings) as came:
        told(brook, "10:00")
    (letter,) = came
    assert (letter.sender, letter.to) == ("desk@brook.example", "noor@brook.example")
    assert str(make_header(decode_header(letter.message["From"]))) == "Clínica <desk@brook.example>"
    assert f"http://10.0.0.5:8123/promises/{made.pk}/" in letter.message.get_payload()


def test_one_refused_address_does_not_stop_mail_to_the_others(
    brook: Clinic,
    front: Location,
    told: Callable[..., None],
    settings: pytest_django.Settings,
    addressed: None,
) -> None:
    make.staff(brook, "bo", Role.MANAGER, email="bo@brook.example")
    promise(front, due="10:00")
    with mail_server(settings, refuses=frozenset({"bo@brook.example"})) as came:
        told(brook, "10:00")
    assert [one.to for one in came] == ["max_@brook.example"]
    (sentence,) = [
        one for one in mailing_queries.read_mailing_status(brook).troubles if "could not be sent" in one
    ]
    assert "1 e-mail could not be sent on Mar 10, 2026 at 10:00 AM (SMTPRecipientsRefused)" in sentence
    with mail_server(settings):
        told(brook, "10:15")
    assert not [
        one for one in mailing_queries.read_mailing_status(brook).troubles if "could not be sent" in one
    ], "all went out"


def test_an_unreachable_server_is_tried_once_and_reported_to_managers(
    brook: Clinic,
    front: Location,
    told: Callable[..., None],
    settings: pytest_django.Settings,
    addressed: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("bo", "cy"):
        make.staff(brook, name, Role.MANAGER, email=f"{name}@brook.example")
    made = promise(front, due="10:00")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = closed.getsockname()
        opened = []
        ask = smtp.EmailBackend.open
        monkeypatch.setattr(smtp.EmailBackend, "open", lambda post: opened.append(1) or ask(post))
        told(brook, "10:00")
    assert (len(opened), rows(made)) == (1, ["manager"])
    sentence = "3 e-mails could not be sent on Mar 10, 2026 at 10:00 AM (ConnectionRefusedError)"
    assert [one for one in mailing_queries.read_mailing_status(brook).troubles if sentence in one]


# Such a host is a UnicodeError: whoever handed a promise over got a 500 for what was written.
def test_a_mistyped_mail_server_is_reported_to_managers(
    brook: Clinic,
    front: Location,
    told: Callable[..., None],
    settings: pytest_django.Settings,
    addressed: None,
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "mail..example"
    made = promise(front, due="10:00")
    told(brook, "10:00")
    assert rows(made) == ["manager"]
    troubles = mailing_queries.read_mailing_status(brook).troubles
    assert [one for one in troubles if "could not be sent on Mar 10, 2026 at 10:00 AM (UnicodeError)" in one]


def test_a_fault_while_mailing_never_answers_for_the_handover(
    brook: Clinic,
    front: Location,
    dana: Staff,
    noor: Staff,
    give: Callable[..., None],
    addressed: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = promise(front, owner=noor, due="10:00")

    def fail(**_kwargs: object) -> int:
        raise RuntimeError("the cache is full")

    monkeypatch.setattr(mailing, "send_staff_mail", fail)
    give(made, dana, noor)
    assert rows(made) == ["Dana"]


@pytest.mark.parametrize(
    ("own", "environment", "account", "sender"),
    [
        ("desk@brook.example", "it@group.example", "me@host.example", "desk@brook.example"),
        ("", "IT <it@group.example>", "me@host.example", "IT <it@group.example>"),
        ("", "", "me@host.example", "me@host.example"),
        ("", "", "apikey", ""),
        ("", "", "", ""),
        ("", "", None, ""),
    ],
)
def test_the_sender_is_the_clinics_else_the_environments_else_the_accounts(
    brook: Clinic, settings: pytest_django.Settings, own: Any, environment: Any, account: Any, sender: Any
) -> None:
    brook.mail_from = own
    settings.DEFAULT_FROM_EMAIL, settings.EMAIL_HOST_USER = environment, account
    assert mailing_models.mail_sender_address(brook) == sender


def test_without_a_sender_no_mail_is_sent_but_escalations_are_recorded(
    brook: Clinic,
    front: Location,
    told: Callable[..., None],
    settings: pytest_django.Settings,
    addressed: None,
) -> None:
    settings.DEFAULT_FROM_EMAIL = ""
    made = promise(front, due="10:00")
    told(brook, "10:00")
    assert (mail.outbox, rows(made)) == ([], ["manager"])
    assert mailing_queries.NO_MAIL_SENDER in mailing_queries.read_mailing_status(brook).troubles


@pytest.mark.parametrize(
    ("hosts", "port", "proxies", "tls", "site"),
    [
        (["localhost", "127.0.0.1"], 8123, 0, False, "http://localhost:8123"),
        (["localhost", "192.168.1.20"], 8000, 0, False, "http://192.168.1.20:8000"),
        (["checkin.example"], 443, 0, True, "https://checkin.example"),
        (["checkin.example"], 8443, 0, True, "https://checkin.example:8443"),
        (["checkin.example"], 8000, 1, True, "https://checkin.example"),
        (["*", ".group.example"], 80, 0, False, "http://group.example"),
        (["*"], 8000, 0, False, "http://localhost:8000"),
        (["desk.example"], 0, 0, False, "http://desk.example"),
    ],
)
def test_a_link_uses_the_host_and_port_that_are_served(
    brook: Clinic,
    settings: pytest_django.Settings,
    hosts: list[str],
    port: int,
    proxies: int,
    tls: bool,
    site: str,
) -> None:
    settings.ALLOWED_HOSTS, settings.SERVES_PORT = hosts, port
    settings.TRUSTED_PROXY_COUNT, settings.SESSION_COOKIE_SECURE = proxies, tls
    assert mailing_models.desk_base_url(brook) == site


def test_a_requests_host_header_never_changes_the_link(
    as_: Callable[[Staff], Client],
    front: Location,
    dana: Staff,
    noor: Staff,
    settings: pytest_django.Settings,
    addressed: None,
    django_capture_on_commit_callbacks: pytest_django.DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.ALLOWED_HOSTS, settings.SERVES_PORT = ["desk.example", "*"], 8123
    promise(front, owner=noor, due="10:00")
    mine, headers = promise(front, owner=dana), {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    with django_capture_on_commit_callbacks(execute=True):
        as_(dana).post(f"/promises/{mine.pk}/keep/", headers=headers)
    assert mail.outbox
    assert {one.body.partition("http://")[2].partition("/")[0] for one in mail.outbox} == {
        "desk.example:8123"
    }


# Addresses and settings


def test_setting_an_address_is_audited_without_the_address(dana: Staff, ada: Staff) -> None:
    mailing.set_staff_email(person=dana, address=" dana@brook.example ", by=ada, at=make.at())
    mailing.set_staff_email(person=dana, address="dana@brook.example", by=ada, at=make.at())
    line = AuditEvent.objects.get(action="staff.email_set")
    assert (line.staff, line.subject_id, line.detail) == (ada, dana.pk, {"is_set": True})
    mailing.set_staff_email(person=dana, address="", by=dana, at=make.at())
    assert Staff.objects.get(pk=dana.pk).email == ""


def test_a_setting_of_nothing_but_blanks_is_none(brook: Clinic) -> None:
    mailing.set_clinic_mail(
        clinic=brook, mail_from="desk@brook.example", site="https://brook.example", at=make.at()
    )
    mailing.set_clinic_mail(clinic=brook, mail_from="  ", site="  ", at=make.at())
    brook.refresh_from_db()
    assert (brook.mail_from, brook.site) == ("", "")


@pytest.mark.parametrize(
    "wanted", [{"mail_from": "Brook"}, {"site": "brook.example"}, {"site": "https://x.example\nBcc: y"}]
)
def test_an_invalid_sender_or_site_is_refused_and_nothing_changes(
    brook: Clinic, wanted: dict[str, str]
) -> None:
    with pytest.raises(Refused, match="is no"):
        mailing.set_clinic_mail(clinic=brook, at=make.at(), **wanted)
    assert (Clinic.objects.get().mail_from, Clinic.objects.get().site) == ("", "")


def test_managers_see_what_prevents_mail(
    brook: Clinic, dana: Staff, noor: Staff, otto: Staff, settings: pytest_django.Settings
) -> None:
    make.staff(brook, "gone", is_active=False)
    assert (
        mailing_queries.read_mailing_status(brook).troubles[-1]
        == "2 people have no e-mail address: Dana, Noor"
    )
    settings.EMAIL_BACKEND = mailing_models.CONSOLE_EMAIL_BACKEND
    assert mailing_queries.read_mailing_status(brook).troubles[0] == mailing_queries.NO_MAIL_SERVER


# Handed over while overdue


def test_handing_over_an_overdue_promise_notifies_the_new_owner_at_once(
    brook: Clinic,
    front: Location,
    dana: Staff,
    noor: Staff,
    told: Callable[..., None],
    give: Callable[..., None],
    addressed: None,
) -> None:
    made = promise(front, owner=noor, due="10:00")
    told(brook, "10:16")
    mail.outbox.clear()
    give(made, dana, noor)
    assert rows(made) == ["Noor", "manager", "Dana"]
    assert letters() == [("dana@brook.example", "A promise due 10")]
    what = [one.what for one in promise_events.list_promise_events(made, clinic=front.clinic)]
    assert what[-1] == "Handed over while overdue since 10:00 AM; told: Dana"
    assert f"was handed over to you: http://testserver/promises/{made.pk}/" in mail.outbox[0].body
    told(brook, "11:00")
    assert rows(made) == ["Noor", "manager", "Dana"]


def test_mail_about_another_days_promise_names_the_day(
    brook: Clinic,
    front: Location,
    dana: Staff,
    noor: Staff,
    addressed: None,
    django_capture_on_commit_callbacks: pytest_django.DjangoCaptureOnCommitCallbacks,
) -> None:
    made = promise(front, owner=noor, due="10:00")
    with django_capture_on_commit_callbacks(execute=True):
        at = make.at("9:00", make.TUESDAY + dt.timedelta(days=2))
        handovers.hand_over_promise(promise=made, to=dana, by=noor, at=at)
    assert mail.outbox[0].body.startswith("A promise due Tue, Mar 10, 10:00 AM was handed over to you: ")


def test_handing_a_promise_back_and_forth_notifies_each_owner_once(
    brook: Clinic,
    front: Location,
    dana: Staff,
    noor: Staff,
    told: Callable[..., None],
    give: Callable[..., None],
    addressed: None,
) -> None:
    made = promise(front, owner=noor, due="10:00")
    told(brook, "10:00")
    for to, by in [(dana, noor), (noor, dana), (dana, noor), (noor, dana)]:
        give(made, to, by)
    assert rows(made) == ["Noor", "Dana"]
    assert [one.to for one in mail.outbox] == [["noor@brook.example"], ["dana@brook.example"]]


def test_handing_over_to_a_role_notifies_everyone_in_it(
    front: Location, noor: Staff, give: Callable[..., None], addressed: None
) -> None:
    made = promise(front, owner=noor, due="10:00")
    give(made, Role.MANAGER, noor, "10:05")
    assert (rows(made), letters()) == (["manager"], [("max_@brook.example", "A promise due 10")])


def test_a_promise_handed_over_before_the_check_is_notified_once(
    brook: Clinic,
    front: Location,
    dana: Staff,
    noor: Staff,
    told: Callable[..., None],
    give: Callable[..., None],
    addressed: None,
) -> None:
    made = promise(front, owner=noor, due="10:00")
    give(made, dana, noor, "10:05")
    told(brook, "10:06")
    told(brook, "10:15")
    assert rows(made) == ["Dana", "manager"]


def test_a_promise_not_yet_overdue_notifies_nobody(
    brook: Clinic,
    front: Location,
    dana: Staff,
    noor: Staff,
    told: Callable[..., None],
    give: Callable[..., None],
    addressed: None,
) -> None:
    made = promise(front, owner=noor, due="10:00")
    give(made, dana, noor, "9:30")
    assert rows(made) == []
    told(brook, "10:00")
    assert rows(made) == ["Dana"]


def test_a_person_who_takes_a_promise_is_not_notified(
    front: Location, dana: Staff, noor: Staff, give: Callable[..., None], addressed: None
) -> None:
    made = promise(front, owner=noor, due="10:00")
    give(made, dana, dana)
    assert (rows(made), mail.outbox) == ([], [])


def test_handing_over_a_whole_shift_sends_one_mail_with_every_overdue_promise(
    front: Location,
    annexe: Location,
    dana: Staff,
    noor: Staff,
    addressed: None,
    django_capture_on_commit_callbacks: pytest_django.DjangoCaptureOnCommitCallbacks,
) -> None:
    late = [promise(where, owner=dana, due="10:00") for where in (front, annexe, front)]
    promise(front, owner=dana, due="19:00")
    with django_capture_on_commit_callbacks(execute=True):
        handovers.hand_over_all_promises(person=dana, to=noor, by=dana, at=make.at("18:00"))
    assert [one.to for one in mail.outbox] == [["noor@brook.example"]]
    assert mail.outbox[0].body.count("was handed over to you") == 3
    assert PromiseEscalation.objects.filter(to=noor, promise__in=late).count() == 3


def test_a_deactivated_owners_promise_goes_to_managers_and_not_back_to_them(
    brook: Clinic, front: Location, dana: Staff, noor: Staff, told: Callable[..., None], addressed: None
) -> None:
    made = promise(front, owner=noor, due="10:00")
    Staff.objects.filter(pk=noor.pk).update(is_active=False)
    noor.refresh_from_db()
    told(brook, "10:05")
    made.refresh_from_db()
    assert (made.owner_role, rows(made), letters()) == (
        "manager",
        ["manager"],
        [("max_@brook.example", "A promise due 10")],
    )
    with pytest.raises(Refused, match="Noor does not work here anymore"):
        handovers.hand_over_promise(promise=made, to=noor, by=dana, at=make.at("10:06"))


def test_staff_of_another_clinic_are_not_notified(
    front: Location, hill: Clinic, dana: Staff, noor: Staff, give: Callable[..., None], addressed: None
) -> None:
    make.staff(hill, "mo", Role.MANAGER, email="mo@hill.example")
    give(promise(front, owner=noor, due="10:00"), Role.MANAGER, noor)
    assert [one.to for one in mail.outbox] == [["max_@brook.example"]]


def test_the_same_sender_and_site_again_are_no_change(brook: Clinic) -> None:
    said = {"mail_from": "desk@brook.example", "site": "https://brook.example"}
    for _ in range(2):
        mailing.set_clinic_mail(clinic=brook, at=make.at(), **said)
    brook.refresh_from_db()
    assert (brook.mail_from, AuditEvent.objects.filter(action="clinic.changed").count()) == (
        "desk@brook.example",
        1,
    )
