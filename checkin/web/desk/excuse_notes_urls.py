"""URLs of excuse notes, below the desk's."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import excuse_note_drafts
from checkin.web.desk import excuse_notes as excuse_note_views

urlpatterns = [
    path("visits/<int:visit_id>/notes/<slug:kind>/", excuse_note_drafts.serve_note_draft, name="note_draft"),
    path("notes/today.pdf", excuse_note_views.show_notes_of_today, name="notes_today"),
    path("notes/<int:number>/", excuse_note_views.show_excuse_note, name="note"),
    path("notes/<int:number>/pdf", excuse_note_views.show_note_pdf, name="note_pdf"),
    path("notes/<int:number>/void", excuse_note_views.serve_note_void, name="note_void"),
    path("notes/<int:number>/reissue", excuse_note_views.serve_note_reissue, name="note_reissue"),
]
