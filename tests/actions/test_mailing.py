"""Who is told by e-mail, from whom and with which links; through a real SMTP server."""

from __future__ import annotations

import datetime as dt
import socket
from email.header import decode_header, make_header

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends import smtp

from checkin.actions import escalations, handovers, mailing
from checkin.actions.refusals import Refused
from checkin.models import AuditEvent, Clinic, PromiseEscalation, Role, Staff
from checkin.models import mailing as mailing_models
from checkin.queries import mailing as mailing_queries
from checkin.queries import promise_events
from tests import make
from tests.promising import promise
from tests.smtp import mail_server


@pytest.fixture(autouse=True)
def _nothing_unsent(db):
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """Escalate at that time, and let the mail go out."""

    def escalate(clinic, clock):
        with django_capture_on_commit_callbacks(execute=True):
            escalations.escalate_due_promises(clinic=clinic, at=make.at(clock))

    return escalate


@pytest.fixture
def give(django_capture_on_commit_callbacks):
    """Hand it over at that time, and let the mail go out."""

    def hand(made, to, by, clock="10:20"):
        with django_capture_on_commit_callbacks(execute=True):
            handovers.hand_over_promise(promise=made, to=to, by=by, at=make.at(clock))

    return hand


@pytest.fixture
def addressed(dana, noor, max_, ada):
    for person in (dana, noor, max_, ada):
        mailing.set_staff_email(
            person=person, address=f"{person.username}@brook.example", by=None, at=make.at("8:00")
        )
        person.refresh_from_db()


def rows(made):
    return [str(one.to or one.to_role) for one in made.escalations.order_by("pk")]


def letters():
    return [(one.to[0], one.body.partition(":")[0]) for one in mail.outbox]


# From whom, and with which links


def test_a_real_server_gets_it_from_the_clinics_sender_with_a_link_that_opens(
    brook, front, noor, told, settings, addressed
):
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


def test_an_address_that_is_refused_keeps_nobody_else_from_being_told(
    brook, front, told, settings, addressed
):
    make.staff(brook, "bo", Role.MANAGER, email="bo@brook.example")
    promise(front, due="10:00")
    with mail_server(settings, refuses=frozenset({"bo@brook.example"})) as came:
        told(brook, "10:00")
    assert [one.to for one in came] == ["max_@brook.example"]
    (sentence,) = [
        one for one in mailing_queries.read_mailing_status(brook).troubles if "could not be sent" in one
    ]
    assert "1 e-mail could not be sent on Mar 10, 2026 at 10:00 (SMTPRecipientsRefused)" in sentence
    with mail_server(settings):
        told(brook, "10:15")
    assert not [
        one for one in mailing_queries.read_mailing_status(brook).troubles if "could not be sent" in one
    ], "all went out"


def test_a_server_that_is_away_is_asked_once_and_said_to_who_runs_the_clinic(
    brook, front, told, settings, addressed, monkeypatch
):
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
    sentence = "3 e-mails could not be sent on Mar 10, 2026 at 10:00 (ConnectionRefusedError)"
    assert [one for one in mailing_queries.read_mailing_status(brook).troubles if sentence in one]


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
def test_the_sender_is_the_clinics_or_the_environments_or_the_accounts(
    brook, settings, own, environment, account, sender
):
    brook.mail_from = own
    settings.DEFAULT_FROM_EMAIL, settings.EMAIL_HOST_USER = environment, account
    assert mailing_models.mail_sender_address(brook) == sender


def test_without_a_sender_nothing_goes_out_and_the_rows_stand(brook, front, told, settings, addressed):
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
def test_a_link_has_the_host_and_port_that_are_served(brook, settings, hosts, port, proxies, tls, site):
    settings.ALLOWED_HOSTS, settings.SERVES_PORT = hosts, port
    settings.TRUSTED_PROXY_COUNT, settings.SESSION_COOKIE_SECURE = proxies, tls
    assert mailing_models.desk_base_url(brook) == site


def test_a_request_with_another_host_never_makes_the_link(
    as_, front, dana, noor, settings, addressed, django_capture_on_commit_callbacks
):
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


def test_an_address_is_kept_and_on_the_trail_without_itself(dana, ada):
    mailing.set_staff_email(person=dana, address=" dana@brook.example ", by=ada, at=make.at())
    mailing.set_staff_email(person=dana, address="dana@brook.example", by=ada, at=make.at())
    line = AuditEvent.objects.get(action="staff.email_set")
    assert (line.staff, line.subject_id, line.detail) == (ada, dana.pk, {"is_set": True})
    mailing.set_staff_email(person=dana, address="", by=dana, at=make.at())
    assert Staff.objects.get(pk=dana.pk).email == ""


def test_a_setting_of_nothing_but_blanks_is_none(brook):
    mailing.set_clinic_mail(
        clinic=brook, mail_from="desk@brook.example", site="https://brook.example", at=make.at()
    )
    mailing.set_clinic_mail(clinic=brook, mail_from="  ", site="  ", at=make.at())
    brook.refresh_from_db()
    assert (brook.mail_from, brook.site) == ("", "")


@pytest.mark.parametrize(
    "wanted", [{"mail_from": "Brook"}, {"site": "brook.example"}, {"site": "https://x.example\nBcc: y"}]
)
def test_what_is_no_sender_and_no_site_is_refused_and_nothing_changes(brook, wanted):
    with pytest.raises(Refused, match="is no"):
        mailing.set_clinic_mail(clinic=brook, at=make.at(), **wanted)
    assert (Clinic.objects.get().mail_from, Clinic.objects.get().site) == ("", "")


def test_the_people_who_run_the_clinic_read_what_is_in_the_way(brook, dana, noor, otto, settings):
    make.staff(brook, "gone", is_active=False)
    assert (
        mailing_queries.read_mailing_status(brook).troubles[-1]
        == "2 people have no e-mail address: Dana, Noor"
    )
    settings.EMAIL_BACKEND = mailing_models.CONSOLE_EMAIL_BACKEND
    assert mailing_queries.read_mailing_status(brook).troubles[0] == mailing_queries.NO_MAIL_SERVER


# Handed over while overdue


def test_an_overdue_promise_that_is_handed_over_tells_its_new_owner_at_once(
    brook, front, dana, noor, told, give, addressed
):
    made = promise(front, owner=noor, due="10:00")
    told(brook, "10:16")
    mail.outbox.clear()
    give(made, dana, noor)
    assert rows(made) == ["Noor", "manager", "Dana"]
    assert letters() == [("dana@brook.example", "A promise due 10")]
    what = [one.what for one in promise_events.list_promise_events(made, zone=front.clinic.zone)]
    assert what[-1] == "Handed over while overdue since 10:00; told: Dana"
    assert f"was handed over to you: http://testserver/promises/{made.pk}/" in mail.outbox[0].body
    told(brook, "11:00")
    assert rows(made) == ["Noor", "manager", "Dana"]


def test_of_another_day_the_mail_says_which(
    brook, front, dana, noor, addressed, django_capture_on_commit_callbacks
):
    made = promise(front, owner=noor, due="10:00")
    with django_capture_on_commit_callbacks(execute=True):
        at = make.at("9:00", make.TUESDAY + dt.timedelta(days=2))
        handovers.hand_over_promise(promise=made, to=dana, by=noor, at=at)
    assert mail.outbox[0].body.startswith("A promise due Tue 10 Mar 10:00 was handed over to you: ")


def test_to_and_fro_tells_each_owner_once(brook, front, dana, noor, told, give, addressed):
    made = promise(front, owner=noor, due="10:00")
    told(brook, "10:00")
    for to, by in [(dana, noor), (noor, dana), (dana, noor), (noor, dana)]:
        give(made, to, by)
    assert rows(made) == ["Noor", "Dana"]
    assert [one.to for one in mail.outbox] == [["noor@brook.example"], ["dana@brook.example"]]


def test_to_a_role_tells_all_who_have_it(front, noor, give, addressed):
    made = promise(front, owner=noor, due="10:00")
    give(made, Role.MANAGER, noor, "10:05")
    assert (rows(made), letters()) == (["manager"], [("max_@brook.example", "A promise due 10")])


def test_handed_over_before_anybody_looked_it_is_told_once(brook, front, dana, noor, told, give, addressed):
    made = promise(front, owner=noor, due="10:00")
    give(made, dana, noor, "10:05")
    told(brook, "10:06")
    told(brook, "10:15")
    assert rows(made) == ["Dana", "manager"]


def test_what_is_not_overdue_tells_nobody_until_it_is(brook, front, dana, noor, told, give, addressed):
    made = promise(front, owner=noor, due="10:00")
    give(made, dana, noor, "9:30")
    assert rows(made) == []
    told(brook, "10:00")
    assert rows(made) == ["Dana"]


def test_who_takes_it_is_not_told_of_it(front, dana, noor, give, addressed):
    made = promise(front, owner=noor, due="10:00")
    give(made, dana, dana)
    assert (rows(made), mail.outbox) == ([], [])


def test_the_end_of_a_shift_is_one_mail_with_all_that_is_overdue(
    front, annexe, dana, noor, addressed, django_capture_on_commit_callbacks
):
    late = [promise(where, owner=dana, due="10:00") for where in (front, annexe, front)]
    promise(front, owner=dana, due="19:00")
    with django_capture_on_commit_callbacks(execute=True):
        handovers.hand_over_all_promises(person=dana, to=noor, by=dana, at=make.at("18:00"))
    assert [one.to for one in mail.outbox] == [["noor@brook.example"]]
    assert mail.outbox[0].body.count("was handed over to you") == 3
    assert PromiseEscalation.objects.filter(to=noor, promise__in=late).count() == 3


def test_what_a_deactivated_colleague_left_is_told_the_managers_and_offered_to_nobody_gone(
    brook, front, dana, noor, told, addressed
):
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
    with pytest.raises(Refused, match="Noor does not work here any more"):
        handovers.hand_over_promise(promise=made, to=noor, by=dana, at=make.at("10:06"))


def test_another_clinics_people_are_not_told(front, hill, dana, noor, give, addressed):
    make.staff(hill, "mo", Role.MANAGER, email="mo@hill.example")
    give(promise(front, owner=noor, due="10:00"), Role.MANAGER, noor)
    assert [one.to for one in mail.outbox] == [["max_@brook.example"]]
