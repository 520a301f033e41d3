"""Every answer has the strict policy of contents, error pages and static files included."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_django
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client

from checkin.web import health
from tests.conftest import Kiosk

DIRECTIVES = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types server-answer default",
}


def headers_of(answer: HttpResponse) -> dict[str, str]:
    assert {one.strip() for one in answer.headers["Content-Security-Policy"].split(";")} == DIRECTIVES
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    return dict(answer.headers)


def fail(*_: object, **__: object) -> Any:
    raise RuntimeError("a fault of ours")


def fail_storage(*_: object, **__: object) -> Any:
    raise OperationalError("database is locked")


def test_every_kind_of_answer_has_the_policy(
    tab: Client, kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab.raise_request_exception = False
    answers = [
        (200, tab.get("/")),
        (302, Client().get("/")),
        (400, tab.get("/", headers={"Host": "elsewhere.example"})),
        (403, tab.get("/settings/tablets/")),
        (404, tab.get("/nowhere/")),
        (404, tab.get("/static/nowhere.js")),
        (405, tab.put("/kiosk/")),
        (401, Client().post("/kiosk/sign-ins/", {})),
        (403, Client(enforce_csrf_checks=True).post("/kiosk/enrol/", {})),
        (200, tab.get("/healthz")),
    ]
    monkeypatch.setattr(health, "HttpResponse", fail)
    answers.append((500, tab.get("/healthz")))
    monkeypatch.setattr("checkin.web.kiosk.views.find_kiosk_device", fail_storage)
    answers.append((503, tab.get("/kiosk/")))
    assert [answer.status_code for _, answer in answers] == [status for status, _ in answers]
    for _, answer in answers:
        headers_of(answer)
    assert len({answer.headers["X-Request-ID"] for _, answer in answers}) == len(answers)


def test_the_log_and_the_page_of_an_error_have_the_answers_number(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(health, "HttpResponse", fail)
    browser = Client(
        raise_request_exception=False, headers={"X-Request-ID": "mine", "X-Correlation-ID": "mine"}
    )
    answer = browser.get("/healthz")
    number = answer.headers["X-Request-ID"]
    assert answer.status_code == 500 and len(number) == 36
    assert number in answer.content.decode()
    logged = [line.msg for line in caplog.records if isinstance(line.msg, dict)]
    assert logged and {line["request_id"] for line in logged} == {number}
    assert "mine" not in str(logged), "whoever asks does not choose what the log says"
    refused = browser.get("/", headers={"Host": "elsewhere.example"})
    assert refused.headers["X-Request-ID"] in refused.content.decode()


def test_too_many_tries_are_answered_with_the_policy(db: None, settings: pytest_django.Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "1/m/ip"}
    said = {"login": "nobody", "password": "wrong"}
    answers = [Client().post("/account/login/", said) for _ in range(3)]
    for answer in answers:
        headers_of(answer)


def test_a_static_file_has_the_policy(settings: pytest_django.Settings, tmp_path: Any) -> None:
    (tmp_path / "some.js").write_text("1")
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_AUTOREFRESH = True
    answer = Client().get("/static/some.js")
    assert answer.status_code == 200
    headers_of(answer)
