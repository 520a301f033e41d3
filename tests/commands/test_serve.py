from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from django.core.management import call_command
from django.db import OperationalError
from django.urls import reverse
from gunicorn.config import Config

from checkin.management.commands import serve
from checkin.management.demo.demo_morning import local_time_zone_name
from checkin.management.server_welcome import ServerAddress, read_server_address
from checkin.models import Clinic, Device
from checkin.models.devices import hash_device_token

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120
"""Seconds; long, because other tests may keep the processors busy."""


@pytest.fixture
def folder(tmp_path: Path, settings: object) -> Path:
    """Return a separate, empty `var/`."""
    settings.VAR, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    return tmp_path


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, folder: Path) -> list[list[str]]:
    """Return what `serve` would start and exec, leaving this process's connection and umask alone."""
    commands: list[list[str]] = []
    monkeypatch.setattr(serve.os, "execv", lambda _program, command: commands.append(command))
    monkeypatch.setattr(serve.os, "umask", lambda _mask: 0)
    monkeypatch.setattr(serve, "raise_open_files_limit", lambda: None)
    monkeypatch.setenv("SERVES_TLS", "")
    monkeypatch.setenv("SERVES_PORT", "0")
    monkeypatch.setenv("SERVES_HOST", "")
    monkeypatch.setattr(serve.connections, "close_all", lambda: None)
    monkeypatch.setattr(serve.Command, "collect_static_files", lambda _self: None)
    monkeypatch.setattr(serve, "announce_once_answering", print_announcement)
    return commands


def print_announcement(address: ServerAddress, lines: list[str]) -> None:
    """Print it at once: here no server follows that could answer."""
    print(f"Open {address.site}/", *lines, sep="\n")


@pytest.fixture
def port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_unwritable_folder_gets_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file, where the folder should be")
    with pytest.raises(
        serve.ServerCannotStart, match=r"The folder .*/var cannot be written \(.+\): make it writable"
    ):
        serve.check_folder_writable(tmp_path / "var")


@pytest.mark.parametrize(("is_demo", "command"), [(True, "make run"), (False, "make start")])
def test_port_in_use_gets_one_sentence_with_another_port(port: int, is_demo: bool, command: str) -> None:
    with pytest.raises(
        serve.ServerCannotStart, match=rf"Port {port} is in use: .* `PORT={port + 1} {command}`"
    ):
        serve.check_port_free("127.0.0.1", port, is_demo=is_demo)


@pytest.mark.parametrize(
    ("host", "number"), [("127.0.0.1", 70_000), ("127.0.0.1", 0), ("no.such.host.invalid", 8000)]
)
def test_unusable_address_gets_one_sentence(host: str, number: int) -> None:
    with pytest.raises(serve.ServerCannotStart, match="Nothing can listen on "):
        serve.check_port_free(host, number)


def test_unavailable_database_gets_one_line() -> None:
    with (
        pytest.raises(
            serve.ServerCannotStart, match=r"^The database cannot be used \(refused\): "
        ) as stopped,
        serve.explain_database_trouble(),
    ):
        raise OperationalError("refused\n\tIs the server running?\n")
    assert "\n" not in str(stopped.value)


@pytest.mark.django_db
def test_empty_database_says_how_to_create_a_clinic_and_serves(
    started: list[list[str]], free_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("serve", port=free_port)
    shown = capsys.readouterr().out
    assert "There is no clinic yet" in shown
    assert "manage.py setup_clinic --name" in shown
    assert f"--time-zone {local_time_zone_name()} --region " in shown
    assert f"http://localhost:{free_port}/" in shown
    assert f"--bind=127.0.0.1:{free_port}" in started[-1]


@pytest.mark.django_db
def test_server_uses_threads_without_a_control_socket_and_preloads(
    started: list[list[str]], free_port: int
) -> None:
    call_command("serve", port=free_port, host="0.0.0.0")  # noqa: S104
    assert {
        "--worker-class=clinic.server.Worker",
        "--workers=2",
        "--threads=4",
        "--no-control-socket",
        "--preload",
        f"--bind=0.0.0.0:{free_port}",
    } <= {*started[-1]}


@pytest.mark.django_db
def test_gunicorns_own_variable_overrides_an_option(
    started: list[list[str]], free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUNICORN_CMD_ARGS", "--workers=4 --log-level=info")
    call_command("serve", port=free_port)
    options = started[-1][started[-1].index("gunicorn") + 1 :]
    read = Config().parser().parse_args(options)
    assert (read.workers, read.threads, read.loglevel) == (4, 4, "info")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("'", "No closing quotation"),
        ("4", "no option: 4"),
        ("--no-such-option", "unrecognized arguments: --no-such-option"),
        ("--workers=many", "argument -w/--workers: invalid int value: 'many'"),
        ("--workers", "argument -w/--workers: expected one argument"),
    ],
)
def test_unreadable_options_of_gunicorn_get_one_sentence_before_anything_is_done(
    started: list[list[str]], text: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUNICORN_CMD_ARGS", text)
    with pytest.raises(serve.ServerCannotStart) as stopped:
        call_command("serve", port=0)
    assert str(stopped.value) == (
        f"GUNICORN_CMD_ARGS cannot be used ({problem}): correct it, or start without it."
    )
    assert not started


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"certificate": "a.pem"}, "TLS needs both"),
        ({"key": "a.pem"}, "TLS needs both"),
        ({"certificate": "no.pem", "key": "no.pem"}, "TLS cannot be served with no.pem"),
    ],
)
def test_unusable_certificate_gets_one_sentence(given: dict[str, str], sentence: str) -> None:
    given_paths = {name: Path(path) for name, path in given.items()}
    with pytest.raises(serve.ServerCannotStart, match=sentence):
        serve.check_tls_certificate(given_paths.get("certificate"), given_paths.get("key"))


@pytest.mark.django_db
def test_certificate_makes_it_serve_tls_and_say_so(
    started: list[list[str]], free_port: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = trustme.CA().issue_cert("localhost")
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    ours.cert_chain_pems[0].write_to_path(certificate)
    ours.private_key_pem.write_to_path(key)
    call_command("serve", port=free_port, certificate=certificate, key=key)
    assert {f"--certfile={certificate}", f"--keyfile={key}"} <= {*started[-1]}
    assert f"https://localhost:{free_port}/" in capsys.readouterr().out
    assert os.environ["SERVES_TLS"] == "True"
    assert os.environ["SERVES_PORT"] == str(free_port), "for the links in e-mails"
    assert read_server_address(serve.settings.VAR) == ServerAddress("127.0.0.1", free_port, is_tls=True)


@pytest.mark.django_db
def test_real_clinic_gets_no_demo_tablet(
    started: list[list[str]], free_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    Clinic.objects.create(name="Hazel House")
    call_command("serve", port=free_port, demo=True)
    assert "a clinic that is not the demo" in capsys.readouterr().out
    assert not Device.objects.exists()


@pytest.mark.django_db
def test_demo_is_created_once_and_its_accounts_are_printed_at_every_start(
    started: list[list[str]], free_port: int, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = []
    for _ in range(2):
        call_command("serve", port=free_port, demo=True)
        shown = capsys.readouterr().out
        token = (folder / "demo_tablet.txt").read_text()
        assert f"http://localhost:{free_port}{reverse('kiosk:enrol')}#{token}" in shown
        accounts = folder / "demo_accounts.txt"
        assert shown.endswith(f"{accounts.read_text()}The logins stay in var/demo_accounts.txt.\n")
        assert stat.S_IMODE(accounts.stat().st_mode) == 0o600
        seen.append((token, Clinic.objects.count(), Device.objects.count()))
    assert seen[0] == seen[1]
    assert (
        Device.objects.enrolled().filter(token_hash=hash_device_token(token), name="Demo tablet").count() == 1
    )


@pytest.mark.django_db
def test_demo_created_by_hand_gets_its_tablet_too(
    started: list[list[str]], free_port: int, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("demo")
    call_command("serve", port=free_port, demo=True)
    assert (folder / "demo_tablet.txt").read_text() in capsys.readouterr().out


def test_tablet_token_file_is_readable_only_by_its_owner(tmp_path: Path) -> None:
    kept = tmp_path / "demo_tablet.txt"
    kept.write_text("an older one that everybody could read")
    serve.write_private_file(kept, "token")
    assert kept.read_text() == "token"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_static_files_are_collected_once_and_again_after_a_change(
    folder: Path, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "source").mkdir()
    (folder / "source/a.css").write_text("a")
    settings.STATICFILES_DIRS = [folder / "source"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": settings.HASHED}}
    collected = []

    def collect(name: str, **options: object) -> None:
        collected.append(name)
        call_command(name, **options)

    monkeypatch.setattr(serve, "call_command", collect)
    command = serve.Command()
    command.collect_static_files()
    command.collect_static_files()
    assert collected == ["collectstatic"]
    (folder / "source/a.css").write_text("ab")
    command.collect_static_files()
    assert collected == ["collectstatic"] * 2
    # A power cut can leave files empty or missing.
    made = next((folder / "static").glob("a.*.css"))
    for spoil in (
        (folder / "static.stamp").write_text,
        (folder / "static/staticfiles.json").write_text,
        made.write_text,
        lambda _text: made.unlink(),
    ):
        spoil("")
        command.collect_static_files()
        assert (collected.pop(), made.read_text()) == ("collectstatic", "ab")
    assert collected == ["collectstatic"] * 2


def test_interrupted_collection_of_static_files_is_redone_until_complete(
    folder: Path, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "source").mkdir()
    (folder / "source/a.css").write_text("a" * 2000)
    settings.STATICFILES_DIRS = [folder / "source"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": settings.HASHED}}
    command = serve.Command()
    command.collect_static_files()
    (folder / "static/staticfiles.json").write_text("")
    (folder / "static/cut-short.css").write_text("")
    collected = []

    def cut(name: str, **options: object) -> None:
        assert not (folder / "static").exists(), "what was there is not trusted"
        call_command(name, **options)
        collected.append(name)
        if len(collected) == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(serve, "call_command", cut)
    with pytest.raises(KeyboardInterrupt):
        command.collect_static_files()
    assert serve.is_static_manifest_whole(), "it looks whole, and nobody knows that it is"
    command.collect_static_files()
    assert len(collected) == 2 and not (folder / "static/cut-short.css").exists()
    command.collect_static_files()
    assert len(collected) == 2


def test_intentionally_empty_file_is_collected_only_once(folder: Path, settings: object) -> None:
    (folder / "source").mkdir()
    (folder / "source/none.css").write_text("")
    settings.STATICFILES_DIRS = [folder / "source"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": settings.HASHED}}
    call_command("collectstatic", interactive=False, verbosity=0)
    assert serve.is_static_manifest_whole()


# From here on with the real server, in a copy of the program with its own `var/`.


@pytest.fixture
def program(tmp_path: Path) -> Path:
    for name in ("manage.py", "clinic", "checkin", "templates", "static", "locale"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    return tmp_path


def start(program: Path, port: int, **environment: str) -> subprocess.Popen[str]:
    clean = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "manage.py", "serve", f"--port={port}"],
        cwd=program,
        env=clean | environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def status(address: str) -> int:
    """Return the status of the first response."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310
                return answer.status
        except ConnectionError:
            time.sleep(0.1)
        except OSError as problem:
            if not isinstance(getattr(problem, "reason", None), ConnectionError):
                raise
            time.sleep(0.1)
    raise TimeoutError(address)


def serve_once(program: Path, port: int) -> float:
    """Start it, get a response, stop it and its processes; return the CPU seconds that this took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with start(program, port) as server:
        try:
            assert status(f"http://127.0.0.1:{port}/readyz") == 200
            assert status(f"http://127.0.0.1:{port}{reverse('account_login')}") == 200
        finally:
            server.send_signal(signal.SIGTERM)
        # Child processes hold its output open, so this ends only after they have ended too.
        _, said = server.communicate(timeout=PATIENCE)
    assert server.returncode == 0, said
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_server_starts_stops_and_restarts_within_five_seconds(program: Path, free_port: int) -> None:
    """CPU time from start to stop, because other tests may slow down the wall clock."""
    serve_once(program, free_port)
    assert stat.S_IMODE((program / "var/broughtby.sqlite3").stat().st_mode) == 0o600
    # Repeat once, only if other tests interfered.
    assert any(serve_once(program, free_port) < 5 for _ in range(2))


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}, "The database cannot be used ("),
        ({"DATABASE_URL": "sqlite:////no/such/folder/x.sqlite3"}, "The database cannot be used ("),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL is not a database address"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is missing or shorter"),
        ({"TRUSTED_PROXY_COUNT": "some"}, "TRUSTED_PROXY_COUNT is not a whole number"),
        ({"REQUEST_LOG_LEVEL": "loud"}, "REQUEST_LOG_LEVEL is “LOUD”. Set it to DEBUG, INFO, "),
    ],
    ids=["PostgreSQL away", "SQLite folder missing", "bad address", "short key", "bad number", "bad level"],
)
def test_configuration_error_gets_one_sentence_and_exit_code_1(
    program: Path, free_port: int, environment: dict[str, str], sentence: str
) -> None:
    with start(program, free_port, **environment) as server:
        shown, said = server.communicate(timeout=PATIENCE)
    assert server.returncode == 1
    assert said.startswith(sentence)
    assert len(said.strip().splitlines()) == 1
    assert shown == ""


def test_file_that_is_not_a_database_gets_one_sentence(program: Path, free_port: int) -> None:
    (program / "var").mkdir()
    (program / "var/broughtby.sqlite3").write_text(
        "this is not a database, and it is long enough to look at" * 20
    )
    with start(program, free_port) as server:
        _, said = server.communicate(timeout=PATIENCE)
    assert server.returncode == 1
    assert said.startswith("The database cannot be used (file is not a database)")


def test_empty_secret_key_gets_one_helpful_sentence(program: Path, free_port: int) -> None:
    (program / "var").mkdir()
    (program / "var/secret_key").write_text("")
    with start(program, free_port, SECRET_KEY="") as server:
        _, said = server.communicate(timeout=PATIENCE)
    assert server.returncode == 1
    assert "var/secret_key is empty or cut short: delete it, then run `make setup`" in said
    assert len(said.strip().splitlines()) == 1


def test_unreadable_secret_key_gets_one_sentence(program: Path, free_port: int) -> None:
    (program / "var/secret_key").mkdir(parents=True)
    with start(program, free_port, SECRET_KEY="") as server:
        _, said = server.communicate(timeout=PATIENCE)
    assert server.returncode == 1
    assert "var/secret_key cannot be read" in said
    assert len(said.strip().splitlines()) == 1
