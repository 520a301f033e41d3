"""A link brings escort and appointment along, and never writes typed words over a record."""

from __future__ import annotations

import datetime as dt

from checkin.actions import visits
from checkin.models import Discrepancy, Escort, Patient, SignIn, SignInChannel
from tests import make


def sign_in(where, when=None, **said):
    return visits.record_sign_in(
        location=where, claim=make.claim(**said), at=when or make.at("9:40"), channel=SignInChannel.KIOSK
    )


def test_the_same_escort_next_time_is_the_same_row_with_the_newer_words(brook, front):
    make.patient(brook, "Leo Ruiz")
    old = sign_in(front, when=make.at("9:40", dt.date(2026, 3, 3))).visit
    new = sign_in(front, escort_name="ROSA DELGADO", relationship="tía").visit
    escort = Escort.objects.get()
    assert (old.escort_id, new.escort_id) == (escort.pk, escort.pk)
    assert (escort.relationship, escort.name) == ("tía", "Rosa Delgado")
    assert SignIn.objects.get(visit=old).relationship == "his aunt, my sister is at work"


def test_siblings_brought_by_one_adult_each_get_their_own_escort(brook, front):
    make.patient(brook, "Leo Ruiz")
    make.patient(brook, "Mia Ruiz", born="2020-01-02")
    sign_in(front)
    sign_in(front, name="Mia Ruiz", born="2020-01-02")
    assert sorted(Escort.objects.values_list("patient__given_name", flat=True)) == ["Leo", "Mia"]


def test_nothing_typed_changes_a_record(brook, front):
    leo = make.patient(brook, "Leo Ruiz", preferred_name="Lío", phone="555-010-0199")
    sign_in(front)
    Escort.objects.update(phone="555-010-0001", phone_key="550100001")
    before = Patient.objects.filter(pk=leo.pk).values().get()
    sign_in(front, name="LIO RUIZ", escort_phone="555-010-7777")
    assert Patient.objects.filter(pk=leo.pk).values().get() == before
    assert Escort.objects.get().phone == "555-010-0001"
    assert Discrepancy.objects.get(field="phone").recorded == "555-010-0001"


def test_a_patient_who_comes_alone_is_their_own_escort_and_has_no_other(brook, front):
    make.patient(brook, "Leo Ruiz", born="2010-03-14")
    visit = sign_in(front, born="2010-03-14", is_patient="1", escort_name="", relationship="").visit
    assert visit.escort == Escort.objects.get(is_patient=True, name="")
