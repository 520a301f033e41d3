"""Every shared sample file is named by a test."""

from __future__ import annotations

from pathlib import Path

from tests.field import field_path

TESTS = Path(__file__).resolve().parents[1]


def test_every_shared_sample_file_is_named_by_a_test() -> None:
    data = field_path("README.md").parents[1]
    named = "\n".join(path.read_text() for path in TESTS.rglob("*.py"))
    files = [path for kind in ("field", "interop") for path in (data / kind).rglob("*.*") if path.is_file()]
    assert len(files) > 50
    unread = sorted(path.name for path in files if path.name != "README.md" and path.name not in named)
    assert unread == []
