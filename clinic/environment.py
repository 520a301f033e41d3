"""Read the environment, with a sentence for each variable that is missing or bad (docs/running.md)."""

from __future__ import annotations

import hmac
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

from checkin.rules.local_hosts import is_local_host

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"
env = environ.Env()
_SHORTEST_KEY = 32
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def read_secret_key() -> str:
    """Return SECRET_KEY from the environment, or else from var/secret_key, which `make setup` writes."""
    return _read_key("SECRET_KEY", env.str("SECRET_KEY", default=""), VAR / "secret_key")


def read_audit_key(secret_key: str) -> str:
    """Return AUDIT_KEY from the environment, or else from var/audit_key, which `make setup` writes.

    Where neither exists it follows from the secret key, so that an app server needs no second variable.
    """
    return _read_key_if_given("AUDIT_KEY", env.str("AUDIT_KEY", default="")) or derive_audit_key(secret_key)


def read_factor_key(secret_key: str) -> str:
    """Return FACTOR_KEY in the same way: from the environment, var/factor_key, or the secret key."""
    return _read_key_if_given("FACTOR_KEY", env.str("FACTOR_KEY", default="")) or derive_factor_key(
        secret_key
    )


def derive_audit_key(secret_key: str) -> str:
    return hmac.new(secret_key.encode(), b"audit trail", "sha256").hexdigest()


def derive_factor_key(secret_key: str) -> str:
    return hmac.new(secret_key.encode(), b"second factors", "sha256").hexdigest()


def _read_key_if_given(name: str, given: str) -> str:
    """Return this key from the environment or its file in var/; "" if there is neither."""
    kept = VAR / name.lower()
    return _read_key(name, given, kept) if given or kept.exists() else ""


def _read_key(name: str, given: str, kept: Path) -> str:
    key = given
    try:
        key = given or kept.read_text().strip()
    except FileNotFoundError:
        pass
    except OSError as problem:
        raise ImproperlyConfigured(
            f"{kept} cannot be read ({problem.strerror}): run Brought By as the account that owns var/."
        ) from None
    if len(key) < _SHORTEST_KEY:
        advice = (
            f"{kept} is empty or cut short: delete it, then run `make setup`, which writes a new one."
            if kept.is_file() and not given
            else f"Run `make setup`, which writes one to var/{kept.name}, or set it to a long random text."
        )
        raise ImproperlyConfigured(f"{name} is missing or shorter than {_SHORTEST_KEY} characters. {advice}")
    return key


def read_secret_key_fallbacks() -> list[str]:
    """Return the keys before this one: with them, people stay logged in after the key was changed."""
    keys: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
    if any(len(key) < _SHORTEST_KEY for key in keys):
        raise ImproperlyConfigured(
            f"SECRET_KEY_FALLBACKS has a key shorter than {_SHORTEST_KEY} characters. Separate the old keys "
            "by commas, and leave it unset if there are none."
        )
    return keys


def refuse_debug_for_others(hosts: Iterable[str]) -> None:
    """Raise ImproperlyConfigured if other machines could open a program that shows its details."""
    if others := [host for host in hosts if not is_local_host(host)]:
        raise ImproperlyConfigured(
            f"DEBUG is on, and other machines may open this at {', '.join(others)}: an error would show them "
            "patients' data. Unset DEBUG, or let only this machine in."
        )


def read_yes_or_no(name: str, *, default: bool = False) -> bool:
    try:
        answer: bool = env.bool(name, default=default)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is neither yes nor no. Set it to True or False.") from None
    return answer


_STAFF_MATCHES = ("email", "username")


def read_single_sign_on() -> dict[str, Any]:
    """Return allauth's settings for the clinic's own OpenID Connect provider; {} if OIDC_ISSUER is unset."""
    issuer: str = env.str("OIDC_ISSUER", default="")
    if not issuer:
        return {}
    client: str = env.str("OIDC_CLIENT_ID", default="")
    secret: str = env.str("OIDC_CLIENT_SECRET", default="")
    if not issuer.startswith("https://") or not client or not secret:
        raise ImproperlyConfigured(
            "OIDC_ISSUER needs an https:// address, with OIDC_CLIENT_ID and OIDC_CLIENT_SECRET "
            "beside it. Set all three as your provider shows them, or none."
        )
    match: str = env.str("OIDC_MATCH", default="email")
    if match not in _STAFF_MATCHES:
        raise ImproperlyConfigured(f"OIDC_MATCH is “{match}”. Set it to {' or '.join(_STAFF_MATCHES)}.")
    app = {
        "provider_id": "clinic",
        "name": env.str("OIDC_NAME", default="your clinic's account"),
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": issuer.rstrip("/"), "staff_match": match},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


def read_whole_number(name: str, *, default: int = 0) -> int:
    try:
        number: int = env.int(name, default=default)
    except ValueError:
        number = -1
    if number < 0:
        raise ImproperlyConfigured(f"{name} is not a whole number. Set it to 0, 1, 2 …")
    return number


def read_time_zone() -> str:
    name: str = env.str("TIME_ZONE", default="UTC")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ImproperlyConfigured(
            f"TIME_ZONE is “{name}”, which no clock knows. Set it to a name such as America/Chicago."
        ) from None
    return name


def read_log_level() -> str:
    name: str = env.str("REQUEST_LOG_LEVEL", default="INFO").upper()
    if name not in _LOG_LEVELS:
        raise ImproperlyConfigured(f"REQUEST_LOG_LEVEL is “{name}”. Set it to {', '.join(_LOG_LEVELS)}.")
    return name


_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000; "
    "PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;"
)


def read_database_settings() -> dict[str, object]:
    """Return the database: SQLite under var/ unless DATABASE_URL says PostgreSQL."""
    url = env.str("DATABASE_URL", default="") or f"sqlite:///{VAR / 'broughtby.sqlite3'}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            config: dict[str, Any] = env.db_url_config(url)
    except (ValueError, TypeError, ImproperlyConfigured):
        config = {}
    engine = config.get("ENGINE", "")
    options: dict[str, object] = dict(config.get("OPTIONS", {}))
    if engine == "django.db.backends.sqlite3":
        # IMMEDIATE: a deferred transaction that starts to write gets "database is locked" at once. FULL: a
        # sign-in is on disk before the family is told that it was received.
        options |= {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": _SQLITE_PRAGMAS}
    elif engine == "django.db.backends.postgresql":
        # Notices a dead connection within 15 s. Options in DATABASE_URL take precedence.
        options = {
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 2,
            "tcp_user_timeout": 15_000,
        } | options
        config["CONN_HEALTH_CHECKS"] = True
    else:
        raise ImproperlyConfigured(
            "DATABASE_URL is not a database address. Leave it unset for SQLite under var/, or set it like "
            "postgres://user:password@host:5432/name."
        )
    return config | {"OPTIONS": options, "CONN_MAX_AGE": None, "ATOMIC_REQUESTS": False}
