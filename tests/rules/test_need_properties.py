"""Random families, thousands in `make test-long`: each need has a reason and appears once, nothing fails."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkin.rules import consent as consent_rules
from checkin.rules import needs as need_rules
from checkin.rules.consent_adults import CareKind, ConsentAdult, ConsentBasis, WrittenProxy
from checkin.rules.consent_answers import ConsentAnswer
from checkin.rules.consent_steps import ConsentStep, read_consent_table
from checkin.rules.need_labels import need_label_words
from checkin.rules.need_settings import NeedSettings
from checkin.rules.need_types import DueItemFacts, NeedFacts, NeedKind
from checkin.rules.understanding import NeedsOnRecord, NeedsSaidToday

words = st.text(max_size=12) | st.sampled_from(["Ana Ruiz", "Rosa", " ", "\n"])
days = st.dates(dt.date(1930, 1, 1), dt.date(2100, 12, 31))
adults = st.builds(ConsentAdult, words, words, st.sampled_from(["", "aunt", "the neighbor " * 40]) | words)
answers = st.builds(
    ConsentAnswer,
    st.sampled_from(CareKind.values) | words,
    st.booleans(),
    st.sampled_from(ConsentBasis.values) | words,
    words,
    words,
    words,
    st.none() | days,
)
proxies = st.builds(
    WrittenProxy,
    adults,
    st.sampled_from(["MMR", "Influenza", "x" * 200]) | words,
    st.tuples() | st.tuples(words),
    words,
    st.none() | days,
)
awful = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        10**30,
        float("nan"),
        float("inf"),
        "",
        "vaccine",
        [],
        [[]],
        {},
        {"none": []},
        ["09-01"],
    ]
)
tables = awful | st.dictionaries(
    st.sampled_from([*CareKind.values, "dentistry"]),
    awful
    | st.dictionaries(
        st.sampled_from([*ConsentBasis.values, "nobody"]), st.sampled_from(ConsentStep.values) | awful
    ),
)
sane = {
    "off": st.lists(st.sampled_from(NeedKind.values)),
    "own": st.lists(words, max_size=3),
    "school_age_from": st.integers(0, 30),
    "school_starts": st.times().map(str),
}
kept = awful | st.fixed_dictionaries(
    {}, optional={name: awful | sane.get(name, awful) for name in sorted(NeedSettings.__dataclass_fields__)}
)
languages = words | st.sampled_from(["es", "Spanish", "español", "en", "English", "Dari"])
consents = st.builds(
    consent_rules.ConsentFacts,
    adults,
    st.booleans(),
    st.lists(adults, max_size=3).map(tuple),
    st.lists(proxies, max_size=3).map(tuple),
    st.lists(answers, max_size=4).map(tuple),
    tables.map(read_consent_table),
    st.booleans(),
    st.booleans(),
    st.lists(adults, max_size=3).map(tuple),
)
due = st.builds(
    DueItemFacts,
    st.integers(1, 10**9),
    st.sampled_from(["vaccine", "check_up"]),
    st.sampled_from(["MMR", "Influenza", "x" * 200]) | words,
    days,
)
families = st.builds(
    NeedFacts,
    arrived=st.datetimes(timezones=st.just(dt.UTC)),
    birth_date=st.none() | days,
    linked=st.booleans(),
    match=st.sampled_from(["certain", "probable", "unknown", "confirmed", "new"]),
    notes_wanted=st.lists(st.sampled_from(["school", "work"]), unique=True).map(tuple),
    today=st.builds(NeedsSaidToday, languages, st.booleans(), words),
    recorded=st.builds(NeedsOnRecord, languages, st.booleans(), words),
    own_language=st.sampled_from(["", "en", "es"]),
    also=words,
    due=st.lists(due, max_size=4, unique_by=lambda one: one.pk).map(tuple),
    influenza_given_on=st.none() | days,
    discrepancies=st.lists(words, max_size=3).map(tuple),
    overdue_promises=st.integers(0, 5),
    consent=consents,
    settings=kept.map(NeedSettings.read),
)


def try_examples(check: Callable[..., None], count: int, **drawn: st.SearchStrategy) -> None:
    settings(max_examples=count, deadline=None)(given(**drawn)(check))()


def few_or_many(few: int, many: int) -> pytest.MarkDecorator:
    """In `make test` these are the same examples each time, so many more would show little more."""
    return pytest.mark.parametrize("count", [few, pytest.param(many, marks=pytest.mark.long)])


@few_or_many(400, 2000)
def test_every_need_has_a_label_and_reason_appears_once_and_fits_its_row(count: int) -> None:
    def check(family: NeedFacts, at: dt.date) -> None:
        found = need_rules.find_visit_needs(family, at)
        assert found == need_rules.find_visit_needs(family, at), "the same facts, the same needs"
        assert len({(need.kind, need.key) for need in found}) == len(found)
        for need in found:
            assert need_label_words(need).strip() and need.why.strip()
            assert len(need.label) <= 200 and len(need.subject) <= 200 and len(need.why) <= 500
            assert len(need.next_step) <= 500 and len(need.key) <= 80
            assert need.kind not in family.settings.off

    try_examples(check, count, family=families, at=days)


@few_or_many(200, 800)
def test_every_consent_path_has_a_step_and_a_sentence(count: int) -> None:
    def check(facts: consent_rules.ConsentFacts, care: CareKind, what: str) -> None:
        path = consent_rules.find_consent_path(facts, care, what)
        assert path.step in ConsentStep
        assert path.sentence.strip()
        if facts.urgent and not facts.deceased:
            assert path.step == ConsentStep.PROCEED
        assert not path.is_conflict or path.step == ConsentStep.CLINICIAN_DECIDES

    try_examples(check, count, facts=consents, care=st.sampled_from(CareKind), what=words)


@few_or_many(100, 400)
def test_consent_changes_words_and_phone_but_never_removes_a_need(count: int) -> None:
    def check(family: NeedFacts, other: consent_rules.ConsentFacts, at: dt.date) -> None:
        def asked(facts: NeedFacts) -> set[tuple[NeedKind, str, str]]:
            found = need_rules.find_visit_needs(facts, at)
            by_consent = (NeedKind.PHONE_GUARDIAN, NeedKind.CONSENT_CONFLICT)
            return {(one.kind, one.key, need_label_words(one)) for one in found if one.kind not in by_consent}

        assert asked(family) == asked(replace(family, consent=other))

    try_examples(check, count, family=families, other=consents, at=days)
