"""URLs of the audit log."""

from __future__ import annotations

from django.urls import path

from checkin.web.audit import emergency_access, events, exports, patients, people

app_name = "audit"
urlpatterns = [
    path("", events.show_events, name="events"),
    path("export/", exports.export_events, name="export"),
    path("patients/", patients.find_patients, name="patients"),
    path("patients/<int:patient_id>/", patients.show_patient_events, name="patient"),
    path("patients/<int:patient_id>/name/", patients.show_patient_name, name="patient_name"),
    path("people/", people.list_people, name="people"),
    path("people/<int:staff_id>/", people.show_person_events, name="person"),
    path("emergencies/", emergency_access.list_emergencies, name="emergencies"),
    path("emergencies/<int:access_id>/", emergency_access.show_emergency, name="emergency"),
]
