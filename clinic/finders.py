"""Serve Bootstrap's files from this machine: the four that are used, of sixty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bootstrap_wrapper import get_bootstrap_dir
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

_BOOTSTRAP_PREFIX = "bootstrap"
# The maps are included because the manifest storage resolves references to them.
BOOTSTRAP_FILES = (
    "css/bootstrap.min.css",
    "css/bootstrap.min.css.map",
    "js/bootstrap.bundle.min.js",
    "js/bootstrap.bundle.min.js.map",
)


class BootstrapFinder(BaseFinder):
    """Find `bootstrap/css/bootstrap.min.css` and its three companions."""

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=get_bootstrap_dir())
        self.storage.prefix = _BOOTSTRAP_PREFIX  # type: ignore[attr-defined]  # collectstatic asks for it
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        name = path.removeprefix(f"{_BOOTSTRAP_PREFIX}/")
        found = self.storage.path(name) if name != path and name in BOOTSTRAP_FILES else ""
        return [found] if found and find_all else found or []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for name in BOOTSTRAP_FILES:
            yield name, self.storage
