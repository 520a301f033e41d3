"""Say where to open the program once the server really answers there."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import ssl
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from checkin.rules.local_hosts import is_local_host

_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
"""A server that listens on every address is asked on this machine's own."""
_ADDRESS_FILE = "served_at.json"
_ANSWER_SECONDS = 2
_PAUSE_SECONDS = 0.1
_PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a server listens."""

    host: str
    port: int
    is_tls: bool = False

    @property
    def site(self) -> str:
        """Return the address that a browser on this machine opens."""
        here = f"localhost:{self.port}" if self.host in {"127.0.0.1", *_ANY_ADDRESS} else self.bind
        return f"{'https' if self.is_tls else 'http'}://{here}"

    @property
    def bind(self) -> str:
        """Return host and port as gunicorn and URLs write them: an IPv6 address in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def publish_server_address(address: ServerAddress, folder: Path) -> None:
    """Let the server know its own address, and write it down for commands in another window.

    Raises CommandError where DEBUG would show errors' details to other machines.
    """
    if settings.DEBUG:
        if not is_local_host(address.host):
            raise CommandError(
                f"DEBUG is on, and other machines may open this at {address.host}: an error would show them "
                "patients' data. Unset DEBUG, or leave out HOST."
            )
        sys.stderr.write("DEBUG is on: whoever meets an error sees details. Use it for no real patient.\n")
    facts = {
        "SERVES_TLS": str(address.is_tls),
        "SERVES_PORT": str(address.port),
        "SERVES_HOST": address.host,
    }
    os.environ |= facts
    (folder / _ADDRESS_FILE).write_text(json.dumps(facts))


def read_server_address(folder: Path) -> ServerAddress | None:
    """Return the address of the server that was started last; None if that is unknown."""
    try:
        facts = json.loads((folder / _ADDRESS_FILE).read_text())
        return ServerAddress(
            facts["SERVES_HOST"], int(facts["SERVES_PORT"]), is_tls=facts["SERVES_TLS"] == "True"
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def is_server_answering(address: ServerAddress) -> bool:
    """Ask the server's own health page."""
    host = _ANY_ADDRESS.get(address.host, address.host)
    connection = (
        http.client.HTTPSConnection(
            host, address.port, timeout=_ANSWER_SECONDS, context=_trust_own_certificate()
        )
        if address.is_tls
        else http.client.HTTPConnection(host, address.port, timeout=_ANSWER_SECONDS)
    )
    with contextlib.closing(connection):
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False


def _trust_own_certificate() -> ssl.SSLContext:
    # Our own server, on this machine, under a name that its certificate need not have.
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def wait_for_answer(
    address: ServerAddress, goes_on: Callable[[], bool], seconds: float = _PATIENCE_SECONDS
) -> bool | None:
    """Return True once the server answers, False if it did not in that time, None if it has ended."""
    until = time.monotonic() + seconds
    while goes_on():
        if is_server_answering(address):
            return True
        if time.monotonic() > until:
            return False
        time.sleep(_PAUSE_SECONDS)
    return None


def announce_once_answering(address: ServerAddress, lines: list[str]) -> None:
    """Print the lines once the server answers that this process is about to become.

    A child process waits and prints, because `exec` ends everything else here. It ends with the server.
    """
    server = os.getpid()
    if os.fork():
        return
    # From here on in the child, which must never return to the caller.
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        has_answered = wait_for_answer(address, lambda: os.getppid() == server)
        if has_answered is not None:
            late = f"{address.site} has not answered for a minute. Lines above may say why."
            text = "\n".join(["", *([] if has_answered else [late]), f"Open {address.site}/", *lines, ""])
            os.write(1, text.encode())
    finally:
        os._exit(0)
