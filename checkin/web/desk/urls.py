"""The desk's URLs, one file per noun."""

from __future__ import annotations

from django.urls import include, path

app_name = "desk"
urlpatterns = [
    path("", include("checkin.web.desk.board_urls")),
    path("", include("checkin.web.desk.visits_urls")),
    path("", include("checkin.web.desk.confidential_visits_urls")),
    path("", include("checkin.web.desk.sign_ins_urls")),
    path("", include("checkin.web.desk.locations_urls")),
    path("", include("checkin.web.desk.match_decisions_urls")),
    path("", include("checkin.web.desk.patients_urls")),
    path("", include("checkin.web.desk.look_alikes_urls")),
    path("", include("checkin.web.desk.patient_merges_urls")),
    path("", include("checkin.web.desk.needs_urls")),
    path("", include("checkin.web.desk.leaving_urls")),
    path("", include("checkin.web.desk.consent_urls")),
    path("", include("checkin.web.desk.urgent_signs_urls")),
    path("", include("checkin.web.desk.second_concerns_urls")),
    path("", include("checkin.web.desk.discrepancies_urls")),
    path("", include("checkin.web.desk.preferences_urls")),
    path("", include("checkin.web.desk.sealed_readings_urls")),
    path("", include("checkin.web.desk.excuse_notes_urls")),
    path("", include("checkin.web.desk.promises_urls")),
    path("", include("checkin.web.desk.handovers_urls")),
    path("", include("checkin.web.desk.visit_feedback_urls")),
    path("", include("checkin.web.desk.unsent_forms_urls")),
]
