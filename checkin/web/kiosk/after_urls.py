"""The address of the after-visit word, under the tablet's own."""

from __future__ import annotations

from django.urls import path

from checkin.web.kiosk import after

urlpatterns = [path("after/<str:code>/", after.after, name="after")]
