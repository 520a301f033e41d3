"""URLs at which anybody can check whether a note is genuine."""

from __future__ import annotations

from django.urls import path

from checkin.web.verify import views

app_name = "verify"
urlpatterns = [
    path("", views.serve_note_check, name="ask"),
    path("<str:code>/", views.show_note_check, name="answer"),
]
