"""URLs of the settings, one file per noun."""

from __future__ import annotations

from django.urls import path

from checkin.web import settings_pages
from checkin.web.settings import tablet_urls

app_name = "settings"
urlpatterns = [
    path("", settings_pages.show_settings, name="home"),
    *tablet_urls.urlpatterns,
]
