"""What staff were told since a merge goes back to its child's chart, and the other chart is without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checkin.actions import confidential_visits, match_decisions, preferences
from checkin.actions.entry_moves import ALL_ENTRIES_GO
from checkin.models import Patient, Visit

if TYPE_CHECKING:
    from tests.actions.merge_chains import Chain

pytestmark = pytest.mark.django_db


def fresh(visit: Visit) -> Visit:
    return Visit.objects.get(pk=visit.pk)


def tell(chain: Chain, visit: Visit, language: str) -> None:
    """At this visit: the language, and needs of the same name."""
    preferences.record_language_and_needs(
        patient=Patient.objects.get(pk=fresh(visit).patient_id), visit=fresh(visit), by=chain.by,
        at=chain.now, language=language, interpreter_needed=False, access_needs=f"needs {language}",
    )  # fmt: skip


def link(chain: Chain, visit: Visit, n: int) -> None:
    facts = {"by": chain.by, "at": chain.now, "said": ALL_ENTRIES_GO}
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=chain.fresh(n), **facts)


def mark(chain: Chain, visit: Visit) -> None:
    facts = {"by": chain.by, "at": chain.now}
    confidential_visits.mark_visit_confidential(visit=fresh(visit), kind="other", **facts)


@pytest.fixture
def rosa(chain: Chain) -> Visit:
    return chain.visit(0, escort_name="Rosa Delgado")


@pytest.fixture
def ana(chain: Chain, rosa: Visit) -> Visit:
    return chain.visit(0, escort_name="Ana Ruiz")


@pytest.fixture
def other(chain: Chain, ana: Visit) -> Visit:
    """A visit of the record that is kept."""
    return chain.visit(1, escort_name="Eva Lund")


def test_of_two_visits_that_go_back_the_language_said_last_stands(
    chain: Chain, rosa: Visit, ana: Visit
) -> None:
    """It was that of the visit that came last."""
    made = chain.merge(0, 1)
    tell(chain, ana, "el")
    tell(chain, rosa, "nl")
    chain.undo(made)
    assert chain.says("language") == ["nl", "es", "fr"]
    assert chain.says("access_needs") == ["needs nl", "", ""]


@pytest.mark.parametrize("is_between_closed", [False, True])
def test_what_is_said_again_at_the_first_visit_stands(
    chain: Chain, rosa: Visit, ana: Visit, is_between_closed: bool
) -> None:
    """The visit keeps one change, whose number is that of the first answer."""
    made = chain.merge(0, 1)
    tell(chain, rosa, "el")
    tell(chain, ana, "nl")
    tell(chain, rosa, "it")
    if is_between_closed:
        mark(chain, ana)
    chain.undo(made)
    assert chain.says("language") == ["it", "es", "fr"]


def test_what_the_child_who_stays_said_between_two_answers_stands(
    chain: Chain, rosa: Visit, other: Visit
) -> None:
    made = chain.merge(0, 1)
    tell(chain, rosa, "el")
    tell(chain, other, "nl")
    tell(chain, rosa, "it")
    chain.undo(made)
    assert chain.says("language") == ["it", "nl", "fr"]


@pytest.mark.parametrize("then", ["linked", "marked"])
def test_a_visit_that_leaves_after_the_undo_brings_back_its_own_childs_language(
    chain: Chain, rosa: Visit, ana: Visit, then: str
) -> None:
    """Its change had been written on the other chart, and put that chart's language on this one."""
    made = chain.merge(0, 1)
    tell(chain, ana, "el")
    tell(chain, rosa, "nl")
    chain.undo(made)
    for visit in (rosa, ana):
        if then == "linked":
            link(chain, visit, 2)
        else:
            mark(chain, visit)
    assert chain.says("language")[:2] == ["pl", "es"]
    assert chain.says("access_needs")[:2] == ["", ""]


def test_a_visit_that_stays_and_leaves_later_brings_back_nothing_of_the_other_child(
    chain: Chain, rosa: Visit, other: Visit
) -> None:
    made = chain.merge(0, 1)
    tell(chain, rosa, "el")
    tell(chain, other, "nl")
    chain.undo(made)
    assert chain.says("language") == ["el", "nl", "fr"]
    link(chain, other, 2)
    assert chain.says("language") == ["el", "es", "nl"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_merges_undone_in_any_order_leave_each_child_its_language(
    chain: Chain, rosa: Visit, ana: Visit, other: Visit, order: tuple[int, int]
) -> None:
    made = [chain.merge(0, 2), chain.merge(1, 2)]
    for visit, language in ((rosa, "el"), (other, "nl"), (ana, "it")):
        tell(chain, visit, language)
    for one in order:
        chain.undo(made[one])
    assert chain.says("language") == ["it", "nl", "fr"]
    assert chain.says("access_needs") == ["needs it", "needs nl", ""]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_chain_of_merges_undone_in_any_order_leaves_each_child_its_language(
    chain: Chain, rosa: Visit, ana: Visit, order: tuple[int, int]
) -> None:
    """The record in the middle took the language of the last one."""
    made = [chain.merge(0, 1)]
    tell(chain, rosa, "el")
    made.append(chain.merge(1, 2))
    tell(chain, ana, "nl")
    for one in order:
        chain.undo(made[one])
    assert chain.says("language") == ["nl", "es", "fr"]
