"""URLs of forms that were typed but not sent, below the desk's."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import unsent_forms as unsent_form_views

urlpatterns = [
    path("typed/", unsent_form_views.serve_unsent_forms, name="typed"),
    path("typed/token/", unsent_form_views.show_login_token, name="token"),
]
