"""URLs of look-alikes, below the desk's."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import look_alikes as look_alike_views

urlpatterns = [
    path("patients/look-alikes/", look_alike_views.show_look_alikes, name="look_alikes"),
    path(
        "look-alikes/<int:look_alike_id>/two/", look_alike_views.submit_not_same_child, name="look_alike_two"
    ),
]
