"""URLs of visits and their steps, below the desk's."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import visit_moves
from checkin.web.desk import visits as visit_views

urlpatterns = [
    path("visits/<int:visit_id>/move/", visit_moves.submit_visit_move, name="move"),
    path("visits/<int:visit_id>/undo/", visit_moves.submit_move_undo, name="undo"),
    path("visits/<int:visit_id>/", visit_views.show_visit, name="visit"),
]
