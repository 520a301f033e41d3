"""One encrypted file for one backup: a compressed tar with a manifest, in age (age-encryption.org/v1).

It is written and read as a stream, so a backup of any size needs little memory.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import tarfile
import threading
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyrage

from checkin.actions.backup_failures import BackupFailed, describe_disk_trouble

_MANIFEST = "manifest.json"
MAY_HOLD = (_MANIFEST, "database.sqlite3", "database.dump", "secret_key", "audit_key", "factor_key")
"""Names of the files in an archive. One with any other file is no backup."""
_COMPRESSION = 3
_PIECE_BYTES = 1 << 20
_WRONG_KEY = "No matching keys"


class _OtherEnd:
    """The other end of a pipe, run in a thread. It keeps its error for whoever waits for it."""

    def __init__(self, run: Callable[[], None]) -> None:
        self.problem: BaseException | None = None
        self._act = run
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            self._act()
        except BaseException as problem:
            self.problem = problem

    def join(self) -> None:
        self._thread.join()


class _Kept:
    """A file that keeps its error: pyrage turns it into text."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.problem: OSError | None = None

    def write(self, piece: bytes) -> int:
        try:
            return self.file.write(piece)
        except OSError as problem:
            self.problem = problem
            raise

    def flush(self) -> None:
        self.file.flush()


def write_archive(
    *,
    manifest: Mapping[str, object],
    files: Mapping[str, Path],
    recipients: Sequence[pyrage.x25519.Recipient],
    to: Path,
) -> None:
    """Write the encrypted file, on disk when this returns.

    Raises BackupFailed; a part of a file may be left.
    """
    reading, writing = os.pipe()

    def pack() -> None:
        with os.fdopen(writing, "wb") as pipe:
            _pack(manifest, files, pipe)

    other = _OtherEnd(pack)
    try:
        # Leaving this closes the pipe's reading end, so that the other end cannot wait forever.
        with os.fdopen(reading, "rb") as pipe, _create_file(to) as file:
            kept = _Kept(file)
            try:
                pyrage.encrypt_io(pipe, kept, list(recipients))
            except pyrage.EncryptError as problem:
                raise kept.problem or problem from None
            file.flush()
            os.fsync(file.fileno())
    except (OSError, pyrage.EncryptError) as problem:
        raise describe_disk_trouble(problem, to.parent) from None
    finally:
        other.join()
    if other.problem:
        raise describe_disk_trouble(other.problem, to.parent)


def _create_file(path: Path) -> BinaryIO:
    """Open a new file that only this account can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _pack(manifest: Mapping[str, object], files: Mapping[str, Path], to: Any) -> None:
    with (
        gzip.GzipFile(fileobj=to, mode="wb", compresslevel=_COMPRESSION) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        text = json.dumps(manifest, indent=1).encode()
        head = tarfile.TarInfo(_MANIFEST)
        head.size, head.mode = len(text), 0o600
        tar.addfile(head, io.BytesIO(text))
        for name, path in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = path.stat().st_size, 0o600
            with path.open("rb") as content:
                tar.addfile(entry, content)


def read_archive(source: Path, *, identities: Sequence[pyrage.x25519.Identity], into: Path) -> dict[str, Any]:
    """Decrypt the file into a folder and return its manifest. Raises BackupFailed with what to do.

    Every byte is checked: a file that was cut short or changed anywhere is refused.
    """
    reading, writing = os.pipe()

    def decrypt() -> None:
        with os.fdopen(writing, "wb") as pipe, source.open("rb") as file:
            pyrage.decrypt_io(file, pipe, list(identities))

    other = _OtherEnd(decrypt)
    manifest, trouble = {}, None
    with os.fdopen(reading, "rb") as pipe:
        try:
            manifest = _unpack(pipe, into)
        except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, ValueError) as problem:
            trouble = problem
        except OSError as problem:
            raise describe_disk_trouble(problem, into) from None
        with contextlib.suppress(OSError):
            while pipe.read(_PIECE_BYTES):
                pass
    other.join()
    if other.problem:
        raise _describe_unreadable(source, other.problem)
    if trouble or not manifest:
        raise BackupFailed(f"{source} is no backup of Brought By. Nothing was changed. Name another file.")
    return manifest


def _unpack(pipe: Any, into: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = {}
    with gzip.GzipFile(fileobj=pipe, mode="rb") as packed, tarfile.open(fileobj=packed, mode="r|") as tar:
        for entry in tar:
            content = tar.extractfile(entry) if entry.isreg() and entry.name in MAY_HOLD else None
            if content is None:
                raise ValueError("an entry that no backup has")
            if entry.name == _MANIFEST:
                manifest = json.load(content)
                continue
            with _create_file(into / entry.name) as file:
                while piece := content.read(_PIECE_BYTES):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
    return manifest


def _describe_unreadable(source: Path, problem: BaseException) -> BackupFailed:
    if isinstance(problem, pyrage.DecryptError) and _WRONG_KEY in str(problem):
        return BackupFailed(
            f"This key does not open {source}: it was encrypted to another one. Nothing was changed. "
            "Name the key's file with --identity FILE."
        )
    if isinstance(problem, OSError) and problem.errno is not None:
        return BackupFailed(f"{source} cannot be read ({problem.strerror}). Nothing was changed.")
    return BackupFailed(
        f"{source} is damaged or cut short, or no backup. Nothing was changed. Take an earlier backup, or "
        "copy this file here once more."
    )
