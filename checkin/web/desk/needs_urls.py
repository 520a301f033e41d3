"""The addresses of needs, consent and the door, under the desk's own."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import consent, door, needs

urlpatterns = [
    path("visits/<int:visit_id>/needs/<int:need_id>/", needs.answer, name="answer"),
    path("visits/<int:visit_id>/needs/<int:need_id>/undo/", needs.undo, name="undo_answer"),
    path("visits/<int:visit_id>/door/", door.door, name="door"),
    path("visits/<int:visit_id>/consent/", consent.consent, name="consent"),
    path(
        "visits/<int:visit_id>/consent/<int:record_id>/withdraw/",
        consent.withdraw,
        name="withdraw_consent",
    ),
    path("visits/<int:visit_id>/urgent/", consent.urgent, name="urgent"),
    path("patients/<int:patient_id>/proxies/", consent.proxy, name="proxy"),
    path("patients/<int:patient_id>/proxies/<int:proxy_id>/revoke/", consent.revoke, name="revoke_proxy"),
]
