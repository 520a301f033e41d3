"""A line of the anchors' file is read as it was written; one that was cut short is skipped."""

from __future__ import annotations

from checkin.rules.audit_anchors import AuditAnchor, parse_anchors


def test_a_line_is_read_as_it_was_written() -> None:
    anchor = AuditAnchor("2026-11-24T16:00:00+00:00", 3, 1234, "0f" * 32)
    assert list(parse_anchors([anchor.line()[:60] + "\n", anchor.line(), "\n"])) == [anchor]
