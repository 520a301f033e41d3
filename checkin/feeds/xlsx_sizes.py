"""Estimate how much memory a workbook needs: two kilobytes of it can name seventeen billion cells."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from xml.parsers import expat

_MOST_WORKBOOK_CELLS = 12_000_000
"""Most cells between the first and the last nonblank one, over all sheets: blank ones use memory too."""
_MOST_WORKBOOK_TEXT = 200 * 1024 * 1024
"""Most characters in all cells. A text that many cells share is copied for each."""
_XML_PIECE_BYTES = 1 << 16
_BINARY_PART_SUFFIXES = (".vml", ".bin", ".png", ".jpeg", ".jpg", ".gif", ".emf", ".wmf")
_CELL_PLACE = re.compile(r"([A-Za-z]{0,9})([0-9]{1,18})")


class DamagedWorkbook(Exception):
    """A part is not valid XML."""


def is_workbook_too_large(archive: zipfile.ZipFile) -> bool:
    """Return whether its sheets need more cells or text than allowed. Raises DamagedWorkbook."""
    span = WorkbookSpan()
    for part in archive.infolist():
        if part.is_dir() or part.filename.lower().endswith(_BINARY_PART_SUFFIXES):
            continue
        reader = expat.ParserCreate()
        reader.buffer_text = True
        reader.StartDoctypeDeclHandler = _refuse_document_type
        reader.StartElementHandler = span.start
        reader.EndElementHandler = span.end
        reader.CharacterDataHandler = span.say
        span.begin()
        try:
            with archive.open(part) as stream:
                while piece := stream.read(_XML_PIECE_BYTES):
                    reader.Parse(piece, False)
                reader.Parse(b"", True)
        except expat.ExpatError as problem:
            if part.filename.lower().endswith((".xml", ".rels")):
                raise DamagedWorkbook(part.filename) from problem
        span.finish()
    return span.is_too_large()


def _refuse_document_type(*_: object) -> None:
    raise DamagedWorkbook("a document type")


class WorkbookSpan:
    """The totals of the parts read so far."""

    def __init__(self) -> None:
        self.cells = self.parts = self.sheets = 0
        self.lengths: list[int] = []
        self.uses: Counter[str] = Counter()

    def begin(self) -> None:
        self.row = self.column = self.length = 0
        self.first, self.last = (1 << 62, 1 << 62), (0, 0)
        self.is_sheet = self.is_shared = False
        self.index = ""

    def start(self, name: str, said: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self.at(said.get("r", ""))
            self.is_shared = said.get("t") == "s"
        elif name in ("v", "is", "f"):
            self.index, self.is_sheet = "", True
            self.first = min(self.first[0], self.row), min(self.first[1], self.column)
            self.last = max(self.last[0], self.row), max(self.last[1], self.column)
        elif name == "row":
            place = said.get("r", "")
            self.row, self.column = int(place) if place.isdecimal() else self.row + 1, 0
        elif name == "si":
            self.length = 0
        elif name == "sheet":
            self.sheets += 1

    def at(self, place: str) -> None:
        """Go to the named cell, or to the next one without a name."""
        found = _CELL_PLACE.fullmatch(place)
        if not found:
            self.column += 1
            return
        self.row, self.column = int(found[2]), 0
        for letter in found[1].upper():
            self.column = self.column * 26 + ord(letter) - 64

    def say(self, text: str) -> None:
        self.length += len(text)
        if self.is_shared:
            self.index += text

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "v" and self.is_shared:
            self.uses[self.index.strip()] += 1
        elif name == "c":
            self.is_shared = False
        elif name == "si":
            self.lengths.append(self.length)

    def finish(self) -> None:
        if self.is_sheet:
            self.parts += 1
            rows, columns = (last - first + 1 for first, last in zip(self.first, self.last, strict=True))
            self.cells += rows * columns

    def is_too_large(self) -> bool:
        known = ((int(index), uses) for index, uses in self.uses.items() if index.isdecimal())
        text = sum(self.lengths[index] * uses for index, uses in known if index < len(self.lengths))
        # Several sheets may name the same part; each is read.
        times = -(-self.sheets // self.parts) if self.parts else 1
        return self.cells * max(times, 1) > _MOST_WORKBOOK_CELLS or text * max(times, 1) > _MOST_WORKBOOK_TEXT
