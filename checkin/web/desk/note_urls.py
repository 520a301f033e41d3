"""The addresses of notes, under the desk's own."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import notes

urlpatterns = [
    path("visits/<int:visit_id>/notes/<slug:kind>/", notes.draft, name="note_draft"),
    path("notes/today.pdf", notes.today, name="notes_today"),
    path("notes/<int:number>/", notes.note, name="note"),
    path("notes/<int:number>/pdf", notes.pdf, name="note_pdf"),
    path("notes/<int:number>/void", notes.void, name="note_void"),
    path("notes/<int:number>/reissue", notes.reissue, name="note_reissue"),
]
