"""The log contains no code that gives access, because whoever reads the log could use it."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
import structlog
from django.test import Client, RequestFactory
from structlog.testing import capture_logs

from checkin.web.log_redaction import redact_path_codes
from checkin.web.middleware import RequestLogMiddleware, answer_storage_failure

CODE = "ABCD1234EFGH5678JKLM9012NPQR"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Callable[..., list[str]]:
    """Return everything that the program's own handler writes, formatted as it writes it."""
    formatters = [handler.formatter for handler in logging.getLogger().handlers]
    ours = next(one for one in formatters if isinstance(one, structlog.stdlib.ProcessorFormatter))
    return lambda: [ours.format(record) for record in caplog.records]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", [f"/verify/{CODE}/", f"/kiosk/after/{CODE}/", f"/account/invitation/{CODE}/"]
)
@pytest.mark.parametrize("method", ["get", "post", "put"])
def test_no_log_line_contains_a_code(
    path: str, method: str, caplog: pytest.LogCaptureFixture, log: Callable[..., list[str]]
) -> None:
    caplog.set_level(logging.INFO)
    getattr(Client(raise_request_exception=False), method)(path)
    Client(raise_request_exception=False).get(f"{path}more/")
    assert log()
    assert not [line for line in log() if CODE in line]
    assert "…" in "".join(log())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"GET /verify/{CODE}/", "GET /verify/…/"),
        (f"GET /kiosk/after/{CODE}/", "GET /kiosk/after/…/"),
        (f"Not Found: /kiosk/after/{CODE}/x", "Not Found: /kiosk/after/…/x"),
        (f'"path": "/verify/{CODE}", "b"', '"path": "/verify/…", "b"'),
        (f"GET /account/invitation/{CODE}/", "GET /account/invitation/…/"),
        ("POST /verify/", "POST /verify/"),
        ("GET /kiosk/done/blue-fox/", "GET /kiosk/done/blue-fox/"),
    ],
)
def test_only_the_code_is_redacted_from_a_path(text: str, shown: str) -> None:
    assert redact_path_codes(text) == shown


def test_logged_events_contain_no_code_before_formatting() -> None:
    request = RequestFactory().get(f"/verify/{CODE}/")
    assert RequestLogMiddleware.format_request(request) == "GET /verify/…/"
    with capture_logs() as events:
        answer_storage_failure(request, "locked")
    assert [one["path"] for one in events] == ["/verify/…/"]
