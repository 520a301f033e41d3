"""The addresses of discrepancies and preferences, under the desk's own."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import discrepancies, preferences

urlpatterns = [
    path("discrepancies/", discrepancies.discrepancies, name="discrepancies"),
    path("visits/<int:visit_id>/discrepancies/", discrepancies.of_visit, name="visit_discrepancies"),
    path("discrepancies/<int:discrepancy_id>/decide/", discrepancies.decide, name="discrepancy_decide"),
    path("discrepancies/<int:discrepancy_id>/undo/", discrepancies.undo, name="discrepancy_undo"),
    path("visits/<int:visit_id>/preferences/", preferences.preferences, name="preferences"),
    path("visits/<int:visit_id>/preferences/forget/", preferences.forget, name="preferences_forget"),
]
