"""Needs on record and needs said today are shown side by side with their source; neither hides the other."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from checkin.rules import understanding as understanding_rules
from checkin.rules.languages import is_same_language
from checkin.rules.need_labels import need_label_words
from checkin.rules.need_types import NeedKind
from checkin.rules.understanding import (
    NeedsOnRecord,
    NeedsSaidToday,
    access_help_by_source,
    combine_spoken_languages,
)
from tests.rules.test_needs import find

WHEELCHAIR, HEARING = "Uses a wheelchair: room 3, wide door", "hearing aid"


def spoken(today: NeedsSaidToday, record: NeedsOnRecord) -> str:
    found = combine_spoken_languages(today, record, own="en")
    return "; ".join(f"{one.words}, {one.source.value}{one.more}" for one in found)


@pytest.mark.parametrize(
    ("today", "recorded", "shown"),
    [
        ("", "", []),
        (HEARING, "", [(HEARING, "today")]),
        ("", WHEELCHAIR, [(WHEELCHAIR, "record")]),
        (HEARING, WHEELCHAIR, [(HEARING, "today"), (WHEELCHAIR, "record")]),
        ("Wheel-chair, please", "wheelchair please", [("Wheel-chair, please", "both")]),
        ("轮椅", "轮椅", [("轮椅", "both")]),
        ("none", WHEELCHAIR, [(WHEELCHAIR, "record")]),
        ("!!", "??", []),
        (" \n", " ", []),
    ],
)
def test_both_sources_are_shown_if_they_differ_and_one_if_they_agree(
    today: str, recorded: str, shown: list[tuple[str, str]]
) -> None:
    assert [(one.words, one.source.value) for one in access_help_by_source(today, recorded)] == shown


SAME = [
    ("I use a wheelchair", "wheelchair"),
    ("Uses a wheelchair", "Wheelchair"),
    ("He is using his hearing aid today", "Hearing aids"),
    ("hearing aids", "hearing aid"),
    (WHEELCHAIR, "wheelchair"),
    ("Uso silla de ruedas", "silla de ruedas"),
]
OTHER = [
    ("no wheelchair", "wheelchair"),
    ("She does not use the wheelchair", "wheelchair"),
    ("doesn't need a hearing aid", "hearing aid"),
    ("no longer uses a wheelchair", "a wheelchair"),
    ("sin silla de ruedas", "silla de ruedas"),
    ("outgrew wheelchair", "wheelchair"),
    ("wheelchair returned", "wheelchair"),
    ("lost her hearing aids", "hearing aids"),
    ("refuses hearing aid", "hearing aid"),
    ("no longer needs a wheelchair", "wheelchair"),
    ("was in a wheelchair", "wheelchair"),
    ("used to have hearing aids", "hearing aids"),
    ("wheelchair at home only", "wheelchair"),
    ("wheelchair broken, uses crutches", "wheelchair"),
    ("his brother uses a wheelchair", "wheelchair"),
    ("dejó la silla de ruedas", "silla de ruedas"),
    ("perdió los audífonos", "audífonos"),
    ("devolvimos la silla de ruedas", "silla de ruedas"),
    ("usaba silla de ruedas", "silla de ruedas"),
    ("ya no necesita silla de ruedas", "silla de ruedas"),
    ("la silla de ruedas le quedó chica", "silla de ruedas"),
    ("hearing dog and walking aids", "hearing aid"),
    ("I use a wheelchair", "I use"),
    ("help with stairs", "help"),
    ("wheelchair", "ramp"),
    ("blindfold", "blind"),
    ("left ear", "left"),
    ("一个轮椅", "轮椅"),
]


@pytest.mark.parametrize(("more", "less"), SAME)
def test_same_need_in_fewer_words_is_one_need_with_the_longer_words(more: str, less: str) -> None:
    """A visit showed two needs and two chips for one wheelchair."""
    for today, recorded in ((more, less), (less, more)):
        (shown,) = access_help_by_source(today, recorded)
        assert (shown.words, shown.source.value, shown.less) in (
            (more, "both", less),
            (today, "both", recorded),
        )
        (need,) = of_kind(
            NeedKind.ACCESS,
            today=NeedsSaidToday(access_needs=today),
            recorded=NeedsOnRecord("", False, recorded),
        )
        assert need[1] == f"they said: {today}; on record: {recorded}"
        assert today in shown.hint and recorded in shown.hint and "on record" in shown.hint


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_negated_or_unnamed_access_need_is_not_the_same(one: str, other: str) -> None:
    for today, recorded in ((one, other), (other, one)):
        assert [each.source.value for each in access_help_by_source(today, recorded)] == ["today", "record"]


def test_answer_to_a_smaller_need_does_not_answer_a_larger_one() -> None:
    def key(recorded: str = "") -> list[str]:
        known = {
            "today": NeedsSaidToday(access_needs="wheelchair"),
            "recorded": NeedsOnRecord("", False, recorded),
        }
        return [one.key for one in find(**known).values() if one.kind == NeedKind.ACCESS]

    assert key() == key("Wheelchair") == key("wheelchairs") != key(WHEELCHAIR)


@pytest.mark.parametrize(
    ("today", "record", "shown"),
    [
        (
            NeedsSaidToday("Dari", True),
            NeedsOnRecord("ar", True),
            "Dari interpreter, today; Arabic interpreter, record",
        ),
        (NeedsSaidToday("Spanish", True), NeedsOnRecord("es", True), "Spanish interpreter, both"),
        (NeedsSaidToday("", True), NeedsOnRecord("ar", True), "Arabic interpreter, both"),
        (NeedsSaidToday("Dari", True), NeedsOnRecord("ar"), "Dari interpreter, today; Arabic, record"),
        (NeedsSaidToday("", True), NeedsOnRecord("ar"), "Arabic interpreter, today, the language on record"),
        (NeedsSaidToday("", True), NeedsOnRecord("en"), "Interpreter, ask which language, today"),
        (NeedsSaidToday("Spanish"), NeedsOnRecord("ar", True), "Spanish, today; Arabic interpreter, record"),
        (
            NeedsSaidToday("Spanish"),
            NeedsOnRecord("", True),
            "Spanish interpreter, record, the language said today",
        ),
        (
            NeedsSaidToday("Spanish"),
            NeedsOnRecord("en", True),
            "Spanish interpreter, record, the language said today; English, record",
        ),
        (
            NeedsSaidToday("Spanish", True),
            NeedsOnRecord("en", True),
            "Spanish interpreter, both; English, record",
        ),
        (NeedsSaidToday(), NeedsOnRecord("ar", True), "Arabic interpreter, record"),
        (NeedsSaidToday(), NeedsOnRecord("English", True), "Interpreter, ask which language, record"),
        (NeedsSaidToday("Spanish"), NeedsOnRecord("ar"), "Spanish, today; Arabic, record"),
        (NeedsSaidToday("Spanish"), NeedsOnRecord("español"), "Spanish, both"),
        (NeedsSaidToday("Spanish"), NeedsOnRecord("en-US"), "Spanish, today; American English, record"),
        (NeedsSaidToday(), NeedsOnRecord("English"), ""),
        (NeedsSaidToday("English"), NeedsOnRecord("en"), ""),
    ],
)
def test_interpreter_and_language_are_shown_with_their_source(
    today: NeedsSaidToday, record: NeedsOnRecord, shown: str
) -> None:
    assert spoken(today, record) == shown


def test_unchecked_interpreter_box_is_not_a_no() -> None:
    for language in ("", "Dari", "es"):
        words = [
            one.words
            for one in combine_spoken_languages(NeedsSaidToday(language), NeedsOnRecord("ar", True), own="en")
        ]
        assert "Arabic interpreter" in words


def test_every_language_and_interpreter_from_either_source_is_shown() -> None:
    said = ["", "Dari", "Spanish", "English"]
    for today, record in itertools.product(itertools.product(said, (True, False)), repeat=2):
        for own in ("", "en", "es"):
            found = combine_spoken_languages(NeedsSaidToday(*today), NeedsOnRecord(*record), own=own)
            told = " ".join(one.words for one in found).casefold()
            for language in (today[0], record[0]):
                assert language.casefold() in told or understanding_rules.is_clinics_language(language, own)
            assert any(one.is_interpreter for one in found) == (today[1] or record[1])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("es", "Spanish", True),
        ("Español", "es", True),
        ("español", "SPANISH", True),
        ("العربية", "ar", True),
        ("es", "es-MX", True),
        ("ht", "Haitian Creole", True),
        ("Dari", "fa", False),
        ("الدارية", "الدارية", True),
        ("x", "y", False),
        ("", "es", False),
    ],
)
def test_language_is_recognized_by_its_tag_and_by_either_name(one: str, other: str, same: bool) -> None:
    assert is_same_language(one, other) is is_same_language(other, one) is same


def of_kind(kind: NeedKind, **known: Any) -> list[tuple[str, str]]:
    return [(need_label_words(one), one.why) for one in find(**known).values() if one.kind == kind]


def test_each_source_has_its_own_need_that_names_the_source() -> None:
    both = {"today": NeedsSaidToday("Dari", True, HEARING), "recorded": NeedsOnRecord("ar", True, WHEELCHAIR)}
    assert of_kind(NeedKind.ACCESS, **both) == [
        (f"access · {HEARING}", f"they said: {HEARING}"),
        (f"access · {WHEELCHAIR}", f"on record: {WHEELCHAIR}"),
    ]
    assert of_kind(NeedKind.INTERPRETER, **both) == [
        ("interpreter · Dari", "asked for at sign-in"),
        ("interpreter · Arabic", "on record"),
    ]


def test_they_said_is_shown_only_for_what_the_family_said() -> None:
    for recorded in (WHEELCHAIR, "hearing aids", "ramp"):
        (need,) = of_kind(NeedKind.ACCESS, recorded=NeedsOnRecord(access_needs=recorded))
        assert "said" not in need[1]


def test_interpreter_need_mentions_the_language_from_the_other_source() -> None:
    (dari,) = of_kind(NeedKind.INTERPRETER, today=NeedsSaidToday("Dari", True), recorded=NeedsOnRecord("ar"))
    assert dari == ("interpreter · Dari", "asked for at sign-in; on record: Arabic")
    (arabic,) = of_kind(
        NeedKind.INTERPRETER, today=NeedsSaidToday("Spanish"), recorded=NeedsOnRecord("ar", True)
    )
    assert arabic == ("interpreter · Arabic", "on record; said today: Spanish")


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        (("birth_date",), "birth date differs"),
        (("phone", "sign_in"), "phone and sign-in differ"),
        (("sign_in", "name", "phone", "phone"), "name, phone and sign-in differ"),
    ],
)
def test_discrepancy_need_is_worded_as_something_to_check(
    fields: tuple[str] | tuple[str, str] | tuple[str, str, str, str], label: str
) -> None:
    ((said, why),) = of_kind(NeedKind.DISCREPANCY, discrepancies=fields)
    assert said == label
    assert why.startswith("what was typed differs from the record: ")
