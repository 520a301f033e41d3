"""URLs of consent and written proxies, below the desk's."""

from __future__ import annotations

from django.urls import path

from checkin.web.desk import consent as consent_views

urlpatterns = [
    path("visits/<int:visit_id>/consent/", consent_views.serve_consent_page, name="consent"),
    path(
        "visits/<int:visit_id>/consent/<int:record_id>/withdraw/",
        consent_views.submit_consent_withdrawal,
        name="withdraw_consent",
    ),
    path("visits/<int:visit_id>/urgent/", consent_views.submit_urgent_care_mark, name="urgent"),
    path("patients/<int:patient_id>/proxies/", consent_views.submit_proxy, name="proxy"),
    path(
        "patients/<int:patient_id>/proxies/<int:proxy_id>/revoke/",
        consent_views.submit_proxy_revocation,
        name="revoke_proxy",
    ),
]
