"""What the environment may say: cookies under TLS, old keys, and no details of errors for other machines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from django.conf import settings as loaded
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.test import Client

from checkin.management.server_welcome import ServerAddress, publish_server_address
from checkin.models import Staff
from clinic import environment
from clinic.environment import refuse_debug_for_others

ASKED = (
    "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_NAME",
    "SESSION_COOKIE_SECURE",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
)
READ = f"import json; from clinic import settings as s; print(json.dumps([vars(s).get(n) for n in {ASKED}]))"


COOKIES = ("SECURE", "PATH", "DOMAIN", "SAMESITE", "HTTPONLY")
READ_COOKIES = (
    "import json; from django.conf import settings as s; "
    f"names = [[f'{{cookie}}_COOKIE_{{name}}' for name in {COOKIES}] for cookie in ('SESSION', 'CSRF')]; "
    "print(json.dumps([[getattr(s, name) for name in some] for some in names]))"
)


def start(read: str = READ, **variables: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a program of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO", "SECRET", "DEBUG"))}
    environment |= {"SECRET_KEY": "k" * 40} | variables
    command = [sys.executable, "-c", read]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, env=environment, cwd=loaded.BASE_DIR
    )


@pytest.mark.parametrize(
    ("variables", "read"),
    [
        ({}, [None, None, False, False, 0]),
        ({"SERVES_TLS": "True"}, ["__Host-sessionid", "__Host-csrftoken", True, False, 31536000]),
        ({"TRUSTED_PROXY_COUNT": "1"}, ["__Host-sessionid", "__Host-csrftoken", True, True, 31536000]),
    ],
)
def test_under_tls_cookies_are_for_this_host_alone(variables: dict[str, str], read: list[Any]) -> None:
    assert json.loads(start(**variables).stdout) == read


@pytest.mark.parametrize("variables", [{"SERVES_TLS": "True"}, {"TRUSTED_PROXY_COUNT": "1"}])
def test_under_tls_a_browser_takes_both_cookies_and_sends_them_from_here_alone(
    variables: dict[str, str],
) -> None:
    """Of a name with `__Host-` it takes none without Secure, of another path, or with a domain."""
    read = start(READ_COOKIES, DJANGO_SETTINGS_MODULE="clinic.settings", **variables)
    session, csrf = json.loads(read.stdout)
    assert session == [True, "/", None, "Lax", True]
    assert csrf[:4] == [True, "/", None, "Lax"]


def test_a_tablet_s_answer_is_held_unless_the_clinic_turns_that_off() -> None:
    without = {name: value for name, value in os.environ.items() if name != "SIGN_IN_STEP_MS"}
    command = [sys.executable, "-c", "from clinic import settings; print(settings.SIGN_IN_STEP_MS)"]
    for said, held in ({}, "100"), ({"SIGN_IN_STEP_MS": "0"}, "0"):
        program = subprocess.run(
            command, check=True, capture_output=True, text=True, env=without | said, cwd=loaded.BASE_DIR
        )
        assert program.stdout.strip() == held


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY is missing or shorter than 32"),
        ({"SECRET_KEY_FALLBACKS": "short"}, "SECRET_KEY_FALLBACKS has a key shorter than 32"),
        ({"DEBUG": "True", "ALLOWED_HOSTS": "localhost,192.168.1.20"}, "DEBUG is on, and other machines"),
        ({"DEBUG": "True", "ALLOWED_HOSTS": "*"}, "DEBUG is on, and other machines"),
    ],
)
def test_what_is_not_safe_stops_the_start(variables: dict[str, str], said: str) -> None:
    program = start(**variables)
    assert program.returncode != 0 and said in program.stderr


def test_debug_is_for_this_machine_only(settings: pytest_django.Settings, tmp_path: Any) -> None:
    refuse_debug_for_others(["localhost", "127.0.0.1", "[::1]"])
    with pytest.raises(ImproperlyConfigured):
        refuse_debug_for_others(["localhost", ".example.org"])
    settings.DEBUG = True
    with pytest.raises(CommandError, match="DEBUG is on"):
        publish_server_address(ServerAddress("192.168.1.20", 8123), tmp_path)
    assert not any(tmp_path.iterdir())


def test_a_changed_key_keeps_people_logged_in(
    tab: Client, dana: Staff, settings: pytest_django.Settings
) -> None:
    assert tab.get("/").status_code == 200
    old, settings.SECRET_KEY = settings.SECRET_KEY, "n" * 40
    settings.SECRET_KEY_FALLBACKS = [old]
    assert tab.get("/").status_code == 200
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "o" * 40, []
    assert tab.get("/").status_code == 302, "without the old keys, everybody logs in again"


def test_what_a_proxy_got_without_tls_is_sent_to_https(settings: pytest_django.Settings, db: None) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    plain = Client().get("/account/login/?next=/", headers={"X-Forwarded-Proto": "http"})
    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/account/login/?next=/")
    assert "Content-Security-Policy" in plain.headers
    assert Client().get("/account/login/", headers={"X-Forwarded-Proto": "https"}).status_code == 200
    assert Client().get("/healthz").status_code == 200, "monitors ask on the machine itself"


def test_whoever_asks_without_a_proxy_cannot_say_that_it_was_over_tls() -> None:
    read = "from django.conf import settings as s; print(s.SECURE_PROXY_SSL_HEADER, s.CSRF_TRUSTED_ORIGINS)"
    said = {"DJANGO_SETTINGS_MODULE": "clinic.settings", "SERVES_TLS": "True"}
    assert start(read, **said).stdout.strip() == "None []", "nor is another site's form taken"
    behind = start(read, **said, TRUSTED_PROXY_COUNT="1").stdout.strip()
    assert behind == "('HTTP_X_FORWARDED_PROTO', 'https') []"


def test_without_an_audit_key_it_follows_from_the_secret_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An app server that has SECRET_KEY starts; the key is another one, and the same on each server."""
    monkeypatch.delenv("AUDIT_KEY", raising=False)
    monkeypatch.setattr(environment, "VAR", tmp_path)
    key = environment.read_audit_key("s" * 40)
    assert key == environment.read_audit_key("s" * 40) != environment.read_audit_key("t" * 40)
    assert len(key) >= 32 and "ssss" not in key
    (tmp_path / "audit_key").write_text("k" * 40 + "\n")
    assert environment.read_audit_key("s" * 40) == "k" * 40
    (tmp_path / "audit_key").write_text("short")
    with pytest.raises(ImproperlyConfigured, match="AUDIT_KEY"):
        environment.read_audit_key("s" * 40)
