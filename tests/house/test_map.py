"""The README's map names every module, and nothing that does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.names import ROOT

LAYERS = ("rules", "models", "actions", "queries", "web")
# Whole folders, listed below the table.
AROUND = ("papers", "feeds", "management", "templatetags")
HEAD = "| what | " + " | ".join((*LAYERS, "tests")) + " |"


def rows() -> Iterator[list[str]]:
    table = (ROOT / "README.md").read_text().partition(HEAD)[2].partition("\n\n")[0]
    for line in table.strip().splitlines()[1:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def named(column: str) -> list[str]:
    place = (*LAYERS, "tests").index(column) + 1
    return [
        name.strip().strip("`") for row in rows() for name in row[place].split(",") if name.strip() != "–"
    ]


def paths_of(column: str, name: str) -> list[Path]:
    if column == "tests":
        folder = ROOT / "tests" / name
        return [folder] if folder.is_dir() else list((ROOT / "tests").glob(f"{name}.py"))
    return list((ROOT / "checkin" / column).glob(f"{name}.py"))


@pytest.mark.parametrize("column", [*LAYERS, "tests"])
def test_everything_on_the_map_exists(column: str) -> None:
    assert len(named(column)) > 10
    assert [name for name in named(column) if not paths_of(column, name)] == []


@pytest.mark.parametrize("layer", LAYERS)
def test_every_module_is_on_the_map(layer: str) -> None:
    mapped = {path for name in named(layer) for path in paths_of(layer, name)}
    modules = set((ROOT / "checkin" / layer).rglob("*.py"))
    urls = {path for path in modules if path.with_stem(path.stem.removesuffix("_urls")) in mapped}
    packages = {path for path in modules if path.stem == "__init__"}
    assert sorted(str(path.relative_to(ROOT)) for path in modules - mapped - urls - packages) == []


def test_other_layers_are_listed_below_the_map() -> None:
    text = (ROOT / "README.md").read_text().partition("Around them:")[2].partition("\n\n")[0]
    folders = {path.name for path in (ROOT / "checkin").iterdir() if (path / "__init__.py").exists()}
    assert folders - {*LAYERS, "migrations"} == set(AROUND)
    assert [layer for layer in AROUND if f"`checkin/{layer}/`" not in text] == []
