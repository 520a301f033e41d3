"""Another child's due item cannot be answered or reopened at a visit that is not theirs."""

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
    """Return the child of each open due need's item."""
    of = visit.needs.open().filter(kind__in=[NeedKind.VACCINE, NeedKind.CHECK_UP]).order_by("pk")
    return list(of.values_list("due_item__patient", flat=True))


def in_full():
    """Return every row that answering or undoing could write."""
    kept = (Need, NeedAnswer, DueItem, Immunization)
    return [list(model.objects.order_by("pk").values()) for model in kept]


REFUSED = [NeedOutcome.DECLINED, NeedOutcome.DEFERRED, NeedOutcome.NOT_OFFERED]


@pytest.mark.parametrize("outcome", REFUSED)
@pytest.mark.parametrize("both", [True, False], ids=["due to both", "due to one"])
def test_an_answer_for_one_child_cannot_be_undone_at_another_childs_visit(
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


def test_the_other_childs_item_is_given_and_the_first_childs_stays_due(front, ned, owl, noor, dana, kind):
    mine, theirs = due(ned, kind), due(owl, kind)
    visit = come(front)
    answer(visit, mine, NeedOutcome.DECLINED, noor, CLOCK[0])
    link(visit, owl, dana, CLOCK[1])
    answer(visit, theirs, NeedOutcome.DONE, noor, CLOCK[2])
    assert (fresh(mine).status, fresh(theirs).status) == ("due", "given")
    assert open_of(visit) == []


def test_the_answer_can_be_undone_once_the_visit_is_the_first_childs_again(front, ned, owl, noor, dana, kind):
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


def test_the_answer_cannot_be_undone_at_an_unmatched_visit(front, ned, noor, dana, kind):
    mine = due(ned, kind)
    visit = come(front)
    need = answer(visit, mine, NeedOutcome.DECLINED, noor, CLOCK[0])
    undo_match(visit, dana, CLOCK[1])
    assert fresh(visit).patient is None
    with pytest.raises(Refused, match="for Ned Fox, and whose visit this is, is not settled"):
        needs.undo_need_answer(need=need, by=noor, at=CLOCK[2])


def test_the_answer_cannot_be_undone_at_a_new_patients_visit(front, ned, noor, dana, kind):
    mine = due(ned, kind)
    visit = come(front)
    need = answer(visit, mine, NeedOutcome.DECLINED, noor, CLOCK[0])
    match_decisions.decide_new_patient(visit=fresh(visit), by=dana, at=CLOCK[1])
    with pytest.raises(Refused, match="was answered for Ned Fox"):
        needs.undo_need_answer(need=need, by=noor, at=CLOCK[2])


def test_the_refusal_adds_birth_dates_when_names_are_alike(front, brook, ned, noor, dana):
    mine, twin = due(ned), make.patient(brook, "Ned Foxe", born="2016-05-01")
    visit = come(front)
    need = answer(visit, mine, NeedOutcome.DECLINED, noor, CLOCK[0])
    link(visit, twin, dana, CLOCK[1])
    with pytest.raises(
        Refused, match=r"for Ned Fox \(born .*2018\), and this visit is Ned Foxe \(born .*2016\)"
    ):
        needs.undo_need_answer(need=need, by=noor, at=CLOCK[2])


def test_a_need_left_open_for_another_child_cannot_be_answered(front, ned, owl, noor, dana, kind):
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


def test_a_record_and_the_one_it_was_merged_into_count_as_one_child(front, ned, owl, noor, dana, max_, kind):
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


def test_an_item_left_on_the_merged_record_counts_as_the_same_childs(front, ned, owl, noor, dana, max_, kind):
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


def test_undoing_the_answer_makes_the_item_on_the_merged_record_due_again(front, ned, owl, noor, max_, kind):
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


def test_after_an_undone_merge_the_item_is_the_other_childs_again(front, ned, owl, noor, max_, kind):
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


# Reopened needs


def test_an_undone_answer_reopens_only_this_childs_needs(front, brook, ned, owl, noor, dana):
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


def test_a_need_that_returns_belongs_to_this_childs_item_again(front, ned, owl, noor, dana, kind):
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
def own(front, ned):
    return come(front)


@pytest.fixture
def wrong(front, ned, own, owl, dana):
    """Max's visit, linked to Ned while Ned is here himself, with Max's access needs written at it."""
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


def test_another_childs_lapsed_need_does_not_show_after_their_visit_moved(own, wrong, ned, owl, dana, as_):
    """“No longer needed: access · crutches” stayed on Ned's own visit, although Max needs them."""
    link(wrong, owl, dana, CLOCK[2])
    assert own.needs.get(kind="access", subject="crutches").status == NeedOutcome.LAPSED
    assert crutches(own) == []
    assert "crutches" not in page_of(as_(dana), own)
    undo_match(wrong, dana, CLOCK[3])
    assert crutches(own) == ["Needed again: access · crutches"]
    link(wrong, owl, dana, CLOCK[4])
    assert crutches(own) == []


def test_it_does_not_show_when_the_other_visit_is_unmatched_now(own, wrong, ned, dana, as_):
    """It showed as Ned's, while the other visit's page said that its child is unknown again."""
    undo_match(wrong, dana, CLOCK[2])
    assert own.needs.get(kind="access", subject="crutches").status == NeedOutcome.LAPSED
    assert crutches(own) == []
    assert "crutches" not in page_of(as_(dana), own)


def test_it_does_not_show_once_the_visits_record_is_merged(own, wrong, brook, ned, owl, dana, max_):
    """Ned's visit is now on the record that his own was merged into: there it showed again."""
    link(wrong, owl, dana, CLOCK[2])
    twin = make.patient(brook, "Ned Foxe", born="2018-03-14")
    patient_merges.merge_patients(
        merged=ned, into=twin, by=max_, at=CLOCK[3], sure=True, why="their mother says so"
    )
    assert fresh(own).patient == twin
    assert crutches(own) == []


def test_an_answered_need_still_shows_at_the_visit_where_it_was_answered(own, wrong, ned, owl, noor, dana):
    need = own.needs.get(kind="access", subject="crutches")
    needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=noor, at=CLOCK[2])
    link(wrong, owl, dana, CLOCK[3])
    assert fresh(need).status == NeedOutcome.DONE
    assert len(crutches(own)) == 1 and "No longer" not in crutches(own)[0]


def test_this_childs_own_lapsed_need_still_shows_though_another_visit_moved(own, wrong, ned, owl, dana):
    """Removed from the record at the remaining visit: the other visit took nothing of it along."""
    helped(own, fresh(ned), dana, CLOCK[2], words="")
    link(wrong, owl, dana, CLOCK[3])
    assert crutches(own) == [GONE]


def test_it_shows_again_once_the_two_records_are_merged(own, wrong, ned, owl, dana, max_):
    link(wrong, owl, dana, CLOCK[2])
    helped(fresh(wrong), fresh(owl), dana, CLOCK[3], words="")
    assert crutches(own) == []
    patient_merges.merge_patients(
        merged=owl, into=ned, by=max_, at=CLOCK[4], sure=True, why="their mother says so"
    )
    assert crutches(own) == [GONE]


def test_a_need_that_lapsed_through_a_merge_shows(front, own, ned, owl, dana, max_):
    """A merge takes the visits along, so no child's needs move elsewhere."""
    helped(come(front), ned, dana, CLOCK[0])
    helped(None, owl, dana, CLOCK[1], words="ramp")
    patient_merges.merge_patients(
        merged=ned, into=owl, by=max_, at=CLOCK[2], sure=True, why="their mother says so"
    )
    assert crutches(own) == [GONE]
