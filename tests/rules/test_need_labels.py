"""The label of a need, from its kind and subject."""

from __future__ import annotations

import pytest

from checkin.rules import need_labels
from checkin.rules.coded_sentences import NOTHING_SAID
from checkin.rules.need_types import FLU_NEED_KEY, FLU_VACCINE_NAME, FoundNeed, NeedKind, NeedOwner


@pytest.mark.parametrize(
    ("kind", "text", "label", "heading"),
    [
        (NeedKind.SCHOOL_NOTE, "", "school note", "School note"),
        (NeedKind.SCHOOL_NOTE, "7", "school note", "School note"),
        # A "dT booster" is not a "DT booster".
        (NeedKind.VACCINE, "dT booster", "dT booster", "dT booster"),
        (NeedKind.VACCINE, "", "flu vaccine", "Flu vaccine"),
        (NeedKind.CHECK_UP, "two-year check-up", "two-year check-up", "two-year check-up"),
        (NeedKind.CLINIC, "ask about lead", "ask about lead", "ask about lead"),
        (NeedKind.ACCESS, "", "access", "Access"),
        (NeedKind.ACCESS, "a ramp · left", "access · a ramp · left", "Access · a ramp · left"),
        (NeedKind.INTERPRETER, "Dari", "interpreter · Dari", "Interpreter · Dari"),
        (
            NeedKind.INTERPRETER,
            "",
            "interpreter, ask which language",
            "Interpreter, ask which language",
        ),
        (
            NeedKind.WRONG_NOTE,
            need_labels.note_subject("work", 12),
            "work note 12: another name",
            "Work note 12: another name",
        ),
        (NeedKind.DISCREPANCY, "birth_date", "birth date differs", "Birth date differs"),
        (
            NeedKind.DISCREPANCY,
            need_labels.fields_subject(["address", "name", "sign_in"]),
            "address, name and sign-in differ",
            "Address, name and sign-in differ",
        ),
    ],
)
def test_our_labels_start_with_a_capital_and_names_stay_unchanged(
    kind: NeedKind, text: str, label: str, heading: str
) -> None:
    assert need_labels.label_words(kind, text) == label
    assert need_labels.need_heading(kind, text) == heading


def test_seasonal_vaccine_has_one_name_and_a_recorded_product_keeps_its_own() -> None:
    """One board had “Flu vaccine” for one child and “Influenza vaccine” for the next."""
    season = FoundNeed(
        NeedKind.VACCINE, NOTHING_SAID, NeedOwner.CLINICIAN, key=FLU_NEED_KEY, label=FLU_VACCINE_NAME
    )
    assert (need_labels.need_chip_text(season), need_labels.need_label_words(season)) == ("", "flu vaccine")
    for plain in ("influenza", "Influenza vaccine", "Flu shot", "seasonal influenza vaccination"):
        named = season._replace(key="12", label=plain)
        assert need_labels.need_chip_text(named) == plain, "what the record says is stored"
        assert need_labels.need_label_words(named) == "flu vaccine"
        assert need_labels.need_heading(NeedKind.VACCINE, plain) == "Flu vaccine"
    for product in ("Influenza, high dose", "Haemophilus influenzae type b", "H5 influenza vaccine"):
        named = season._replace(key="12", label=product)
        assert need_labels.need_label_words(named) == product
        assert need_labels.need_heading(NeedKind.VACCINE, product) == product
    assert need_labels.need_heading(NeedKind.CHECK_UP, "influenza") == "influenza"
