"""A vaccine is on the record of whoever got it, and due items follow on both charts."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import models

from checkin.actions import match_decisions, needs
from checkin.actions.entry_moves import EntriesUndecided
from checkin.models import Clinic, DueItem, Immunization, Location, PaperMove, Patient, Staff, Visit
from checkin.rules.need_types import NeedOutcome
from tests import make
from tests.actions.corrected_visits import LATER, LATEST, NOVEMBER, WRITTEN, fresh, give, relink, undo


@pytest.fixture
def visit(finns_visit: Visit) -> Visit:
    return finns_visit


@pytest.mark.parametrize("whose", ["new", "old", "nobody"])
def test_a_vaccine_is_recorded_on_the_child_who_got_it(
    visit: Visit, finn: Patient, zofia: Patient, dana: Staff, noor: Staff, whose: str
) -> None:
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
def test_due_items_are_updated_on_both_records(
    brook: Clinic,
    front: Location,
    finn: Patient,
    zofia: Patient,
    dana: Staff,
    noor: Staff,
    whose: str,
    called: tuple[str, str],
) -> None:
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
def test_a_restored_answer_belongs_to_the_item_that_was_answered(
    brook: Clinic, front: Location, finn: Patient, zofia: Patient, dana: Staff, noor: Staff, whose: str
) -> None:
    """It was open meanwhile, for the other child's item: put right later, the first one stayed given."""
    items = [
        DueItem.objects.create(clinic=brook, patient=one, kind="vaccine", name=name, due_on=NOVEMBER)
        for one, name in ((finn, "MMR"), (zofia, "M-M-R II"))
    ]
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neil")
    need = visit.needs.get(due_item=items[0])
    outcome = NeedOutcome.DECLINED if whose == "declined" else NeedOutcome.DONE
    needs.answer_need(need=need, outcome=outcome, by=noor, at=WRITTEN)
    answered = (fresh(need).due_item, need.label_words, need.why_words)
    relink(visit, zofia, dana, vaccine=whose)
    undo(visit, dana)
    assert (fresh(need).due_item, need.label_words, need.why_words) == answered
    assert need.status == outcome
    if whose != "declined":
        relink(visit, zofia, dana, at=make.at("10:20", NOVEMBER), vaccine="new")
        assert [fresh(one).status for one in items] == ["due", "given"]


def test_what_was_noted_before_a_why_was_a_code_comes_back_in_its_words(
    brook: Clinic, front: Location, finn: Patient, zofia: Patient, dana: Staff, noor: Staff
) -> None:
    """The move names no code: that of the other child, found meanwhile, must not be shown in its place."""
    days = {finn: dt.date(2026, 1, 1), zofia: dt.date(2026, 2, 2)}
    for one, day in days.items():
        DueItem.objects.create(clinic=brook, patient=one, kind="vaccine", name="MMR", due_on=day)
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neil")
    need = visit.needs.get(due_item__patient=finn)
    needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=noor, at=WRITTEN)
    relink(visit, zofia, dana, vaccine="old")
    noted = PaperMove.objects.get(subject="Need", before__has_key="why_sentence")
    words = {"why": "the record says due since Jan 1, 2026", "next_step": "go ahead"}
    kept = {name: value for name, value in noted.before.items() if not name.endswith("_sentence")}
    models.QuerySet.update(PaperMove.objects.filter(pk=noted.pk), before=kept | words)
    undo(visit, dana)
    found = fresh(need)
    assert (found.status, found.why_sentence, found.step_sentence) == (NeedOutcome.DONE, None, None)
    assert (found.why_words, found.step_words) == tuple(words.values())


def test_a_check_up_follows_without_an_immunization_row(
    brook: Clinic, front: Location, finn: Patient, zofia: Patient, dana: Staff, noor: Staff
) -> None:
    item = DueItem.objects.create(
        clinic=brook, patient=finn, kind="check_up", name="Check-up, 8 years", due_on=dt.date(2026, 1, 1)
    )
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neil")
    give(visit, noor, key=str(item.pk))
    relink(visit, zofia, dana, vaccine="nobody")
    assert fresh(item).status == "due"
    undo(visit, dana)
    assert fresh(item).status == "given"


def test_a_vaccine_of_an_unmatched_visit_waits_for_the_next_child(
    visit: Visit, finn: Patient, zofia: Patient, dana: Staff, noor: Staff
) -> None:
    give(visit, noor)
    undo(visit, dana, at=LATER, vaccine="new")
    assert not Immunization.objects.exists()
    relink(visit, zofia, dana, at=LATEST)
    assert Immunization.objects.get().patient == zofia


def test_an_immunization_imported_meanwhile_stays(
    visit: Visit, finn: Patient, zofia: Patient, dana: Staff, noor: Staff, brook: Clinic
) -> None:
    give(visit, noor)
    Immunization.objects.create(
        clinic=brook, patient=zofia, name="Influenza", given_on=NOVEMBER, is_influenza=True, system="ehr",
        value="7",
    )  # fmt: skip
    relink(visit, zofia, dana, vaccine="old")
    undo(visit, dana)
    held = sorted(Immunization.objects.values_list("system", "patient"))
    assert held == [("brought-by:need", finn.pk), ("ehr", zofia.pk)]


def test_a_vaccine_given_to_each_child_is_recorded_for_each(
    visit: Visit, finn: Patient, zofia: Patient, dana: Staff, noor: Staff
) -> None:
    give(visit, noor)
    relink(visit, zofia, dana, vaccine="old")
    give(fresh(visit), noor)
    assert sorted(Immunization.objects.values_list("patient", flat=True)) == sorted([finn.pk, zofia.pk])
    needs.undo_need_answer(need=visit.needs.get(key="influenza"), by=noor, at=LATEST)
    assert Immunization.objects.get().patient == finn
