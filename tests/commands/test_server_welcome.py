"""The address and the demo's logins are printed once the server answers, and stay in view."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import socket
import ssl
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import pytest_django
import trustme

from checkin.management.commands import serve
from checkin.management.server_welcome import ServerAddress, is_server_answering, wait_for_answer
from tests.serving import PATIENCE, Server, make_server


@pytest.fixture(autouse=True)
def _obeys_ctrl_c() -> Iterator[None]:
    """A run in the background ignores Ctrl-C, and so would what it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, *_parts: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Health) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def silent_port() -> Iterator[int]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.mark.parametrize(
    ("address", "site"),
    [
        (ServerAddress("127.0.0.1", 8000), "http://localhost:8000"),
        (ServerAddress("0.0.0.0", 443, is_tls=True), "https://localhost:443"),  # noqa: S104
        (ServerAddress("desk.example", 8000), "http://desk.example:8000"),
        (ServerAddress("::", 8000), "http://localhost:8000"),
        (ServerAddress("::1", 8000), "http://[::1]:8000"),
        (ServerAddress("fd00::7", 443, is_tls=True), "https://[fd00::7]:443"),
    ],
)
def test_site_is_what_a_browser_opens(address: ServerAddress, site: str) -> None:
    assert address.site == site


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104
def test_server_that_answers_is_noticed(port: int, host: str) -> None:
    assert is_server_answering(ServerAddress(host, port))


def test_server_with_a_certificate_for_another_name_is_noticed(tmp_path: Path) -> None:
    ours = trustme.CA().issue_cert("checkin.example")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.configure_cert(context)
    with ThreadingHTTPServer(("127.0.0.1", 0), Health) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert is_server_answering(ServerAddress("127.0.0.1", server.server_port, is_tls=True))
        server.shutdown()


def test_port_on_which_nothing_listens_is_no_answer(silent_port: int) -> None:
    address = ServerAddress("127.0.0.1", silent_port)
    assert not is_server_answering(address)
    assert wait_for_answer(address, lambda: True, seconds=0.2) is False


def test_waiting_ends_with_the_server(silent_port: int) -> None:
    assert wait_for_answer(ServerAddress("127.0.0.1", silent_port), lambda: False) is None


# From here on with the real server at a terminal.


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return make_server(tmp_path, environment={"TERM": "dumb"})


class Terminal:
    """`serve` at a pseudo terminal, and what that shows."""

    def __init__(self, server: Server, *arguments: str) -> None:
        self.shown = ""
        self.screen, inside = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", f"--port={server.port}", *arguments],
            cwd=server.program,
            env=server.environment,
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
        )
        os.close(inside)

    def read_until(self, is_enough: Callable[[str], object], seconds: float = PATIENCE) -> str:
        until = time.monotonic() + seconds
        while not is_enough(self.shown) and time.monotonic() < until:
            if select.select([self.screen], [], [], 0.2)[0]:
                try:
                    self.shown += os.read(self.screen, 65_536).decode().replace("\r\n", "\n")
                except OSError:  # nobody has the terminal open anymore
                    break
        return self.shown

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(60)
        os.close(self.screen)


@pytest.fixture
def open_terminal(server: Server) -> Iterator[Callable[..., Terminal]]:
    terminals: list[Terminal] = []

    def open_one(*arguments: str) -> Terminal:
        terminals.append(Terminal(server, *arguments))
        return terminals[-1]

    yield open_one
    for one in terminals:
        one.stop()


def test_demo_shows_its_logins_last_and_requests_do_not_bury_them(
    server: Server, open_terminal: Callable[..., Terminal]
) -> None:
    terminal = open_terminal("--demo")
    shown = terminal.read_until(lambda text: "The logins stay in" in text)
    assert f"\nOpen http://localhost:{server.port}/\n" in shown
    assert server.ask("/healthz")[0] == 200, "it was announced, so it answers at once"
    accounts = server.program / "var/demo_accounts.txt"
    assert stat.S_IMODE(accounts.stat().st_mode) == 0o600
    assert shown.endswith(accounts.read_text() + "The logins stay in var/demo_accounts.txt.\n")
    _, _, page = server.ask("/")
    for path in {*re.findall(r'(?:href|src)="(/[^"]+)"', page)}:
        assert server.ask(path)[0] == 200
    assert terminal.read_until(lambda text: text != shown, seconds=3) == shown


def test_real_clinic_at_a_terminal_keeps_its_log(
    server: Server, open_terminal: Callable[..., Terminal]
) -> None:
    terminal = open_terminal()
    terminal.read_until(lambda text: "There is no clinic yet" in text)
    server.ask("/account/login/")
    line = re.search(r"^\{.*request_finished.*\}$", terminal.read_until(lambda t: "}\n" in t), re.MULTILINE)
    assert json.loads(line[0])["request"] == "GET /account/login/"


def test_demo_without_a_terminal_keeps_its_log_and_announces_itself(server: Server) -> None:
    server.arguments = ("--demo",)
    with server.running():
        server.until(lambda: "The logins stay in" in server.log)
        server.ask("/account/login/")
        server.until(lambda: "GET /account/login/" in server.log)


@pytest.mark.parametrize(
    "last_line", ["", "Bringing the database up to date ...", "Making the demo clinic ..."]
)
def test_ctrl_c_before_the_server_answers_prints_no_trouble_and_leaves_nothing(
    server: Server, last_line: str
) -> None:
    started = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--demo", f"--port={server.port}"],
        cwd=server.program,
        env=server.environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    if last_line:
        assert any(line.rstrip() == last_line for line in started.stdout)
    time.sleep(1)
    os.killpg(started.pid, signal.SIGINT)
    # Child processes hold its output open, so this ends only after they have ended too.
    rest, _ = started.communicate(timeout=PATIENCE)
    # At most the next step is named; there is no traceback.
    assert all(line.endswith(" ...") for line in rest.splitlines()), rest
    assert started.returncode == 130


def test_ctrl_c_while_gunicorn_loads_prints_nothing(server: Server, settings: pytest_django.Settings) -> None:
    settings.BASE_DIR = server.program
    slow = "import time\ntime.sleep(60)\n"
    (server.program / "clinic/wsgi.py").write_text(f'print("loading", flush=True)\n{slow}')
    command = serve._gunicorn_command(ServerAddress("127.0.0.1", server.port), {}, [])
    started = subprocess.Popen(
        command, cwd=server.program, env=server.environment, text=True, stdout=-1, stderr=subprocess.STDOUT
    )
    assert started.stdout.readline() == "loading\n"
    started.send_signal(signal.SIGINT)
    assert started.communicate(timeout=PATIENCE)[0] == ""
    assert started.returncode == -signal.SIGINT


def test_server_that_ends_before_it_answers_is_not_announced(server: Server) -> None:
    server.environment["GUNICORN_CMD_ARGS"] = "--chdir=/no/such/folder"
    done = subprocess.run(
        [sys.executable, "manage.py", "serve", f"--port={server.port}"],
        cwd=server.program,
        env=server.environment,
        text=True,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode != 0
    assert "Open http" not in done.stdout
