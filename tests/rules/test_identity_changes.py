"""When “use the new” would turn a record into another child, and when it is a correction."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.rules.identity_changes import (
    RecordedIdentity,
    has_same_name_and_birth,
    is_changed_to_another_child,
    is_name_of_sibling,
    whole_name_keys,
)

EMMA = RecordedIdentity("Emma", "Johnson", "", dt.date(2018, 3, 14))


def identity(name: str, born: str = "2018-03-14", called: str = "") -> RecordedIdentity:
    given, _, family = name.partition(" ")
    return RecordedIdentity(given, family, called, dt.date.fromisoformat(born) if born else None)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (EMMA, identity("Lina Johnson", "2019-05-03")),
        (EMMA, identity("Lina Johnson", "2018-03-15")),
        (EMMA, identity("Lina Lindqvist", "2019-05-03")),
        (EMMA, identity("Emma Johnson", "2019-05-03", called="Lina")),
        (EMMA, identity("Emma Lindqvist", "2019-05-03")),
        (identity("伟 王"), identity("明 王", "2019-05-03")),
        (EMMA, identity("Lina Johnson")),
        (identity("Zofia Wójcik", "2020-01-09"), identity("Oliver Zane", "2020-01-09")),
        (identity("Zofia Wójcik", ""), identity("Oliver Zane", "")),
        (identity("Finn O'Neil"), identity("Bruno Keller")),
        (identity("Finn O'Neil"), identity("Keller Bruno")),
        (identity("Finn O'Neil"), identity("Bruno O'Neil", called="Bruno")),
        (identity("Emma Johnson", ""), identity("Lina Johnson", "2019-05-03")),
        (EMMA, identity("Emma Johnson", called="Lina")),
        (EMMA, identity(" Zane")),
        (EMMA, RecordedIdentity("Baby Girl", "Zane", "", EMMA.birth_date)),
        (RecordedIdentity("Baby Girl", "Johnson", "", EMMA.birth_date), identity("Lina Zane")),
        (RecordedIdentity("Twin A", "Johnson", "", None), RecordedIdentity("Twin B", "Johnson", "", None)),
    ],
)
def test_another_name_is_another_child_whatever_the_birth_date(
    before: RecordedIdentity, after: RecordedIdentity
) -> None:
    assert is_changed_to_another_child(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (identity("Jon Ruiz"), identity("John Ruiz", "2019-05-03")),
        (identity("Jose Ruiz"), identity("José Ruiz", "2019-05-03")),
        (identity("Elizabeth Ruiz"), identity("Lizzy Ruiz", "2019-05-03")),
        (identity("Francisco Ruiz"), identity("Paco Ruiz", "2019-05-03")),
        (identity("Alexandra Ruiz", called="Lina"), identity("Lina Ruiz", "2019-05-03", called="Lina")),
        (identity("Amy Ruiz"), identity("Amy Ruiz Lopez", "2019-05-03")),
        (identity("Anna Lindqvist"), identity("Lindqvist Anna", "2019-05-03")),
        (EMMA, identity("Emma Lindqvist", "2018-03-15")),
        (EMMA, identity("Emma Lindqvist")),
        (EMMA, identity("Emma Johnson", "2019-05-03")),
        (identity("Emma Johnson", ""), identity("Emma Lindqvist", "2019-05-03")),
        (identity("Emma "), identity("Emma Johnson")),
        (identity("Amy Ruiz"), identity("Amy Victoria Soto")),
        (identity("Leon Ruiz"), identity("Leon Ruiz", called="Leo")),
        (
            RecordedIdentity("Baby Girl", "Johnson", "", EMMA.birth_date),
            identity("Lina Johnson", "2018-03-15"),
        ),
        (identity(" Johnson"), identity("Lina Johnson", "2018-03-15")),
    ],
)
def test_new_spelling_short_form_family_name_or_birth_date_is_a_correction(
    before: RecordedIdentity, after: RecordedIdentity
) -> None:
    assert not is_changed_to_another_child(before, after)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (identity("Anna Lindqvist"), identity("anna LINDQVIST"), True),
        (identity("Anna Lindqvist"), identity("Lindqvist Anna"), True),
        (identity("Anna Lindqvist"), RecordedIdentity("Anna Lindqvist", "", "", EMMA.birth_date), True),
        (identity("Anna Lindqvist"), identity("Johanna Lindqvist", called="Anna"), True),
        (identity("Johanna Lindqvist", called="Anna"), identity("Anna Lindqvist"), True),
        (identity("José Ruiz"), identity("Jose Ruiz"), True),
        (identity("伟 王"), identity("薇 王"), False),
        (identity("Anna Lindqvist"), identity("Hanna Lindqvist"), False),
        (identity("Anna Lindqvist"), identity("Anna Lindqvist", "2018-03-15"), False),
        (identity("Anna Lindqvist", ""), identity("Anna Lindqvist", ""), False),
    ],
)
def test_same_name_and_birth_date_match_in_any_order(
    one: RecordedIdentity, other: RecordedIdentity, same: bool
) -> None:
    assert has_same_name_and_birth(one, other) is same
    if same:
        assert set(whole_name_keys(one)) & set(whole_name_keys(other))


def test_new_columns_are_applied_as_the_record_stores_them() -> None:
    written = EMMA.written({"birth_date": dt.date(2019, 5, 3), "given_name": "Lina", "address": "1 Elm St"})
    assert written == identity("Lina Johnson", "2019-05-03")
    assert EMMA.written({"birth_date": None}).birth_date is None
    assert written.words("US") == "Lina Johnson, born May 3, 2019"


@pytest.mark.parametrize(
    ("before", "typed", "sibling"),
    [
        ("Anna", "Hannah", "Hanna"),
        ("Anna", "Hanna", "Hanna"),
        ("Hanna", "Anne", "Anna"),
        ("Leo", "Lea", "Léa"),
        ("Jon", "Jan", "Jan"),
        ("Sophie", "Sofia", "Sophia"),
        ("Ana", "Anna", "Hanna"),
        ("Baby Girl", "Lina", "Lena"),
        ("", "Lina", "Lina"),
    ],
)
def test_name_one_letter_from_a_siblings_name_is_the_siblings(before: str, typed: str, sibling: str) -> None:
    one, other = identity(f"{before} Lindqvist"), identity(f"{sibling} Lindqvist", "2021-01-01")
    if before == "Baby Girl":
        one = RecordedIdentity("Baby Girl", "Lindqvist", "", EMMA.birth_date)
    assert is_name_of_sibling(one, one._replace(given_name=typed), other)
    assert is_name_of_sibling(one, one._replace(preferred_name=typed), other)
    called = other._replace(given_name="Zoe", preferred_name=sibling)
    assert is_name_of_sibling(one, one._replace(given_name=typed), called)


@pytest.mark.parametrize(
    ("before", "typed", "sibling"),
    [
        ("Anna", "Ana", "Hanna"),
        ("Anna", "Annah", "Hanna"),
        ("Hanna", "Hana", "Anna"),
        ("Hanna", "Hannah", "Anna"),
        ("Jon", "John", "Jan"),
        ("Jose", "José", "Joseph"),
        ("Zofia", "Sofia", "Zosia"),
        ("Elizabeth", "Lizzy", "Eliza"),
        ("Anna", "Anna", "Hanna"),
        ("Anna", "", "Hanna"),
        ("Kayla", "Kaila", "Mia"),
        ("Baby Girl", "Lina", "Tom"),
    ],
)
def test_spelling_of_the_childs_own_name_is_not_a_siblings(before: str, typed: str, sibling: str) -> None:
    one = RecordedIdentity(before, "Lindqvist", "", EMMA.birth_date)
    assert not is_name_of_sibling(one, one._replace(given_name=typed), identity(f"{sibling} Lindqvist"))
