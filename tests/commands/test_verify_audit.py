"""`manage.py verify_audit`: the whole trail is proven, or the first wrong row is named; and its anchors."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
import pytest_django
from django.core.management import CommandError, call_command

from checkin.actions import audit
from checkin.actions.audit_anchors import AnchorWriter
from checkin.actions.write_queue import write_in_turn
from checkin.models import Staff
from checkin.rules.audit_anchors import AuditAnchor, parse_anchors
from tests import make


@pytest.fixture(autouse=True)
def anchors(tmp_path: Path, settings: pytest_django.Settings) -> Path:
    settings.AUDIT_ANCHOR = str(tmp_path / "anchors.log")
    return tmp_path / "anchors.log"


def write_line(dana: Staff) -> None:
    with write_in_turn():
        audit.write_audit_event(action="seen", subject=dana, at=make.at(), by=dana)


def verify(*arguments: str) -> str:
    said = io.StringIO()
    call_command("verify_audit", *arguments, stdout=said)
    return said.getvalue()


def test_a_whole_trail_is_proven(dana: Staff, anchors: Path) -> None:
    write_line(dana)
    assert "No anchor is in" in verify()
    AnchorWriter(anchors).write_when_due(at=make.at())
    said = verify()
    assert f"Brook Street Clinic (clinic {dana.clinic_id}): 1 rows verified, the last of 2026-" in said
    assert said.endswith("The audit trail is whole.\n")


def test_rows_that_an_anchor_knows_and_that_are_gone_end_it_with_1(dana: Staff, anchors: Path) -> None:
    write_line(dana)
    more = AuditAnchor("2026-11-24T16:00:00+00:00", dana.clinic_id, 7, "ab" * 32)
    anchors.write_text(more.line())
    with pytest.raises(
        CommandError, match="row 2 is the first wrong one: .*row 7.*2026-11-24T16:00"
    ) as problem:
        verify()
    assert problem.value.returncode == 1


def test_anchors_that_were_named_and_are_not_there_are_no_proof(dana: Staff, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        verify("--anchors", str(tmp_path / "nowhere"))


def test_an_anchor_is_written_every_five_minutes_if_the_chain_has_grown(dana: Staff, anchors: Path) -> None:
    writer, at = AnchorWriter(anchors), make.at("9:00")
    write_line(dana)
    written = []
    for minutes in (0, 1, 4, 5, 10):
        if minutes in (1, 10):
            write_line(dana)
        written.append(writer.write_when_due(at=at + dt.timedelta(minutes=minutes)))
    assert written == [1, 0, 0, 1, 1]
    found = list(parse_anchors(anchors.read_text().splitlines()))
    assert [(one.chain, one.number) for one in found] == [(dana.clinic_id, number) for number in (1, 2, 3)]
    assert anchors.stat().st_mode & 0o777 == 0o600


def test_escalate_writes_the_anchors(dana: Staff, anchors: Path) -> None:
    write_line(dana)
    call_command("escalate", "--once", stdout=io.StringIO())
    assert len(list(parse_anchors(anchors.read_text().splitlines()))) == 1
    assert "whole" in verify()
