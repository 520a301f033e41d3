"""Every address, by door."""

from __future__ import annotations

from django.urls import include, path

from checkin.web import health

urlpatterns = [
    path("", include("checkin.web.desk.urls")),
    path("kiosk/", include("checkin.web.kiosk.urls")),
    path("account/", include("checkin.web.account_urls")),
    path("verify/", include("checkin.web.verify.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

handler400 = "checkin.web.health.bad_request"
handler403 = "checkin.web.health.not_allowed"
handler404 = "checkin.web.health.not_found"
handler500 = "checkin.web.health.server_error"
