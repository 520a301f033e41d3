"""/readyz says that a file has what the audit trail could not take, and stays 200."""

from __future__ import annotations

from pathlib import Path

import pytest
import pytest_django
import time_machine
from django.test import Client

from checkin.actions import storage_faults
from checkin.models import AuditEvent
from checkin.models.audit_fallback import append_to_fallback
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fallback(tmp_path: Path, settings: pytest_django.Settings, tuesday: time_machine.Traveller) -> Path:
    settings.BACKUP_NIGHTLY, settings.BACKUP_DIR = False, tmp_path / "backups"
    settings.AUDIT_FALLBACK = str(tmp_path / "fallback.log")
    storage_faults.remember_escalation_run(at=make.at("9:40"))
    return tmp_path / "fallback.log"


def said(client: Client) -> tuple[int, list[str]]:
    answer = client.get("/readyz")
    return answer.status_code, answer.content.decode().splitlines()


def test_without_a_line_in_the_file_it_is_ready(client: Client, fallback: Path) -> None:
    assert said(client) == (200, ["ready"])
    fallback.touch()
    assert said(client) == (200, ["ready"])


def test_lines_in_the_file_are_counted(client: Client, fallback: Path) -> None:
    append_to_fallback(fallback, [AuditEvent(action="visit.signed_in", at=make.at("9:00"))] * 3)
    warning = "the audit trail could not take what 3 lines of its fallback file tell"
    assert said(client) == (200, ["ready", warning])
    assert str(fallback) not in client.get("/readyz").content.decode()


def test_a_file_that_cannot_be_read_is_told(client: Client, fallback: Path) -> None:
    fallback.mkdir()
    assert said(client) == (200, ["ready", "the file of what the audit trail could not take cannot be read"])
