"""A clinic's e-mail settings: is it configured, its sender address, and the site of its links."""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings

from checkin.models.clinic import Clinic
from checkin.rules.local_hosts import choose_shared_host, join_site

CONSOLE_EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"


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
    host = choose_shared_host(settings.ALLOWED_HOSTS, with_domains=True) or "localhost"
    port = 0 if settings.TRUSTED_PROXY_COUNT else settings.SERVES_PORT  # a proxy has its own port
    return join_site(host, port, is_tls=settings.SESSION_COOKIE_SECURE)


def chosen_site(clinic: Clinic) -> str:
    """Return the address that the clinic set for itself, without a slash at the end; "" if none."""
    kept = clinic.promise_settings
    chosen = clinic.site or (kept.get("site") if isinstance(kept, dict) else None)
    is_address = isinstance(chosen, str) and chosen.startswith(("http://", "https://"))
    return str(chosen).rstrip("/") if is_address else ""
