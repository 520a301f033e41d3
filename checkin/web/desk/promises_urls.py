"""URLs of promises, below the desk's."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import promise_acts
from checkin.web.desk import promises as promise_views

urlpatterns = [
    path("promises/", promise_views.show_promises, name="promises"),
    path("promises/new/", promise_views.serve_new_promise, name="promise_new"),
    path("promises/<int:promise_id>/", promise_views.show_promise, name="promise"),
    path("promises/<int:promise_id>/keep/", promise_acts.submit_promise_kept, name="promise_keep"),
    path("promises/<int:promise_id>/try/", promise_acts.submit_promise_attempt, name="promise_try"),
    path(
        "promises/<int:promise_id>/hand-over/",
        promise_acts.submit_promise_handover,
        name="promise_hand_over",
    ),
    path(
        "promises/<int:promise_id>/withdraw/",
        promise_acts.submit_promise_withdrawal,
        name="promise_withdraw",
    ),
    path("promises/<int:promise_id>/undo/", promise_acts.submit_promise_undo, name="promise_undo"),
]
