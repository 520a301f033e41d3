"""Small inputs that went wrong in clinics: data that only some machines have."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

FIELD = Path(__file__).resolve().parents[2] / "shared" / "data" / "field"


def field_path(name: str) -> Path:
    """Return the file's path. If it is missing, skip the test; under CI, fail."""
    path = FIELD / name
    if not path.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{path} is missing, and under CI it must not be.")
        pytest.skip(f"LEFT OUT: {path} is not here")
    return path


def field_json(name: str) -> Any:
    return json.loads(field_path(name).read_text())
