"""No promise can be lost: after any acts, each is open with an owner or ended with an outcome.

Random acts at two desks on the days when the clock changes. `make test-long` runs thousands.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import serializers
from django.db import connection, transaction
from django.db.models import ProtectedError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from checkin.actions import (
    closed_days,
    escalations,
    handovers,
    merge_undo,
    promise_attempts,
    promise_undo,
    promises,
    provisional_patients,
)
from checkin.actions.refusals import Refused
from checkin.models import (
    ImmutableRowError,
    Patient,
    Promise,
    PromiseAttempt,
    PromiseEscalation,
    PromiseHandover,
    Role,
    Staff,
)
from checkin.rules import clocks
from checkin.rules import promises as promise_rules
from checkin.rules.promises import PROMISE_KEEPER_ROLES, PromiseTerms
from tests import make

pytestmark = pytest.mark.django_db
TABLES = (Promise, PromiseAttempt, PromiseEscalation, PromiseHandover)
CHANGES = [dt.date(2026, 3, 7), dt.date(2026, 10, 31)]
"""The days before the clock goes forward, and back."""

STEPS: list[Any] = [
    {},
    {"steps": [{"after_minutes": 30, "to": "manager"}, {"after_minutes": 120, "to": "administrator"}]},
    {"steps": "broken"},
]
OWNER_ROLES = (*PROMISE_KEEPER_ROLES, Role.ADMINISTRATOR)
"""Roles that a promise is given to here. The last is always refused."""
indexes, minutes = st.integers(0, 50), st.integers(-90, 600)


class Desks(RuleBasedStateMachine):
    """Everything that can be done to promises, in any order."""

    made = Bundle("made")

    @initialize(day=st.sampled_from(CHANGES), steps=st.sampled_from(STEPS))
    def open_the_clinic(self, day: dt.date, steps: Any) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.clinic = make.clinic(promise_settings=steps)
        self.desks = [make.location(self.clinic, name) for name in ("Front", "Annexe")]
        roles = [*OWNER_ROLES, Role.AUDITOR, Role.FRONT_DESK]
        self.staff = [make.staff(self.clinic, f"p{nth}", role) for nth, role in enumerate(roles)]
        self.patients = [make.patient(self.clinic, f"Child{n} Ruiz") for n in range(2)]
        self.at = clocks.local_time_in_utc(day, dt.time(22, 0), self.clinic.zone)
        self.ids: set[int] = set()
        self.acts = 0

    def teardown(self) -> None:
        if hasattr(self, "atomic"):
            Counted.acts += self.acts
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def person(self, nth: int) -> Staff:
        return Staff.objects.get(pk=self.staff[nth % len(self.staff)].pk)

    def owner(self, nth: int) -> Staff | Role:
        return Role(OWNER_ROLES[nth % len(OWNER_ROLES)]) if nth % 3 else self.person(nth // 3)

    def do(self, act: Any, **facts: Any) -> Any:
        """Do an act; it is either done or refused with a sentence."""
        self.acts += 1
        try:
            return act(at=self.at, **facts)
        except Refused as refusal:
            assert refusal.sentence.strip()
            return None

    @rule(by=minutes.filter(lambda n: n > 0))
    def time_passes(self, by: int) -> None:
        self.at += dt.timedelta(minutes=by)

    @rule(
        target=made, who=indexes, to=indexes, due=minutes, best=st.none() | minutes, confirmed=st.booleans()
    )
    def make_one(self, who: int, to: int, due: int, best: int | None, confirmed: bool) -> Any:
        patient = Patient.objects.get(pk=self.patients[who % len(self.patients)].pk)
        said = PromiseTerms(
            to_whom="Ana" if due % 7 else "",
            way="phone",
            due_at=self.at + dt.timedelta(minutes=due) if due % 5 else None,
            best_from=self.at + dt.timedelta(minutes=best) if best is not None else None,
        )
        facts = {"said": said, "owner": self.owner(to), "by": self.person(who), "confirmed": confirmed}
        one = self.do(promises.make_promise, location=self.desks[who % 2], patient=patient, **facts)
        if one is None:
            return multiple()
        self.ids.add(one.pk)
        return one.pk

    @rule(
        pk=made,
        who=indexes,
        result=st.sampled_from(promise_rules.AttemptResult.values),
        step=st.sampled_from(["", "she calls"]),
    )
    def try_one(self, pk: Any, who: int, result: str, step: str) -> None:
        one = Promise.objects.get(pk=pk)
        self.do(
            promise_attempts.attempt_promise, promise=one, result=result, next_step=step, by=self.person(who)
        )

    @rule(pk=made, who=indexes, words=st.sampled_from(["", "they said no"]))
    def withdraw(self, pk: Any, who: int, words: str) -> None:
        self.do(
            promises.withdraw_promise, promise=Promise.objects.get(pk=pk), words=words, by=self.person(who)
        )

    @rule(target=made, pk=made, who=indexes, to=indexes, due=minutes)
    def replace(self, pk: Any, who: int, to: int, due: int) -> Any:
        said = PromiseTerms(to_whom="Ana", way="text", due_at=self.at + dt.timedelta(minutes=due))
        old = Promise.objects.get(pk=pk)
        one = self.do(
            promises.replace_promise, promise=old, said=said, owner=self.owner(to), by=self.person(who)
        )
        if one is None:
            return multiple()
        self.ids.add(one.pk)
        return one.pk

    @rule(pk=made, who=indexes)
    def undo(self, pk: Any, who: int) -> None:
        one = Promise.objects.get(pk=pk)
        self.do(promise_undo.undo_promise_decision, promise=one, by=self.person(who))

    @rule(pk=made, who=indexes, to=indexes)
    def hand_over(self, pk: Any, who: int, to: int) -> None:
        one = Promise.objects.get(pk=pk)
        self.do(handovers.hand_over_promise, promise=one, to=self.owner(to), by=self.person(who))

    @rule(who=indexes, to=indexes)
    def end_a_shift(self, who: int, to: int) -> None:
        person = self.person(who)
        self.do(handovers.hand_over_all_promises, person=person, to=self.owner(to), by=person)

    @rule(who=indexes, properly=st.booleans())
    def somebody_leaves(self, who: int, properly: bool) -> None:
        """Deactivate a person through the action, or directly in the database without releasing promises."""
        person = self.person(who)
        Staff.objects.filter(pk=person.pk).update(is_active=False)
        if properly:
            self.do(handovers.release_staff_promises, person=person, by=None)

    @rule(who=indexes)
    def somebody_comes_back(self, who: int) -> None:
        Staff.objects.filter(pk=self.person(who).pk).update(is_active=True)

    @precondition(lambda self: self.ids)
    @rule(who=indexes)
    def somebody_is_deleted(self, who: int) -> None:
        """Check that somebody who promised, owned or tried one cannot be deleted, and no promise is lost."""
        self.acts += 1
        person = self.person(who)
        if Promise.objects.filter(owner=person) or Promise.objects.filter(promised_by=person):
            with pytest.raises(ProtectedError):
                person.delete()

    @rule(one=indexes, merged=st.booleans())
    def merge_patients(self, one: int, merged: bool) -> None:
        self.acts += 1
        extra = make.patient(self.clinic, f"Other{one} Ruiz", status=Patient.Status.PROVISIONAL)
        Promise.objects.open().filter(patient=self.patients[0]).update(patient=extra, made_for=extra)
        into = self.patients[one % 2]
        facts = {"by": self.staff[0], "at": self.at}
        made = provisional_patients.merge_provisional_patient(provisional=extra, into=into, **facts)
        assert not extra.promises.exists()
        if not merged:
            merge_undo.undo_patient_merge(merge=made.merge, **facts)

    @rule(desk=indexes, who=indexes)
    def close_the_day(self, desk: int, who: int) -> None:
        where, day = self.desks[desk % 2], self.clinic.local_date(self.at)
        before = where.closed_days.filter(date=day).exists()
        if self.do(closed_days.close_desk_day, location=where, date=day, by=self.person(who)) and not before:
            assert not where.promises.unowned().exists()

    @rule(pk=consumes(made))
    def delete_it(self, pk: Any) -> None:
        self.acts += 1
        with pytest.raises(ImmutableRowError):
            Promise.objects.filter(pk=pk).delete()

    @rule()
    def restore_from_a_copy(self) -> None:
        """Dump, wipe and load the tables, as restoring a backup does."""
        self.acts += 1
        copies = [serializers.serialize("json", table.objects.order_by("pk")) for table in TABLES]
        with connection.cursor() as cursor:
            for table in reversed(TABLES):
                cursor.execute(f"DELETE FROM {table._meta.db_table}")  # noqa: S608
        for copy in copies:
            for row in serializers.deserialize("json", copy):
                row.save()
        again = [serializers.serialize("json", table.objects.order_by("pk")) for table in TABLES]
        assert again == copies

    @invariant()
    def each_is_open_with_an_owner_or_ended_with_an_outcome(self) -> None:
        if not hasattr(self, "ids"):
            return
        escalations.escalate_due_promises(clinic=self.clinic, at=self.at)
        rows = list(Promise.objects.filter(clinic=self.clinic).select_related("owner"))
        assert {one.pk for one in rows} == self.ids, "none is gone"
        for one in rows:
            if one.is_open:
                assert (one.owner is None) != (one.owner_role == "")
                owner = one.owner or Role(one.owner_role)
                assert not promises.promise_owner_problem(owner, self.clinic.pk)
            else:
                assert one.ended_at and one.status in promise_rules.PromiseStatus.values
                assert one.status != "left_word" or (one.next_step and one.attempts.count() >= 2)
                assert one.status != "replaced" or one.find_replacement()
                assert one.status != "undone" or one.replaces.find_replacement() != one
                assert one.status != "withdrawn" or one.outcome

    @invariant()
    def none_is_past_due_without_every_step_on_record(self) -> None:
        if not hasattr(self, "ids"):
            return
        wanted = promise_rules.read_escalation_steps(self.clinic.promise_settings)
        for one in self.clinic.promises.overdue(self.at):
            passed = {
                nth for nth, _ in promise_rules.passed_escalation_steps(wanted, due_at=one.due_at, at=self.at)
            }
            assert passed
            assert passed == {row.step for row in one.escalations.all()}


class Counted:
    acts = 0


def drive(*, acts: int, examples: int, steps: int) -> None:
    """Run the state machine until this many acts were done."""
    Counted.acts = 0
    while Counted.acts < acts:
        before = Counted.acts
        run_state_machine_as_test(
            Desks,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                database=None,
            ),
        )
        assert Counted.acts > before, "a run that does nothing shows nothing"


def test_hundreds_of_acts_lose_no_promise(db: None) -> None:
    drive(acts=200, examples=12, steps=30)


@pytest.mark.long
def test_thousands_of_acts_lose_no_promise(db: None) -> None:
    drive(acts=4000, examples=250, steps=50)
