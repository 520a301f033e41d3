"""The few allauth pages that we use, and two of our own."""

from __future__ import annotations

from allauth.account import views
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from checkin.web.account_email import edit_own_email
from checkin.web.account_forms import StaffPasswordForm
from checkin.web.account_login import StaffLoginView
from checkin.web.account_shortcut_keys import submit_shortcut_keys

urlpatterns = [
    path("login/", StaffLoginView.as_view(), name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path(
        "password/",
        views.PasswordChangeView.as_view(form_class=StaffPasswordForm),
        name="account_change_password",
    ),
    path("email/", edit_own_email, name="own_email"),
    path("keys/", submit_shortcut_keys, name="own_shortcut_keys"),
    path("inactive/", login_not_required(views.account_inactive), name="account_inactive"),
]
