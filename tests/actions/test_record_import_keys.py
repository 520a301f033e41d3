"""Identifiers that are on file lead to their records, and a merged one to the record that stays."""

from __future__ import annotations

import pytest_django

from checkin.actions.record_import_keys import find_known_identifiers, find_merge_ends
from checkin.models import Clinic, Patient
from tests import make


def number(patient: Patient, system: str, value: str) -> tuple[str, str, int]:
    patient.identifiers.create(clinic=patient.clinic, system=system, value=value)
    return (system, value, patient.pk)


def test_only_the_identifiers_that_are_named_and_of_this_clinic_are_found(
    brook: Clinic, hill: Clinic
) -> None:
    leo, mia = make.patient(brook), make.patient(brook, "Mia Ruiz")
    his, hers = number(leo, "urn:a", "1"), number(mia, "urn:b", "2")
    number(leo, "urn:a", "2")
    number(make.patient(hill), "urn:a", "1")
    found = find_known_identifiers(brook, [("urn:a", "1"), ("urn:b", "2"), ("urn:b", "1"), ("urn:c", "1")])
    assert sorted(found) == sorted([his, hers])


def test_of_no_identifier_nobody_is_asked_for(
    brook: Clinic, django_assert_num_queries: pytest_django.DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert list(find_known_identifiers(brook, [])) == []


def merged(patient: Patient, into: Patient) -> Patient:
    Patient.objects.filter(pk=patient.pk).update(status="merged", merged_into=into)
    patient.refresh_from_db()
    return patient


def test_a_merged_record_leads_to_the_last_of_its_chain(brook: Clinic) -> None:
    last = make.patient(brook, "Leo Ruiz")
    middle = merged(make.patient(brook, "Leo Ruis"), last)
    first = merged(make.patient(brook, "Leon Ruiz"), middle)
    ends = find_merge_ends({one.pk: one for one in (first, middle, last)})
    assert ends == {first.pk: last, middle.pk: last}
    assert ends[first.pk] is last
    assert find_merge_ends({first.pk: first}) == {first.pk: last}


def test_where_none_is_merged_nothing_is_read(
    brook: Clinic, django_assert_num_queries: pytest_django.DjangoAssertNumQueries
) -> None:
    leo = make.patient(brook)
    with django_assert_num_queries(0):
        assert find_merge_ends({leo.pk: leo}) == {}
