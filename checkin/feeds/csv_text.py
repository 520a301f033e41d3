"""Decode a text file's bytes into lines, whatever their encoding and line ends."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Generator, Iterator
from typing import IO

from charset_normalizer import from_bytes

from checkin.feeds.feed_files import BYTE_ORDER_MARK, HEAD_BYTES, FeedFile, UnreadableFile
from checkin.feeds.misread_text import ICELANDIC_NAME, has_sign_of_other_encoding, is_misread_line
from checkin.feeds.wide_text import find_wide_encoding

_LONGEST_TEXT_LINE = 1_000_000
_ODD_BYTES_SAMPLED = 64_000
_COMMON_ENCODINGS = [
    "cp1252",
    "mac_roman",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "gb18030",
    "cp932",
    "cp949",
    "big5",
]
"""Likely encodings of a clinic system's export, if it is not UTF-8."""


def decode_lines(stream: IO[bytes], feed: FeedFile) -> Generator[str, None, None]:
    """Yield the lines as text, in the named encoding, UTF-16 or UTF-32, or else UTF-8.

    A line that is not UTF-8 is read as Windows-1252 if that gives words, and marked as guessed. If not, its
    letters are replaced, so that the row is rejected. If one line shows that the file has another encoding,
    the letters of all such lines are replaced. Each line is decoded alone: one odd line must not spoil those
    that are UTF-8.
    """
    wide = find_wide_encoding(stream.read(HEAD_BYTES))
    stream.seek(0)
    if feed.encoding or wide:
        # If somebody names "utf-16", use the byte order that was found: a file without a mark gives none.
        is_vague = not feed.encoding or wide.startswith(feed.encoding)
        yield from _decode_as_named(stream, wide if wide and is_vague else feed.encoding)
        return
    first = stream.readline(_LONGEST_TEXT_LINE)
    odd = bytearray()
    count = 0
    for number, line in enumerate(_split_byte_lines(first.removeprefix(BYTE_ORDER_MARK), stream), 1):
        try:
            yield line.decode()
        except UnicodeDecodeError:
            count += 1
            odd += line[: _ODD_BYTES_SAMPLED - len(odd)]
            feed.guessed.add(number)
            yield _decode_guessed_line(line, feed)
    if count:
        feed.notes.append(_encoding_guess_words(count, bytes(odd), feed))


def survey_line_encodings(stream: IO[bytes], feed: FeedFile) -> None:
    """Record in the feed what all lines that are not UTF-8 together show about their encoding."""
    stream.seek(0)
    if feed.encoding or find_wide_encoding(stream.read(HEAD_BYTES)):
        return
    stream.seek(0)
    is_doubtful = False
    for line in _split_byte_lines(stream.readline(_LONGEST_TEXT_LINE).removeprefix(BYTE_ORDER_MARK), stream):
        if line.isascii() or _is_utf8_line(line):
            continue
        text = _decode_western_bytes(line)
        feed.has_icelandic_names |= bool(ICELANDIC_NAME.search(text))
        is_doubtful |= has_sign_of_other_encoding(text)
        feed.is_misread |= has_sign_of_other_encoding(text, may_be_icelandic=True)
    feed.is_misread |= is_doubtful and not feed.has_icelandic_names


def _is_utf8_line(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decode_as_named(stream: IO[bytes], encoding: str) -> Iterator[str]:
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    try:
        # Not `yield from`, which would close the file with this generator.
        for at, line in enumerate(text):
            yield line if at else line.removeprefix("\ufeff")
    except UnicodeError as problem:
        raise UnreadableFile(f"It is not text in the encoding {encoding}: {problem}.") from problem
    finally:
        # If the file was closed meanwhile, there is nothing to detach.
        with contextlib.suppress(ValueError):
            text.detach()


def _split_byte_lines(first: bytes, stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines, also of old Mac files, which end them with only a carriage return."""
    line = first
    while line:
        if b"\r" in line[:-2] and (not line.endswith(b"\n") or line.count(b"\r") > 1):
            yield from (part + b"\n" for part in re.split(b"\r\n?|\n", line) if part)
        else:
            yield line
        line = stream.readline(_LONGEST_TEXT_LINE)


def _decode_guessed_line(line: bytes, feed: FeedFile) -> str:
    """Return the line as Windows-1252, or with its letters replaced if that gives no words."""
    text = _decode_western_bytes(line)
    if feed.is_misread or is_misread_line(text, may_be_icelandic=feed.has_icelandic_names):
        return line.decode("ascii", errors="replace")
    return text


def _decode_western_bytes(line: bytes) -> str:
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _encoding_guess_words(count: int, odd: bytes, feed: FeedFile) -> str:
    """Return, for people, how lines that are not UTF-8 were read, and what encoding they may be in."""
    likely = ", ".join(one.encoding for one in list(from_bytes(odd, cp_isolation=_COMMON_ENCODINGS))[:3])
    if feed.is_misread:
        name_it = f"name the encoding by --encoding{f' (such as {likely})' if likely else ''}"
        return f"{count} lines are neither UTF-8 nor Latin-1 (Windows-1252) and were put aside: {name_it}"
    said = f"{count} lines are not UTF-8 and were read as Latin-1 (Windows-1252): check the accents"
    return f"{said}, or name the encoding by --encoding (such as {likely})" if likely else said
