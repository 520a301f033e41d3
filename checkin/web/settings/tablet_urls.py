"""URLs of the clinic's tablets."""

from __future__ import annotations

from django.urls import path

from checkin.web.settings import tablets

urlpatterns = [
    path("tablets/", tablets.list_tablets, name="tablets"),
    path("tablets/<int:device_id>/key/", tablets.replace_tablet_key, name="tablet_key"),
    path("tablets/<int:device_id>/revoke/", tablets.revoke_tablet, name="tablet_revoke"),
]
