"""URLs of needs, below the desk's."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import needs as need_views

urlpatterns = [
    path("visits/<int:visit_id>/needs/<int:need_id>/", need_views.submit_need_answer, name="answer"),
    path("visits/<int:visit_id>/needs/<int:need_id>/undo/", need_views.submit_need_undo, name="undo_answer"),
]
