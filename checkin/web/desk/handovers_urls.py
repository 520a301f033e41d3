"""URLs of promise handovers, below the desk's."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import handovers as handover_views

urlpatterns = [
    path("promises/handover/", handover_views.serve_handover_page, name="handover"),
    path("promises/close-day/", handover_views.submit_day_close, name="close_day"),
]
