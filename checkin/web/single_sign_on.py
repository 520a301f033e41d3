"""Log in with the clinic's own OpenID Connect provider: it finds people, and never makes an account."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe
from requests import RequestException

from checkin.queries.second_factors import find_staff_of_provider

_PROVIDER_ID = "clinic"
_ASK_AGAIN = {"prompt": "login", "max_age": "0"}
"""Has the provider ask who is there (OpenID Connect Core 3.1.2.1), however long its own login goes on."""
_CLOCKS_DIFFER = 5
"""Seconds by which the provider's clock may be behind ours."""
SIGN_ON_PROBLEMS = {
    "unknown": "Nobody here has this account's name or address, so nobody is logged in. Log in with your "
    "password, or ask the manager to put your address on your account.",
    "away": "The clinic's login does not answer just now. Log in with your password.",
    "old": "The clinic's login did not say that it has just asked who you are, so nobody is logged in. Log "
    "in with your password. If you see this again, ask whoever runs the clinic's login to have it send the "
    "time of the login (auth_time).",
    "stopped": "The clinic's login did not let you in. Try again, or log in with your password.",
}
"""What the login page says, by the word in its address."""


def single_sign_on_name() -> str:
    """Return what the provider is called on the button; "" if the clinic has none."""
    return str(_read_app().get("name", ""))


class StaffSocialAdapter(DefaultSocialAccountAdapter):
    """Logs in the one active person whom the provider names. Keeps nothing of what the provider says."""

    def is_open_for_signup(self, *_: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        person = None
        if sociallogin.state.get("process", AuthProcess.LOGIN) == AuthProcess.LOGIN:
            said = sociallogin.account.extra_data
            token = said.get("id_token") or {}
            if not _has_just_asked(token, sociallogin.state):
                raise ImmediateHttpResponse(_back_to_login("old"))
            claims = said.get("userinfo") or token
            if claims.get("sub") == token.get("sub"):  # as OpenID Connect Core 5.3.2 requires
                person = find_staff_of_provider(claims, match=_read_app()["settings"]["staff_match"])
        if person is None:
            raise ImmediateHttpResponse(_back_to_login("unknown"))
        sociallogin.user = person

    def on_authentication_error(self, *_: Any, **__: Any) -> None:
        raise ImmediateHttpResponse(_back_to_login("stopped"))


def _has_just_asked(token: Mapping[str, Any], state: Mapping[str, Any]) -> bool:
    """Return whether the provider asked who is there after this login began.

    Its own login goes on for hours: without this, whoever pressed the button at a desk that was locked or
    logged out was let in as the person before.
    """
    began, asked = (state.get("data") or {}).get("began_at"), token.get("auth_time")
    if began is None or isinstance(asked, bool) or not isinstance(asked, int | float):
        return False
    return asked >= int(began) - _CLOCKS_DIFFER


@require_safe
@login_not_required
def begin_single_sign_on(request: HttpRequest) -> HttpResponse:
    """Go to the provider. Of the address only `next` is read: allauth would also take what to ask for."""
    if not single_sign_on_name():
        raise Http404
    try:
        answer: HttpResponse = (
            views.OpenIDConnectOAuth2Adapter(request, _PROVIDER_ID)
            .get_provider()
            .redirect(
                request,
                process=AuthProcess.LOGIN,
                next_url=get_next_redirect_url(request),
                data={"began_at": time.time()},
                auth_params=dict(_ASK_AGAIN),
            )
        )
    except ImmediateHttpResponse as stopped:
        stop: HttpResponse = stopped.response
        return stop
    except (RequestException, ValueError, KeyError):
        return _back_to_login("away")
    return answer


@require_safe
@login_not_required
def end_single_sign_on(request: HttpRequest, provider_id: str) -> HttpResponse:
    if not single_sign_on_name() or provider_id != _PROVIDER_ID:
        raise Http404
    try:
        answer: HttpResponse = views.callback(request, provider_id)
    except (RequestException, ValueError, KeyError):
        return _back_to_login("away")
    return answer


def _read_app() -> dict[str, Any]:
    """Return the provider's settings; {} if there is none."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [{}])
    return dict(apps[0])


def _back_to_login(problem: str) -> HttpResponse:
    return redirect(f"{reverse('account_login')}?sso={problem}")
