"""The same sign-in again is the same visit; what it says otherwise is kept and shown."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checkin.actions import visits
from checkin.actions.sign_in_repeats import (
    KnownSignIn,
    find_known_sign_in,
    following_sign_in_key,
    is_for_new_visit,
)
from checkin.actions.visits import SignInReceipt
from checkin.models import Location, SignIn, SignInChannel, SignInReplay, Staff, Visit
from checkin.rules.sign_in_claims import SignInClaim
from tests import make


def sign_in(where: Any, when: Any = None, **said: Any) -> SignInReceipt:
    return visits.record_sign_in(
        location=where, claim=make.claim(**said), at=when or make.at("9:40"), channel=SignInChannel.KIOSK
    )


def test_the_same_key_sent_again_returns_the_same_visit_and_answer(front: Location) -> None:
    said = make.claim()
    first = visits.record_sign_in(location=front, claim=said, at=make.at("9:40"), channel=SignInChannel.KIOSK)
    later = visits.record_sign_in(location=front, claim=said, at=make.at("9:41"), channel=SignInChannel.KIOSK)
    assert (first.first, later.first) == (True, False)
    assert (later.visit, later.token, later.received_at) == (first.visit, first.token, first.received_at)
    assert Visit.objects.count() == 1


def test_every_repeat_writes_so_that_it_waits_for_the_standby(front: Location) -> None:
    said = make.claim()
    for minute in ("9:40", "9:41", "9:42"):
        with CaptureQueriesContext(connection) as queries:
            visits.record_sign_in(location=front, claim=said, at=make.at(minute), channel=SignInChannel.KIOSK)
        assert any(q["sql"].startswith(("INSERT", "UPDATE")) for q in queries)
    assert SignInReplay.objects.get().times == 2


def test_the_same_key_with_other_content_is_kept_and_shown_to_the_desk(front: Location) -> None:
    said = make.claim()
    visits.record_sign_in(location=front, claim=said, at=make.at(), channel=SignInChannel.KIOSK)
    said |= {"child_given_name": "Mia", "relationship": "neighbor"}
    visits.record_sign_in(location=front, claim=said, at=make.at("9:41"), channel=SignInChannel.KIOSK)
    visit = Visit.objects.get()
    assert visit.sign_in.child_given_name == "Leo"
    assert SignInReplay.objects.get().claim["relationship"] == "neighbor"
    assert visit.discrepancies.open().get().typed == "Mia"
    assert visit.open_discrepancies == 1


def again(where: Location, said: dict[str, Any], clock: str = "9:50", **other: Any) -> SignInReceipt:
    return visits.record_sign_in(
        location=where, claim=said | other, at=make.at(clock), channel=SignInChannel.KIOSK
    )


def test_a_key_reused_for_another_child_makes_another_visit_only_once(front: Location) -> None:
    """A sister after her brother, on a page that the browser had kept: she was a difference in his row."""
    said = make.claim()
    mia = {"child_given_name": "Mia", "child_birth_date": "2020-11-02"}
    made = [again(front, said, **other).visit for other in ({}, mia, {}, mia, mia | {"reason": "cough"})]
    assert made[0] == made[2] != made[1] == made[3] == made[4]
    assert [one.sign_in.child_given_name for one in Visit.objects.order_by("pk")] == ["Leo", "Mia"]
    assert not made[0].discrepancies.filter(field="sign_in").exists()


@pytest.mark.parametrize(
    "other",
    [
        {"child_given_name": "Leonardo", "child_birth_date": "2018-03-15"},
        {"child_given_name": "Mia"},
        {"child_birth_date": "2020-11-02"},
        {"child_given_name": "Ruiz", "child_family_name": "Leo", "child_birth_date": "2020-11-02"},
        {"child_given_name": "", "child_birth_date": "2020-11-02"},
    ],
)
def test_a_key_reused_for_a_correction_keeps_one_visit_with_both_versions(
    front: Location, other: dict[str, str]
) -> None:
    said = make.claim()
    first, second = again(front, said), again(front, said, **other)
    assert (first.visit, second.first, second.differs) == (second.visit, False, True)
    assert SignInReplay.objects.get().claim["child_given_name"] == (said | other)["child_given_name"]


def test_new_content_after_the_visit_ended_makes_a_new_visit(front: Location, dana: Staff) -> None:
    said = make.claim()
    first = again(front, said).visit
    visits.move_visit(
        visit=first, to="left_without_being_seen", by=dana, at=make.at("9:55"), reason="went home"
    )
    assert again(front, said, "10:00").visit == first, "the same again is the same"
    back = again(front, said, "10:30", reason="fever again").visit
    assert back != first
    assert again(front, said, "10:31", reason="fever again").visit == back
    assert Visit.objects.count() == 2


def test_the_same_key_at_another_clinic_makes_another_sign_in(front: Location, hilltop: Location) -> None:
    said = make.claim()
    for where in (front, hilltop):
        visits.record_sign_in(location=where, claim=said, at=make.at(), channel=SignInChannel.KIOSK)
    assert Visit.objects.count() == 2


def known(
    name: str = "Leo Ruiz", born: str = "2018-03-14", *, state: str = "arrived", **fields: Any
) -> KnownSignIn:
    given, _, family = name.partition(" ")
    sign_in = SignIn(
        key=uuid.uuid4(), child_given_name=given, child_family_name=family, child_birth_date=born, **fields
    )
    return KnownSignIn(sign_in, Visit(state=state))


def heard(name: str = "Leo Ruiz", born: str = "2018-03-14", **fields: Any) -> SignInClaim:
    given, _, family = name.partition(" ")
    return SignInClaim(
        key=uuid.uuid4(), child_given_name=given, child_family_name=family, child_birth_date=born, **fields
    )


@pytest.mark.parametrize(
    ("first", "then", "is_other"),
    [
        (("Leo Ruiz", "2018-03-14"), ("Mia Ruiz", "2020-05-05"), True),
        (("Leo Ruiz", "2018-03-14"), ("Mia Ruiz", "2018-03-14"), False),
        (("Leo Ruiz", "2018-03-14"), ("Leo Ruiz", "2020-05-05"), False),
        (("Leo Ruiz", "2018-03-14"), ("Leon Ruiz", "2020-05-05"), False),
        (("Ruiz Leo", "2018-03-14"), ("Leo Ruiz", "2020-05-05"), False),
        (("Leo Ruiz", "2018-03-14"), ("Mia Ruiz", ""), False),
        (("Leo Ruiz", ""), ("Mia Ruiz", "2020-05-05"), False),
        (("", "2018-03-14"), ("Mia Ruiz", "2020-05-05"), False),
        (("Leo Ruiz", "2018-03-14"), ("", "2020-05-05"), False),
        (("Leo Ruiz", "03/04/2018"), ("Mia Ruiz", "2018-04-03"), False),
    ],
)
def test_another_child_has_another_given_name_and_another_birth_date(
    first: tuple[str, str], then: tuple[str, str], is_other: bool
) -> None:
    assert is_for_new_visit(known(*first), heard(*then)) == is_other


def test_the_key_of_what_follows_is_the_same_each_time_and_each_childs_own() -> None:
    first = known()
    others = [heard("Mia Ruiz", "2020-05-05"), heard("Eva", "2021-01-01")]
    keys = [following_sign_in_key(first, one) for one in (heard(), heard(reason="a cough"), *others)]
    assert keys[0] == keys[1] and len(set(keys)) == 3
    assert following_sign_in_key(first, heard("MIA  Ruiz", "05/05/2020")) == keys[2]
    assert first.sign_in.key not in keys


def test_an_unknown_key_has_made_nothing_and_one_that_was_continued_leads_to_its_visit(
    front: Location,
) -> None:
    assert find_known_sign_in(front, heard()) is None
    claim = make.claim(worried="yes", name="", born="")
    visits.record_sign_in(location=front, claim=claim, at=make.at("9:40"), channel=SignInChannel.KIOSK)
    more = claim | {"child_given_name": "Leo", "reason": "fever"}
    visits.record_sign_in(location=front, claim=more, at=make.at("9:41"), channel=SignInChannel.KIOSK)
    found = find_known_sign_in(front, SignInClaim(key=uuid.UUID(claim["key"])))
    assert (found.sign_in.key, found.visit) == (uuid.UUID(claim["key"]), Visit.objects.get())
    assert found.visit.sign_in.continues == found.sign_in
