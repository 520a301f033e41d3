"""The tablet's URLs, and all that a tablet can reach."""

from __future__ import annotations

from django.urls import path

from checkin.web.kiosk import views, visit_feedback_urls

app_name = "kiosk"
urlpatterns = [
    path("", views.show_kiosk_home, name="home"),
    path("sign-ins/", views.submit_kiosk_sign_in, name="sign_ins"),
    path("enrol/", views.serve_tablet_enrollment, name="enrol"),
    path("done/<slug:slug>/", views.show_sign_in_done, name="done"),
    *visit_feedback_urls.urlpatterns,
]
