"""What an adult asked for on a record's own page, at no visit, is of that record's child and of no other."""

from __future__ import annotations

import pytest

from checkin.actions import merging, preferences, unmerging
from checkin.actions.boards import Refused
from checkin.models import Escort
from tests import make
from tests.actions.test_own_records import WISH
from tests.actions.test_relinking import LATER, NOVEMBER, WRITTEN, fresh

ROSA = {"escort_name": "Rosa Delgado", "relationship": "aunt"}
GREET = {"approach": "greet", "best_way": "phone", "best_time": ""}
FINN = {"name": "Finn O'Neil", "born": "2018-03-14"}
"""The sign-in of the child whose record `six` is."""


def tell(visit, by, at=WRITTEN, wish=WISH):
    """On the page of the record that the visit is on, at no visit."""
    return preferences.set_(escort=fresh(visit).escort, by=by, at=at, **wish)


def came(front, at="9:42", **said):
    return make.visit(front, make.at(at, NOVEMBER), **FINN, **said)


def ways(patient):
    """How each adult of the record likes to be reached."""
    return [one.best_way for one in patient.escorts.all()]


def test_of_an_adult_without_a_name_there_is_one_row_where_both_records_know_them(front, visit, six, max_):
    """Known by what they are to the child, as at sign-in: there were two, and a sign-in found either."""
    aunt = {"clinic": front.clinic, "name": "", "relationship": "Aunt"}
    theirs = Escort.objects.create(patient=six, **aunt)
    own = Escort.objects.create(patient=visit.patient, **aunt | {"relationship": "aunt"})
    other = Escort.objects.create(patient=visit.patient, **aunt | {"relationship": "sitter"})
    made = merging.merge(merged=visit.patient, into=six, by=max_, at=WRITTEN, sure=True)
    assert {theirs, other} < {*six.escorts.all()}
    assert (fresh(own).patient, own not in six.escorts.all()) == (visit.patient.standing_merge().merged, True)
    unmerging.undo(merge=made.merge, by=max_, at=LATER)
    assert ([*six.escorts.all()], fresh(own).patient, fresh(other).patient) == (
        [theirs],
        own.patient,
        own.patient,
    )


def test_on_a_record_that_was_merged_away_nothing_is_told(front, visit, six, dana, max_):
    """Its row stands there unseen where the other record knows them too: what was told there was lost."""
    came(front, **ROSA)
    row = visit.escort
    merging.merge(merged=visit.patient, into=six, by=max_, at=WRITTEN, sure=True)
    with pytest.raises(Refused, match="not on the record any more"):
        preferences.set_(escort=row, by=dana, at=LATER, **WISH)
    assert (fresh(row).best_way, ways(six)) == ("", [""])
