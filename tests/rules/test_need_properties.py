"""Thousands of families nobody thought of: each need says why, is there once, and nothing ever fails."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from checkin.rules import consent, needs
from checkin.rules.consent import Basis, Care, Step
from checkin.rules.need_facts import Due, Facts, Kind
from checkin.rules.need_settings import Settings
from checkin.rules.understanding import OnRecord, SaidToday

words = st.text(max_size=12) | st.sampled_from(["Ana Ruiz", "Rosa", " ", "\n"])
days = st.dates(dt.date(1930, 1, 1), dt.date(2100, 12, 31))
adults = st.builds(consent.Adult, words, words, st.sampled_from(["", "aunt", "the neighbour " * 40]) | words)
answers = st.builds(
    consent.Answer,
    st.sampled_from(Care.values) | words,
    st.booleans(),
    st.sampled_from(Basis.values) | words,
    words,
    words,
    words,
    st.none() | days,
)
proxies = st.builds(
    consent.Proxy,
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
    st.sampled_from([*Care.values, "dentistry"]),
    awful | st.dictionaries(st.sampled_from([*Basis.values, "nobody"]), st.sampled_from(Step.values) | awful),
)
sane = {
    "off": st.lists(st.sampled_from(Kind.values)),
    "own": st.lists(words, max_size=3),
    "school_age_from": st.integers(0, 30),
    "school_starts": st.times().map(str),
}
kept = awful | st.fixed_dictionaries(
    {}, optional={name: awful | sane.get(name, awful) for name in sorted(Settings.__dataclass_fields__)}
)
languages = words | st.sampled_from(["es", "Spanish", "español", "en", "English", "Dari"])
consents = st.builds(
    consent.Facts,
    adults,
    st.booleans(),
    st.lists(adults, max_size=3).map(tuple),
    st.lists(proxies, max_size=3).map(tuple),
    st.lists(answers, max_size=4).map(tuple),
    tables.map(consent.table),
    st.booleans(),
    st.booleans(),
    st.lists(adults, max_size=3).map(tuple),
)
due = st.builds(
    Due,
    st.integers(1, 10**9),
    st.sampled_from(["vaccine", "check_up"]),
    st.sampled_from(["MMR", "Influenza", "x" * 200]) | words,
    days,
)
families = st.builds(
    Facts,
    arrived=st.datetimes(timezones=st.just(dt.UTC)),
    birth_date=st.none() | days,
    linked=st.booleans(),
    match=st.sampled_from(["certain", "probable", "unknown", "confirmed", "new"]),
    notes_wanted=st.lists(st.sampled_from(["school", "work"]), unique=True).map(tuple),
    today=st.builds(SaidToday, languages, st.booleans(), words),
    recorded=st.builds(OnRecord, languages, st.booleans(), words),
    own_language=st.sampled_from(["", "en", "es"]),
    also=words,
    due=st.lists(due, max_size=4, unique_by=lambda one: one.pk).map(tuple),
    influenza_given_on=st.none() | days,
    discrepancies=st.lists(words, max_size=3).map(tuple),
    overdue_promises=st.integers(0, 5),
    consent=consents,
    settings=kept.map(Settings.read),
)


@settings(max_examples=2000, deadline=None)
@given(family=families, at=days)
def test_every_need_says_what_and_why_once_and_fits_its_row(family: Facts, at: dt.date) -> None:
    found = needs.find(family, at)
    assert found == needs.find(family, at), "the same facts, the same needs"
    assert len({(need.kind, need.key) for need in found}) == len(found)
    for need in found:
        assert need.label.strip() and need.why.strip()
        assert len(need.label) <= 200 and len(need.why) <= 500
        assert len(need.next_step) <= 500 and len(need.key) <= 80
        assert need.kind not in family.settings.off


@settings(max_examples=800, deadline=None)
@given(facts=consents, care=st.sampled_from(Care), what=words)
def test_every_consent_path_is_a_step_with_a_sentence(facts: consent.Facts, care: Care, what: str) -> None:
    path = consent.path(facts, care, what)
    assert path.step in Step
    assert path.sentence.strip()
    if facts.urgent and not facts.deceased:
        assert path.step == Step.PROCEED
    assert not path.is_conflict or path.step == Step.CLINICIAN_DECIDES


@settings(max_examples=400, deadline=None)
@given(family=families, other=consents, at=days)
def test_consent_changes_words_and_whom_to_phone_and_takes_no_need_away(
    family: Facts, other: consent.Facts, at: dt.date
) -> None:
    def asked(facts: Facts) -> set[tuple[Kind, str, str]]:
        found = needs.find(facts, at)
        by_consent = (Kind.PHONE_GUARDIAN, Kind.CONSENT_CONFLICT)
        return {(one.kind, one.key, one.label) for one in found if one.kind not in by_consent}

    assert asked(family) == asked(replace(family, consent=other))
