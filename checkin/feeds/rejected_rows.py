"""Store bad rows with line and reason, so that somebody can correct and import them again."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import IO

from checkin.feeds.feed_files import FeedFile, FeedRow

_FORMULA_SIGNS = tuple("=+-@")
_REJECT_HEADINGS = ("line", "reason")


class RejectedRows:
    """One file for each feed that had bad rows, in a folder that only this account can read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths: dict[int, Path] = {}
        self._feeds: dict[int, FeedFile] = {}

    def add(self, row: FeedRow, reason: str) -> None:
        """Append a row with its reason to the rejects file of its feed."""
        with self._opened(row.feed) as file:
            if row.feed.is_csv:
                csv.writer(file).writerow([row.place, *map(_safe_spreadsheet_cell, [reason, *row.raw])])
            else:
                file.write(
                    json.dumps({"line": row.place, "reason": reason} | _as_resource_entry(row.raw)) + "\n"
                )

    def _opened(self, feed: FeedFile) -> IO[str]:
        """Return the feed's rejects file, open for appending. The first use replaces an earlier file."""
        if (path := self.paths.get(id(feed))) is not None:
            return path.open("a", encoding="utf-8", newline="")
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._free(feed)
        self.paths[id(feed)], self._feeds[id(feed)] = path, feed
        path.unlink(missing_ok=True)
        file = os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline=""
        )
        if feed.is_csv:
            csv.writer(file).writerow([*_REJECT_HEADINGS, *map(_safe_spreadsheet_cell, feed.heading)])
        return file

    def _free(self, feed: FeedFile) -> Path:
        name = feed.path.name.removesuffix(".gz")
        stem = name.rpartition(".")[0] or name
        ending = "csv" if feed.is_csv else "ndjson"
        taken = set(self.paths.values())
        path, number = self.folder / f"{stem}.rejects.{ending}", 1
        while path in taken:
            number += 1
            path = self.folder / f"{stem}-{number}.rejects.{ending}"
        return path


def _safe_spreadsheet_cell(said: object) -> object:
    """Return a cell that no spreadsheet takes for a formula; an import removes the mark again."""
    return f"'{said}" if isinstance(said, str) and said.lstrip()[:1] in _FORMULA_SIGNS else said


def _as_resource_entry(raw: object) -> dict[str, object]:
    """Return a resource with its address, as an import reads it; other text unchanged."""
    return raw if isinstance(raw, dict) and "resource" in raw else {"raw": raw}
