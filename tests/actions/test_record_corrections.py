"""A name that was used at a visit of another child is put back, or left where it was changed since."""

from __future__ import annotations

import pytest

from checkin.actions import discrepancies, match_decisions
from checkin.actions.entry_moves import EntriesUndecided
from checkin.models import Location, Patient, Staff, Visit
from tests import make
from tests.actions.corrected_visits import (
    LATER,
    LATEST,
    NOVEMBER,
    WRITTEN,
    correct_finns_name,
    fresh,
    relink,
    told,
    undo,
)


@pytest.fixture
def renamed(front: Location, finn: Patient, zofia: Patient, dana: Staff) -> Visit:
    return correct_finns_name(front, finn, dana)


@pytest.mark.parametrize(("whose", "name"), [("nobody", "O'Neil"), ("old", "O'Neill")])
def test_use_new_asks_whether_to_restore_the_previous_childs_name(
    renamed: Visit, finn: Patient, zofia: Patient, dana: Staff, whose: str, name: str
) -> None:
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


def test_undoing_to_no_child_asks_about_the_name_too(renamed: Visit, finn: Patient, dana: Staff) -> None:
    made = undo(renamed, dana, at=LATER, correction="nobody")
    assert (fresh(finn).family_name, fresh(renamed).patient) == ("O'Neil", None)
    assert "is called Finn O'Neil, born Mar 14, 2018, again." in told(made)


def test_a_name_changed_again_since_is_left_and_reported(
    renamed: Visit, finn: Patient, zofia: Patient, dana: Staff
) -> None:
    Patient.objects.filter(pk=finn.pk).update(family_name="Nealon")
    made = relink(renamed, zofia, dana, correction="nobody")
    assert fresh(finn).family_name == "Nealon"
    assert "stays on Finn Nealon’s record" in told(made)


def test_keep_old_counts_only_for_the_previous_child(
    front: Location, finn: Patient, zofia: Patient, dana: Staff
) -> None:
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
