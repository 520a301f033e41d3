"""Addresses of a child who cannot wait, under the desk's own."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import worries

urlpatterns = [
    path("board/here/", worries.here, name="board_here"),
    path("visits/<int:visit_id>/going/", worries.take, name="worry_take"),
    path("visits/<int:visit_id>/settled/", worries.settle, name="worry_settle"),
    path("visits/<int:visit_id>/call-again/", worries.undo, name="worry_undo"),
    path("visits/<int:visit_id>/reason/", worries.reason, name="reason"),
]
