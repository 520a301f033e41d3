"""URLs of the settings, one file per noun."""

from __future__ import annotations

from django.urls import path

from checkin.web import settings_pages

app_name = "settings"
urlpatterns = [
    path("", settings_pages.show_settings, name="home"),
]
