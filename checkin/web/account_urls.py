"""The few allauth pages that we use, and our own. What is not listed here does not exist."""

from __future__ import annotations

from allauth.account import views
from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.generic import RedirectView

from checkin.web import account_factors, account_overview, single_sign_on
from checkin.web.account_desk_lock import (
    ask_for_passkey,
    edit_own_pin,
    keep_desk_open,
    lock_desk,
    show_desk_call,
    switch_user,
    unlock_desk,
)
from checkin.web.account_email import edit_own_email
from checkin.web.account_forms import StaffPasswordForm
from checkin.web.account_invitation import choose_password
from checkin.web.account_login import StaffLoginView
from checkin.web.account_shortcut_keys import submit_shortcut_keys

urlpatterns = [
    path("", account_overview.show_own_login, name="own_login"),
    path("login/", StaffLoginView.as_view(), name="account_login"),
    path("sso/", single_sign_on.begin_single_sign_on, name="sso_login"),
    path("sso/<str:provider_id>/done/", single_sign_on.end_single_sign_on, name="openid_connect_callback"),
    path("logout/", views.logout, name="account_logout"),
    path("logout/everywhere/", account_overview.log_out_everywhere, name="own_log_out_everywhere"),
    path("sessions/<int:session>/end/", account_overview.end_own_session, name="own_session_end"),
    path(
        "password/",
        views.PasswordChangeView.as_view(form_class=StaffPasswordForm),
        name="account_change_password",
    ),
    path("confirm/", views.reauthenticate, name="account_reauthenticate"),
    path("email/", edit_own_email, name="own_email"),
    path("keys/", submit_shortcut_keys, name="own_shortcut_keys"),
    path("invitation/<str:code>/", choose_password, name="account_invitation"),
    path("pin/", edit_own_pin, name="own_pin"),
    path("lock/", lock_desk, name="lock_desk"),
    path("unlock/", unlock_desk, name="unlock_desk"),
    path("unlock/passkey/", ask_for_passkey, name="ask_for_passkey"),
    path("active/", keep_desk_open, name="keep_desk_open"),
    path("call/", show_desk_call, name="desk_call"),
    path("switch/", switch_user, name="switch_user"),
    path("inactive/", login_not_required(views.account_inactive), name="account_inactive"),
    # where allauth goes after a change
    path("factors/", RedirectView.as_view(pattern_name="own_login"), name="mfa_index"),
    path("factors/login/", account_factors.SecondStepView.as_view(), name="mfa_authenticate"),
    path("factors/confirm/", account_factors.ConfirmByCodeView.as_view(), name="mfa_reauthenticate"),
    path("app/add/", account_factors.AddAppView.as_view(), name="mfa_activate_totp"),
    path("app/remove/", account_factors.RemoveAppView.as_view(), name="mfa_deactivate_totp"),
    path("codes/", account_factors.ShowCodesView.as_view(), name="mfa_view_recovery_codes"),
    path("codes/replace/", account_factors.ReplaceCodesView.as_view(), name="mfa_generate_recovery_codes"),
    path("codes/download/", account_factors.DownloadCodesView.as_view(), name="mfa_download_recovery_codes"),
    path("passkeys/add/", account_factors.AddPasskeyView.as_view(), name="mfa_add_webauthn"),
    path(
        "passkeys/<int:pk>/remove/", account_factors.RemovePasskeyView.as_view(), name="mfa_remove_webauthn"
    ),
    path(
        "passkeys/confirm/",
        account_factors.ConfirmByPasskeyView.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "passkeys/login/",
        login_not_required(account_factors.PasskeyLoginView.as_view()),
        name="mfa_login_webauthn",
    ),
]
