"""Small inputs that came out wrong in clinics: data that only some working places have."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

FIELD = Path(__file__).resolve().parents[2] / "shared" / "data" / "field"


def field_path(name: str) -> Path:
    """The file's path. Where it is missing the test says that it was left out; under CI it fails."""
    path = FIELD / name
    if not path.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{path} is missing, and under CI it must not be.")
        pytest.skip(f"LEFT OUT: {path} is not here")
    return path


def field_json(name: str) -> Any:
    return json.loads(field_path(name).read_text())
