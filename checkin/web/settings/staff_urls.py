"""URLs of the staff accounts."""

from __future__ import annotations

from django.urls import path

from checkin.web.settings import staff

urlpatterns = [
    path("", staff.show_staff, name="staff"),
    path("new/", staff.invite_person, name="staff_new"),
    path("<int:person_id>/", staff.edit_person, name="staff_one"),
    path("<int:person_id>/link/", staff.submit_new_link, name="staff_link"),
    path("<int:person_id>/factors/", staff.submit_factor_reset, name="staff_factors"),
    path("<int:person_id>/deactivate/", staff.submit_deactivation, name="staff_deactivate"),
]
