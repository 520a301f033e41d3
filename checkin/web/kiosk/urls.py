"""The tablet's addresses, and all that a tablet can reach."""

from __future__ import annotations

from django.urls import path

from checkin.web.kiosk import after_urls, views

app_name = "kiosk"
urlpatterns = [
    path("", views.home, name="home"),
    path("sign-ins/", views.sign_ins, name="sign_ins"),
    path("enrol/", views.enrol, name="enrol"),
    path("done/<slug:slug>/", views.done, name="done"),
    *after_urls.urlpatterns,
]
