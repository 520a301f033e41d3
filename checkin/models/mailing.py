"""A clinic's e-mail settings: is it configured, its sender address, and the site of its links."""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings

from checkin.models.clinic import Clinic

CONSOLE_EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}


def unsent_mail_cache_key(clinic: Clinic) -> str:
    """Return the cache key that marks that this clinic's last e-mail could not be sent."""
    return f"mail-unsent-{clinic.pk}"


def is_mail_configured() -> bool:
    """Return whether EMAIL_URL configures a way to send e-mail."""
    return settings.EMAIL_BACKEND != CONSOLE_EMAIL_BACKEND


def is_address_a_login() -> bool:
    """Return whether the clinic's OpenID Connect provider finds people here by their e-mail address."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return any(app["settings"]["staff_match"] == "email" for app in apps)


def mail_sender_address(clinic: Clinic) -> str:
    """Return the sender address; "" if none is known, and then no e-mail is sent.

    It is the clinic's own, or else the environment's DEFAULT_FROM_EMAIL, or else the account in EMAIL_URL.
    """
    account = settings.EMAIL_HOST_USER or ""
    known = (clinic.mail_from, settings.DEFAULT_FROM_EMAIL, account)
    return next((one for one in known if "@" in parseaddr(one)[1]), "")


def desk_base_url(clinic: Clinic) -> str:
    """Return the desk's address without a slash at the end. Never read from a request: a Host can be forged.

    It is the clinic's setting, or else the first of ALLOWED_HOSTS that other machines can use, with the port.
    """
    if site := chosen_site(clinic):
        return site
    names = [name.lstrip(".") for name in settings.ALLOWED_HOSTS if name.strip("*.")]
    host = next((name for name in names if name not in LOCAL_HOSTS), next(iter(names), "localhost"))
    return f"{'https' if settings.SESSION_COOKIE_SECURE else 'http'}://{host}{_served_port_suffix()}"


def chosen_site(clinic: Clinic) -> str:
    """Return the address that the clinic set for itself, without a slash at the end; "" if none."""
    kept = clinic.promise_settings
    chosen = clinic.site or (kept.get("site") if isinstance(kept, dict) else None)
    is_address = isinstance(chosen, str) and chosen.startswith(("http://", "https://"))
    return str(chosen).rstrip("/") if is_address else ""


def _served_port_suffix() -> str:
    """Return ":8123" if the address needs the port we serve on. A proxy has its own port."""
    usual = 443 if settings.SESSION_COOKIE_SECURE else 80
    served = settings.SERVES_PORT
    return "" if settings.TRUSTED_PROXY_COUNT or served in (0, usual) else f":{served}"
