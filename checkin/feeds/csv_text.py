"""The bytes of a text file as lines of text, in whatever encoding and with whatever line ends they come."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Generator, Iterator
from typing import IO

from charset_normalizer import from_bytes

from checkin.feeds.reading import BOM, HEAD, Feed, Unreadable
from checkin.feeds.wide_text import wide_encoding
from checkin.rules.record_names import is_damaged

LONGEST_LINE = 1_000_000
SAMPLE = 64_000
OFTEN = ["cp1252", "mac_roman", "cp1250", "cp1251", "cp1253", "cp1254", "gb18030", "cp932", "cp949", "big5"]
"""What the export of a clinic's system may be in, where it is not UTF-8."""
_FOREIGN = re.compile("(?<![^\\W\\d_])[À-ÖØ-öø-ÿ]{2,}(?![^\\W\\d_])")
UNREADABLE_SIGN = "\ufffd"


def decoded(stream: IO[bytes], feed: Feed) -> Generator[str, None, None]:
    """The lines as text: in the encoding that was named; UTF-16 or UTF-32; else UTF-8.

    A line that is not UTF-8 is taken for Windows-1252 where that gives words, and is marked as guessed; where
    it gives signs, the letters are replaced, so that the row is put aside. Line by line, because one odd line
    must not spoil the accents of all the others.
    """
    wide = wide_encoding(stream.read(HEAD))
    stream.seek(0)
    if feed.encoding or wide:
        # Named without its order of bytes, which a file without a mark does not say either.
        is_vague = not feed.encoding or wide.startswith(feed.encoding)
        yield from named(stream, wide if wide and is_vague else feed.encoding)
        return
    first = stream.readline(LONGEST_LINE)
    odd = bytearray()
    count = 0
    for number, line in enumerate(lines_of(first.removeprefix(BOM), stream), 1):
        try:
            yield line.decode()
        except UnicodeDecodeError:
            count += 1
            odd += line[: SAMPLE - len(odd)]
            feed.guessed.add(number)
            yield western(line)
    if count:
        feed.notes.append(guess_words(count, bytes(odd)))


def named(stream: IO[bytes], encoding: str) -> Iterator[str]:
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    try:
        # Not `yield from`, which would close the file along with this generator.
        for at, line in enumerate(text):
            yield line if at else line.removeprefix("\ufeff")
    except UnicodeError as problem:
        raise Unreadable(f"It is not text in the encoding {encoding}: {problem}.") from problem
    finally:
        # A file that was closed meanwhile takes nothing along.
        with contextlib.suppress(ValueError):
            text.detach()


def lines_of(first: bytes, stream: IO[bytes]) -> Iterator[bytes]:
    """The lines; also of old Mac files, which end them with a carriage return alone."""
    line = first
    while line:
        if b"\r" in line[:-2] and (not line.endswith(b"\n") or line.count(b"\r") > 1):
            yield from (part + b"\n" for part in re.split(b"\r\n?|\n", line) if part)
        else:
            yield line
        line = stream.readline(LONGEST_LINE)


def western(line: bytes) -> str:
    """The line as Windows-1252, or with its letters replaced where that gives no words."""
    try:
        text = line.decode("cp1252")
    except UnicodeDecodeError:
        text = line.decode("latin-1")
    if is_damaged(text) or _FOREIGN.search(text):
        return line.decode("ascii", errors="replace")
    return text


def guess_words(count: int, odd: bytes) -> str:
    """For people: how lines that are not UTF-8 were read, and in which encoding they may be."""
    found = from_bytes(odd, cp_isolation=OFTEN)
    likely = ", ".join(one.encoding for one in list(found)[:3])
    said = f"{count} lines are not UTF-8 and were read as Latin-1 (Windows-1252): check the accents"
    return f"{said}, or name the encoding by --encoding (such as {likely})" if likely else said
