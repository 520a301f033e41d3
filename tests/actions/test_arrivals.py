"""A first sign-in: linked where the child is certain, provisional where nobody is on file."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.actions import visits
from checkin.actions.visits import SignInReceipt
from checkin.models import Clinic, Escort, Location, MatchState, Patient, RecordSource, SignInChannel, Visit
from checkin.queries import match_candidates
from checkin.rules.tokens import nth_token
from tests import make


def sign_in(where: Location, when: Any = None, **said: Any) -> SignInReceipt:
    return visits.record_sign_in(
        location=where, claim=make.claim(**said), at=when or make.at("9:40"), channel=SignInChannel.KIOSK
    )


def test_a_child_on_record_is_linked_and_the_escort_saved(brook: Clinic, front: Location) -> None:
    leo = make.patient(brook, "Leo Ruiz")
    visit = sign_in(front).visit
    assert (visit.patient, visit.match) == (leo, MatchState.CERTAIN)
    escort = Escort.objects.get()
    assert (escort.patient, escort.name, visit.escort_id) == (leo, "Rosa Delgado", escort.pk)
    assert visit.match_decisions.get().kind == "auto"


def test_an_empty_claim_makes_a_visit_without_a_record(front: Location) -> None:
    receipt = visits.record_sign_in(location=front, claim={}, at=make.at(), channel=SignInChannel.KIOSK)
    assert receipt.visit.match == MatchState.UNKNOWN
    assert (Patient.objects.count(), Visit.objects.count()) == (0, 1)


def test_an_unknown_child_gets_a_provisional_record(front: Location) -> None:
    visit = sign_in(front).visit
    assert visit.match == MatchState.UNKNOWN
    assert visit.patient.status == Patient.Status.PROVISIONAL
    assert (visit.patient.given_name, visit.patient.birth_date) == ("Leo", dt.date(2018, 3, 14))


def test_a_child_signed_in_twice_has_two_rows_and_a_discrepancy(brook: Clinic, front: Location) -> None:
    make.patient(brook, "Leo Ruiz")
    sign_in(front)
    second = sign_in(front).visit
    assert Visit.objects.open().count() == 2
    assert second.discrepancies.open().get().field == "sign_in"


def test_twins_are_never_linked_automatically(brook: Clinic, front: Location) -> None:
    make.patient(brook, "Anna Berg")
    make.patient(brook, "Hanna Berg")
    visit = sign_in(front, name="Ana Berg").visit
    assert (visit.match, visit.patient) == (MatchState.PROBABLE, None)


@pytest.mark.parametrize(
    "phone", ["", "555-010-7777", "555-010-0002"], ids=["none", "strange", "the other's"]
)
@pytest.mark.parametrize(("typed", "booked"), [("2020-04-04", "2020-04-14"), ("2020-04-14", "2020-04-04")])
def test_a_booked_namesake_never_takes_another_childs_sign_in(
    brook: Clinic, front: Location, typed: str, booked: str, phone: str
) -> None:
    """Two children of one name, born ten days apart; the other one is expected. It asks, hers first."""
    hers = make.patient(brook, "Emma Johnson", typed, phone="555-010-0001")
    other = make.patient(brook, "Emma Johnson", booked, phone="555-010-0002")
    expected = make.appointment(other, front)
    visit = make.visit(front, name="Emma Johnson", born=typed, escort_phone=phone)
    expected.refresh_from_db()
    assert visit.patient != other and visit.appointment is None
    assert expected.status == "booked", "still to come"
    if visit.patient != hers:
        assert visit.is_unsettled
        assert [one.patient for one in match_candidates.find_visit_candidates(visit).candidates] == [
            hers,
            other,
        ]


def test_the_days_first_family_gets_its_first_token(front: Location) -> None:
    first = sign_in(front).visit
    assert (first.colour, first.thing, first.token_number) == nth_token(0)


@pytest.mark.parametrize(
    ("channel", "source"),
    [(SignInChannel.DESK, RecordSource.DESK), (SignInChannel.KIOSK, RecordSource.KIOSK)],
)
def test_a_provisional_record_says_where_it_was_typed(front: Location, channel: str, source: str) -> None:
    made = visits.record_sign_in(location=front, claim=make.claim(), at=make.at(), channel=channel)
    assert made.visit.patient.source == source
