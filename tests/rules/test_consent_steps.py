"""A clinic's own table of consent steps on top of the default, whatever its settings contain."""

from __future__ import annotations

import pytest

from checkin.rules.consent_adults import CareKind, ConsentBasis
from checkin.rules.consent_steps import DEFAULT_CONSENT_TABLE, ConsentStep, read_consent_table


def test_clinic_setting_replaces_one_step_and_keeps_the_others() -> None:
    table = read_consent_table({"vaccine": {"telephone": "needs_writing"}})
    assert table[CareKind.VACCINE][ConsentBasis.TELEPHONE] == ConsentStep.NEEDS_WRITING
    changed = [
        (care, basis)
        for care, row in DEFAULT_CONSENT_TABLE.items()
        for basis, step in row.items()
        if table[care][basis] != step
    ]
    assert changed == [(CareKind.VACCINE, ConsentBasis.TELEPHONE)]


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        "vaccine",
        {"surgery": {"telephone": "proceed"}},
        {"vaccine": "proceed"},
        {"vaccine": {"telegram": "needs_writing"}},
        {"vaccine": {"telephone": "perhaps"}},
    ],
)
def test_unreadable_setting_changes_nothing(kept: object) -> None:
    assert read_consent_table(kept) == DEFAULT_CONSENT_TABLE


def test_reading_one_clinics_table_does_not_change_the_default() -> None:
    read_consent_table({"vaccine": {"none": "proceed"}})
    assert read_consent_table({})[CareKind.VACCINE][ConsentBasis.NONE] == ConsentStep.PHONE_GUARDIAN


def test_every_kind_of_care_has_a_step_for_every_basis() -> None:
    assert DEFAULT_CONSENT_TABLE.keys() == set(CareKind)
    assert all(row.keys() == set(ConsentBasis) for row in DEFAULT_CONSENT_TABLE.values())


def test_anyone_may_bring_a_child_to_be_seen() -> None:
    assert set(DEFAULT_CONSENT_TABLE[CareKind.SEEING].values()) == {ConsentStep.PROCEED}
