"""URL of what a person must know now."""

from __future__ import annotations

from django.urls import path

from checkin.web import notices

urlpatterns = [path("", notices.show_notices, name="notices")]
