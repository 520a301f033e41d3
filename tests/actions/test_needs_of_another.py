"""Another child's due item cannot be answered or reopened at a visit that is not theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from checkin.actions import match_decisions, merge_undo, needs, patient_merges, preferences
from checkin.actions.entry_moves import EntryAnswers
from checkin.actions.match_corrections import find_entries_to_show
from checkin.actions.refusals import Refused
from checkin.models import (
    Clinic,
    DueItem,
    Immunization,
    Location,
    MatchDecision,
    Need,
    NeedAnswer,
    Patient,
    Staff,
    Visit,
)
from checkin.queries import visit_timeline
from checkin.rules import vaccines
from checkin.rules.need_types import NeedKind, NeedOutcome
from tests import make

JULY = dt.date(2026, 7, 14)
CLOCK = [make.at(f"10:{minute:02}", JULY) for minute in range(30)]
NAMES = {"vaccine": "MMR", "check_up": "Check-up, 8 years"}


@pytest.fixture
def ned(brook: Clinic) -> Patient:
    return make.patient(brook, "Ned Fox", born="2018-03-14")


@pytest.fixture
def owl(brook: Clinic) -> Patient:
    return make.patient(brook, "Max Owl", born="2017-01-05")


@pytest.fixture(params=["vaccine", "check_up"])
def kind(request: pytest.FixtureRequest) -> Any:
    return request.param


def due(patient: Patient, kind: str = "vaccine", **said: Any) -> DueItem:
    usual = {"kind": kind, "name": NAMES[kind], "due_on": dt.date(2026, 1, 1)}
    return DueItem.objects.create(clinic=patient.clinic, patient=patient, **usual | said)


def come(where: Location, name: str = "Ned Fox") -> Visit:
    return make.visit(where, make.at("9:40", JULY), name=name)


def fresh(row: Any) -> Any:
    row.refresh_from_db()
    return row


def link(visit: Visit, child: Patient, by: Staff, at: dt.datetime, whose: str = "new") -> MatchDecision:
    papers = [one for one in find_entries_to_show(fresh(visit), child) if one.asks]
    said = EntryAnswers({one.key: whose for one in papers})
    return match_decisions.link_visit_to_patient(visit=fresh(visit), patient=child, by=by, at=at, said=said)


def undo_match(visit: Visit, by: Staff, at: dt.datetime, whose: str = "new") -> MatchDecision:
    last = visit.match_decisions.order_by("pk").last()
    papers = find_entries_to_show(fresh(visit), last.previous_patient, undoes=last)
    said = EntryAnswers({one.key: whose for one in papers if one.asks})
    return match_decisions.undo_match_decision(visit=fresh(visit), by=by, at=at, said=said)


def answer(visit: Visit, item: DueItem, outcome: NeedOutcome, by: Staff, at: dt.datetime) -> Need:
    need = Need.objects.get(visit=visit, key=str(item.pk))
    needs.answer_need(need=need, outcome=outcome, by=by, at=at, reason="next time")
    return need


def open_of(visit: Visit) -> list[Any]:
    """Return the child of each open due need's item."""
    of = visit.needs.open().filter(kind__in=[NeedKind.VACCINE, NeedKind.CHECK_UP]).order_by("pk")
    return list(of.values_list("due_item__patient", flat=True))


def in_full() -> list[Any]:
    """Return every row that answering or undoing could write."""
    kept = (Need, NeedAnswer, DueItem, Immunization)
    return [list(model.objects.order_by("pk").values()) for model in kept]


REFUSED = [NeedOutcome.DECLINED, NeedOutcome.DEFERRED, NeedOutcome.NOT_OFFERED]


@pytest.mark.parametrize("outcome", REFUSED)
@pytest.mark.parametrize("both", [True, False], ids=["due to both", "due to one"])
def test_an_answer_for_one_child_cannot_be_undone_at_another_childs_visit(
    front: Location,
    ned: Patient,
    owl: Patient,
    noor: Staff,
    dana: Staff,
    kind: Any,
    outcome: NeedOutcome,
    both: bool,
) -> None:
    mine = due(ned, kind)
    if both:
        due(owl, kind)
    visit = come(front)
    need = answer(visit, mine, outcome, noor, CLOCK[0])
    link(visit, owl, dana, CLOCK[1])
    before = in_full()
    with pytest.raises(Refused) as refused:
        needs.undo_need_answer(need=need, by=noor, at=CLOCK[2])
    said = f"“{NAMES[kind]}” was answered for Ned Fox, and this visit is Max Owl’s now. Nothing was changed."
    assert refused.value.sentence == said
    for again in (NeedOutcome.DONE, outcome):
        with pytest.raises(Refused, match="was answered for Ned Fox"):
            needs.answer_need(need=need, outcome=again, by=noor, at=CLOCK[3], reason="next time")
    assert in_full() == before
    assert open_of(visit) == ([owl.pk] if both else [])


def test_the_other_childs_item_is_given_and_the_first_childs_stays_due(
    front: Location, ned: Patient, owl: Patient, noor: Staff, dana: Staff, kind: Any
) -> None:
    mine, theirs = due(ned, kind), due(owl, kind)
    visit = come(front)
    answer(visit, mine, NeedOutcome.DECLINED, noor, CLOCK[0])
    link(visit, owl, dana, CLOCK[1])
    answer(visit, theirs, NeedOutcome.DONE, noor, CLOCK[2])
    assert (fresh(mine).status, fresh(theirs).status) == ("due", "given")
    assert open_of(visit) == []


def test_the_answer_can_be_undone_once_the_visit_is_the_first_childs_again(
    front: Location, ned: Patient, owl: Patient, noor: Staff, dana: Staff, kind: Any
) -> None:
    mine, theirs = due(ned, kind), due(owl, kind)
    visit = come(front)
    need = answer(visit, mine, NeedOutcome.DECLINED, noor, CLOCK[0])
    link(visit, owl, dana, CLOCK[1])
    second = answer(visit, theirs, NeedOutcome.DECLINED, noor, CLOCK[2])
    undo_match(visit, dana, CLOCK[3])
    needs.undo_need_answer(need=need, by=noor, at=CLOCK[4])
    assert open_of(visit) == [ned.pk]
    with pytest.raises(Refused, match="was answered for Max Owl, and this visit is Ned Fox’s now"):
        needs.undo_need_answer(need=second, by=noor, at=CLOCK[5])


def test_the_answer_cannot_be_undone_at_an_unmatched_visit(
    front: Location, ned: Patient, noor: Staff, dana: Staff, kind: Any
) -> None:
    mine = due(ned, kind)
    visit = come(front)
    need = answer(visit, mine, NeedOutcome.DECLINED, noor, CLOCK[0])
    undo_match(visit, dana, CLOCK[1])
    assert fresh(visit).patient is None
    with pytest.raises(Refused, match="for Ned Fox, and whose visit this is, is not settled"):
        needs.undo_need_answer(need=need, by=noor, at=CLOCK[2])


def test_the_answer_cannot_be_undone_at_a_new_patients_visit(
    front: Location, ned: Patient, noor: Staff, dana: Staff, kind: Any
) -> None:
    mine = due(ned, kind)
    visit = come(front)
    need = answer(visit, mine, NeedOutcome.DECLINED, noor, CLOCK[0])
    match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=CLOCK[1])
    with pytest.raises(Refused, match="was answered for Ned Fox"):
        needs.undo_need_answer(need=need, by=noor, at=CLOCK[2])


def test_the_refusal_adds_birth_dates_when_names_are_alike(
    front: Location, brook: Clinic, ned: Patient, noor: Staff, dana: Staff
) -> None:
    mine, twin = due(ned), make.patient(brook, "Ned Foxe", born="2016-05-01")
    visit = come(front)
    need = answer(visit, mine, NeedOutcome.DECLINED, noor, CLOCK[0])
    link(visit, twin, dana, CLOCK[1])
    with pytest.raises(
        Refused, match=r"for Ned Fox \(born .*2018\), and this visit is Ned Foxe \(born .*2016\)"
    ):
        needs.undo_need_answer(need=need, by=noor, at=CLOCK[2])


def test_a_need_left_open_for_another_child_cannot_be_answered(
    front: Location, ned: Patient, owl: Patient, noor: Staff, dana: Staff, kind: Any
) -> None:
    """An old row that a correction left open: the answer is refused and nothing is written."""
    mine = due(ned, kind)
    visit = come(front)
    need = visit.needs.get(key=str(mine.pk))
    link(visit, owl, dana, CLOCK[1])
    Need.objects.filter(pk=need.pk).update(status=NeedOutcome.OPEN)
    before = in_full()
    for outcome in (NeedOutcome.DONE, NeedOutcome.DECLINED):
        with pytest.raises(Refused, match="is due for Ned Fox, and this visit is Max Owl’s now"):
            needs.answer_need(need=need, outcome=outcome, by=noor, at=CLOCK[2])
    assert in_full() == before


# Merges


def test_a_record_and_the_one_it_was_merged_into_count_as_one_child(
    front: Location, ned: Patient, owl: Patient, noor: Staff, dana: Staff, max_: Staff, kind: Any
) -> None:
    mine = due(ned, kind)
    visit = come(front)
    need = answer(visit, mine, NeedOutcome.DECLINED, noor, CLOCK[0])
    link(visit, owl, dana, CLOCK[1])
    patient_merges.merge_patients(
        merged=ned, into=owl, by=max_, at=CLOCK[2], sure=True, why="their mother says so"
    )
    needs.undo_need_answer(need=need, by=noor, at=CLOCK[3])
    assert fresh(need).is_open
    assert open_of(visit) == [owl.pk]


def test_an_item_left_on_the_merged_record_counts_as_the_same_childs(
    front: Location, ned: Patient, owl: Patient, noor: Staff, dana: Staff, max_: Staff, kind: Any
) -> None:
    """Both records have it from one import without numbers: it shows once, on the remaining record."""
    mine, theirs = (imported(one, kind) for one in (ned, owl))
    visit = come(front)
    need = answer(visit, mine, NeedOutcome.DECLINED, noor, CLOCK[0])
    patient_merges.merge_patients(
        merged=ned, into=owl, by=max_, at=CLOCK[1], sure=True, why="their mother says so"
    )
    assert (fresh(mine).patient, fresh(visit).patient) == (ned, owl)
    needs.undo_need_answer(need=need, by=noor, at=CLOCK[2])
    assert fresh(need).status == NeedOutcome.LAPSED
    assert list(visit.needs.open().filter(kind=kind).values_list("due_item", flat=True)) == [theirs.pk]


def test_undoing_the_answer_makes_the_item_on_the_merged_record_due_again(
    front: Location, ned: Patient, owl: Patient, noor: Staff, max_: Staff, kind: Any
) -> None:
    mine, _ = (imported(one, kind) for one in (ned, owl))
    visit = come(front)
    need = answer(visit, mine, NeedOutcome.DONE, noor, CLOCK[0])
    patient_merges.merge_patients(
        merged=ned, into=owl, by=max_, at=CLOCK[1], sure=True, why="their mother says so"
    )
    needs.undo_need_answer(need=need, by=noor, at=CLOCK[2])
    assert (fresh(mine).patient, mine.status) == (ned, "due")
    assert not Immunization.objects.exists()


def imported(child: Patient, kind: Any) -> DueItem:
    said = vaccines.content_key_part(NAMES[kind], ""), dt.date(2026, 1, 1)
    system, value = vaccines.content_key("due", child.pk, kind, *said)
    return due(child, kind, system=system, value=value)


def test_after_an_undone_merge_the_item_is_the_other_childs_again(
    front: Location, ned: Patient, owl: Patient, noor: Staff, max_: Staff, kind: Any
) -> None:
    """Max's own visit showed what is due for Ned while the two were one record."""
    mine = due(ned, kind)
    made = patient_merges.merge_patients(
        merged=ned, into=owl, by=max_, at=CLOCK[0], sure=True, why="their mother says so"
    )
    visit = come(front, "Max Owl")
    link_owl(visit, owl, max_)
    need = answer(visit, mine, NeedOutcome.DECLINED, noor, CLOCK[2])
    merge_undo.undo_patient_merge(merge=made.merge, by=max_, at=CLOCK[3])
    assert fresh(mine).patient == ned
    with pytest.raises(Refused, match="was answered for Ned Fox, and this visit is Max Owl’s now"):
        needs.undo_need_answer(need=need, by=noor, at=CLOCK[4])


def test_undoing_the_vaccine_after_an_undone_merge_removes_it_from_that_child_only(
    front: Location, ned: Patient, owl: Patient, noor: Staff, max_: Staff, kind: Any
) -> None:
    mine = due(ned, kind)
    made = patient_merges.merge_patients(
        merged=ned, into=owl, by=max_, at=CLOCK[0], sure=True, why="their mother says so"
    )
    visit = come(front, "Max Owl")
    link_owl(visit, owl, max_)
    need = answer(visit, mine, NeedOutcome.DONE, noor, CLOCK[2])
    merge_undo.undo_patient_merge(merge=made.merge, by=max_, at=CLOCK[3])
    assert fresh(mine).status == "due"
    own = come(front)
    answer(own, mine, NeedOutcome.DONE, noor, CLOCK[4])
    needs.undo_need_answer(need=need, by=noor, at=CLOCK[5])
    assert fresh(mine).status == "given", "Ned had his since"
    assert [one.patient for one in Immunization.objects.all()] == ([ned] if kind == "vaccine" else [])
    assert open_of(visit) == []


def link_owl(visit: Visit, owl: Patient, by: Staff) -> None:
    if fresh(visit).patient != owl:
        match_decisions.link_visit_to_patient(visit=visit, patient=owl, by=by, at=CLOCK[1])


# Reopened needs


def test_an_undone_answer_reopens_only_this_childs_needs(
    front: Location, brook: Clinic, ned: Patient, owl: Patient, noor: Staff, dana: Staff
) -> None:
    """An interpreter that the other child's record asked for is not asked for again."""
    ned.language, ned.interpreter_needed, ned.access_needs = "pl", True, "ramp"
    ned.save()
    visit = come(front)
    answered = list(visit.needs.filter(kind__in=[NeedKind.INTERPRETER, NeedKind.ACCESS]).order_by("pk"))
    assert len(answered) == 2
    for need in answered:
        needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=noor, at=CLOCK[0])
    link(visit, owl, dana, CLOCK[1])
    for need in answered:
        needs.undo_need_answer(need=need, by=noor, at=CLOCK[2])
        assert fresh(need).status == NeedOutcome.LAPSED
    assert not visit.needs.open().filter(kind__in=[NeedKind.INTERPRETER, NeedKind.ACCESS]).exists()


def test_a_need_that_returns_belongs_to_this_childs_item_again(
    front: Location, ned: Patient, owl: Patient, noor: Staff, dana: Staff, kind: Any
) -> None:
    """Its vaccine had moved to Max's item; Ned's visit asks for Ned's own again."""
    mine, theirs = due(ned, kind), due(owl, kind)
    visit = come(front)
    need = answer(visit, mine, NeedOutcome.DONE, noor, CLOCK[0])
    link(visit, owl, dana, CLOCK[1], whose="new")
    assert fresh(need).due_item == theirs
    needs.undo_need_answer(need=need, by=noor, at=CLOCK[2])
    link(visit, ned, dana, CLOCK[3])
    assert (fresh(need).status, need.due_item) == (NeedOutcome.OPEN, mine)
    needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=noor, at=CLOCK[4])
    assert (fresh(mine).status, fresh(theirs).status) == ("given", "due")


# Needs that another visit added and removed


@pytest.fixture
def own(front: Location, ned: Patient) -> Visit:
    return come(front)


@pytest.fixture
def wrong(front: Location, ned: Patient, own: Visit, owl: Patient, dana: Staff) -> Visit:
    """Max's visit, linked to Ned while Ned is here himself, with Max's access needs written at it."""
    found = come(front, "Max Owl")
    link(found, ned, dana, CLOCK[0])
    helped(found, ned, dana, CLOCK[1])
    assert own.needs.open().filter(kind="access", subject="crutches").exists()
    return found


def helped(visit: Any, child: Patient, by: Staff, at: dt.datetime, words: str = "crutches") -> Patient:
    said = {"language": "", "interpreter_needed": False, "access_needs": words}
    return preferences.record_language_and_needs(patient=child, visit=visit, by=by, at=at, **said)


def crutches(visit: Visit) -> list[Any]:
    events = visit_timeline.read_visit_timeline(fresh(visit)).events
    return [one.what for one in events if one.what.endswith(": access · crutches")]


GONE = "No longer needed: access · crutches"


def page_of(client: Client, visit: Visit) -> str:
    return client.get(f"/visits/{visit.pk}/").content.decode().lower()


def test_another_childs_lapsed_need_does_not_show_after_their_visit_moved(
    own: Visit, wrong: Visit, ned: Patient, owl: Patient, dana: Staff, as_: Callable[[Staff], Client]
) -> None:
    """“No longer needed: access · crutches” stayed on Ned's own visit, although Max needs them."""
    link(wrong, owl, dana, CLOCK[2])
    assert own.needs.get(kind="access", subject="crutches").status == NeedOutcome.LAPSED
    assert crutches(own) == []
    assert "crutches" not in page_of(as_(dana), own)
    undo_match(wrong, dana, CLOCK[3])
    assert crutches(own) == ["Needed again: access · crutches"]
    link(wrong, owl, dana, CLOCK[4])
    assert crutches(own) == []


def test_it_does_not_show_when_the_other_visit_is_unmatched_now(
    own: Visit, wrong: Visit, ned: Patient, dana: Staff, as_: Callable[[Staff], Client]
) -> None:
    """It showed as Ned's, while the other visit's page said that its child is unknown again."""
    undo_match(wrong, dana, CLOCK[2])
    assert own.needs.get(kind="access", subject="crutches").status == NeedOutcome.LAPSED
    assert crutches(own) == []
    assert "crutches" not in page_of(as_(dana), own)


def test_it_does_not_show_once_the_visits_record_is_merged(
    own: Visit, wrong: Visit, brook: Clinic, ned: Patient, owl: Patient, dana: Staff, max_: Staff
) -> None:
    """Ned's visit is now on the record that his own was merged into: there it showed again."""
    link(wrong, owl, dana, CLOCK[2])
    twin = make.patient(brook, "Ned Foxe", born="2018-03-14")
    patient_merges.merge_patients(
        merged=ned, into=twin, by=max_, at=CLOCK[3], sure=True, why="their mother says so"
    )
    assert fresh(own).patient == twin
    assert crutches(own) == []


def test_an_answered_need_still_shows_at_the_visit_where_it_was_answered(
    own: Visit, wrong: Visit, ned: Patient, owl: Patient, noor: Staff, dana: Staff
) -> None:
    need = own.needs.get(kind="access", subject="crutches")
    needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=noor, at=CLOCK[2])
    link(wrong, owl, dana, CLOCK[3])
    assert fresh(need).status == NeedOutcome.DONE
    assert len(crutches(own)) == 1 and "No longer" not in crutches(own)[0]


def test_this_childs_own_lapsed_need_still_shows_though_another_visit_moved(
    own: Visit, wrong: Visit, ned: Patient, owl: Patient, dana: Staff
) -> None:
    """Removed from the record at the remaining visit: the other visit took nothing of it along."""
    helped(own, fresh(ned), dana, CLOCK[2], words="")
    link(wrong, owl, dana, CLOCK[3])
    assert crutches(own) == [GONE]


def test_it_shows_again_once_the_two_records_are_merged(
    own: Visit, wrong: Visit, ned: Patient, owl: Patient, dana: Staff, max_: Staff
) -> None:
    link(wrong, owl, dana, CLOCK[2])
    helped(fresh(wrong), fresh(owl), dana, CLOCK[3], words="")
    assert crutches(own) == []
    patient_merges.merge_patients(
        merged=owl, into=ned, by=max_, at=CLOCK[4], sure=True, why="their mother says so"
    )
    assert crutches(own) == [GONE]


def test_a_need_that_lapsed_through_a_merge_shows(
    front: Location, own: Visit, ned: Patient, owl: Patient, dana: Staff, max_: Staff
) -> None:
    """A merge takes the visits along, so no child's needs move elsewhere."""
    helped(come(front), ned, dana, CLOCK[0])
    helped(None, owl, dana, CLOCK[1], words="ramp")
    patient_merges.merge_patients(
        merged=ned, into=owl, by=max_, at=CLOCK[2], sure=True, why="their mother says so"
    )
    assert crutches(own) == [GONE]
