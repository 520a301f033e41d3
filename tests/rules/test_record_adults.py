"""Whether a row about a guardian means the one on file or would replace them with another adult."""

from __future__ import annotations

import pytest

from checkin.rules import record_adults
from checkin.rules.record_rows import BadRow


@pytest.mark.parametrize(
    "said",
    ["Ana Ruiz", "Ruiz, Ana", "Ana", "Ana María Ruiz", "Anna Ruiz", "ANA RUÍZ", "Ana Ruiz-Lopez"],
)
def test_one_adult_may_be_written_in_several_ways(said: str) -> None:
    assert record_adults.is_same_guardian_name("Ana Ruiz", said)


@pytest.mark.parametrize("said", ["Rosa Ruiz", "Ana Khan", "Pablo Ruiz", "Rosa Khan"])
def test_other_first_or_family_name_is_another_adult(said: str) -> None:
    assert not record_adults.is_same_guardian_name("Ana Ruiz", said)


@pytest.mark.parametrize("recorded", ["Mother", "Unknown", "legal guardian"])
def test_unnamed_adult_on_file_may_get_a_name(recorded: str) -> None:
    assert record_adults.is_same_guardian_name(recorded, "Rosa Khan")


def test_row_with_another_adult_is_rejected_unless_the_phone_matches() -> None:
    record_adults.refuse_another_adult("Ana Ruiz", "Rosa Khan", is_same_phone=True)
    record_adults.refuse_another_adult("Ana Ruiz", "Ana Ruiz", is_same_phone=False)
    with pytest.raises(BadRow, match="turn one guardian into another"):
        record_adults.refuse_another_adult("Ana Ruiz", "Rosa Khan", is_same_phone=False)
