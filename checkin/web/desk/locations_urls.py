"""URLs of the choice of front desk, below the desk's."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import locations as location_views

urlpatterns = [
    path("location/", location_views.submit_location_choice, name="location"),
]
