"""The addresses of the second concern, under the desk's own."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import second_concerns

urlpatterns = [
    path("visits/<int:visit_id>/second-concern/", second_concerns.second_concern, name="second_concern"),
    path("visits/<int:visit_id>/second-concern/take/", second_concerns.take, name="second_concern_take"),
    path("visits/<int:visit_id>/second-concern/told/", second_concerns.told, name="second_concern_told"),
]
