"""URLs of feedback, below the desk's."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import visit_feedback as visit_feedback_views

urlpatterns = [
    path("promises/feedback/<int:feedback_id>/", visit_feedback_views.show_visit_feedback, name="feedback"),
    path(
        "promises/feedback/<int:feedback_id>/read/",
        visit_feedback_views.submit_feedback_read,
        name="feedback_read",
    ),
    path(
        "promises/feedback/<int:feedback_id>/answer/",
        visit_feedback_views.submit_feedback_answer,
        name="feedback_answer",
    ),
]
