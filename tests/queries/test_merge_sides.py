"""The two records of a merge side by side, and the merges into one record."""

from __future__ import annotations

import pytest
import pytest_django

from checkin.actions import patient_merges
from checkin.models import Clinic, Staff
from checkin.queries import merge_sides
from tests import make


@pytest.mark.parametrize("count", [1, 4])
def test_one_query_reads_all_merges_of_a_level(
    brook: Clinic, max_: Staff, count: int, django_assert_num_queries: pytest_django.DjangoAssertNumQueries
) -> None:
    """Each merge used to cost two queries more, to find out whether its record followed a visit."""
    kept = make.patient(brook, "Finn O'Neil", born="2018-03-14")
    for _ in range(count):
        twin = make.patient(brook, "Finn O'Neil", born="2018-03-14")
        patient_merges.merge_patients(merged=twin, into=kept, by=max_, at=make.at(), sure=True)
    # One for those merged into it, and one for those merged into them.
    with django_assert_num_queries(2):
        assert len(merge_sides.list_merges_into_record(kept)) == count
