"""URLs of the settings, one file per noun."""

from __future__ import annotations

from django.urls import include, path

from checkin.web import settings_pages
from checkin.web.settings import backups, security, tablet_urls

app_name = "settings"
urlpatterns = [
    path("", settings_pages.show_settings, name="home"),
    path("security/", security.edit_security, name="security"),
    path("staff/", include("checkin.web.settings.staff_urls")),
    *tablet_urls.urlpatterns,
    path("copies/", backups.show_backups, name="backups"),
    path("copies/make/", backups.make_backup, name="make_backup"),
]
