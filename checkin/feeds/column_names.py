"""Names of the columns of each kind of file, best known first."""

from __future__ import annotations

from checkin.rules import name_keys

_PATIENT_NUMBER_NAMES = (
    "patient_id patient_identifier patient_number mrn medical_record_number record_number chart_number "
    "rec_id medical_record_no mrn_number mrn_no patient_no pat_id pat_number pid chart chart_no "
    "hospital_number hospital_no nhs_number nhs_no empi emr_id ehr_id patient_mrn pat_mrn "
    "pt_mrn child_mrn pt_id child_id patient_chart_number no_de_dossier numero_de_expediente"
)
"""Names of the patient's number column; if a file has several, the first in this list counts."""

_PATIENT_COLUMN_NAMES = {
    "patient_id": f"{_PATIENT_NUMBER_NAMES} id",
    "patient_id_system": "patient_id_system identifier_system system",
    "given_name": "given_name given_names first_name forename forenames given first fname first_names "
    "firstname nombre nombres prenom vorname vornamen voornaam",
    "family_name": "family_name last_name surname family last lname surnames family_names apellidos apellido "
    "nom nom_de_famille nachname familienname cognome achternaam sobrenome apellido_paterno primer_apellido "
    "paternal_last_name paternal_surname first_surname first_last_name",
    "second_family_name": "second_family_name apellido_materno segundo_apellido second_last_name "
    "second_surname maternal_last_name maternal_surname",
    "preferred_name": "preferred_name nickname known_as goes_by preferred",
    "birth_date": "birth_date date_of_birth dob birthdate birthday born birth_dt bdate fecha_de_nacimiento "
    "date_de_naissance geburtsdatum",
    "sex": "sex gender sexo sexe",
    "phone": "phone phone_number telephone mobile mobile_phone home_phone cell cell_phone tel telefono",
    "address": "address street street_address address_1 address_line_1",
    "street_number": "street_number house_number",
    "address_2": "address_2 address_line_2",
    "city": "city town suburb",
    "postcode": "postcode postal_code zip zip_code",
    "language": "language preferred_language",
    "interpreter_needed": "interpreter_needed interpreter",
    "access_needs": "access_needs",
    "name": "name full_name patient_name child_name pt_name",
    "relationship": "relationship relation relationship_to_patient",
    "deceased": "deceased is_deceased died",
    "deceased_on": "deceased_on date_of_death death_date dod",
}
_GUARDIAN_COLUMN_NAMES = {
    "patient_id": _PATIENT_NUMBER_NAMES,
    "patient_id_system": "patient_id_system identifier_system system",
    "guardian_id": "guardian_id contact_id",
    "guardian_id_system": "guardian_id_system",
    "name": "name guardian_name contact_name full_name guardian",
    "given_name": "given_name first_name forename",
    "family_name": "family_name last_name surname",
    "relationship": "relationship relation relationship_to_patient",
    "phone": "phone phone_number telephone mobile mobile_phone home_phone",
    "may_consent": "may_consent consent can_consent",
    "position": "position priority order",
    "ended_on": "ended_on end_date period_end authority_ends",
}
_APPOINTMENT_COLUMN_NAMES = {
    "appointment_id": "appointment_id booking_id appointment_number id",
    "appointment_id_system": "appointment_id_system",
    "patient_id": _PATIENT_NUMBER_NAMES,
    "patient_id_system": "patient_id_system identifier_system system",
    "start": "start starts_at start_time appointment_time date_time datetime appt_time "
    "appointment_date_time appt_date_time appointment_start start_date_time",
    "date": "date appointment_date appt_date start_date date_of_appointment",
    "time": "time",
    "minutes": "minutes duration length",
    "status": "status appointment_status appt_status",
    "location": "location site desk",
    "with_whom": "with_whom with clinician practitioner provider doctor",
}
_IMMUNIZATION_COLUMN_NAMES = {
    "immunization_id": "immunization_id immunisation_id vaccination_id id",
    "immunization_id_system": "immunization_id_system",
    "patient_id": _PATIENT_NUMBER_NAMES,
    "patient_id_system": "patient_id_system identifier_system system",
    "vaccine": "vaccine vaccine_name immunization immunisation vaccination",
    "cvx": "cvx cvx_code vaccine_code code",
    "given_on": "given_on date_given given_date administered_on date_administered administration_date "
    "vaccination_date immunization_date",
    "status": "status completion_status vaccination_status immunization_status",
}
_DUE_ITEM_COLUMN_NAMES = {
    "due_item_id": "due_item_id recommendation_id id",
    "due_item_id_system": "due_item_id_system",
    "patient_id": _PATIENT_NUMBER_NAMES,
    "patient_id_system": "patient_id_system identifier_system system",
    "kind": "kind type",
    "name": "name due_item vaccine vaccine_name check_up",
    "code": "code cvx cvx_code vaccine_code",
    "due_on": "due_on due_date date_due",
    "status": "status forecast_status due_status",
}
COLUMN_NAMES_BY_KIND = {
    "due_items": _DUE_ITEM_COLUMN_NAMES,
    "immunizations": _IMMUNIZATION_COLUMN_NAMES,
    "appointments": _APPOINTMENT_COLUMN_NAMES,
    "guardians": _GUARDIAN_COLUMN_NAMES,
    "patients": _PATIENT_COLUMN_NAMES,
}
"""In the order in which file kinds are tested."""

KNOWN_HEADINGS = {
    name_keys.normalize_text(one)
    for kind in COLUMN_NAMES_BY_KIND.values()
    for called in kind.values()
    for one in called.split()
}
"""All known headings, as `heading_key` returns them."""
