"""A new kind of need chooses its answers: the four of a vaccine do not fit every question."""

from __future__ import annotations

from django.conf import settings

from checkin.rules.need_answers import NEED_ANSWERS
from checkin.rules.need_types import NeedKind, NeedOutcome


def test_every_kind_of_need_has_answers_or_a_decision_that_answers_it() -> None:
    assert set(NEED_ANSWERS) == set(NeedKind), "add its row to NEED_ANSWERS in checkin/rules/need_answers.py"
    for kind, answers in NEED_ANSWERS.items():
        assert answers.choices or answers.decision, f"{kind}: nothing answers it"
        outcomes = [one.outcome for one in answers.choices]
        assert len(outcomes) == len(set(outcomes)), f"{kind}: one outcome has two words"
        assert not {NeedOutcome.OPEN, NeedOutcome.LAPSED} & set(outcomes), f"{kind}: that is no answer"
        if answers.reasons:
            assert any(one.asks_why for one in answers.choices), f"{kind}: its reasons are never asked for"


def test_pages_take_the_answers_from_the_rules() -> None:
    """The buttons were written in the page, the same four for every need."""
    pages = [settings.BASE_DIR / "templates/desk" / name for name in ("_need.html", "_need_answers.html")]
    page = "".join(one.read_text() for one in pages)
    assert 'name="outcome" value="{{ one.outcome }}"' in page, (
        "the buttons stand elsewhere now: read that page"
    )
    assert [one for one in NeedOutcome if f'value="{one.value}"' in page] == []
