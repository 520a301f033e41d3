"""URLs of match decisions, below the desk's."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import match_decisions as match_decision_views

urlpatterns = [
    path("match/", match_decision_views.show_match_queue, name="match"),
    path("match/<int:visit_id>/", match_decision_views.show_match_visit, name="match_one"),
    path("match/<int:visit_id>/search/", match_decision_views.submit_match_search, name="match_search"),
    path("match/<int:visit_id>/link/", match_decision_views.submit_match_link, name="match_link"),
    path("match/<int:visit_id>/new/", match_decision_views.submit_new_patient_match, name="match_new"),
    path("match/<int:visit_id>/undo/", match_decision_views.submit_match_undo, name="match_undo"),
]
