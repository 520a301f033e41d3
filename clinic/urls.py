"""Every URL, by entry point."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("checkin.web.desk.urls")),
    path("settings/", include("checkin.web.settings.urls")),
    path("audit/", include("checkin.web.audit.urls")),
    path("kiosk/", include("checkin.web.kiosk.urls")),
    path("display/", include("checkin.web.display.urls")),
    path("account/", include("checkin.web.account_urls")),
    path("emergency/", include("checkin.web.emergency_access_urls")),
    path("notices/", include("checkin.web.notices_urls")),
    path("verify/", include("checkin.web.verify.urls")),
    path("", include("checkin.web.health_urls")),
]

handler400 = "checkin.web.health.show_bad_request"
handler403 = "checkin.web.health.show_not_allowed"
handler404 = "checkin.web.health.show_not_found"
handler500 = "checkin.web.health.show_server_error"
