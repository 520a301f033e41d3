"""What is due to another child is neither answered nor opened again on a visit that is not theirs."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.actions import match_decisions, merge_undo, needs, patient_merges, preferences
from checkin.actions.entry_moves import EntryAnswers
from checkin.actions.match_corrections import find_entries_to_show
from checkin.actions.refusals import Refused
from checkin.models import DueItem, Immunization, Need, NeedAnswer
from checkin.queries import visit_timeline
from checkin.rules import vaccines
from checkin.rules.need_types import NeedKind, NeedOutcome
from tests import make

JULY = dt.date(2026, 7, 14)
CLOCK = [make.at(f"10:{minute:02}", JULY) for minute in range(30)]
NAMES = {"vaccine": "MMR", "check_up": "Check-up, 8 years"}


@pytest.fixture
def ned(brook):
    return make.patient(brook, "Ned Fox", born="2018-03-14")


@pytest.fixture
def owl(brook):
    return make.patient(brook, "Max Owl", born="2017-01-05")


@pytest.fixture(params=["vaccine", "check_up"])
def kind(request):
    return request.param


def due(patient, kind="vaccine", **said):
    usual = {"kind": kind, "name": NAMES[kind], "due_on": dt.date(2026, 1, 1)}
    return DueItem.objects.create(clinic=patient.clinic, patient=patient, **usual | said)


def come(where, name="Ned Fox"):
    return make.visit(where, make.at("9:40", JULY), name=name)


def fresh(row):
    row.refresh_from_db()
    return row


def link(visit, child, by, at, whose="new"):
    papers = [one for one in find_entries_to_show(fresh(visit), child) if one.asks]
    said = EntryAnswers({one.key: whose for one in papers})
    return match_decisions.link_visit_to_patient(visit=fresh(visit), patient=child, by=by, at=at, said=said)


def undo_match(visit, by, at, whose="new"):
    last = visit.match_decisions.order_by("pk").last()
    papers = find_entries_to_show(fresh(visit), last.previous_patient, undoes=last)
    said = EntryAnswers({one.key: whose for one in papers if one.asks})
    return match_decisions.undo_match_decision(visit=fresh(visit), by=by, at=at, said=said)


def answer(visit, item, outcome, by, at):
    need = Need.objects.get(visit=visit, key=str(item.pk))
    needs.answer_need(need=need, outcome=outcome, by=by, at=at, reason="next time")
    return need


def open_of(visit):
    """The due needs that are open, each with the child of its item."""
    of = visit.needs.open().filter(kind__in=[NeedKind.VACCINE, NeedKind.CHECK_UP]).order_by("pk")
    return list(of.values_list("due_item__patient", flat=True))


def in_full():
    """All that answering or undoing could write."""
    kept = (Need, NeedAnswer, DueItem, Immunization)
    return [list(model.objects.order_by("pk").values()) for model in kept]


REFUSED = [NeedOutcome.DECLINED, NeedOutcome.DEFERRED, NeedOutcome.NOT_OFFERED]


@pytest.mark.parametrize("outcome", REFUSED)
@pytest.mark.parametrize("both", [True, False], ids=["due to both", "due to one"])
def test_an_answer_for_one_child_is_not_undone_on_the_visit_of_another(
    front, ned, owl, noor, dana, kind, outcome, both
):
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


def test_the_other_childs_own_item_is_given_and_the_first_childs_is_due_still(
    front, ned, owl, noor, dana, kind
):
    mine, theirs = due(ned, kind), due(owl, kind)
    visit = come(front)
    answer(visit, mine, NeedOutcome.DECLINED, noor, CLOCK[0])
    link(visit, owl, dana, CLOCK[1])
    answer(visit, theirs, NeedOutcome.DONE, noor, CLOCK[2])
    assert (fresh(mine).status, fresh(theirs).status) == ("due", "given")
    assert open_of(visit) == []


def test_back_with_the_first_child_the_answer_can_be_undone_again(front, ned, owl, noor, dana, kind):
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


def test_on_the_visit_of_nobody_it_is_not_undone_either(front, ned, noor, dana, kind):
    mine = due(ned, kind)
    visit = come(front)
    need = answer(visit, mine, NeedOutcome.DECLINED, noor, CLOCK[0])
    undo_match(visit, dana, CLOCK[1])
    assert fresh(visit).patient is None
    with pytest.raises(Refused, match="for Ned Fox, and whose visit this is, is not settled"):
        needs.undo_need_answer(need=need, by=noor, at=CLOCK[2])


def test_on_the_visit_of_a_new_patient_it_is_not_undone_either(front, ned, noor, dana, kind):
    mine = due(ned, kind)
    visit = come(front)
    need = answer(visit, mine, NeedOutcome.DECLINED, noor, CLOCK[0])
    match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=CLOCK[1])
    with pytest.raises(Refused, match="was answered for Ned Fox"):
        needs.undo_need_answer(need=need, by=noor, at=CLOCK[2])


def test_one_name_twice_is_told_apart(front, brook, ned, noor, dana):
    mine, twin = due(ned), make.patient(brook, "Ned Foxe", born="2016-05-01")
    visit = come(front)
    need = answer(visit, mine, NeedOutcome.DECLINED, noor, CLOCK[0])
    link(visit, twin, dana, CLOCK[1])
    with pytest.raises(
        Refused, match=r"for Ned Fox \(born .*2018\), and this visit is Ned Foxe \(born .*2016\)"
    ):
        needs.undo_need_answer(need=need, by=noor, at=CLOCK[2])


def test_open_on_a_visit_that_had_left_it_is_not_answered_for_another(front, ned, owl, noor, dana, kind):
    """An old row that a correction left open: whoever sends its answer is told, and nothing is written."""
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


def test_a_record_and_the_one_it_was_merged_into_are_one_child(front, ned, owl, noor, dana, max_, kind):
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


def test_an_item_that_stayed_on_the_merged_record_is_the_same_childs(front, ned, owl, noor, dana, max_, kind):
    """Both records have it from one import without numbers: it is said once, on the record that stays."""
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


def test_taken_back_it_is_due_again_on_the_merged_record_too(front, ned, owl, noor, max_, kind):
    mine, _ = (imported(one, kind) for one in (ned, owl))
    visit = come(front)
    need = answer(visit, mine, NeedOutcome.DONE, noor, CLOCK[0])
    patient_merges.merge_patients(
        merged=ned, into=owl, by=max_, at=CLOCK[1], sure=True, why="their mother says so"
    )
    needs.undo_need_answer(need=need, by=noor, at=CLOCK[2])
    assert (fresh(mine).patient, mine.status) == (ned, "due")
    assert not Immunization.objects.exists()


def imported(child, kind):
    said = vaccines.content_key_part(NAMES[kind], ""), dt.date(2026, 1, 1)
    system, value = vaccines.content_key("due", child.pk, kind, *said)
    return due(child, kind, system=system, value=value)


def test_once_the_merge_is_undone_it_is_the_other_childs_again(front, ned, owl, noor, max_, kind):
    """Max's own visit said what is due to Ned while the two were one record."""
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


def test_given_to_the_one_before_the_merge_was_undone_is_taken_off_that_one_only(
    front, ned, owl, noor, max_, kind
):
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


def link_owl(visit, owl, by):
    if fresh(visit).patient != owl:
        match_decisions.link_visit_to_patient(visit=visit, patient=owl, by=by, at=CLOCK[1])


# What an undone answer opens again


def test_an_undone_answer_opens_only_what_this_child_needs(front, brook, ned, owl, noor, dana):
    """An interpreter that the other child's record asked for stays answered, and is not asked for again."""
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


def test_a_need_that_comes_again_is_of_this_childs_item_again(front, ned, owl, noor, dana, kind):
    """Its vaccine had gone to Max's item; Ned's visit asks for Ned's own once more."""
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


# What another visit's word made, and took away again


@pytest.fixture
def own(front, ned):
    return come(front)


@pytest.fixture
def wrong(front, ned, own, owl, dana):
    """Max's visit, taken for Ned's while Ned is here himself; what helps Max is written there."""
    found = come(front, "Max Owl")
    link(found, ned, dana, CLOCK[0])
    helped(found, ned, dana, CLOCK[1])
    assert own.needs.open().filter(kind="access", subject="crutches").exists()
    return found


def helped(visit, child, by, at, words="crutches"):
    said = {"language": "", "interpreter_needed": False, "access_needs": words}
    return preferences.record_language_and_needs(patient=child, visit=visit, by=by, at=at, **said)


def crutches(visit):
    events = visit_timeline.read_visit_timeline(fresh(visit)).events
    return [one.what for one in events if one.what.endswith(": access · crutches")]


GONE = "No longer needed: access · crutches"


def page_of(client, visit):
    return client.get(f"/visits/{visit.pk}/").content.decode().lower()


def test_what_the_child_of_another_visit_needed_is_not_told_where_that_visit_left(
    own, wrong, ned, owl, dana, as_
):
    """“No longer needed: access · crutches” stood for good on Ned's own visit; Max needs them."""
    link(wrong, owl, dana, CLOCK[2])
    assert own.needs.get(kind="access", subject="crutches").status == NeedOutcome.LAPSED
    assert crutches(own) == []
    assert "crutches" not in page_of(as_(dana), own)
    undo_match(wrong, dana, CLOCK[3])
    assert crutches(own) == ["Needed again: access · crutches"]
    link(wrong, owl, dana, CLOCK[4])
    assert crutches(own) == []


def test_it_is_not_told_either_where_the_other_visit_is_nobodys_by_now(own, wrong, ned, dana, as_):
    """It was told as Ned's, while the page of the other visit said that the child is open again."""
    undo_match(wrong, dana, CLOCK[2])
    assert own.needs.get(kind="access", subject="crutches").status == NeedOutcome.LAPSED
    assert crutches(own) == []
    assert "crutches" not in page_of(as_(dana), own)


def test_it_is_not_told_either_once_the_record_of_the_visit_is_merged(
    own, wrong, brook, ned, owl, dana, max_
):
    """Ned's visit is of the record that his own went into: there it was told once more."""
    link(wrong, owl, dana, CLOCK[2])
    twin = make.patient(brook, "Ned Foxe", born="2018-03-14")
    patient_merges.merge_patients(
        merged=ned, into=twin, by=max_, at=CLOCK[3], sure=True, why="their mother says so"
    )
    assert fresh(own).patient == twin
    assert crutches(own) == []


def test_what_somebody_did_about_it_stays_told_where_it_was_done(own, wrong, ned, owl, noor, dana):
    need = own.needs.get(kind="access", subject="crutches")
    needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=noor, at=CLOCK[2])
    link(wrong, owl, dana, CLOCK[3])
    assert fresh(need).status == NeedOutcome.DONE
    assert len(crutches(own)) == 1 and "No longer" not in crutches(own)[0]


def test_what_the_child_of_the_visit_needs_no_longer_is_told_though_another_visit_left(
    own, wrong, ned, owl, dana
):
    """Taken off the record at a visit that stayed: nobody else's word went elsewhere with it."""
    helped(own, fresh(ned), dana, CLOCK[2], words="")
    link(wrong, owl, dana, CLOCK[3])
    assert crutches(own) == [GONE]


def test_where_the_two_are_one_child_after_all_it_is_told_again(own, wrong, ned, owl, dana, max_):
    link(wrong, owl, dana, CLOCK[2])
    helped(fresh(wrong), fresh(owl), dana, CLOCK[3], words="")
    assert crutches(own) == []
    patient_merges.merge_patients(
        merged=owl, into=ned, by=max_, at=CLOCK[4], sure=True, why="their mother says so"
    )
    assert crutches(own) == [GONE]


def test_what_lapsed_as_a_record_was_merged_with_its_visits_is_told(front, own, ned, owl, dana, max_):
    """A merge takes the visits along, and no child's needs go elsewhere."""
    helped(come(front), ned, dana, CLOCK[0])
    helped(None, owl, dana, CLOCK[1], words="ramp")
    patient_merges.merge_patients(
        merged=ned, into=owl, by=max_, at=CLOCK[2], sure=True, why="their mother says so"
    )
    assert crutches(own) == [GONE]
