"""Bring everything up to date, then become the production server."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import json
import os
import resource
import shlex
import shutil
import socket
import ssl
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.timezone import now
from gunicorn.config import Config

from checkin.actions import devices
from checkin.management.demo import demo_clinic
from checkin.management.demo.demo_morning import local_time_zone_name
from checkin.management.plain_commands import PlainCommand, read_path_argument
from checkin.management.server_welcome import ServerAddress, announce_once_answering, publish_server_address
from checkin.models import Clinic
from checkin.models.devices import hash_device_token
from checkin.papers import excuse_notes as excuse_note_paper
from checkin.rules import regions

_ENROL_PATH = "/kiosk/enrol/"
_ACCOUNTS = "var/demo_accounts.txt"
# A thread holds a database connection, and only gets requests that are complete (clinic/server.py).
_WORKERS, _THREADS = 2, 4
_OPEN_FILES_LIMIT = 4096
_EMPTY_CONTENT = hashlib.md5(b"", usedforsecurity=False).hexdigest()[:12]
# A board polls every two seconds; keeping its connection open saves a new one each time.
_KEEP_ALIVE_SECONDS = 15
_GRACE_SECONDS = 20
_PORT_COUNT = 65_536


class ServerCannotStart(CommandError):
    """The server cannot start. The message says what to do; the exit code is 1."""


def check_folder_writable(folder: Path) -> None:
    """Raise ServerCannotStart if files cannot be created there."""
    try:
        folder.mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as problem:
        raise ServerCannotStart(
            f"The folder {folder} cannot be written ({problem.strerror}): make it writable and try again."
        ) from None


def check_port_free(host: str, port: int, *, is_demo: bool = False) -> None:
    """Raise ServerCannotStart if the server cannot listen there."""
    if not 0 < port < _PORT_COUNT:
        raise ServerCannotStart(f"Nothing can listen on port {port}: take one from 1 to {_PORT_COUNT - 1}.")
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, OverflowError) as problem:
        if isinstance(problem, OSError) and problem.errno == errno.EADDRINUSE:
            other = f"take another: `PORT={port + 1} make {'run' if is_demo else 'start'}`"
            raise ServerCannotStart(f"Port {port} is in use: stop what uses it, or {other}.") from None
        raise ServerCannotStart(
            f"Nothing can listen on {host}, port {port} ({problem}): take another."
        ) from None


@contextlib.contextmanager
def explain_database_trouble() -> Iterator[None]:
    """Raise ServerCannotStart with advice in place of a DatabaseError."""
    try:
        yield
    except DatabaseError as problem:
        reason = (str(problem).strip() or type(problem).__name__).splitlines()[0].rstrip(" .:")
        advice = (
            "start PostgreSQL, or correct DATABASE_URL"
            if connection.vendor == "postgresql"
            else f"see that {settings.DATABASES['default']['NAME']} is a database that can be written"
        )
        raise ServerCannotStart(f"The database cannot be used ({reason}): {advice}.") from None


def _static_files_fingerprint() -> str:
    """Return a digest of every static file's name, size and time, to detect changes."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = os.stat(storage.path(name))
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def is_static_manifest_whole() -> bool:
    """Return whether every collected file exists and is not empty by mistake."""
    try:
        names = json.loads((settings.STATIC_ROOT / "staticfiles.json").read_text())["paths"]
        sizes = {made: (settings.STATIC_ROOT / made).stat().st_size for made in names.values()}
    except (OSError, ValueError, KeyError, TypeError):
        return False
    # The few files that are rightly empty have the hash of empty content in their name.
    return all(size or _EMPTY_CONTENT in made for made, size in sizes.items())


def check_tls_certificate(certificate: Path | None, key: Path | None) -> None:
    """Raise ServerCannotStart unless both fit each other, or neither is given."""
    if not certificate and not key:
        return
    if not certificate or not key:
        raise ServerCannotStart("TLS needs both: --certificate FILE and --key FILE.")
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)
    except (OSError, ValueError) as problem:
        raise ServerCannotStart(
            f"TLS cannot be served with {certificate} and {key} ({problem}): give a certificate and its key, "
            "both in PEM, that this account can read."
        ) from None


def raise_open_files_limit() -> None:
    """Let one process have more than a thousand open connections, if the machine allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES_LIMIT if hard == resource.RLIM_INFINITY else min(_OPEN_FILES_LIMIT, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _read_gunicorn_arguments() -> list[str]:
    """Return the options in `GUNICORN_CMD_ARGS`. Raises ServerCannotStart if gunicorn could not read them."""
    parser = Config().parser()
    # Its own would print a page of usage, after the migrations have run.
    parser.error = _refuse_gunicorn_arguments
    try:
        words = shlex.split(os.environ.get("GUNICORN_CMD_ARGS", ""))
    except ValueError as problem:
        _refuse_gunicorn_arguments(str(problem))
    if others := parser.parse_args(words).args:
        _refuse_gunicorn_arguments(f"no option: {' '.join(others)}")
    return words


def _refuse_gunicorn_arguments(problem: str) -> NoReturn:
    raise ServerCannotStart(f"GUNICORN_CMD_ARGS cannot be used ({problem}): correct it, or start without it.")


def _gunicorn_command(address: ServerAddress, tls: dict[str, str], more: list[str]) -> list[str]:
    """Return the command line. `more` overrides any option."""
    options = {
        "config": settings.BASE_DIR / "clinic/gunicorn_settings.py",
        "bind": address.bind,
        "chdir": str(settings.BASE_DIR),
        "worker-class": "clinic.server.Worker",
        "workers": _WORKERS,
        "threads": _THREADS,
        "keep-alive": _KEEP_ALIVE_SECONDS,
        "graceful-timeout": _GRACE_SECONDS,
        "log-level": "warning",
    } | tls
    flags = [f"--{name}={value}" for name, value in options.items()]
    # Loaded once and then forked: half the start-up time, and the workers share that memory.
    flags += ["--preload", "--no-control-socket", "--no-sendfile"]
    # For gunicorn, its command line overrides GUNICORN_CMD_ARGS, and a later option an earlier one.
    return [sys.executable, "-m", "gunicorn", *flags, *more, "clinic.wsgi:application"]


class Command(PlainCommand):
    help = "Bring the database and the static files up to date, then serve with the production server."
    # The checks import every page, which the server does anyway; `make test` runs them.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="fill an empty database with the demo clinic")
        parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 to be reached by other machines")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--certificate", type=read_path_argument, help="serve TLS with this (PEM)")
        parser.add_argument("--key", type=read_path_argument, help="the certificate's private key (PEM)")
        parser.add_argument("--no-backup", action="store_true", help="make no backup every night")

    def handle(self, *, demo: bool, host: str, port: int, **options: Any) -> None:
        # These files have patient data: nobody else on this machine may read what is created from here on.
        os.umask(0o077)
        certificate, key = options.get("certificate"), options.get("key")
        check_tls_certificate(certificate, key)
        more = _read_gunicorn_arguments()
        check_folder_writable(settings.VAR)
        check_port_free(host, port, is_demo=demo)
        address = ServerAddress(host, port, is_tls=bool(certificate))
        with explain_database_trouble():
            connection.ensure_connection()
            self.bring_database_up_to_date()
            self.collect_static_files()
            lines = self.demo_lines(address.site) if demo else self.first_steps()
        connections.close_all()
        raise_open_files_limit()
        files = {"certfile": certificate, "keyfile": key} if certificate and key else {}
        tls = {option: str(path.resolve()) for option, path in files.items()}
        publish_server_address(address, settings.VAR)
        os.environ |= {"BACKUP_NIGHTLY": "False"} if options.get("no_backup") else {}
        if demo and sys.stdout.isatty() and sys.stderr.isatty():
            # A line for each request would push the logins off the terminal.
            os.environ.setdefault("REQUEST_LOG_LEVEL", "WARNING")
        trouble = excuse_note_paper.note_pdf_trouble_and_cure()
        announce_once_answering(
            address, [*([trouble] if trouble else []), "Stop it with Ctrl-C.", "", *lines]
        )
        command = _gunicorn_command(address, tls, more)
        os.execv(command[0], command)  # noqa: S606

    def bring_database_up_to_date(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.say("Bringing the database up to date ...")
            call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)

    def collect_static_files(self) -> None:
        stamp = settings.VAR / "static.stamp"
        fingerprint = _static_files_fingerprint()
        known = stamp.read_text() if stamp.is_file() else ""
        if known == fingerprint and is_static_manifest_whole():
            return
        self.say("Collecting static files ...")
        # A power cut can leave files that exist but are empty, so rebuild all instead of trusting them.
        stamp.unlink(missing_ok=True)
        shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(fingerprint)

    def demo_lines(self, site: str) -> list[str]:
        """Return the demo's tablet and accounts, creating the demo clinic first if there is no clinic."""
        if not Clinic.objects.exists():
            self.say("Making the demo clinic ...")
            # Its output is in the accounts file, and shown below with the rest.
            call_command("demo", stdout=io.StringIO())
        clinic = next(filter(demo_clinic.is_demo_clinic, Clinic.objects.order_by("pk")), None)
        if clinic is None:
            return ["This database holds a clinic that is not the demo: log in as you do there."]
        accounts = settings.VAR / "demo_accounts.txt"
        known = accounts.read_text().splitlines() if accounts.is_file() else []
        return [
            "This link turns a browser into the demo's tablet, where families sign in:",
            f"  {site}{_ENROL_PATH}#{_demo_tablet_token(clinic)}",
            "",
            *(known or [f"{_ACCOUNTS} with the logins is gone. Move var/ away to get a new demo."]),
            *([f"The logins stay in {_ACCOUNTS}."] if known else []),
        ]

    def first_steps(self) -> list[str]:
        if Clinic.objects.exists():
            return ["A tablet is enrolled with `.venv/bin/python manage.py enrol_device`."]
        zone = local_time_zone_name()
        region = regions.region_of_time_zone(zone) or regions.USUAL_REGION
        return [
            "There is no clinic yet. Make yours with this one command, in another window:",
            "  .venv/bin/python manage.py setup_clinic --name 'Our Clinic' --location 'Main desk' \\",
            f"    --username me --time-zone {zone} --region {region}",
            "Time zone and region (two letters of your country) are this machine's: correct what is wrong.",
        ]

    def say(self, *lines: str) -> None:
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def _demo_tablet_token(clinic: Clinic) -> str:
    """Return the key of the demo's tablet, enrolling it if needed."""
    kept = settings.VAR / "demo_tablet.txt"
    token = kept.read_text() if kept.is_file() else ""
    if not clinic.devices.enrolled().filter(token_hash=hash_device_token(token)).exists():
        _, token = devices.enrol_device(
            location=clinic.locations.order_by("pk")[0], name="Demo tablet", at=now(), replace=True
        )
        write_private_file(kept, token)
    return token


def write_private_file(path: Path, text: str) -> None:
    """Write a file that only this account can read."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
