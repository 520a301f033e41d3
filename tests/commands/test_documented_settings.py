"""A clinic's settings are changed by the command of docs/running.md, as it is written there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import call_command

from checkin.models import Clinic
from checkin.rules import clocks
from checkin.rules.need_settings import NeedSettings

ROOT = Path(__file__).resolve().parents[2]


def read_documented_command() -> str:
    text = (ROOT / "docs/running.md").read_text().partition("### Change a setting of the clinic")[2]
    found = re.search(r'manage\.py shell --no-imports -c "\n(.*?)"\n```', text, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.django_db
def test_the_documented_command_changes_settings_that_count(
    brook: Clinic, capsys: pytest.CaptureFixture[str]
) -> None:
    brook.need_settings = {"school_age_from": 6}
    brook.save()
    call_command("shell", "--no-imports", "--command", read_documented_command())
    assert capsys.readouterr().out.startswith(f"{brook} {{'open_days': [0, 1, 2, 3, 4, 5]}}")
    brook.refresh_from_db()
    read = NeedSettings.read(brook.need_settings)
    assert (read.own, read.speaks_from, read.school_age_from) == (("Ask for the new address",), 14, 6)
    assert clocks.read_open_days(brook.promise_settings["open_days"]) == (0, 1, 2, 3, 4, 5)


def test_the_documented_command_survives_the_shell() -> None:
    """It stands in double quotes there."""
    assert not set(read_documented_command()) & set('"$`\\!')
