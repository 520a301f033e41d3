"""URLs of second concerns, below the desk's."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import second_concerns as second_concern_views

urlpatterns = [
    path(
        "visits/<int:visit_id>/second-concern/",
        second_concern_views.submit_concern_answer,
        name="second_concern",
    ),
    path(
        "visits/<int:visit_id>/second-concern/take/",
        second_concern_views.submit_concern_taken,
        name="second_concern_take",
    ),
    path(
        "visits/<int:visit_id>/second-concern/told/",
        second_concern_views.submit_concern_told,
        name="second_concern_told",
    ),
]
