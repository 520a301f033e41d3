"""`manage.py verify_audit`: the whole trail is proven, or the first wrong row is named; and its anchors."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path

import pytest
import pytest_django
from django.core.management import CommandError, call_command
from django.db import connection

from checkin.actions import audit
from checkin.actions.audit_anchors import AnchorWriter
from checkin.actions.write_queue import write_in_turn
from checkin.models import AuditEvent, Staff
from checkin.models.audit_fallback import append_to_fallback
from checkin.rules.audit_anchors import AuditAnchor, parse_anchors
from tests import make


@pytest.fixture(autouse=True)
def fallback(tmp_path: Path, settings: pytest_django.Settings) -> Path:
    settings.AUDIT_FALLBACK = str(tmp_path / "fallback.log")
    return tmp_path / "fallback.log"


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


def test_triggers_that_are_not_the_programs_end_it_with_1(dana: Staff) -> None:
    """Each row is there and sealed: a trigger kept others out as they were written."""
    write_line(dana)
    postgresql, name = connection.vendor == "postgresql", "checkin_auditevent_no_delete"
    does = "FOR EACH ROW EXECUTE FUNCTION checkin_move_audit_chain()" if postgresql else "BEGIN SELECT 1; END"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}" + " ON checkin_auditevent" * postgresql)
        cursor.execute(f"CREATE TRIGGER {name} BEFORE DELETE ON checkin_auditevent {does}")
        cursor.execute(f"CREATE TRIGGER nothing_to_see AFTER INSERT ON checkin_visit {does}")
    with pytest.raises(CommandError) as problem:
        verify()
    assert f"trigger {name} is not the one that the program made" in str(problem.value)
    assert "nothing_to_see of the table checkin_visit was not made by the program" in str(problem.value)
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


def keep_in_file(dana: Staff, path: Path, number: int = 1) -> None:
    events = [
        AuditEvent(
            action="visit.signed_in", at=make.at("9:00"), chain=dana.clinic_id, clinic_id=dana.clinic_id
        )
        for _ in range(number)
    ]
    append_to_fallback(path, events)


def test_what_the_trail_could_not_take_is_counted_and_its_seals_are_right(
    dana: Staff, fallback: Path
) -> None:
    write_line(dana)
    keep_in_file(dana, fallback, 2)
    said = verify()
    assert f"{fallback} has what the audit trail could not take: 2 lines, of 2026-03-10T" in said
    assert said.endswith("The audit trail is whole.\n")


def test_without_such_a_file_nothing_is_said_of_it(dana: Staff, fallback: Path) -> None:
    write_line(dana)
    assert "could not take" not in verify()


def test_an_older_key_still_proves_its_lines(
    dana: Staff, fallback: Path, settings: pytest_django.Settings
) -> None:
    keep_in_file(dana, fallback)
    settings.AUDIT_KEY_FALLBACKS = [settings.AUDIT_KEY]
    settings.AUDIT_KEY = "another key of at least 32 letters, for now"
    assert "1 lines" in verify()


@pytest.mark.parametrize("change", ["text", "cut", "no json", "too deep", "forged"])
def test_a_changed_line_of_the_file_is_named(dana: Staff, fallback: Path, change: str) -> None:
    keep_in_file(dana, fallback, 3)
    lines = fallback.read_text().splitlines()
    lines[1] = {
        "text": lines[1].replace("visit.signed_in", "visit.moved"),
        "cut": lines[1][:40],
        "no json": "[]",
        "too deep": "[" * 100_000,
        "forged": json.dumps(json.loads(lines[1]) | {"seal": "ab" * 32}),
    }[change]
    fallback.write_text("\n".join(lines) + "\n")
    with pytest.raises(CommandError, match="line 2 is the first wrong one of 1: ") as problem:
        verify()
    assert problem.value.returncode == 1


def test_a_file_that_cannot_be_read_is_no_proof(dana: Staff, fallback: Path) -> None:
    fallback.mkdir()
    with pytest.raises(CommandError, match=r"fallback\.log cannot be read"):
        verify()
