"""URLs of the board, below the desk's."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import board as board_views

urlpatterns = [
    path("", board_views.show_board, name="board"),
    path("board/rows/", board_views.show_changed_rows, name="board_rows"),
    path("board/expected/", board_views.show_expected_patients, name="board_expected"),
    path("board/owed/", board_views.show_owed_promises, name="board_owed"),
]
