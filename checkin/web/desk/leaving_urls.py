"""URLs of leaving, below the desk's."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import leaving as leaving_views

urlpatterns = [
    path("visits/<int:visit_id>/leave/", leaving_views.serve_leaving_page, name="leave"),
]
