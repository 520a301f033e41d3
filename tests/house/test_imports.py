"""A module may import from the layers below its own, and an entry point never from another entry point."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BELOW: dict[str, set[str]] = {
    "rules": set(),
    "models": {"rules"},
    "actions": {"queries", "models", "rules"},
    "queries": {"models", "rules"},
    "papers": {"rules"},
}
ENTRY_POINTS = {
    *("web.desk", "web.kiosk", "web.display", "web.reports", "web.settings", "web.audit", "web.verify"),
    *("fhir", "feeds"),
}
OUTSIDE = {"management", "migrations", "templatetags", "apps"}
RULES_MAY_BORROW = {
    "django.db.models.TextChoices",
    "django.utils.translation.gettext_lazy",
    # the return type of gettext_lazy
    "django.utils.functional.Promise",
}
FILES = sorted(path for folder in ("checkin", "clinic") for path in (ROOT / folder).rglob("*.py"))


def layer_of(module: str) -> str:
    """checkin.web.desk.visits -> web.desk; checkin.web.health -> web; checkin.models.visits -> models."""
    layer, _, rest = module.removeprefix("checkin").removeprefix(".").partition(".")
    entry_point = f"{layer}.{rest.partition('.')[0]}"
    return entry_point if entry_point in ENTRY_POINTS else layer


def imported(path: Path) -> Iterator[str]:
    """Return full names of everything the file imports; the linter rejects relative imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def broken_laws(here: str, names: Iterator[str]) -> Iterator[str]:
    for name in names:
        there = layer_of(name)
        if here == "rules" and name.startswith("django") and name not in RULES_MAY_BORROW:
            yield f"rules may not import {name}"
        if not name.startswith(("checkin.", "clinic.")) or there == here:
            continue
        if name.startswith("clinic."):
            yield f"{here} may not import {name}: clinic/ imports checkin/, never the other way"
        elif here in BELOW and there not in BELOW[here]:
            yield f"{here} may not import {name}"
        elif here in ENTRY_POINTS and there in ENTRY_POINTS:
            yield f"{here} may not import {name}: an entry point imports no other"
        elif here in {"management", "migrations", "templatetags"} and there.startswith("web."):
            yield f"{here} may not import {name}: that is for views"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_imports_only_from_the_layers_below(path: Path) -> None:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    if module.startswith("clinic."):
        return
    assert list(broken_laws(layer_of(module), imported(path))) == []


def test_audit_module_imports_no_other_action() -> None:
    names = imported(ROOT / "checkin/actions/audit.py")
    assert [name for name in names if name.startswith("checkin.actions")] == []


def test_every_package_is_a_layer_in_the_import_rules() -> None:
    folders = {path.name for path in (ROOT / "checkin").iterdir() if (path / "__init__.py").exists()}
    assert folders <= {*BELOW, *OUTSIDE, "web", "fhir", "feeds"}


def test_the_picture_of_the_layers_names_each_folder() -> None:
    picture = (ROOT / "docs/pictures/architecture.svg").read_text()
    folders = {path.parent for path in (ROOT / "checkin").rglob("__init__.py")}
    names = {str(path.relative_to(ROOT / "checkin")) for path in folders}
    drawn = {name for name in names if layer_of(name.replace("/", ".")) in {*BELOW, *ENTRY_POINTS}}
    assert len(drawn) >= 9
    assert [name for name in sorted(drawn) if f">{name}</text>" not in picture] == []


@pytest.mark.parametrize(
    ("here", "name"),
    [
        ("rules", "django.utils.timezone.now"),
        ("rules", "checkin.models.Visit"),
        ("models", "checkin.actions.visits"),
        ("queries", "checkin.actions.audit"),
        ("papers", "checkin.models.Visit"),
        ("actions", "checkin.web.relationship_suggestions"),
        ("actions", "checkin.papers.excuse_notes"),
        ("web.kiosk", "checkin.web.desk.forms"),
        ("feeds", "checkin.web.kiosk.views"),
        ("web", "clinic.urls"),
        ("management", "checkin.web.desk.board"),
    ],
)
def test_forbidden_import_is_found(here: str, name: str) -> None:
    assert list(broken_laws(here, iter([name])))
