"""Each module of rules and actions has a test file of its own name, so that it is known which to run."""

from __future__ import annotations

import pytest

from tests.names import ROOT


@pytest.mark.parametrize("layer", ["rules", "actions"])
def test_every_module_has_a_test_file_of_its_own_name(layer: str) -> None:
    modules = {path.stem for path in (ROOT / "checkin" / layer).glob("*.py")} - {"__init__"}
    tested = {path.stem.removeprefix("test_") for path in (ROOT / "tests" / layer).glob("test_*.py")}
    assert len(modules) > 80
    assert sorted(modules - tested) == []
