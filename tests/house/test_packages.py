"""Dependencies: each has a reason, is locked to its hash, and names no host."""

from __future__ import annotations

import hashlib
import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from bootstrap_wrapper import get_bootstrap_dir
from django.contrib.staticfiles import finders

from clinic.finders import BOOTSTRAP_FILES

ROOT = Path(__file__).resolve().parents[2]
LOCKS = {"run": ROOT / "requirements/run.lock", "dev": ROOT / "requirements/dev.lock"}
# Identical to the files in Bootstrap's own release.
BOOTSTRAP = {
    "css/bootstrap.min.css": "d85327d99c7a3ee1f9b5d0500d1370acea3ad2db39c163c2f51f232baedbdede",
    "js/bootstrap.bundle.min.js": "e4fd49181388c48ec5040bd3fe66f57c29c8e67fcd8502b3354b96ec7ab47cc7",
}


def wanted() -> dict[str, list[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {"run": project["dependencies"], "dev": project["optional-dependencies"]["dev"]}


def canonical(requirement: str) -> str:
    """django-allauth[mfa]>=65 -> django-allauth."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]).lower()


def locked(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[.*\])?==(\S+)", LOCKS[name].read_text(), re.MULTILINE))


@pytest.mark.parametrize("requirement", sorted({*wanted()["run"], *wanted()["dev"]}))
def test_every_package_has_a_reason_in_a_comment(requirement: str) -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    above = lines[next(i for i, line in enumerate(lines) if f'"{requirement}"' in line) - 1].strip()
    assert above.startswith("# ") and len(above) > 10


@pytest.mark.parametrize("name", LOCKS)
def test_lock_file_names_no_host(name: str) -> None:
    text = LOCKS[name].read_text()
    assert not re.search(r"://|--index-url|--find-links|--trusted-host|@ ", text)


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash(name: str) -> None:
    blocks = re.split(r"\n(?=\S)", LOCKS[name].read_text().strip())
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_lock_files_hold_what_the_project_requires() -> None:
    run, dev = locked("run"), locked("dev")
    assert {canonical(requirement) for requirement in wanted()["run"]} <= run.keys()
    assert {canonical(requirement) for requirement in wanted()["dev"]} <= dev.keys()
    assert run.items() <= dev.items()


def test_tests_run_on_the_locked_versions() -> None:
    dev = locked("dev")
    names = [canonical(requirement) for group in wanted().values() for requirement in group]
    assert {name: metadata.version(name) for name in names} == {name: dev[name] for name in names}


@pytest.mark.parametrize("name", BOOTSTRAP)
def test_bootstrap_files_match_the_reviewed_release(name: str) -> None:
    assert hashlib.sha256((get_bootstrap_dir() / name).read_bytes()).hexdigest() == BOOTSTRAP[name]


@pytest.mark.parametrize("name", BOOTSTRAP_FILES)
def test_each_bootstrap_file_in_use_is_found(name: str) -> None:
    assert finders.find(f"bootstrap/{name}")


def test_no_other_bootstrap_file_is_served() -> None:
    assert not finders.find("bootstrap/css/bootstrap-grid.css")
    assert not finders.find("css/bootstrap.min.css")
