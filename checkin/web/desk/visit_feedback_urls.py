"""URLs of feedback, below the desk's."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import visit_feedback as visit_feedback_views

urlpatterns = [
    path("promises/words/<int:word_id>/", visit_feedback_views.show_visit_feedback, name="word"),
    path("promises/words/<int:word_id>/read/", visit_feedback_views.submit_feedback_read, name="word_read"),
    path(
        "promises/words/<int:word_id>/answer/",
        visit_feedback_views.submit_feedback_answer,
        name="word_answer",
    ),
]
