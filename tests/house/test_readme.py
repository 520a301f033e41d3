"""The paths and commands in README and docs exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
DOCUMENTS = [README, *sorted((ROOT / "docs").rglob("*.md"))]
NAMED = re.compile(r"`((?:checkin|clinic|templates|static|tests|docs|locale|requirements)/[\w./*-]*)`")
LINKED = re.compile(r"(?:\]\(|\bsrc=\"|\bsrcset=\")(?!https?:|#|mailto:)([^)#\s\"]+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_in_the_docs_exists(document: Path) -> None:
    text = document.read_text()
    missing = [name for name in NAMED.findall(text) if not list(ROOT.glob(name.rstrip("/")))]
    missing += [name for name in LINKED.findall(text) if not (document.parent / name).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_command_in_the_docs_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^\s*|\$ )make ([a-z-]+)", document.read_text(), re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_management_command_in_the_docs_exists(document: Path) -> None:
    named = set(re.findall(r"manage\.py ([a-z_]+)", document.read_text()))
    assert named <= {*get_commands(), "help"}


def test_docs_list_every_variable_that_the_settings_read() -> None:
    settings = "".join((ROOT / f"clinic/{name}.py").read_text() for name in ("environment", "settings"))
    read = set(re.findall(r"""(?:env\.\w+|yes_or_no|whole_number)\(\s*["']([A-Z_]+)["']""", settings))
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/running.md").read_text(), re.MULTILINE))
    assert listed == read
