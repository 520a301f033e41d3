"""URLs for monitoring."""

from __future__ import annotations

from django.urls import path

from checkin.web import health

urlpatterns = [
    path("healthz", health.show_health, name="healthz"),
    path("readyz", health.show_readiness, name="readyz"),
]
