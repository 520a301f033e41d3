"""What two merged records say alike is still said once one of them goes home."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING

import pytest

from checkin.models import DueItem, Guardian
from checkin.rules import vaccines
from tests import make

if TYPE_CHECKING:
    from tests.actions.merge_chains import Chain


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("into", [(2, 2), (1, 2)], ids=["both into one", "a chain"])
def test_an_adult_on_both_merged_records_stays_with_the_one_left(chain: Chain, into: tuple[int, int]) -> None:
    """A and B name one adult, and one list says the same is due; C knows neither. In any order of undoing."""
    for record in chain.records[:2]:
        make.guardian(record, "Sofia Reyes", phone="555-010-0200")
        due_on = dt.date(2026, 1, 1)
        value = vaccines.content_key(
            "due", record.pk, "vaccine", vaccines.content_key_part("MMR", ""), due_on
        )
        facts = {"kind": "vaccine", "name": "MMR", "due_on": due_on, "system": value[0], "value": value[1]}
        DueItem.objects.create(clinic=record.clinic, patient=record, **facts)
    for order in itertools.permutations(range(2)):
        made = [chain.merge(n, into[n]) for n in range(2)]
        assert on(chain) == [0, 0, 1]
        chain.undo(made[order[0]])
        left = [1, 0, 1] if order[0] == 0 else [0, 1, 1] if into == (2, 2) else [0, 1, 0]
        assert on(chain) == left
        chain.undo(made[order[1]])
        assert on(chain) == [1, 1, 0]


def on(chain: Chain) -> list[int]:
    """How many adults, and as many due items, there are on each record that stands."""
    standing = [record for n, record in enumerate(chain.records) if chain.fresh(n).is_on_file]
    adults, due = (
        [model.objects.filter(patient=one).count() if one in standing else 0 for one in chain.records]
        for model in (Guardian, DueItem)
    )
    assert adults == due
    return adults
