"""URLs of preferences, below the desk's."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import preferences as preference_views

urlpatterns = [
    path("visits/<int:visit_id>/preferences/", preference_views.serve_preferences_page, name="preferences"),
    path(
        "visits/<int:visit_id>/preferences/forget/",
        preference_views.submit_preferences_forgotten,
        name="preferences_forget",
    ),
]
