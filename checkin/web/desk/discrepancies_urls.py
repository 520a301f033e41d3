"""URLs of discrepancies, below the desk's."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import discrepancies as discrepancy_views

urlpatterns = [
    path("discrepancies/", discrepancy_views.show_discrepancies, name="discrepancies"),
    path(
        "visits/<int:visit_id>/discrepancies/",
        discrepancy_views.show_visit_discrepancies,
        name="visit_discrepancies",
    ),
    path(
        "discrepancies/<int:discrepancy_id>/decide/",
        discrepancy_views.submit_discrepancy_decision,
        name="discrepancy_decide",
    ),
    path(
        "discrepancies/<int:discrepancy_id>/undo/",
        discrepancy_views.submit_discrepancy_undo,
        name="discrepancy_undo",
    ),
]
