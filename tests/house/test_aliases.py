"""One alias for a module, everywhere: the table in pyproject.toml, which ruff enforces (ICN001).

A module whose name exists on several layers gets an alias with its layer (`need_rules`, `need_views`).
An action, and every other module, keeps its own name.
"""

from __future__ import annotations

import ast
import collections
import re
import tomllib
from collections.abc import Iterator

from tests.names import ROOT

DOC = ROOT / "docs/developing.md"
BY_OWN_NAME = (
    "checkin.actions.",
    "checkin.feeds.",
    "checkin.web.",
    "checkin.management.",
    "checkin.templatetags.",
)
"""Duplicate names here need no alias, except under `checkin.web.desk` and `checkin.web.kiosk`."""
# Django's own names, one in each entry point; only URL configurations import them.
PRESCRIBED = {"urls", "views", "visit_feedback_urls"}


def alias_table() -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    table: dict[str, str] = project["tool"]["ruff"]["lint"]["flake8-import-conventions"]["aliases"]
    return table


def modules() -> list[str]:
    paths = [path for path in (ROOT / "checkin").rglob("*.py") if path.stem != "__init__"]
    found = [path.relative_to(ROOT) for path in paths if "migrations" not in path.parts]
    return sorted(".".join(path.with_suffix("").parts) for path in found)


def imported_under_another_name() -> Iterator[tuple[str, str, str]]:
    """Yield file, imported module or name, and its alias."""
    for folder in ("checkin", "clinic", "tests"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("checkin", "clinic")):
                    for name in node.names:
                        if name.asname and name.asname != name.name:
                            yield str(path.relative_to(ROOT)), f"{node.module}.{name.name}", name.asname


def needs_alias(module: str) -> bool:
    is_page = module.startswith(("checkin.web.desk.", "checkin.web.kiosk."))
    return is_page or not module.startswith(BY_OWN_NAME)


def test_imports_use_only_the_aliases_in_the_table() -> None:
    table = alias_table()
    strange = [found for found in imported_under_another_name() if table.get(found[1]) != found[2]]
    assert strange == []


def test_module_name_that_exists_on_several_layers_is_in_the_table() -> None:
    by_name = collections.defaultdict(list)
    for module in modules():
        by_name[module.rpartition(".")[2]].append(module)
    doubled = [
        one for name, found in by_name.items() if len(found) > 1 and name not in PRESCRIBED for one in found
    ]
    assert [one for one in doubled if needs_alias(one) and one not in alias_table()] == []


def test_alias_table_names_existing_modules_and_no_alias_twice() -> None:
    table = alias_table()
    assert set(table) - set(modules()) == set()
    assert [alias for alias, count in collections.Counter(table.values()).items() if count > 1] == []


def test_developer_docs_show_the_same_alias_table() -> None:
    shown = dict(re.findall(r"^\| `(checkin\.[\w.]+)` \| `(\w+)` \|", DOC.read_text(), re.MULTILINE))
    assert shown == alias_table()
