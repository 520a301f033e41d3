"""The desk's addresses."""

from __future__ import annotations

from django.urls import include, path

from checkin.web.desk import (
    board,
    locations,
    look_alikes,
    match,
    merges,
    moves,
    patients,
    sign_in,
    typed,
    visits,
)

app_name = "desk"
urlpatterns = [
    path("", board.board, name="board"),
    path("board/rows/", board.rows, name="board_rows"),
    path("board/expected/", board.expected, name="board_expected"),
    path("board/owed/", board.owed, name="board_owed"),
    path("typed/", typed.typed_forms, name="typed"),
    path("typed/token/", typed.token, name="token"),
    path("location/", locations.choose, name="location"),
    path("visits/<int:visit_id>/move/", moves.move, name="move"),
    path("visits/<int:visit_id>/undo/", moves.undo, name="undo"),
    path("visits/<int:visit_id>/", visits.visit, name="visit"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/people/", sign_in.people, name="people"),
    path("match/", match.match, name="match"),
    path("match/<int:visit_id>/", match.match_one, name="match_one"),
    path("match/<int:visit_id>/search/", match.search, name="match_search"),
    path("match/<int:visit_id>/link/", match.link, name="match_link"),
    path("match/<int:visit_id>/new/", match.new_patient, name="match_new"),
    path("match/<int:visit_id>/undo/", match.undo, name="match_undo"),
    path("patients/", patients.find, name="find"),
    path("patients/look-alikes/", look_alikes.listed, name="look_alikes"),
    path("look-alikes/<int:look_alike_id>/two/", look_alikes.say_two, name="look_alike_two"),
    path("patients/<int:patient_id>/", patients.patient, name="patient"),
    path("patients/<int:patient_id>/search/", patients.search, name="patient_search"),
    path("patients/<int:patient_id>/complete/", patients.complete, name="patient_complete"),
    path("patients/<int:patient_id>/merge/", patients.merge, name="patient_merge"),
    path("patients/<int:patient_id>/merge/<int:other_id>/", merges.compare, name="merge_compare"),
    path("patients/<int:patient_id>/merge/<int:other_id>/send/", merges.merge, name="merge_records"),
    path("merges/<int:merge_id>/undo/", merges.undo, name="merge_undo"),
    path("", include("checkin.web.desk.needs_urls")),
    path("", include("checkin.web.desk.worries_urls")),
    path("", include("checkin.web.desk.note_urls")),
    path("", include("checkin.web.desk.promises_urls")),
    path("", include("checkin.web.desk.discrepancies_urls")),
    path("", include("checkin.web.desk.second_concerns_urls")),
]
