"""A visit is another child's: each thing written at it goes where the rule or a person says, and back."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.actions import (
    consent,
    discrepancies,
    match_decisions,
    needs,
    patient_merges,
    preferences,
    provisional_patients,
)
from checkin.actions.entry_moves import EntriesUndecided, EntryAnswers
from checkin.actions.match_corrections import find_entries_to_show
from checkin.models import (
    AuditEvent,
    ChartChange,
    ConsentRecord,
    DueItem,
    Escort,
    Immunization,
    MatchDecision,
    Patient,
    Promise,
    StandingProxy,
)
from checkin.models.visit_entries import digest_visit_entries
from checkin.queries import entry_wording as entry_wording_queries
from checkin.queries import patient_dossiers
from checkin.rules.consent_adults import ConsentBasis, ConsentChannel
from checkin.rules.need_types import NeedKind, NeedOutcome
from tests import make
from tests.promising import promise

NOVEMBER = dt.date(2026, 11, 24)
WRITTEN, LATER, LATEST = (make.at(clock, NOVEMBER) for clock in ("9:50", "10:00", "10:10"))


@pytest.fixture
def finn(brook):
    found = make.patient(brook, "Finn O'Neil", born="2018-03-14")
    make.guardian(found, "Maeve O'Neil")
    return found


@pytest.fixture
def zofia(brook):
    found = make.patient(brook, "Zofia Wilk", born="2018-03-14", language="en")
    make.guardian(found, "Ewa Wilk", phone="555-010-0999")
    return found


@pytest.fixture
def visit(front, finn, zofia):
    found = make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neil")
    assert (found.patient, found.match) == (finn, "certain")
    return found


def fresh(row):
    row.refresh_from_db()
    return row


def said(visit, now, *, undoing=None, **whose) -> EntryAnswers:
    """The same answer to everything that asks of one kind: `said(visit, zofia, vaccine="old")`."""
    fresh(visit)
    papers = find_entries_to_show(visit, now, undoes=undoing)
    return EntryAnswers({one.key: whose[one.paper] for one in papers if one.asks and one.paper in whose})


def relink(visit, now, by, at=LATER, **whose):
    return match_decisions.link_visit_to_patient(
        visit=fresh(visit), patient=now, by=by, at=at, said=said(visit, now, **whose)
    )


def undo(visit, by, at=LATEST, **whose):
    last = visit.match_decisions.order_by("pk").last()
    papers = said(visit, last.previous_patient, undoing=last, **whose)
    return match_decisions.undo_match_decision(visit=fresh(visit), by=by, at=at, said=papers)


def agree(visit, by, who, **changes):
    usual = {
        "care": "vaccine",
        "agreed": True,
        "basis": ConsentBasis.TELEPHONE,
        "how": ConsentChannel.TELEPHONE,
    }
    facts = {"patient": fresh(visit).patient, "visit": visit, "heard_by": by, "at": WRITTEN, "who": who}
    return consent.record_consent(**{**facts, **usual, **changes})


def proxy(visit, by, granted_by):
    made = consent.grant_proxy(
        patient=visit.patient, name="Nan Kelly", granted_by=granted_by, written_on=NOVEMBER, by=by, at=WRITTEN
    )
    StandingProxy.objects.filter(pk=made.pk).update(visit=visit)
    return made


def give(visit, by, key="influenza"):
    need = visit.needs.get(key=key)
    needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=by, at=WRITTEN)
    return need


def chart(patient):
    return (fresh(patient).language, patient.interpreter_needed, patient.access_needs)


def put_on_chart(visit, by):
    preferences.record_language_and_needs(
        patient=visit.patient, visit=visit, language="pl", interpreter_needed=True, access_needs="ramp",
        by=by, at=WRITTEN,
    )  # fmt: skip


def told(made) -> str:
    return "\n".join(entry_wording_queries.decision_entry_lines(made))


# Consent and proxy


@pytest.mark.parametrize(
    ("who", "changes"),
    [
        ("Rosa Delgado", {"basis": ConsentBasis.GUARDIAN_PRESENT, "how": ConsentChannel.VERBAL}),
        ("Some Uncle", {}),
        ("Ewa Wilk", {}),
        ("Finn O'Neil", {"basis": ConsentBasis.OWN, "how": ConsentChannel.VERBAL}),
    ],
)
def test_an_answer_of_who_is_here_or_of_who_is_nobody_to_the_old_chart_goes_with_the_visit(
    visit, finn, zofia, dana, who, changes
):
    made = agree(visit, dana, who, **changes)
    decision = relink(visit, zofia, dana)
    assert (fresh(made).patient, made.withdrawn_at) == (zofia, None)
    assert f"{who} agreed to vaccine" in told(decision)
    assert "now on Zofia Wilk’s record" in told(decision)
    undo(visit, dana)
    assert (fresh(made).patient, made.withdrawn_at) == (finn, None)


@pytest.mark.parametrize("whose", ["new", "old", "nobody"])
def test_an_answer_of_the_old_childs_mother_is_asked_about(visit, finn, zofia, dana, whose):
    made = agree(visit, dana, "Maeve O'Neil", until=dt.date(2026, 12, 31))
    with pytest.raises(EntriesUndecided):
        match_decisions.link_visit_to_patient(visit=visit, patient=zofia, by=dana, at=LATER)
    assert fresh(visit).patient == finn
    relink(visit, zofia, dana, consent=whose)
    assert fresh(made).patient == (zofia if whose == "new" else finn)
    assert (made.withdrawn_by == dana) is (whose == "nobody")
    undo(visit, dana)
    assert (fresh(made).patient, made.withdrawn_at) == (finn, None)


@pytest.mark.parametrize("whose", ["new", "old", "nobody"])
def test_a_proxy_granted_by_the_old_childs_mother_is_asked_about(visit, finn, zofia, dana, whose):
    made = proxy(visit, dana, "Maeve O'Neil")
    relink(visit, zofia, dana, proxy=whose)
    assert fresh(made).patient == (zofia if whose == "new" else finn)
    assert (made.revoked_by == dana) is (whose == "nobody")
    undo(visit, dana)
    assert (fresh(made).patient, made.revoked_at) == (finn, None)


MAY_BE_MAEVE = (
    "mom",
    "Mom",
    "his mother",
    "la mamá",
    "Maeve",
    "Mrs O'Neil",
    "M. O'Neil",
    "Maeve O'Neil (mother)",
)


@pytest.mark.parametrize("who", [*MAY_BE_MAEVE, "his dad", "the guardian"])
def test_words_that_may_mean_the_old_childs_family_are_asked_about(visit, finn, zofia, dana, who):
    answer, granted = agree(visit, dana, who), proxy(visit, dana, who)
    for paper in ("consent", "proxy"):
        with pytest.raises(EntriesUndecided):
            relink(visit, zofia, dana, **{paper: "new"})
    relink(visit, zofia, dana, consent="old", proxy="old")
    assert (fresh(answer).patient, fresh(granted).patient) == (finn, finn)
    assert (
        not patient_dossiers.read_dossiers(clinic=visit.clinic, patients=[zofia], at=LATER)
        .dossiers[zofia.pk]
        .answers
    )


@pytest.mark.parametrize("who", ["mom", "Maeve", "Mrs O'Neil", "Maeve O'Neil"])
def test_of_a_brother_or_sister_with_the_same_mother_nothing_is_asked(visit, zofia, dana, who):
    zofia.guardians.update(name="Maeve O'Neil", phone="555-010-0123")
    made = agree(visit, dana, who)
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=zofia, by=dana, at=LATER)
    assert fresh(made).patient == zofia


def test_what_a_father_without_authority_said_is_asked_about_too(visit, finn, zofia, dana):
    make.guardian(finn, "Owen O'Neil", "555-010-0124", relationship="father", may_consent=False)
    agree(visit, dana, "Owen")
    with pytest.raises(EntriesUndecided):
        match_decisions.link_visit_to_patient(visit=fresh(visit), patient=zofia, by=dana, at=LATER)


def test_a_proxy_and_an_answer_wait_where_the_visit_goes_to_nobody(visit, finn, zofia, dana):
    granted, answer = proxy(visit, dana, "A stranger"), agree(visit, dana, "Nan Kelly")
    decision = undo(visit, dana, at=LATER)
    assert fresh(granted).patient is fresh(answer).patient is None
    assert "waits at" in told(decision)
    assert (
        not patient_dossiers.read_dossiers(clinic=visit.clinic, patients=[finn], at=LATER)
        .dossiers[finn.pk]
        .answers
    )
    assert patient_dossiers.read_visit_dossier(fresh(visit), now=LATER).answers
    relink(visit, zofia, dana, at=LATEST)
    assert (fresh(granted).patient, fresh(answer).patient) == (zofia, zofia)


def test_what_stays_with_the_old_child_does_not_count_at_the_visit_of_nobody(visit, dana):
    agree(visit, dana, "Maeve O'Neil")
    undo(visit, dana, at=LATER, consent="old")
    assert not patient_dossiers.read_visit_dossier(fresh(visit), now=LATER).answers


def test_what_a_child_has_on_record_does_not_wait_at_the_visit(visit, finn, dana):
    made = agree(visit, dana, "Some Uncle")
    undo(visit, dana, at=LATER)
    ConsentRecord.objects.filter(pk=made.pk).update(patient=finn)
    assert not ConsentRecord.objects.bearing_on(fresh(visit)).exists()


def test_used_since_it_is_left_and_that_is_said(visit, zofia, dana, noor):
    made = agree(visit, dana, "Some Uncle")
    relink(visit, zofia, dana)
    consent.withdraw_consent(record=fresh(made), by=noor, at=LATER)
    decision = undo(visit, dana)
    assert (fresh(made).patient, made.withdrawn_by) == (zofia, noor)
    assert "withdrawn since by Noor, so it was left on Zofia Wilk’s record" in told(decision)


def test_written_after_the_decision_it_is_asked_about_at_the_undo(visit, finn, zofia, dana):
    relink(visit, zofia, dana)
    made = agree(visit, dana, "Ewa Wilk", at=LATER)
    with pytest.raises(EntriesUndecided):
        match_decisions.undo_match_decision(visit=fresh(visit), by=dana, at=LATEST)
    undo(visit, dana, consent="old")
    assert fresh(made).patient == zofia


# Vaccines


@pytest.mark.parametrize("whose", ["new", "old", "nobody"])
def test_a_vaccine_is_on_the_record_of_whoever_got_it(visit, finn, zofia, dana, noor, whose):
    need = give(visit, noor)
    with pytest.raises(EntriesUndecided):
        match_decisions.link_visit_to_patient(visit=visit, patient=zofia, by=dana, at=LATER)
    relink(visit, zofia, dana, vaccine=whose)
    holds = list(Immunization.objects.values_list("patient", flat=True))
    assert holds == {"new": [zofia.pk], "old": [finn.pk], "nobody": []}[whose]
    assert fresh(need).status == (NeedOutcome.DONE if whose == "new" else NeedOutcome.OPEN)
    undo(visit, dana)
    assert Immunization.objects.get().patient == finn
    assert (fresh(need).status, need.answered_by, need.answered_at) == (NeedOutcome.DONE, noor, WRITTEN)
    needs.undo_need_answer(need=need, by=noor, at=LATEST)
    assert not Immunization.objects.exists()


@pytest.mark.parametrize("called", [("MMR", "03"), ("M-M-R II", "3"), ("mmr vaccine", "")])
@pytest.mark.parametrize("whose", ["new", "old", "nobody"])
def test_due_items_follow_on_both_charts(brook, front, finn, zofia, dana, noor, whose, called):
    mine, theirs = (
        DueItem.objects.create(
            clinic=brook, patient=one, kind="vaccine", name=name, code=code, due_on=dt.date(2026, 1, 1)
        )
        for one, (name, code) in ((finn, ("MMR", "03")), (zofia, called))
    )
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neil")
    need = give(visit, noor, key=str(mine.pk))
    relink(visit, zofia, dana, vaccine=whose)
    status = {"new": ("due", "given"), "old": ("given", "due"), "nobody": ("due", "due")}[whose]
    assert (fresh(mine).status, fresh(theirs).status) == status
    undo(visit, dana)
    assert (fresh(mine).status, fresh(theirs).status) == ("given", "due")
    assert (fresh(need).status, Immunization.objects.get().patient) == (NeedOutcome.DONE, finn)


@pytest.mark.parametrize("whose", ["old", "nobody", "declined"])
def test_an_answer_that_comes_back_is_of_the_item_that_was_answered(
    brook, front, finn, zofia, dana, noor, whose
):
    """It was open meanwhile, for the other child's item: put right later, the first one stayed given."""
    items = [
        DueItem.objects.create(clinic=brook, patient=one, kind="vaccine", name=name, due_on=NOVEMBER)
        for one, name in ((finn, "MMR"), (zofia, "M-M-R II"))
    ]
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neil")
    need = visit.needs.get(due_item=items[0])
    outcome = NeedOutcome.DECLINED if whose == "declined" else NeedOutcome.DONE
    needs.answer_need(need=need, outcome=outcome, by=noor, at=WRITTEN)
    answered = (fresh(need).due_item, need.label_words, need.why)
    relink(visit, zofia, dana, vaccine=whose)
    undo(visit, dana)
    assert (fresh(need).due_item, need.label_words, need.why) == answered
    assert need.status == outcome
    if whose != "declined":
        relink(visit, zofia, dana, at=make.at("10:20", NOVEMBER), vaccine="new")
        assert [fresh(one).status for one in items] == ["due", "given"]


def test_a_check_up_has_no_vaccine_on_record_and_follows_too(brook, front, finn, zofia, dana, noor):
    item = DueItem.objects.create(
        clinic=brook, patient=finn, kind="check_up", name="Check-up, 8 years", due_on=dt.date(2026, 1, 1)
    )
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neil")
    give(visit, noor, key=str(item.pk))
    relink(visit, zofia, dana, vaccine="nobody")
    assert fresh(item).status == "due"
    undo(visit, dana)
    assert fresh(item).status == "given"


def test_a_vaccine_of_nobody_yet_waits_and_is_of_the_next_child(visit, finn, zofia, dana, noor):
    give(visit, noor)
    undo(visit, dana, at=LATER, vaccine="new")
    assert not Immunization.objects.exists()
    relink(visit, zofia, dana, at=LATEST)
    assert Immunization.objects.get().patient == zofia


def test_what_the_record_system_said_meanwhile_stands(visit, finn, zofia, dana, noor, brook):
    give(visit, noor)
    Immunization.objects.create(
        clinic=brook, patient=zofia, name="Influenza", given_on=NOVEMBER, is_influenza=True, system="ehr",
        value="7",
    )  # fmt: skip
    relink(visit, zofia, dana, vaccine="old")
    undo(visit, dana)
    held = sorted(Immunization.objects.values_list("system", "patient"))
    assert held == [("brought-by:need", finn.pk), ("ehr", zofia.pk)]


def test_given_to_the_old_child_and_then_to_the_new_each_has_their_own(visit, finn, zofia, dana, noor):
    give(visit, noor)
    relink(visit, zofia, dana, vaccine="old")
    give(fresh(visit), noor)
    assert sorted(Immunization.objects.values_list("patient", flat=True)) == sorted([finn.pk, zofia.pk])
    needs.undo_need_answer(need=visit.needs.get(key="influenza"), by=noor, at=LATEST)
    assert Immunization.objects.get().patient == finn


# Corrections of a chart


@pytest.mark.parametrize("whose", ["new", "old", "both", "nobody"])
def test_language_interpreter_and_access_go_on_the_chart_that_somebody_says(visit, finn, zofia, dana, whose):
    put_on_chart(visit, dana)
    before, after = (("", False, ""), ("en", False, "")), ("pl", True, "ramp")
    relink(visit, zofia, dana, chart=whose)
    assert chart(finn) == (after if whose in ("old", "both") else before[0])
    assert chart(zofia) == (after if whose in ("new", "both") else before[1])
    undo(visit, dana)
    assert (chart(finn), chart(zofia)) == (after, before[1])
    assert ChartChange.objects.get(status="stands").patient == finn


def test_the_page_says_what_the_other_chart_says(visit, zofia, dana):
    put_on_chart(visit, dana)
    one = find_entries_to_show(fresh(visit), zofia)[0]
    assert (one.before, one.beside) == (
        "Language not known, no interpreter, access: nothing noted",
        "Language English, no interpreter, access: nothing noted",
    )


def test_a_column_written_again_since_is_not_put_back(visit, finn, zofia, dana, noor):
    put_on_chart(visit, dana)
    preferences.record_language_and_needs(
        patient=finn, language="ga", interpreter_needed=True, access_needs="ramp", by=noor, at=WRITTEN
    )
    made = relink(visit, zofia, dana, chart="new")
    assert (chart(finn), chart(zofia)) == (("ga", False, ""), ("pl", True, "ramp"))
    assert "language was written again since, so it was left on Finn O'Neil’s record" in told(made)


def test_it_waits_at_the_visit_of_nobody_and_a_chart_that_says_otherwise_is_not_written_over(
    visit, finn, zofia, dana
):
    put_on_chart(visit, dana)
    undo(visit, dana, at=LATER, chart="new")
    assert chart(finn) == ("", False, "")
    with pytest.raises(EntriesUndecided):
        match_decisions.link_visit_to_patient(visit=fresh(visit), patient=zofia, by=dana, at=LATEST)
    relink(visit, zofia, dana, at=LATEST, chart="new")
    assert chart(zofia) == ("pl", True, "ramp")


def test_what_was_said_to_be_of_the_child_before_is_its_own_still_when_the_visit_comes_back_and_goes(
    visit, finn, zofia, dana
):
    put_on_chart(visit, dana)
    consents = agree(visit, dana, "Maeve O'Neil")
    granted = proxy(visit, dana, "Maeve O'Neil")
    undo(visit, dana, at=LATER, chart="old", consent="old", proxy="old")
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=finn, by=dana, at=LATER)
    last = fresh(visit).match_decisions.order_by("pk").last()
    assert [one.paper for one in find_entries_to_show(visit, None, undoes=last) if one.asks] == []
    undo(visit, dana)
    assert fresh(visit).patient is None
    assert chart(finn) == ("pl", True, "ramp")
    assert (fresh(consents).patient, fresh(granted).patient) == (finn, finn)


def test_written_further_since_it_is_asked_about_once_more(visit, finn, dana):
    put_on_chart(visit, dana)
    undo(visit, dana, at=LATER, chart="old")
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=finn, by=dana, at=LATER)
    preferences.record_language_and_needs(
        patient=finn, visit=fresh(visit), language="ga", interpreter_needed=True, access_needs="ramp",
        by=dana, at=LATEST,
    )  # fmt: skip
    last = fresh(visit).match_decisions.order_by("pk").last()
    assert [one.paper for one in find_entries_to_show(visit, None, undoes=last) if one.asks] == ["chart"]


@pytest.fixture
def renamed(front, finn, zofia, dana):
    """Finn's sign-in said Finley; the name on his record was made that."""
    found = make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neill", escort_phone="555-010-0123")
    if found.patient is None:
        match_decisions.link_visit_to_patient(visit=found, patient=finn, by=dana, at=WRITTEN)
    one = found.discrepancies.open().get(field="name")
    discrepancies.decide_discrepancy(discrepancy=one, kind="use_new", by=dana, at=WRITTEN)
    assert fresh(finn).family_name == "O'Neill"
    return found


@pytest.mark.parametrize(("whose", "name"), [("nobody", "O'Neil"), ("old", "O'Neill")])
def test_use_the_new_asks_whether_the_old_childs_name_is_put_back(renamed, finn, zofia, dana, whose, name):
    with pytest.raises(EntriesUndecided):
        match_decisions.link_visit_to_patient(visit=renamed, patient=zofia, by=dana, at=LATER)
    made = relink(renamed, zofia, dana, correction=whose)
    assert (fresh(finn).family_name, fresh(zofia).family_name) == (name, "Wilk")
    assert "Finn O'Neil’s record" in told(made) or "Finn O'Neill’s record" in told(made)
    undo(renamed, dana)
    assert fresh(finn).family_name == "O'Neill"
    one = renamed.discrepancies.get(status="settled")
    discrepancies.undo_discrepancy_decision(discrepancy=one, by=dana, at=LATEST)
    assert fresh(finn).family_name == "O'Neil"


def test_taken_back_to_nobody_it_asks_about_the_name_too(renamed, finn, dana):
    made = undo(renamed, dana, at=LATER, correction="nobody")
    assert (fresh(finn).family_name, fresh(renamed).patient) == ("O'Neil", None)
    assert "is called Finn O'Neil, born Mar 14, 2018, again." in told(made)


def test_a_name_that_was_changed_again_since_is_left_and_that_is_said(renamed, finn, zofia, dana):
    Patient.objects.filter(pk=finn.pk).update(family_name="Nealon")
    made = relink(renamed, zofia, dana, correction="nobody")
    assert fresh(finn).family_name == "Nealon"
    assert "stays on Finn Nealon’s record" in told(made)


def test_keeping_the_old_was_the_old_childs_and_says_nothing_of_the_new(front, finn, zofia, dana):
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neill")
    match_decisions.link_visit_to_patient(visit=visit, patient=finn, by=dana, at=WRITTEN)
    one = visit.discrepancies.open().get(field="name")
    discrepancies.decide_discrepancy(discrepancy=one, kind="keep_old", by=dana, at=WRITTEN)
    relink(visit, zofia, dana)
    assert fresh(one).status == "withdrawn"
    assert visit.discrepancies.open().filter(field="name").exists()
    undo(visit, dana)
    assert fresh(one).status == "settled"
    assert not visit.discrepancies.open().filter(field="name").exists()


# Wishes, needs, promises


def wishes(patient):
    return list(Escort.objects.filter(patient=patient).values_list("name", "approach", "best_time"))


def test_what_is_remembered_of_who_came_goes_with_the_visit_and_the_old_chart_gets_its_own_back(
    front, visit, finn, zofia, dana
):
    first = make.visit(front, make.at("9:30", NOVEMBER), name="Finn O'Neil")
    preferences.set_preferences(
        escort=first.escort, approach="leave", best_way="", best_time="mornings", by=dana, at=WRITTEN
    )
    usual = {"best_way": "phone", "best_time": "after 18:00", "by": dana, "at": WRITTEN}
    preferences.set_preferences(escort=fresh(visit).escort, visit=visit, approach="greet", **usual)
    relink(visit, zofia, dana)
    assert wishes(finn) == [("Rosa Delgado", "leave", "mornings")]
    assert wishes(zofia) == [("Rosa Delgado", "greet", "after 18:00")]
    undo(visit, dana)
    assert wishes(finn) == [("Rosa Delgado", "greet", "after 18:00")]
    assert wishes(zofia) == []


def test_a_wish_goes_whole_also_where_an_earlier_visit_had_said_a_part_of_it(front, finn, zofia, dana):
    """Leave me be, as at the visit before, and now a text message: both were said of this child."""
    typed = {"approach": "leave", "best_time": "mornings", "remember": "yes"}
    make.visit(front, make.at("9:30", NOVEMBER), name="Finn O'Neil", **typed)
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neil")
    usual = {"best_way": "text", "best_time": "", "by": dana, "at": WRITTEN}
    preferences.set_preferences(escort=fresh(visit).escort, visit=visit, approach="leave", **usual)
    relink(visit, zofia, dana)
    assert wishes(finn) == [("Rosa Delgado", "leave", "mornings")]
    assert wishes(zofia) == [("Rosa Delgado", "leave", "")]


ROWS = ("name", "relationship", "phone", "last_came_at", "approach", "best_way", "best_time", "remembered_at")
AUNT = {"name": "Rosa Delgado", "relationship": "aunt", "phone": "555-010-0999"}
WISH = {"approach": "greet", "best_way": "phone", "best_time": "after 18:00"}
STRANGER = {
    "escort_name": "Rosa Delgado", "relationship": "mom", "remember": "yes", "approach": "leave",
    "best_time": "mornings",
}  # fmt: skip


def rows(patient):
    return list(Escort.objects.filter(patient=patient).values(*ROWS))


def by_mistake(front, patient, dana, *, at="9:45", **said):
    """Another child's visit is linked to this record."""
    claim = {"name": "Zed Quist"} | STRANGER | said
    found = make.visit(front, make.at(at, NOVEMBER), **claim)
    relink(found, patient, dana)
    return found


@pytest.mark.parametrize("now_on", [None, "zofia"], ids=["undone", "linked to another"])
@pytest.mark.parametrize("wish", [{}, WISH, WISH | {"remembered_at": make.at("8:00", NOVEMBER)}])
def test_an_adult_on_record_without_a_visit_is_again_as_they_were(front, finn, zofia, dana, wish, now_on):
    """Whether the other visit's record was made from its sign-in, or that child is on file."""
    Escort.objects.create(clinic=finn.clinic, patient=finn, **AUNT, **wish)
    make.patient(finn.clinic, "Ada Quist", born="2018-03-14")
    before = rows(finn)
    for said in ({"name": "Ada Quist"}, {}, {"relationship": "aunt"}, {"relationship": ""}):
        visit = by_mistake(front, finn, dana, **said)
        assert rows(finn) != before
        relink(visit, zofia, dana, at=LATEST) if now_on else undo(visit, dana)
        assert rows(finn) == before


@pytest.mark.parametrize("words", ["", "aunt"])
def test_a_relationship_that_a_wrong_visit_said_is_taken_back(front, finn, dana, words):
    """Also where none was said before it, and whoever of two that were wrong goes first."""
    said = {"escort_name": "Rosa Delgado", "relationship": words}
    make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neil", **said)
    make.patient(finn.clinic, "Zed Quist", born="2018-03-14")
    before = rows(finn)
    first, second = (by_mistake(front, finn, dana, at=at, relationship="mom") for at in ("9:45", "9:46"))
    assert rows(finn) != before
    for visit in (first, second):
        undo(visit, dana)
    assert rows(finn) == before


def test_a_wish_told_on_the_patients_page_outlasts_a_wrong_visit(front, visit, finn, dana):
    preferences.set_preferences(escort=visit.escort, by=dana, at=make.at("9:42", NOVEMBER), **WISH)
    make.patient(finn.clinic, "Zed Quist", born="2018-03-14")
    before = rows(finn)
    wrong = by_mistake(front, finn, dana)
    assert wishes(finn) == [("Rosa Delgado", "leave", "mornings")]
    undo(wrong, dana)
    assert rows(finn) == before


def test_a_wish_of_nobody_yet_waits_and_goes_with_the_next_child(visit, finn, zofia, dana):
    usual = {"best_way": "phone", "best_time": "evenings", "by": dana, "at": WRITTEN}
    preferences.set_preferences(escort=visit.escort, visit=visit, approach="greet", **usual)
    made = undo(visit, dana, at=LATER)
    assert "Remembered: Greet me, Phone, evenings: waits at" in told(made)
    assert wishes(finn) == []
    relink(visit, zofia, dana, at=LATEST)
    assert wishes(zofia) == [("Rosa Delgado", "greet", "evenings")]


def test_a_wish_typed_with_remember_gives_way_to_what_stood_there_before(front, finn, zofia, dana):
    typed = {"approach": "leave", "best_time": "mornings", "remember": "yes"}
    make.visit(front, make.at("9:30", NOVEMBER), name="Finn O'Neil", **typed)
    again = {"approach": "greet", "best_time": "after 18:00", "remember": "yes"}
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neil", **again)
    assert wishes(finn) == [("Rosa Delgado", "greet", "after 18:00")]
    relink(visit, zofia, dana)
    assert wishes(finn) == [("Rosa Delgado", "leave", "mornings")]
    assert wishes(zofia) == [("Rosa Delgado", "greet", "after 18:00")]


def test_a_check_that_was_answered_for_the_old_child_is_open_again(front, finn, zofia, dana):
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neill")
    match_decisions.link_visit_to_patient(visit=visit, patient=finn, by=dana, at=WRITTEN)
    need = visit.needs.get(kind=NeedKind.DISCREPANCY)
    needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=dana, at=WRITTEN)
    made = relink(visit, zofia, dana)
    assert fresh(need).status == NeedOutcome.OPEN
    assert ["discrepancy", need.subject] in fresh(visit).chips
    assert "the answer counts no longer" in told(made)
    undo(visit, dana)
    assert (fresh(need).status, need.answered_by) == (NeedOutcome.DONE, dana)


def test_a_note_that_was_given_stays_answered_and_a_refused_flu_is_asked_of_the_new_child(
    front, finn, zofia, dana, noor
):
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neil", notes_wanted=["school"])
    note, flu = visit.needs.get(kind=NeedKind.SCHOOL_NOTE), visit.needs.get(key="influenza")
    needs.answer_need(need=note, outcome=NeedOutcome.DONE, by=noor, at=WRITTEN)
    needs.answer_need(need=flu, outcome=NeedOutcome.DECLINED, by=noor, at=WRITTEN)
    relink(visit, zofia, dana)
    assert (fresh(note).status, fresh(flu).status) == (NeedOutcome.DONE, NeedOutcome.OPEN)


def test_a_promise_goes_with_the_visit(visit, finn, zofia, dana, front):
    made = promise(front, patient=finn, visit=visit, by=dana, at=WRITTEN)
    assert "Promise to Ana Ruiz: the bill that came twice: now on Zofia Wilk’s record" in told(
        relink(visit, zofia, dana)
    )
    assert fresh(made).patient == Promise.objects.get().made_for == zofia
    undo(visit, dana)
    assert fresh(made).patient == finn


def test_an_adult_whom_only_wrong_visits_knew_is_not_left_on_the_record(front, finn, zofia, dana):
    first = make.visit(front, make.at("9:30", NOVEMBER), name="Finn O'Neil", escort_phone="555-010-7000")
    again = make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neil", escort_phone="555-010-7001")
    one = again.discrepancies.open().get(field="phone")
    discrepancies.decide_discrepancy(discrepancy=one, kind="use_new", by=dana, at=WRITTEN)
    relink(again, zofia, dana, correction="old")
    relink(first, zofia, dana)
    assert not Escort.objects.filter(patient=finn).exists()


# The decision itself


def test_a_page_that_did_not_show_what_came_since_is_refused_and_nothing_is_done(visit, zofia, dana, noor):
    shown = EntryAnswers({}, "")
    agree(visit, noor, "Some Uncle")
    before = MatchDecision.objects.count()
    with pytest.raises(EntriesUndecided, match="since this page was opened"):
        match_decisions.link_visit_to_patient(visit=visit, patient=zofia, by=dana, at=LATER, said=shown)
    assert (MatchDecision.objects.count(), ConsentRecord.objects.get().patient) == (before, visit.patient)


def test_each_thing_has_its_line_in_the_trail(visit, zofia, dana, noor):
    agree(visit, dana, "Some Uncle")
    give(visit, noor)
    put_on_chart(visit, dana)
    relink(visit, zofia, dana, vaccine="new", chart="new")
    lines = AuditEvent.objects.filter(at=LATER, staff=dana, patient=zofia)
    kinds = set(lines.filter(action="paper.moved").values_list("detail__paper", flat=True))
    assert {"consent", "vaccine", "chart"} <= kinds


def test_other_open_visits_of_both_children_are_looked_at_again(front, visit, finn, zofia, dana, noor):
    finns = make.visit(front, make.at("9:45", NOVEMBER), name="Finn O'Neil")
    zofias = make.visit(front, make.at("9:46", NOVEMBER), name="Zofia Wilk")
    flu = [one.needs.get(key="influenza") for one in (finns, zofias)]
    give(visit, noor)
    assert [fresh(one).status for one in flu] == [NeedOutcome.LAPSED, NeedOutcome.OPEN]
    relink(visit, zofia, dana, vaccine="new")
    assert [fresh(one).status for one in flu] == [NeedOutcome.OPEN, NeedOutcome.LAPSED]


def test_a_record_made_of_this_sign_in_has_no_other_child_to_ask_about(front, brook, finn, dana, noor):
    make.patient(brook, "Fynn O'Neill", born="2018-03-14")
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Fyn O'Neill")
    match_decisions.decide_new_patient(visit=visit, by=dana, at=WRITTEN)
    give(fresh(visit), noor)
    match_decisions.undo_match_decision(visit=fresh(visit), by=dana, at=LATER)
    relink(visit, finn, dana, at=LATEST)
    assert Immunization.objects.get().patient == finn


def test_a_new_patient_keeps_what_the_adult_was_remembered_to_like(front, dana):
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Zoltan Kiss")
    usual = {"best_way": "", "best_time": "evenings", "by": dana, "at": WRITTEN}
    preferences.set_preferences(escort=visit.escort, visit=visit, approach="greet", **usual)
    provisional_patients.complete_provisional_patient(
        provisional=visit.patient, by=dana, at=LATER, given_name="Zoltán"
    )
    assert wishes(fresh(visit).patient) == [("Rosa Delgado", "greet", "evenings")]


def test_what_was_told_on_the_patients_page_stays_there(visit, finn, zofia, dana):
    preferences.set_preferences(
        escort=visit.escort, approach="greet", best_way="", best_time="am", by=dana, at=WRITTEN
    )
    relink(visit, zofia, dana)
    assert wishes(finn) == [("Rosa Delgado", "greet", "am")]


@pytest.fixture
def made_new(front, brook, finn, dana):
    make.patient(brook, "Fynn O'Neill", born="2018-03-14")
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Fyn O'Neill")
    match_decisions.decide_new_patient(visit=visit, by=dana, at=WRITTEN)
    return fresh(visit)


def test_a_new_patient_is_undone_from_the_page_that_listed_its_papers(made_new, dana):
    put_on_chart(made_new, dana)
    agree(made_new, dana, "Some Uncle")
    shown = digest_visit_entries(
        find_entries_to_show(fresh(made_new), None, undoes=made_new.match_decisions.get())
    )
    match_decisions.undo_match_decision(visit=made_new, by=dana, at=LATER, said=EntryAnswers({}, shown))
    assert fresh(made_new).patient is None


def test_what_was_withdrawn_on_a_record_that_counts_as_none_goes_along_too(made_new, dana, max_):
    """It is of the child who was here, whether it counts still or not."""
    own, said = made_new.patient, agree(made_new, dana, "Some Uncle")
    granted = proxy(made_new, max_, "Some Uncle")
    consent.withdraw_consent(record=said, by=dana, at=WRITTEN)
    consent.revoke_proxy(proxy=granted, by=max_, at=WRITTEN)
    listed = [one.what for one in find_entries_to_show(fresh(made_new), None)]
    assert [what.endswith(" (no longer counts)") for what in listed] == [True, True]
    assert "Some Uncle agreed to vaccine by telephone (no longer counts)" in told(undo(made_new, dana))
    assert fresh(own).status == "entered_in_error"
    assert (fresh(said).patient, fresh(granted).patient) == (None, None)
    assert said.withdrawn_at and granted.revoked_at


def test_a_record_on_which_more_stands_than_the_visit_wrote_stays_on_file(made_new, dana):
    made = made_new.patient
    consent.grant_proxy(
        patient=made, name="Nan", granted_by="Maeve", written_on=NOVEMBER, by=dana, at=WRITTEN
    )
    match_decisions.undo_match_decision(visit=made_new, by=dana, at=LATER)
    assert fresh(made).status == Patient.Status.PROVISIONAL


def test_what_was_written_before_the_record_was_merged_is_asked_about_too(visit, brook, finn, zofia, dana):
    put_on_chart(visit, dana)
    other = make.patient(brook, "Finn O'Neil", born="2018-03-15")
    patient_merges.merge_patients(merged=finn, into=other, by=dana, at=WRITTEN, sure=True)
    assert chart(other) == ("pl", True, "ramp")
    relink(visit, zofia, dana, chart="new")
    assert (chart(other), chart(zofia)) == (("", False, ""), ("pl", True, "ramp"))


def test_an_undo_gives_back_to_the_record_that_the_old_one_was_merged_into(
    brook, visit, finn, zofia, dana, noor
):
    """It all went to the record that was merged away, where nobody looks."""
    agreed = agree(visit, noor, "Maeve O'Neil")
    proxy = consent.grant_proxy(
        patient=finn,
        visit=visit,
        name="Nan",
        granted_by="Maeve O'Neil",
        written_on=NOVEMBER,
        by=dana,
        at=WRITTEN,
    )
    put_on_chart(visit, dana)
    give(fresh(visit), noor)
    everything = {"consent": "new", "proxy": "new", "chart": "new", "vaccine": "new"}
    relink(visit, zofia, dana, **everything)
    other = make.patient(brook, "Finn O'Neill", born="2018-03-14")
    patient_merges.merge_patients(merged=finn, into=other, by=dana, at=LATER, sure=True)
    undo(visit, dana, **everything)
    given = Immunization.objects.get()
    assert {fresh(one).patient for one in (visit, agreed, proxy, given)} == {other}
    assert (chart(other), chart(zofia)) == (("pl", True, "ramp"), ("en", False, ""))
    assert ChartChange.objects.get(subject="Patient").subject_id == other.pk


def test_a_column_that_the_other_record_says_otherwise_is_not_written_over_by_an_undo(
    brook, visit, finn, zofia, dana
):
    put_on_chart(visit, dana)
    relink(visit, zofia, dana, chart="new")
    other = make.patient(brook, "Finn O'Neill", born="2018-03-14", language="fr")
    patient_merges.merge_patients(merged=finn, into=other, by=dana, at=LATER, sure=True)
    undo(visit, dana, chart="nobody")
    assert chart(other)[0] == "fr"


@pytest.mark.parametrize("meanwhile", ["", "ask", "keep_old"])
def test_the_question_that_a_family_is_being_asked_is_the_same_one_after_an_undo(
    front, finn, zofia, dana, meanwhile
):
    """What was noticed of the child between gives way: one field of a visit has one open question."""
    visit = make.visit(front, make.at("9:30", NOVEMBER), name="Finn O'Neils")
    match_decisions.link_visit_to_patient(visit=visit, patient=finn, by=dana, at=WRITTEN)
    asked = visit.discrepancies.get(field="name", status="open")
    discrepancies.decide_discrepancy(discrepancy=asked, kind="ask", by=dana, at=WRITTEN)
    relink(visit, zofia, dana)
    between = visit.discrepancies.open().get(field="name")
    assert (between.recorded, fresh(asked).status) == ("Zofia Wilk", "withdrawn")
    if meanwhile:
        discrepancies.decide_discrepancy(discrepancy=between, kind=meanwhile, by=dana, at=LATER)
    told_then = told(undo(visit, dana))
    assert visit.discrepancies.open().get(field="name") == asked
    assert (fresh(asked).status, asked.recorded, asked.settled_at) == ("asking", "Finn O'Neil", None)
    assert (fresh(between).status, between.settled_at) == ("withdrawn", LATEST)
    assert "asking the family: as it was before, on" in told_then


@pytest.mark.parametrize("to_nobody", [True, False])
def test_what_was_said_to_be_the_old_childs_is_not_asked_again_where_its_visit_comes_and_goes(
    renamed, finn, zofia, dana, noor, to_nobody
):
    """The link back to that child did nothing with it, so its undo does nothing either."""
    put_on_chart(renamed, noor)
    agree(renamed, noor, "Maeve O'Neil")
    proxy(renamed, noor, "Maeve O'Neil")
    of_old = {"correction": "old", "chart": "old", "consent": "old", "proxy": "old"}
    if to_nobody:
        undo(renamed, dana, at=make.at("9:55", NOVEMBER), **of_old)
    else:
        relink(renamed, zofia, dana, at=make.at("9:55", NOVEMBER), **of_old)
    match_decisions.link_visit_to_patient(visit=fresh(renamed), patient=finn, by=dana, at=LATER)
    match_decisions.undo_match_decision(visit=fresh(renamed), by=dana, at=LATEST)
    assert fresh(renamed).patient == (None if to_nobody else zofia)
    assert (fresh(finn).family_name, chart(finn)) == ("O'Neill", ("pl", True, "ramp"))
    assert ConsentRecord.objects.get().patient == StandingProxy.objects.get().patient == finn
    assert ConsentRecord.objects.get().withdrawn_at is None


def test_what_is_written_anew_after_it_came_back_is_asked_about(visit, finn, zofia, dana, noor):
    put_on_chart(visit, noor)
    relink(visit, zofia, dana, at=make.at("9:55", NOVEMBER), chart="old")
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=finn, by=dana, at=LATER)
    preferences.record_language_and_needs(
        patient=fresh(finn), visit=fresh(visit), language="es", interpreter_needed=True, access_needs="ramp",
        by=noor, at=LATEST,
    )  # fmt: skip
    with pytest.raises(EntriesUndecided):
        match_decisions.undo_match_decision(visit=fresh(visit), by=dana, at=LATEST)


def test_what_was_answered_while_nobody_was_known_stays_answered_after_an_undone_link(
    visit, finn, zofia, dana, noor
):
    match_decisions.undo_match_decision(visit=fresh(visit), by=dana, at=WRITTEN)
    agree(visit, noor, "Some Uncle")
    agree(visit, noor, "Ewa Wilk", agreed=False)
    need = visit.needs.open().get(kind=NeedKind.CONSENT_CONFLICT)
    needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=noor, at=WRITTEN)
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=finn, by=dana, at=LATER)
    match_decisions.undo_match_decision(visit=fresh(visit), by=dana, at=LATEST)
    assert (fresh(need).status, need.answered_by) == (NeedOutcome.DONE, noor)
    assert not need.answers.filter(outcome=NeedOutcome.OPEN).exists()


def test_the_visit_has_the_same_appointment_again(visit, finn, zofia, dana, front):
    """Two of one day, as after a merge: it had the one that was not the nearest."""
    far, near = (make.appointment(finn, front, make.at(clock, NOVEMBER)) for clock in ("14:00", "9:45"))
    visit.appointment_id, far.status = far.pk, "arrived"
    visit.save(), far.save()
    relink(visit, zofia, dana)
    assert fresh(visit).appointment_id is None
    undo(visit, dana)
    assert (fresh(visit).appointment_id, fresh(far).status, fresh(near).status) == (
        far.pk,
        "arrived",
        "booked",
    )
    relink(visit, zofia, dana, at=make.at("10:20", NOVEMBER))
    relink(visit, finn, dana, at=make.at("10:30", NOVEMBER))
    assert fresh(visit).appointment_id == far.pk
