"""URLs of the desk's own sign-in, below the desk's."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import sign_ins

urlpatterns = [
    path("sign-in/", sign_ins.serve_desk_sign_in, name="sign_in"),
    path("sign-in/people/", sign_ins.show_people_suggestions, name="people"),
]
