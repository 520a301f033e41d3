"""Ask whoever must have a second factor for one, before anything else can be reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from checkin.queries.second_factors import list_factor_kinds
from checkin.rules.second_factors import is_in_networks, is_second_factor_required
from checkin.web.desk_locks import PAGES_OF_THE_LOCK
from checkin.web.unsent_forms import is_script_request

_PASSED_BY = {"mfa", "socialaccount"}
"""The clinic's own provider asks for its own second factor (docs/running.md)."""
SET_UP_PAGES = {
    "own_login",
    "own_log_out_everywhere",
    "own_session_end",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}
"""Pages on which a person sets up what they must have."""
_SHOW_PAGES = {"own_log_out_everywhere", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"}
"""Pages for whoever has a factor and has not shown it in this login: nothing is added or read before."""


def is_second_factor_owed(request: Any) -> bool:
    """Return whether this person must have a second factor that this login has not passed."""
    person = request.user
    clinic = person.clinic
    is_outside = not is_in_networks(get_adapter().get_client_ip(request), clinic.own_networks)
    if not is_second_factor_required(
        role=person.role, asked_of=clinic.second_factor_for, is_outside=is_outside
    ):
        return False
    return not any(
        record.get("method") in _PASSED_BY for record in get_authentication_records(request, person)
    )


class SecondFactorMiddleware:
    """Sends whoever owes a second factor to set one up; scripts get 403. Open pages and the lock's answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: object, *_: object) -> HttpResponse | None:
        if not request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        if not is_second_factor_owed(request):
            return None
        kinds = list_factor_kinds(request.user)
        # Whatever is owed, a desk can be locked, unlocked and switched. These pages show no patient.
        open_pages = PAGES_OF_THE_LOCK | (_SHOW_PAGES if kinds else SET_UP_PAGES)
        if request.resolver_match.view_name in open_pages:
            return None
        if is_script_request(request) or "text/html" not in request.headers.get("Accept", "text/html"):
            raise PermissionDenied("Log in with your second factor to go on.")
        return _ask_for_factor(request, kinds)


def _ask_for_factor(request: Any, kinds: set[str]) -> HttpResponse:
    """Redirect to where the factor is shown, or set up if there is none yet."""
    if not kinds:
        return redirect("own_login")
    page = "mfa_reauthenticate" if "totp" in kinds else "mfa_reauthenticate_webauthn"
    wanted = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("desk:board")
    return redirect(f"{reverse(page)}?{urlencode({'next': wanted})}")
