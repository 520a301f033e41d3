"""Hundreds of random visits: no need is lost, and no need keeps a family from leaving."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

from checkin.actions import consent, leaving, match_decisions, needs, visits
from checkin.actions.refusals import Refused
from checkin.models import (
    Clinic,
    DueItem,
    Location,
    MatchState,
    Need,
    NeedAnswer,
    SignInChannel,
    Staff,
    Visit,
)
from checkin.rules.consent_adults import CareKind, ConsentBasis, ConsentChannel
from checkin.rules.consent_steps import ConsentStep
from checkin.rules.need_types import NeedOutcome, sort_needs_for_staff
from checkin.rules.visit_steps import NEXT_VISIT_STATES, VisitState
from tests import make

SEEDS = [0, 1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 12))]
FAMILIES = 40
ESCORTS = (
    {"escort_name": "Ana Ruiz", "relationship": "mother"},
    {"escort_name": "Rosa Delgado", "relationship": "aunt"},
    {"escort_name": "", "relationship": ""},
    {"is_patient": True},
)


def family(dice: random.Random, brook: Clinic, number: int) -> Any:
    """Make a child, on record or not, with random due items and guardians; return claim and patient."""
    born = dt.date(2026, 1, 1) - dt.timedelta(days=dice.randrange(7000))
    name = f"Leo{number} Ruiz"
    said = dict(dice.choice(ESCORTS)) | dice.choice([{}, {"also": "her ear"}, {"notes_wanted": ["work"]}])
    if dice.random() < 0.2:
        return make.claim(name=name, born=str(born), **said), None
    patient = make.patient(brook, name, str(born))
    if dice.random() < 0.7:
        make.guardian(patient)
    for item in range(dice.randrange(3)):
        DueItem.objects.create(
            clinic=brook, patient=patient, kind=dice.choice(["vaccine", "check_up"]), name=f"Item {item}",
            due_on=dt.date(2026, 1, 1 + item),
        )  # fmt: skip
    if dice.random() < 0.3:
        name = f"{name}s"
    return make.claim(name=name, born=str(born), **said), patient


def step(dice: random.Random, visit: Visit, staff: list[Any], at: dt.datetime) -> None:
    """Do one random staff act on a visit: most are allowed, some refused."""
    by = dice.choice(staff)
    found = list(visit.needs.all())
    reason = dice.choice(["", "will come back", "  "])
    acts = [
        lambda: needs.answer_need(
            need=dice.choice(found), outcome=dice.choice(NeedOutcome.values), by=by, at=at, reason=reason
        ),
        lambda: needs.undo_need_answer(need=dice.choice(found), by=by, at=at),
        lambda: needs.recompute_needs(visit=visit, at=at),
        lambda: visits.move_visit(
            visit=visit, to=dice.choice(VisitState.values), by=by, at=at, reason=reason
        ),
        lambda: visits.undo_visit_move(visit=visit, by=by, at=at),
        lambda: consent.mark_visit_urgent(visit=visit, by=by, at=at, urgent=dice.random() < 0.5),
        lambda: match_decisions.decide_new_patient(visit=visit, by=by, at=at),
        lambda: match_decisions.undo_match_decision(visit=visit, by=by, at=at),
        lambda: agree(dice, visit, by, at),
        lambda: agree(dice, visit, by, at),
    ]
    if found or dice.random() < 0.9:
        act = dice.choice(acts if found else acts[2:])
        try:
            act()
        except Refused as refusal:
            assert refusal.sentence.strip()


def agree(dice: random.Random, visit: Visit, by: Any, at: dt.datetime) -> None:
    if visit.patient is None:
        return
    if dice.random() < 0.3:
        consent.grant_proxy(
            patient=visit.patient, name="Rosa Delgado", granted_by="Ana Ruiz", written_on=visit.local_date,
            cares=dice.sample(CareKind.values, dice.randrange(3)), by=by, at=at,
        )  # fmt: skip
        return
    consent.record_consent(
        patient=visit.patient, visit=visit, care=dice.choice(CareKind.values), agreed=dice.random() < 0.5,
        basis=dice.choice(ConsentBasis.values), how=dice.choice(ConsentChannel.values), who="Ana Ruiz",
        heard_by=by, at=at,
    )  # fmt: skip


def rows(visit: Visit) -> list[dict]:
    return list(Need.objects.filter(visit=visit).order_by("pk").values())


def holds(visit: Visit, known: set[int], at: dt.datetime) -> None:
    """Check what must be true of every visit at every moment."""
    visit.refresh_from_db()
    found = list(visit.needs.order_by("pk"))
    assert known <= {need.pk for need in found}, "a need is never taken away"
    assert len({(need.kind, need.key) for need in found}) == len(found)
    assert all(need.why_words.strip() and need.label_words for need in found)
    assert visit.chips == needs.chip_pairs_of_needs(
        sort_needs_for_staff(need for need in found if need.is_open)
    )
    if not visit.is_open:
        assert not any(need.is_open for need in found)
        assert all(need.told_reason for need in found if need.status == NeedOutcome.LEFT_OPEN)
    lines = NeedAnswer.objects.filter(need__visit=visit).order_by("pk")
    last = {line.need_id: line.outcome for line in lines}
    assert last == {need.pk: need.status for need in found if need.pk in last}, "the history says the same"
    before = rows(visit), lines.count(), visit.board_version
    needs.recompute_needs(visit=visit, at=at)
    visit.refresh_from_db()
    after = rows(visit), lines.count(), visit.board_version
    assert after == before, "recomputing again changes nothing"


@pytest.mark.parametrize("seed", SEEDS)
def test_no_need_is_lost_and_every_family_can_leave(
    seed: object, brook: Clinic, front: Location, dana: Staff, noor: Staff
) -> None:
    dice = random.Random(seed)  # noqa: S311
    for number in range(FAMILIES):
        brook.consent_table = {
            care: dice.choice(
                [{basis: dice.choice(ConsentStep.values) for basis in ConsentBasis.values}, [], "no"]
            )
            for care in dice.sample(CareKind.values, dice.randrange(4))
        }
        brook.need_settings = dice.choice([{}, {}, {"own": ["Car seat"]}, {"off": ["vaccine"]}, {"off": 1}])
        brook.save()
        front.refresh_from_db()
        claim, patient = family(dice, brook, number)
        clock = make.at("9:40")
        made = visits.record_sign_in(location=front, claim=claim, at=clock, channel=SignInChannel.KIOSK).visit
        visit = Visit.objects.get(pk=made.pk)
        if visit.match == MatchState.PROBABLE and patient and dice.random() < 0.5:
            match_decisions.link_visit_to_patient(visit=visit, patient=patient, by=dana, at=clock)
        known: set[int] = set()
        for minute in range(dice.randrange(10)):
            clock += dt.timedelta(minutes=1, seconds=minute)
            step(dice, Visit.objects.get(pk=visit.pk), [dana, noor], clock)
            holds(visit, known, clock)
            known |= {need.pk for need in visit.needs.all()}
        leaves(visit, dana, clock + dt.timedelta(minutes=1))


def leaves(visit: Visit, by: Staff, at: dt.datetime) -> None:
    """Check that the visit can leave whatever was consented; at most it needs a reason."""
    visit.refresh_from_db()
    if visit.is_open:
        assert VisitState.LEFT in NEXT_VISIT_STATES[VisitState(visit.state)]
        still_open = set(visit.needs.open())
        if still_open:
            with pytest.raises(leaving.NeedsStillOpen) as refusal:
                visits.move_visit(visit=visit, to=VisitState.LEFT, by=by, at=at)
            assert set(refusal.value.needs) == still_open
            assert Visit.objects.get(pk=visit.pk).state == visit.state, "nothing was half done"
        visits.move_visit(visit=visit, to=VisitState.LEFT, by=by, at=at, reason="will come back")
        closed = visit.needs.filter(pk__in=[need.pk for need in still_open])
        assert {(need.status, need.told_reason) for need in closed} <= {("left_open", "will come back")}
    holds(visit, set(), at)
