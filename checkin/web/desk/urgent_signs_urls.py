"""URLs of urgent signs, below the desk's."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import urgent_signs as urgent_sign_views

urlpatterns = [
    path("board/here/", urgent_sign_views.submit_board_presence, name="board_here"),
    path("visits/<int:visit_id>/going/", urgent_sign_views.submit_urgent_response, name="urgent_take"),
    path("visits/<int:visit_id>/settled/", urgent_sign_views.submit_urgent_settled, name="urgent_settle"),
    path("visits/<int:visit_id>/call-again/", urgent_sign_views.submit_urgent_undo, name="urgent_undo"),
    path("visits/<int:visit_id>/reason/", urgent_sign_views.serve_visit_reason, name="reason"),
]
