"""URLs of emergency access."""

from __future__ import annotations

from django.urls import path

from checkin.web import emergency_access

urlpatterns = [
    path("", emergency_access.open_in_emergency, name="open_in_emergency"),
    path("end/", emergency_access.end_emergency, name="end_emergency"),
    path("notices/<int:access_id>/seen/", emergency_access.mark_notice_seen, name="emergency_notice_seen"),
]
