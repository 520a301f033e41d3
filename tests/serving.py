"""The real server, in a copy of the program with its own `var/`, and requests from clients."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 120
"""Seconds; long, because other tests may keep the processors busy."""


def copy_program(folder: Path) -> Path:
    for name in ("manage.py", "clinic", "checkin", "templates", "static", "locale"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    (folder / "var").mkdir(exist_ok=True)
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Server:
    """A running server, and the tablet of its clinic."""

    program: Path
    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    arguments: tuple[str, ...] = ()
    command: list[str] | None = None
    trust: ssl.SSLContext | None = None
    token: str = ""
    database: Path = Path()
    process: subprocess.Popen[str] | None = None

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=self.program,
            env=self.environment,
            text=True,
            capture_output=True,
            check=True,
        )
        return done.stdout

    def make_clinic(self) -> None:
        self.manage("migrate", "--verbosity=0")
        self.manage("createcachetable")
        self.manage("setup_clinic", "--name", "Brook Street", "--location", "Desk", "--username", "ada")
        said = self.manage("enrol_device", "--location", "Desk", "--name", "Tablet", "--print-token")
        self.token = said.split()[-1]

    @contextlib.contextmanager
    def running(self) -> Iterator[subprocess.Popen[str]]:
        """Start it, wait until it is ready, and finally stop it and its processes."""
        serve = [sys.executable, "manage.py", "serve", f"--port={self.port}", *self.arguments]
        with (self.program / "log").open("a") as log:
            process = subprocess.Popen(
                self.command or serve,
                cwd=self.program,
                env=self.environment,
                text=True,
                stdout=log,
                stderr=log,
            )
            self.process = process
            try:
                self.until(lambda: self.ask("/healthz", timeout=2)[0] == 200)
                yield process
            finally:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(60)
                except subprocess.TimeoutExpired:
                    process.kill()

    @property
    def log(self) -> str:
        return (self.program / "log").read_text()

    def until(self, is_so: Callable[[], bool], seconds: float = PATIENCE) -> float:
        """Return the seconds until the condition is true; fail after `seconds`."""
        began = time.monotonic()
        while not is_so():
            assert time.monotonic() - began < seconds, f"{seconds} s: {self.log[-2000:]}"
            time.sleep(0.1)
        return time.monotonic() - began

    def ask(
        self, path: str, body: bytes | None = None, timeout: float = 30, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """Return status (0 without a response), headers and body."""
        scheme = "https" if self.trust else "http"
        request = urllib.request.Request(  # noqa: S310
            f"{scheme}://localhost:{self.port}{path}",
            body,
            {name.replace("_", "-"): v for name, v in headers.items()},
        )
        try:
            with urllib.request.urlopen(request, timeout=timeout, context=self.trust) as answer:  # noqa: S310
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, dict(refused.headers), refused.read().decode()
        except OSError:
            return 0, {}, ""

    def sign_in(self, key: str = "", timeout: float = 30, **said: str) -> tuple[int, dict[str, str], str]:
        body = json.dumps({"key": key or str(uuid.uuid4()), "child_given_name": "Leo", **said}).encode()
        return self.ask(
            "/kiosk/sign-ins/",
            body,
            timeout,
            Authorization=f"Device {self.token}",
            Content_Type="application/json",
            Accept="application/json",
        )

    def timed_sign_ins(
        self, seconds: float, every: float = 0.3, timeout: float = 15
    ) -> list[tuple[int, float]]:
        """Sign in one after another for so long; return the status and seconds of each."""
        found, until = [], time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.monotonic()
            status = self.sign_in(timeout=timeout)[0]
            found.append((status, time.monotonic() - began))
            time.sleep(max(0.0, every - found[-1][1]))
        return found


def make_server(folder: Path, **more: object) -> Server:
    """Return a server on its own SQLite file unless `environment` names another database."""
    clean = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    given = more.pop("environment", {})
    return Server(copy_program(folder), clean | given, **more)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
