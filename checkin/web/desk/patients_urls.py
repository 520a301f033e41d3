"""URLs of patients, below the desk's."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import patients as patient_views

urlpatterns = [
    path("patients/", patient_views.serve_patient_search, name="find"),
    path("patients/<int:patient_id>/", patient_views.show_patient, name="patient"),
    path("patients/<int:patient_id>/search/", patient_views.submit_merge_search, name="patient_search"),
    path(
        "patients/<int:patient_id>/complete/",
        patient_views.submit_patient_completion,
        name="patient_complete",
    ),
    path("patients/<int:patient_id>/merge/", patient_views.submit_provisional_merge, name="patient_merge"),
]
