"""How a clinic's e-mail goes out: whether at all, from whom, and with links to where."""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings

from checkin.models.clinic import Clinic

CONSOLE_EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}


def unsent_mail_cache_key(clinic: Clinic) -> str:
    """Return under which key of the cache it stands that this clinic's last e-mail could not be sent."""
    return f"mail-unsent-{clinic.pk}"


def is_mail_configured() -> bool:
    """Return whether EMAIL_URL names a way to send."""
    return settings.EMAIL_BACKEND != CONSOLE_EMAIL_BACKEND


def mail_sender_address(clinic: Clinic) -> str:
    """Return the address that mail comes from; "" where none is known, and then none is sent.

    The clinic's own, or else DEFAULT_FROM_EMAIL of the environment, or else the account of EMAIL_URL.
    """
    account = settings.EMAIL_HOST_USER or ""
    known = (clinic.mail_from, settings.DEFAULT_FROM_EMAIL, account)
    return next((one for one in known if "@" in parseaddr(one)[1]), "")


def desk_base_url(clinic: Clinic) -> str:
    """Return where the desk is opened, with no slash at the end. No request decides it: a Host can be false.

    The clinic's setting, or else the first of ALLOWED_HOSTS that other machines know, with the port served.
    """
    kept = clinic.promise_settings
    chosen = clinic.site or (kept.get("site") if isinstance(kept, dict) else None)
    if isinstance(chosen, str) and chosen.startswith(("http://", "https://")):
        return chosen.rstrip("/")
    names = [name.lstrip(".") for name in settings.ALLOWED_HOSTS if name.strip("*.")]
    host = next((name for name in names if name not in LOCAL_HOSTS), next(iter(names), "localhost"))
    return f"{'https' if settings.SESSION_COOKIE_SECURE else 'http'}://{host}{_served_port_suffix()}"


def _served_port_suffix() -> str:
    """Return ":8123" where this is served on a port that an address must name; a proxy has its own."""
    usual = 443 if settings.SESSION_COOKIE_SECURE else 80
    served = settings.SERVES_PORT
    return "" if settings.TRUSTED_PROXY_COUNT or served in (0, usual) else f":{served}"
