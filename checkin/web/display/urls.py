"""The waiting-room display's URLs."""

from __future__ import annotations

from django.urls import path

from checkin.web.display import views

app_name = "display"
urlpatterns = [path("", views.show_display, name="home")]
