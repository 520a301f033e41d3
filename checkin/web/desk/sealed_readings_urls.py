"""URLs of what is sealed, below the desk's. None of them says what it is."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import care_alerts as care_alert_views
from checkin.web.desk import sealed_readings as sealed_reading_views

urlpatterns = [
    path("patients/<int:patient_id>/sealed/", sealed_reading_views.serve_sealed_of_patient, name="sealed"),
    path("visits/<int:visit_id>/sealed/", sealed_reading_views.serve_sealed_of_visit, name="sealed_visit"),
    path("patients/<int:patient_id>/sealed/new/", care_alert_views.serve_new_alert, name="sealed_new"),
    path(
        "patients/<int:patient_id>/sealed/<int:alert_id>/replace/",
        care_alert_views.serve_alert_change,
        name="sealed_replace",
    ),
    path(
        "patients/<int:patient_id>/sealed/<int:alert_id>/end/",
        care_alert_views.submit_alert_end,
        name="sealed_end",
    ),
    path(
        "patients/<int:patient_id>/sealed/<int:alert_id>/end/undo/",
        care_alert_views.submit_alert_end_undo,
        name="sealed_end_undo",
    ),
    path("visits/<int:visit_id>/looked/", care_alert_views.submit_looked, name="looked"),
]
