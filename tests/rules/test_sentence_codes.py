"""What rows keep as codes is read in the language of whoever looks: every kind of need, in Spanish."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from string import Formatter
from typing import Any

import pytest
from django.utils import translation

from checkin.rules import needs as need_rules
from checkin.rules.consent import ConsentFacts
from checkin.rules.consent_adults import ConsentAdult, WrittenProxy
from checkin.rules.consent_answers import ConsentAnswer
from checkin.rules.excuse_notes import HandedNote
from checkin.rules.need_labels import need_label_words
from checkin.rules.need_settings import NeedSettings
from checkin.rules.need_types import DueItemFacts, FoundNeed, NeedFacts, NeedKind
from checkin.rules.sentence_codes import SentenceCode
from checkin.rules.understanding import NeedsOnRecord, NeedsSaidToday

TUESDAY = dt.date(2026, 3, 10)
PUNCTUATION_ALONE = re.compile(r"(\{\w+\}|[^\w{}])+")
ANA, ROSA = ConsentAdult("Ana Ruiz", "555-010-0123", "mamá"), ConsentAdult("Rosa", "", "tía")
PABLO = ConsentAdult("Pablo Ruiz", "555-010-0199", "papá")
MMR = DueItemFacts(7, "vaccine", "MMR", dt.date(2026, 1, 1))
USUAL = NeedFacts(
    arrived=dt.datetime(2026, 3, 10, 9, 40, tzinfo=dt.UTC),
    birth_date=dt.date(2018, 3, 1),
    linked=True,
    match="certain",
    consent=ConsentFacts(escort=ROSA, guardians=(ANA,)),
)


def facts_of(code: SentenceCode) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(str(code.label)) if name}


@pytest.mark.parametrize("code", SentenceCode)
def test_every_sentence_has_its_spanish_with_the_same_facts(code: SentenceCode) -> None:
    english, facts = str(code.label), facts_of(code)
    with translation.override("es"):
        assert facts_of(code) == facts
        assert (str(code.label) == english) == bool(PUNCTUATION_ALONE.fullmatch(english))


def said(who: ConsentAdult, *, agreed: bool, **more: Any) -> ConsentAnswer:
    return ConsentAnswer("vaccine", agreed, "telephone", who.name, phone=who.phone, **more)


def asked_of(*answers: ConsentAnswer, **more: Any) -> dict[str, Any]:
    usual = {"escort": ROSA, "guardians": (ANA, PABLO), "answers": answers}
    return {"due": (MMR,), "consent": ConsentFacts(**usual | more)}


def proxy(**more: Any) -> tuple[WrittenProxy, ...]:
    return (WrittenProxy(ROSA, "Ana Ruiz", **more),)


YEAR_LATER, YEAR_BEFORE = dt.date(2027, 3, 9), dt.date(2025, 3, 9)
OTHER_NOTE = HandedNote("school", 12, names="Pía Sol")
LANGUAGES = {"today": NeedsSaidToday("Dari", interpreter=True), "recorded": NeedsOnRecord("Quechua")}
BOTH_LANGUAGES = {"today": NeedsSaidToday("Dari"), "recorded": NeedsOnRecord("Quechua", interpreter=True)}
CASES: list[tuple[NeedKind, dict[str, Any], list[str]]] = [
    (NeedKind.MATCH, {"match": "probable"}, []),
    (NeedKind.MATCH, {"match": "unknown"}, []),
    (NeedKind.DISCREPANCY, {"discrepancies": ("phone", "birth_date", "sign_in")}, []),
    (NeedKind.DISCREPANCY, {"discrepancies": ("name",)}, []),
    (NeedKind.DISCREPANCY, {"discrepancies": ("address", "guardian")}, []),
    (NeedKind.INTERPRETER, LANGUAGES, ["Dari", "Quechua"]),
    (NeedKind.INTERPRETER, BOTH_LANGUAGES, ["Dari", "Quechua"]),
    (NeedKind.INTERPRETER, {"today": NeedsSaidToday(interpreter=True)}, []),
    (NeedKind.INTERPRETER, {"recorded": NeedsOnRecord("Quechua", interpreter=True)}, ["Quechua"]),
    (
        NeedKind.INTERPRETER,
        {"today": NeedsSaidToday("", interpreter=True), "recorded": NeedsOnRecord("Quechua")},
        ["Quechua"],
    ),
    (
        NeedKind.INTERPRETER,
        {"today": NeedsSaidToday("Dari"), "recorded": NeedsOnRecord("", interpreter=True)},
        ["Dari"],
    ),
    (NeedKind.ACCESS, {"today": NeedsSaidToday(access_needs="a {wide} ramp")}, ["a {wide} ramp"]),
    (NeedKind.ACCESS, {"recorded": NeedsOnRecord(access_needs="a quiet room")}, ["a quiet room"]),
    (
        NeedKind.ACCESS,
        {
            "today": NeedsSaidToday(access_needs="I use a wheelchair"),
            "recorded": NeedsOnRecord(access_needs="wheelchair"),
        },
        ["I use a wheelchair", "wheelchair"],
    ),
    (NeedKind.WRONG_NOTE, {"notes": (OTHER_NOTE,)}, ["Pía Sol", "12"]),
    (NeedKind.WRONG_NOTE, {"notes": (replace(OTHER_NOTE, kind="work"),)}, ["Pía Sol", "12"]),
    (NeedKind.SCHOOL_NOTE, {}, ["martes", "8"]),
    (NeedKind.SCHOOL_NOTE, {"notes_wanted": ("school",)}, []),
    (NeedKind.SCHOOL_NOTE, {"notes": (HandedNote("school", 3, is_void=True),)}, ["3"]),
    (NeedKind.WORK_NOTE, {"notes_wanted": ("work",)}, []),
    (NeedKind.WORK_NOTE, {"notes": (HandedNote("work", 3, is_void=True),)}, ["3"]),
    (NeedKind.SECOND_CONCERN, {"also": "does she need glasses?"}, ["does she need glasses?"]),
    (NeedKind.PROMISE, {"overdue_promises": 2}, ["2"]),
    (NeedKind.CLINIC, {"settings": NeedSettings(own=("weigh them",))}, ["weigh them"]),
    (
        NeedKind.CHECK_UP,
        {"due": (DueItemFacts(8, "check_up", "2-year visit", YEAR_BEFORE),)},
        ["2-year visit"],
    ),
    (NeedKind.VACCINE, {}, ["septiembre"]),
    (NeedKind.VACCINE, {"due": (MMR,)}, ["MMR", "1 de enero de 2026", "Ana Ruiz", "555-010-0123"]),
    (NeedKind.VACCINE, asked_of(is_patient=True), []),
    (NeedKind.VACCINE, asked_of(escort=ANA), ["mamá"]),
    (NeedKind.VACCINE, asked_of(escort=ConsentAdult(), guardians=()), []),
    (NeedKind.VACCINE, asked_of(urgent=True), []),
    (NeedKind.VACCINE, asked_of(said(ANA, agreed=True, limits="only today")), ["Ana Ruiz", "only today"]),
    (
        NeedKind.VACCINE,
        asked_of(said(PABLO, agreed=True), said(ANA, agreed=True, to_what="only the flu shot")),
        ["“only the flu shot”"],
    ),
    (NeedKind.VACCINE, asked_of(said(ANA, agreed=True, to_what="MMR if no fever")), ["MMR if no fever"]),
    (NeedKind.VACCINE, asked_of(said(ANA, agreed=False, until=YEAR_LATER)), ["9 de marzo de 2027"]),
    (NeedKind.VACCINE, asked_of(said(ROSA, agreed=True)), ["Rosa"]),
    (NeedKind.VACCINE, asked_of(said(ROSA, agreed=False)), ["Rosa", "Ana Ruiz", "555-010-0123"]),
    (NeedKind.VACCINE, asked_of(said(ANA, agreed=True), is_matched=False), ["Ana Ruiz"]),
    (NeedKind.VACCINE, asked_of(ConsentAnswer("vaccine", True, "clinician", "Noor")), ["Noor"]),
    (NeedKind.VACCINE, asked_of(ConsentAnswer("vaccine", False, "clinician", "Noor")), ["Noor"]),
    (NeedKind.VACCINE, asked_of(proxies=proxy(expires_on=YEAR_LATER, limits="shots")), ["shots", "2027"]),
    (NeedKind.VACCINE, asked_of(proxies=proxy(cares=("check_up", "seeing"))), ["chequeo y consulta"]),
    (NeedKind.VACCINE, asked_of(proxies=proxy(cares=("else",))), ["tía"]),
    (NeedKind.VACCINE, asked_of(proxies=(WrittenProxy(ROSA, "Kim Sand"),)), ["Kim Sand"]),
    (NeedKind.VACCINE, asked_of(proxies=proxy(), guardians=()), ["Ana Ruiz"]),
    (NeedKind.VACCINE, asked_of(lapsed=proxy(revoked_on=YEAR_BEFORE), others=(ROSA,)), ["tía"]),
    (NeedKind.VACCINE, asked_of(lapsed=proxy(expires_on=YEAR_BEFORE), others=(ROSA,)), ["tía"]),
    (NeedKind.VACCINE, asked_of(lapsed=proxy(), others=(ROSA,)), ["tía"]),
    (NeedKind.VACCINE, asked_of(others=(replace(ROSA, ended_on=YEAR_BEFORE),)), ["9 de marzo de 2025"]),
    (NeedKind.PHONE_GUARDIAN, {}, ["Ana Ruiz", "555-010-0123"]),
    (NeedKind.PHONE_GUARDIAN, {"due": (MMR,)}, ["Ana Ruiz", "555-010-0123"]),
    (NeedKind.PHONE_GUARDIAN, {"consent": ConsentFacts(escort=ROSA)}, ["tía"]),
    (
        NeedKind.CONSENT_CONFLICT,
        asked_of(said(ANA, agreed=False), said(PABLO, agreed=True)),
        ["Ana Ruiz", "Pablo Ruiz"],
    ),
]


def words_said(needs: list[FoundNeed]) -> str:
    return " / ".join(f"{need_label_words(one)}: {one.why}: {one.next_step}" for one in needs)


def words_of(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.lower()))


def found(kind: NeedKind, changes: dict[str, Any]) -> list[FoundNeed]:
    needs = need_rules.find_visit_needs(replace(USUAL, **changes), TUESDAY)
    return [one for one in needs if one.kind == kind]


def english_words_alone() -> set[str]:
    """Words of the English sentences that no Spanish one has."""
    english = words_of(" ".join(re.sub(r"\{\w+\}", "", str(code.label)) for code in SentenceCode))
    with translation.override("es"):
        spanish = words_of(" ".join(re.sub(r"\{\w+\}", "", str(code.label)) for code in SentenceCode))
    return (english | {"sep", "sept", "mar", "jan", "tuesday", "vaccine", "check", "flu", "and"}) - spanish


def test_every_kind_of_need_is_looked_at() -> None:
    assert {kind for kind, _, _ in CASES} == set(NeedKind)


@pytest.mark.parametrize(("kind", "changes", "own"), CASES)
def test_a_need_is_told_in_spanish_and_own_words_stay(
    kind: NeedKind, changes: dict[str, Any], own: list[str]
) -> None:
    english = words_said(found(kind, changes))
    with translation.override("es"):
        spanish = words_said(found(kind, changes))
    assert english and spanish != english
    for words in own:
        assert words in spanish
    assert not words_of(spanish) & english_words_alone() - words_of(" ".join(own))
