"""Whether a patient's row names that patient, and whether the last row is complete."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.rules.record_guards import PersonIdentity
from checkin.rules.record_row_guards import refuse_cut_last_cell, refuse_row_of_another
from checkin.rules.record_rows import BadRow

LEO = PersonIdentity("Leo Andrés", "Ruiz", birth_date=dt.date(2018, 3, 14))


@pytest.mark.parametrize(
    "said",
    [
        PersonIdentity(),
        PersonIdentity("Leo Andrés", "Ruiz"),
        PersonIdentity("Ruiz", "Leo Andres"),
        PersonIdentity("Leo", "Ruiz"),
        PersonIdentity("L", "Ruiz"),
        PersonIdentity("Baby Boy", "Ruiz"),
        PersonIdentity("Unknown", "Ruiz", birth_date=dt.date(1900, 1, 1)),
        PersonIdentity("Leo", "Ruiz", birth_date=dt.date(2018, 3, 14)),
    ],
)
def test_row_may_name_its_patient_shorter_or_in_another_order(said: PersonIdentity) -> None:
    refuse_row_of_another(LEO, said)


@pytest.mark.parametrize(
    "said",
    [
        PersonIdentity("Maya", "Ruiz"),
        PersonIdentity("M", "Ruiz"),
        PersonIdentity("Leo", "Khan"),
        PersonIdentity("L", "Khan"),
        PersonIdentity("Leo", "Ruiz", birth_date=dt.date(1988, 7, 2)),
    ],
)
def test_row_that_names_another_child_is_rejected_and_says_whom(said: PersonIdentity) -> None:
    with pytest.raises(BadRow, match=f"another child than the one here under its number: {said.given_name} "):
        refuse_row_of_another(LEO, said)


def test_clinics_own_stand_in_birth_date_names_nobody_else() -> None:
    said = PersonIdentity("Leo", "Ruiz", birth_date=dt.date(1999, 7, 4))
    refuse_row_of_another(LEO, said, stand_ins=["07-04"])
    with pytest.raises(BadRow):
        refuse_row_of_another(LEO, said, stand_ins=["07-05"])


def test_long_name_is_cut_in_the_error() -> None:
    with pytest.raises(BadRow) as caught:
        refuse_row_of_another(LEO, PersonIdentity("Maya", "Z" * 100))
    assert f"number: Maya {'Z' * 75}. Correct" in caught.value.sentence


@pytest.mark.parametrize(
    ("on_file", "said", "is_cut"),
    [
        ("1200 Brook Street", "1200 Brook", True),
        ("1200 Brook Street", "1200 Brook Street", False),
        ("1200 Brook", "1200 Brook Street", False),
        ("1200 Brook Street", "90 Hill Road", False),
        (None, "1200", False),
        ("1200", None, False),
        (12, 1, False),
    ],
)
def test_last_cell_that_is_only_a_prefix_of_the_record_was_truncated(
    on_file: str | int | None, said: str | int | None, *, is_cut: bool
) -> None:
    if not is_cut:
        refuse_cut_last_cell(on_file, said)
        return
    with pytest.raises(BadRow, match="the beginning of “1200 Brook Street”"):
        refuse_cut_last_cell(on_file, said)
