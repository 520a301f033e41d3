"""What a family types after its tap completes the same visit."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.actions import consent, visits
from checkin.models import (
    Clinic,
    Discrepancy,
    Location,
    MatchState,
    Patient,
    SignIn,
    SignInChannel,
    Staff,
    Visit,
)
from checkin.queries import board as board_queries
from checkin.rules.consent_adults import ConsentBasis, ConsentChannel
from tests import make
from tests.actions.corrected_visits import undo
from tests.actions.open_visit_rows import assert_in_step, drawn


def tell(where: Location, said: dict[str, Any] | dict[Any, Any], when: dt.datetime | None = None) -> Visit:
    moment = when or make.at("9:40")
    receipt = visits.record_sign_in(location=where, claim=said, at=moment, channel=SignInChannel.KIOSK)
    return Visit.objects.get(pk=receipt.visit.pk)


def later(seconds: float) -> dt.datetime:
    return make.at("9:40") + dt.timedelta(seconds=seconds)


def test_details_typed_after_the_tap_complete_the_same_visit(brook: Clinic, front: Location) -> None:
    leo = make.patient(brook, "Leo Ruiz")
    whole = make.claim(reason="he is wheezing", notes_wanted=["school"])
    cut_short = {"key": whole["key"], "worried": True}
    before = tell(front, cut_short)
    assert (before.patient, before.unread) == (None, False)
    visit = tell(front, whole, later(60))
    assert (visit.pk, visit.patient, visit.match) == (before.pk, leo, MatchState.CERTAIN)
    assert (visit.sign_in.child_given_name, visit.sign_in.reason) == ("Leo", "he is wheezing")
    assert visit.escort.name == "Rosa Delgado"
    assert visit.needs.filter(kind="school_note").exists()
    assert (visit.raised_at, visit.unread) == (make.at("9:40"), True)
    assert (Visit.objects.count(), Discrepancy.objects.count()) == (1, 0)
    first = SignIn.objects.get(key=whole["key"])
    assert (first.child_given_name, first.worried) == ("", True), "the claim stays as it came"
    assert visit.token == before.token


def test_details_typed_after_asking_to_talk_complete_the_same_visit(brook: Clinic, front: Location) -> None:
    leo = make.patient(brook, "Leo Ruiz")
    whole = make.claim(reason="he is wheezing", notes_wanted=["school"])
    before = tell(front, {"key": whole["key"], "help": True})
    visit = tell(front, whole | {"help": True}, later(60))
    assert (visit.pk, visit.patient, visit.raised_at) == (before.pk, leo, None)
    assert (visit.sign_in.child_given_name, visit.sign_in.reason) == ("Leo", "he is wheezing")
    assert (visit.sign_in.help, visit.unread, visit.token) == (True, True, before.token)
    assert (Visit.objects.count(), Discrepancy.objects.count()) == (1, 0)


def test_a_call_that_arrives_after_the_answers_changes_nothing(front: Location) -> None:
    """Offline, the tablet may deliver them in either order."""
    whole = make.claim(reason="he is wheezing", help=True)
    tell(front, whole)
    visit = tell(front, {"key": whole["key"], "help": True, "child_given_name": "Leo"}, later(60))
    assert (visit.sign_in.reason, visit.sign_in.escort_name) == ("he is wheezing", "Rosa Delgado")
    assert (Visit.objects.count(), Discrepancy.objects.count()) == (1, 0)


@pytest.mark.parametrize("field", ["reason", "also", "unreadable"])
def test_words_typed_after_the_tap_are_unread_and_stay_unread(front: Location, field: str) -> None:
    said = {"key": make.claim()["key"], "worried": True}
    assert not tell(front, said).unread
    assert tell(front, said | {field: "he cannot get air"}, later(30)).unread
    assert tell(front, said | {field: "he cannot get air", "escort_name": "Rosa"}, later(60)).unread


def test_the_same_details_sent_again_add_nothing(brook: Clinic, front: Location) -> None:
    make.patient(brook, "Leo Ruiz")
    whole = make.claim()
    tell(front, {"key": whole["key"], "worried": True})
    tell(front, whole, later(60))
    version, rows = board_queries.read_board_version(brook, front.pk), SignIn.objects.count()
    tell(front, whole, later(61))
    assert (board_queries.read_board_version(brook, front.pk), SignIn.objects.count()) == (version, rows)


def test_a_partial_name_at_the_tap_is_completed_afterwards(front: Location) -> None:
    whole = make.claim()
    tell(front, {"key": whole["key"], "worried": True, "child_given_name": "Le"})
    visit = tell(front, whole, later(60))
    assert (visit.patient.name, visit.patient.status) == ("Leo Ruiz", Patient.Status.PROVISIONAL)
    assert (Patient.objects.count(), Discrepancy.objects.count()) == (1, 0)


def test_what_was_said_at_the_visit_of_nobody_goes_with_the_child_whom_typing_finds(
    brook: Clinic, front: Location, dana: Staff
) -> None:
    leo = make.patient(brook)
    make.guardian(leo)
    whole = make.claim()
    visit = tell(front, {"key": whole["key"], "worried": True})
    by_phone = {"basis": ConsentBasis.TELEPHONE, "how": ConsentChannel.TELEPHONE, "who": "Some Uncle"}
    said = {"care": "vaccine", "agreed": True, "heard_by": dana, "at": make.at("9:41")}
    made = consent.record_consent(patient=None, visit=visit, **said, **by_phone)
    assert tell(front, whole, later(180)) == visit
    visit.refresh_from_db(), made.refresh_from_db()
    assert (visit.patient, visit.match, made.patient) == (leo, "certain", leo)


def test_an_undo_takes_back_what_went_with_the_child_whom_typing_found(
    brook: Clinic, front: Location, dana: Staff
) -> None:
    leo = make.patient(brook)
    make.guardian(leo)
    whole = make.claim()
    visit = tell(front, {"key": whole["key"], "worried": True})
    made = consent.record_consent(
        patient=None, visit=visit, care="vaccine", agreed=True, heard_by=dana, at=make.at("9:41"),
        basis=ConsentBasis.TELEPHONE, how=ConsentChannel.TELEPHONE, who="Some Uncle",
    )  # fmt: skip
    visit = tell(front, whole, later(180))
    decision = visit.match_decisions.get()
    assert (decision.kind, decision.patient, decision.previous_patient) == ("auto", leo, None)
    assert decision.paper_moves.filter(subject="ConsentRecord", patient=leo).exists()
    undo(visit, dana, at=make.at("9:50"))
    visit.refresh_from_db(), made.refresh_from_db()
    assert (visit.patient, made.patient) == (None, None)


def test_details_of_a_visit_that_has_its_child_already_decide_nothing(brook: Clinic, front: Location) -> None:
    """Neither of a child on record, found at the tap, nor of a record that the tap itself made."""
    make.patient(brook, "Leo Ruiz")
    for name, born in (("Leo Ruiz", "2018-03-14"), ("Zed Quist", "2013-05-05")):
        whole = make.claim(name=name, born=born)
        child = {one: said for one, said in whole.items() if one == "key" or one.startswith("child_")}
        visit = tell(front, child | {"worried": True})
        assert visit.patient is not None
        before = visit.match_decisions.count()
        visit = tell(front, whole | {"reason": "he is wheezing"}, later(60))
        assert (visit.sign_in.reason, visit.match_decisions.count()) == ("he is wheezing", before)


def test_a_record_made_from_what_was_typed_later_is_nobodys_decision(front: Location) -> None:
    whole = make.claim()
    tell(front, {"key": whole["key"], "worried": True})
    visit = tell(front, whole, later(60))
    assert (visit.match, visit.patient.is_provisional) == (MatchState.UNKNOWN, True)
    assert not visit.match_decisions.exists()


def test_preferences_typed_later_show_at_the_childs_other_visit_with_the_same_adult(
    brook: Clinic, front: Location, annexe: Location
) -> None:
    leo = make.patient(brook)
    other = tell(annexe, make.claim())
    whole = make.claim(approach="leave", remember="1")
    tell(front, {"key": whole["key"], "worried": True})
    drawn(brook)
    visit = tell(front, whole, later(60))
    other.refresh_from_db()
    assert (visit.patient, visit.escort, other.escort.approach) == (leo, other.escort, "leave")
    assert_in_step(brook)
