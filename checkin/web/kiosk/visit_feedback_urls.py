"""URL of feedback after a visit, below the tablet's."""

from __future__ import annotations

from django.urls import path

from checkin.web.kiosk import visit_feedback as kiosk_visit_feedback

urlpatterns = [path("after/<str:code>/", kiosk_visit_feedback.serve_visit_feedback, name="after")]
