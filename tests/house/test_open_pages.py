"""Every page requires a login except those listed here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.urls import URLPattern, get_resolver

ROOT = Path(__file__).resolve().parents[2]
# These modules find out who asks, and so which clinic's rows they may reach.
GATES = {"checkin/web/account.py", "checkin/web/device_keys.py"}
OPEN = {
    # a tablet shows its device token instead of a login
    "kiosk:home",
    "kiosk:sign_ins",
    "kiosk:done",
    "kiosk:enrol",
    # and so does a display
    "display:home",
    # a family gives feedback on its own phone; the code in the URL gives access
    "kiosk:after",
    # for people who cannot log in yet, or no longer may
    "account_login",
    "account_logout",
    "account_inactive",
    # the second step of a login, and the login by a passkey alone
    "mfa_authenticate",
    "mfa_login_webauthn",
    # somebody chooses the first password of their login; the code in the URL gives access
    "account_invitation",
    "sso_login",
    "openid_connect_callback",
    # a school checks whether a note is genuine
    "verify:ask",
    "verify:answer",
    # requested by machines; the answers hold no data
    "healthz",
    "readyz",
}


def pages(patterns: list[Any], spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield ":".join([*spaces, pattern.name or str(pattern.pattern)]), pattern.callback
        else:
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from pages(pattern.url_patterns, inner)


def test_only_the_listed_pages_are_open() -> None:
    found = pages(get_resolver().url_patterns)
    assert {name for name, view in found if not getattr(view, "login_required", True)} == OPEN


def test_views_query_only_through_the_clinic() -> None:
    """`request.clinic.visits`, never `Visit.objects`, so that a query cannot forget its clinic."""
    seen = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "checkin/web").rglob("*.py"))
        if str(path.relative_to(ROOT)) not in GATES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "objects"
    ]
    assert seen == []
