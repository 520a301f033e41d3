"""URLs of the settings, one file per noun."""

from __future__ import annotations

from django.urls import path

from checkin.web import settings_pages
from checkin.web.settings import security, tablet_urls

app_name = "settings"
urlpatterns = [
    path("", settings_pages.show_settings, name="home"),
    path("security/", security.edit_security, name="security"),
    *tablet_urls.urlpatterns,
]
