"""URLs of what is sealed, below the desk's. None of them says what it is."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import care_alerts, sealed_readings

urlpatterns = [
    path("patients/<int:patient_id>/sealed/", sealed_readings.serve_sealed_of_patient, name="sealed"),
    path("visits/<int:visit_id>/sealed/", sealed_readings.serve_sealed_of_visit, name="sealed_visit"),
    path("patients/<int:patient_id>/sealed/new/", care_alerts.serve_new_alert, name="sealed_new"),
    path(
        "patients/<int:patient_id>/sealed/<int:alert_id>/replace/",
        care_alerts.serve_alert_change,
        name="sealed_replace",
    ),
    path(
        "patients/<int:patient_id>/sealed/<int:alert_id>/end/",
        care_alerts.submit_alert_end,
        name="sealed_end",
    ),
    path("notices/", care_alerts.show_notices, name="notices"),
    path("visits/<int:visit_id>/looked/", care_alerts.submit_looked, name="looked"),
]
