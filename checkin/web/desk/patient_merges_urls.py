"""URLs of record merges, below the desk's."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import patient_merges as patient_merge_views

urlpatterns = [
    path(
        "patients/<int:patient_id>/merge/<int:other_id>/",
        patient_merge_views.show_merge_comparison,
        name="merge_compare",
    ),
    path(
        "patients/<int:patient_id>/merge/<int:other_id>/send/",
        patient_merge_views.submit_patient_merge,
        name="merge_records",
    ),
    path("merges/<int:merge_id>/undo/", patient_merge_views.submit_merge_undo, name="merge_undo"),
]
