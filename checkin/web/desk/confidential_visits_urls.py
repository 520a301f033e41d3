"""URLs of confidential visits and hidden addresses, below the desk's."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import confidential_visits as confidential_visit_views

urlpatterns = [
    path(
        "visits/<int:visit_id>/confidential/",
        confidential_visit_views.submit_visit_confidential,
        name="visit_confidential",
    ),
    path(
        "patients/<int:patient_id>/hidden-address/",
        confidential_visit_views.submit_hidden_address,
        name="hidden_address",
    ),
]
