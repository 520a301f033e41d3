"""An anchor says how far each chain has come; what cannot be written is not taken as written."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkin.actions import audit
from checkin.actions.audit_anchors import AnchorWriter
from checkin.actions.write_queue import write_in_turn
from checkin.models import AuditChain, Staff
from tests import make


def test_what_could_not_be_written_is_written_the_next_time(dana: Staff, tmp_path: Path) -> None:
    with write_in_turn():
        line = audit.write_audit_event(action="seen", subject=dana, at=make.at(), by=dana)
    writer = AnchorWriter(tmp_path / "share" / "anchors.log")
    with pytest.raises(FileNotFoundError):
        writer.write_when_due(at=make.at("9:00"))
    (tmp_path / "share").mkdir()
    assert writer.write_when_due(at=make.at("9:01")) == 1
    assert f"chain={dana.clinic_id} number=1 hash={line.hash}" in writer.path.read_text()


def test_a_chain_that_is_as_long_again_gets_a_line_too(dana: Staff, tmp_path: Path) -> None:
    AuditChain.objects.create(pk=dana.clinic_id, number=7, hash="0" * 64)
    writer = AnchorWriter(tmp_path / "anchors.log")
    assert writer.write_when_due(at=make.at("9:00")) == 1
    assert writer.write_when_due(at=make.at("9:05")) == 0
    AuditChain.objects.update(hash="1" * 64)
    assert writer.write_when_due(at=make.at("9:10")) == 1
