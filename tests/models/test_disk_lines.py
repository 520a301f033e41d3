"""A line is appended whole or not at all, and never to half a line of somebody else."""

from __future__ import annotations

import errno
import os
import resource
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from checkin.models import AuditEvent
from checkin.models.audit_fallback import append_to_fallback, read_fallback
from checkin.models.disk_lines import append_lines
from tests import make


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lines.log"


def test_a_device_takes_the_text(path: Path) -> None:
    """It can be neither synced nor cut: a printer, or where a clinic keeps no anchors."""
    append_lines("/dev/null", "one\n")
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    append_lines(path, "one\n")
    assert os.read(reader, 100) == b"one\n"
    os.close(reader)


def test_a_pipe_that_nobody_reads_takes_nothing_and_says_so(path: Path) -> None:
    """Opened to read as well, it took the line, which was gone when it closed: no fallback knew of it."""
    os.mkfifo(path)
    with pytest.raises(OSError, match=os.strerror(errno.ENXIO)):
        append_lines(path, "one\n")


def test_a_full_device_says_so() -> None:
    with pytest.raises(OSError, match="No space"):
        append_lines("/dev/full", "one\n")


def test_a_pipe_takes_a_long_text_whole_while_it_is_read(path: Path) -> None:
    """A pipe holds 64 kB, and takes more only once some of it is read."""
    os.mkfifo(path)
    reader, text = os.open(path, os.O_RDONLY | os.O_NONBLOCK), "zqxvkj\n" * 40_000
    os.set_blocking(reader, True)
    # Without a writer, whoever reads is told at once that this was all.
    writer = os.open(path, os.O_WRONLY)
    got = bytearray()

    def read_slowly() -> None:
        while part := os.read(reader, 50_000):
            got.extend(part)
            time.sleep(0.01)

    reading = threading.Thread(target=read_slowly)
    reading.start()
    append_lines(path, text)
    os.close(writer)
    reading.join(10)
    os.close(reader)
    assert got.decode() == text


def test_a_pipe_is_waited_for_however_many_files_are_open(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server with a thousand connections: `select` raised ValueError, which nobody expects of a file."""
    monkeypatch.setattr("checkin.models.disk_lines._LONGEST_WAIT_SECONDS", 0.1)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    many = [os.open("/dev/null", os.O_RDONLY) for _ in range(1100)]
    try:
        with pytest.raises(BlockingIOError):
            append_lines(path, "zqxvkj\n" * 40_000)
    finally:
        for one in (reader, *many):
            os.close(one)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_pipe_whose_reader_is_stuck_is_given_up(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checkin.models.disk_lines._LONGEST_WAIT_SECONDS", 0.1)
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(BlockingIOError):
        append_lines(path, "zqxvkj\n" * 40_000)
    os.close(reader)


def test_a_device_that_is_only_written_to_takes_the_text(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many printers cannot be opened to read."""
    opened, really_open = [], os.open
    monkeypatch.setattr(os, "open", lambda *said: opened.append(said[1]) or really_open(*said))
    append_lines("/dev/null", "one\n")
    assert [flags & os.O_ACCMODE for flags in opened] == [os.O_WRONLY]


def test_lines_follow_each_other_in_a_file_that_only_its_owner_reads(path: Path) -> None:
    append_lines(path, "one\n")
    append_lines(path, "two\nthree\n")
    assert path.read_text() == "one\ntwo\nthree\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_line_after_half_a_line_begins_on_its_own(path: Path) -> None:
    path.write_text("one\ntw")
    append_lines(path, "three\n")
    assert path.read_text() == "one\ntw\nthree\n"


def test_an_event_kept_after_half_a_line_is_read_and_sealed(path: Path) -> None:
    path.write_text('{"action": "visit.sig')
    append_to_fallback(path, [AuditEvent(action="visit.signed_in", at=make.at())])
    assert [line.is_sealed for line in read_fallback(path)] == [False, True]


def test_a_full_disk_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append_lines(path, "one\n")
    monkeypatch.setattr(os, "write", fill_the_disk_after(2))
    with pytest.raises(OSError, match="No space"):
        append_lines(path, "two\n")
    assert path.read_text() == "one\n"


def test_what_another_wrote_meanwhile_is_not_taken_back(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a disk without locks, two may write at once."""

    def let_another_write(_: int) -> None:
        with path.open("a") as other:
            other.write("other\n")
        raise OSError(errno.EIO, "the disk fails")

    monkeypatch.setattr(os, "fsync", let_another_write)
    with pytest.raises(OSError, match="the disk fails"):
        append_lines(path, "one\n")
    assert path.read_text() == "one\nother\n"


def fill_the_disk_after(count: int) -> Callable[[int, bytes], int]:
    write, left = os.write, [count]

    def write_some(descriptor: int, data: bytes) -> int:
        if not left[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        part = data[: left[0]]
        left[0] -= len(part)
        return write(descriptor, part)

    return write_some
