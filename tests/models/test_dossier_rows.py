"""The prepared dossier query returns the same rows as a query built for the given patients and moments."""

from __future__ import annotations

import datetime as dt

import pytest
import pytest_django

from checkin.actions import visits
from checkin.models import Clinic, DueItem, Escort, Immunization, Location, SignInChannel
from checkin.models.dossier_rows import (
    SENTINEL_DOSSIER_MOMENTS,
    DossierMoments,
    adapt_dossier_moments,
    build_dossier_queries,
    connection,
    prepare_dossier_query,
    read_dossier_rows,
)
from tests import make


def put_together_now(ids: list[int], days: DossierMoments) -> list[tuple]:
    first, *others = build_dossier_queries(ids, days)
    return list(first.union(*others, all=True).order_by("row_number", "pk"))


def days_of(clinic: Clinic, at: dt.datetime) -> DossierMoments:
    today = clinic.local_date(at)
    return DossierMoments(today, *clinic.day(today), *clinic.day_around(at), at)


@pytest.fixture
def children(brook: Clinic, front: Location) -> list[int]:
    """Five children; each dossier row has data for some of them: today, yesterday or never."""
    made = []
    for number in range(5):
        child = make.patient(brook, f"Leo{number} Ruiz", born=f"2018-03-1{number}")
        make.guardian(child, position=number)
        make.guardian(child, "Otto Ruiz", ended_on=make.TUESDAY + dt.timedelta(days=number - 2))
        make.appointment(child, front, make.at(f"{number * 5}:50"))
        Escort.objects.create(clinic=brook, patient=child, name=f"Rosa {number}", is_patient=number == 1)
        due_on = make.TUESDAY + dt.timedelta(days=number - 2)
        due = {"kind": "vaccine", "name": f"MMR {number}", "due_on": due_on}
        DueItem.objects.create(clinic=brook, patient=child, **due)
        Immunization.objects.create(clinic=brook, patient=child, given_on=due_on, is_influenza=number > 2)
        made.append(child.pk)
    said = make.claim(name="Leo1 Ruiz", born="2018-03-11")
    visits.record_sign_in(location=front, claim=said, at=make.at(), channel=SignInChannel.KIOSK)
    return made


@pytest.mark.parametrize("clock", ["0:05", "9:40", "23:55"])
def test_the_prepared_query_returns_the_same_rows_as_one_built_for_the_patients(
    brook: Clinic, children: list[int], clock: str
) -> None:
    for day in (make.TUESDAY, make.TUESDAY + dt.timedelta(days=1)):
        days = days_of(brook, make.at(clock, day))
        for count in range(1, 6):
            found = list(read_dossier_rows(children[:count], days))
            assert found == put_together_now(children[:count], days)
            assert {line.patient_id for line in found} == set(children[:count])


def test_one_query_reads_the_dossiers_of_all_patients(
    brook: Clinic, children: list[int], django_assert_num_queries: pytest_django.DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        list(read_dossier_rows(children, days_of(brook, make.at())))


def test_every_moment_and_patient_id_has_a_parameter_in_the_prepared_query(db: None) -> None:
    places = [place for _, place in prepare_dossier_query(connection.vendor, 4).params if place is not None]
    assert set(places) == set(range(4 + len(DossierMoments._fields)))
    assert len(set(adapt_dossier_moments(SENTINEL_DOSSIER_MOMENTS))) == len(DossierMoments._fields)


def test_patient_counts_of_similar_size_share_one_prepared_query(db: None) -> None:
    def shapes() -> int:
        return prepare_dossier_query.cache_info().currsize

    list(read_dossier_rows([1], days := SENTINEL_DOSSIER_MOMENTS))
    list(read_dossier_rows([1] * 200, days))
    before = shapes()
    for count in range(129, 257):
        list(read_dossier_rows(range(1, count + 1), days))
    assert shapes() == before
