"""A promise from making to outcome, and what must never happen to it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
import pytest_django
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from checkin.actions import (
    escalations,
    handovers,
    merge_undo,
    patient_merges,
    promise_attempts,
    promises,
    visits,
)
from checkin.actions.refusals import Refused
from checkin.models import (
    AuditEvent,
    BoardVersion,
    Clinic,
    ClosedDay,
    ImmutableRowError,
    Location,
    Patient,
    Promise,
    PromiseAttempt,
    PromiseEscalation,
    PromiseHandover,
    Role,
    Staff,
)
from checkin.queries import family_timeline, patient_dossiers, promise_events
from checkin.queries import promises as promise_queries
from checkin.rules.promises import PromiseStatus, PromiseTerms, PromiseTiming, contact_problem_words
from tests import make
from tests.promising import promise, said, withdraw

LATER = dt.timedelta(minutes=5)


def version(location: Location) -> int:
    return BoardVersion.objects.get(location=location).version


def board(location: Location, clock: str) -> list[Any]:
    return [
        (str(one.promise), one.standing)
        for one in promise_queries.list_promises_for_board(location.clinic, location.pk, at=make.at(clock))
    ]


def told(patient: Patient, clock: str) -> list[Any]:
    return [line.event for line in family_timeline.read_family_timeline(patient, at=make.at(clock)).lines]


# Made


def test_a_call_promised_by_the_manager_is_listed_then_due_then_overdue(
    brook: Clinic,
    front: Location,
    dana: Staff,
    max_: Staff,
    django_capture_on_commit_callbacks: pytest_django.DjangoCaptureOnCommitCallbacks,
) -> None:
    """Made at 9:05 with a best time of 17:00."""
    leo = make.patient(brook)
    made = promise(front, by=dana, patient=leo)
    assert made.due_at == make.at("17:30")
    listed = promise_queries.list_open_promises(brook, max_, at=make.at("9:05"))
    assert [(one.promise, one.mine) for one in listed] == [(made, True)], "on the manager's list at once"
    assert board(front, "15:59") == []
    assert board(front, "16:00") == [("Ana Ruiz", PromiseTiming.DUE)]
    assert board(front, "17:30") == [("Ana Ruiz", PromiseTiming.OVERDUE)]
    for clock, steps in (("17:29", 0), ("17:30", 1), ("17:44", 1), ("17:45", 2)):
        escalations.escalate_due_promises(clinic=brook, at=make.at(clock))
        assert made.escalations.count() == steps, clock
    assert {one.to_role for one in made.escalations.all()} == {"manager"}
    broken = "Promise broken: Ana Ruiz was not reached in time"
    assert [one.what for one in told(leo, "17:45")] == [broken, "Promised to phone Ana Ruiz"]
    promise_attempts.keep_promise(promise=made, by=max_, at=make.at("17:50"))
    newest, *_, oldest = told(leo, "18:00")
    assert (newest.what, oldest.what) == ("Promise kept late", "Promised to phone Ana Ruiz")
    assert oldest.words == (("About", "the bill that came twice"),)
    assert board(front, "18:00") == []


@pytest.mark.parametrize(
    ("lacks", "field"),
    [({"way": ""}, "way"), ({"to_whom": " "}, "to_whom"), ({"best_from": None}, "due")],
)
def test_an_incomplete_promise_is_refused_naming_the_missing_field(
    front: Location, dana: Staff, lacks: dict[str, str] | dict[str, None], field: str
) -> None:
    with pytest.raises(promises.IncompletePromise) as refusal:
        promise(front, by=dana, said=said(**lacks))
    assert list(refusal.value.problems) == [field]
    assert not Promise.objects.exists()


def test_a_promise_without_an_owner_is_refused(front: Location, dana: Staff) -> None:
    with pytest.raises(promises.IncompletePromise, match="who will keep it"):
        promise(front, by=dana, owner=None)


def test_inactive_read_only_and_other_clinics_staff_cannot_own_a_promise(
    front: Location, noor: Staff, otto: Staff, sol: Staff
) -> None:
    noor.is_active = False
    noor.save()
    for person in (noor, otto, sol):
        with pytest.raises(promises.IncompletePromise, match="Choose somebody else"):
            promise(front, owner=person)
    with pytest.raises(promises.IncompletePromise):
        promise(front, owner=Role.AUDITOR)


def test_a_due_time_in_the_past_must_be_confirmed(front: Location, dana: Staff) -> None:
    late = {"said": said(best_from=None, due_at=make.at("8:00")), "by": dana}
    with pytest.raises(promises.DueTimeInThePast):
        promise(front, **late, confirmed=False)
    assert promise(front, **late, confirmed=True).due_at == make.at("8:00")


def test_an_invalid_phone_number_is_kept_as_typed_and_marked(front: Location) -> None:
    made = promise(front, said=said(reach_at="ask his mother"))
    made.refresh_from_db()
    assert (made.reach_at, contact_problem_words(made.way, made.reach_at)) == (
        "ask his mother",
        "not a phone number",
    )


def test_long_text_is_cut_and_control_characters_are_removed(front: Location) -> None:
    made = promise(front, said=said(about="a\x00" + "b" * 3000, to_whom="Ana\x07"))
    made.refresh_from_db()
    assert (len(made.about), made.to_whom) == (2000, "Ana")


def test_making_and_ending_a_promise_update_the_board(front: Location, dana: Staff) -> None:
    before = version(front)
    made = promise(front)
    between = version(front)
    promise_attempts.keep_promise(promise=made, by=dana, at=make.at("17:10"))
    assert before < between < version(front)


def test_making_and_ending_are_audited_without_names_or_words(front: Location, dana: Staff) -> None:
    made = promise(front, by=dana)
    promise_attempts.keep_promise(promise=made, by=dana, at=make.at("17:10"), outcome="she is glad")
    found = AuditEvent.objects.filter(subject="Promise", subject_id=made.pk).order_by("pk")
    assert [one.action for one in found] == ["promise.made", "promise.tried", "promise.reached"]
    assert "Ana" not in str([one.detail for one in found])
    assert "glad" not in str([one.detail for one in found])


# Withdrawn and replaced


def test_the_family_can_withdraw_it(front: Location, dana: Staff) -> None:
    made = promises.withdraw_promise(
        promise=promise(front), words="Ana said no", by=dana, at=make.at("17:10")
    )
    made.refresh_from_db()
    assert (made.status, made.outcome, made.kept) == ("withdrawn", "Ana said no", None)


def test_a_promise_can_be_replaced_by_another(front: Location, dana: Staff, noor: Staff) -> None:
    old = promise(front, patient=make.patient(front.clinic))
    new = promises.replace_promise(
        promise=old, said=said(best_from=make.at("18:00")), owner=noor, by=dana, at=make.at("17:10")
    )
    old.refresh_from_db()
    assert (old.status, new.status, new.replaces, new.owner) == ("replaced", "open", old, noor)
    assert (new.patient, new.due_at) == (old.patient, make.at("18:30"))


def test_an_incomplete_replacement_leaves_the_old_one_open(front: Location, dana: Staff) -> None:
    old = promise(front)
    with pytest.raises(promises.IncompletePromise):
        promises.replace_promise(promise=old, said=PromiseTerms(), owner=dana, by=dana, at=make.at("17:10"))
    old.refresh_from_db()
    assert old.status == PromiseStatus.OPEN


# Nothing is lost


def test_staff_who_promised_or_own_one_cannot_be_deleted(front: Location, dana: Staff, noor: Staff) -> None:
    promise(front, by=dana, owner=noor)
    for person in (dana, noor):
        with pytest.raises(ProtectedError):
            person.delete()


def test_a_promise_is_never_deleted(front: Location) -> None:
    made = promise(front)
    with pytest.raises(ImmutableRowError):
        made.delete()
    with pytest.raises(ImmutableRowError):
        Promise.objects.all().delete()


def test_a_merge_moves_the_promise_and_its_undo_moves_it_back(
    brook: Clinic, front: Location, max_: Staff
) -> None:
    other, leo = make.patient(brook, status="provisional"), make.patient(brook)
    moved, his = promise(front, patient=other), promise(front, patient=leo)
    merged = patient_merges.merge_patients(merged=other, into=leo, by=max_, at=make.at("12:00"), sure=True)
    assert set(leo.promises.all()) == {moved, his}
    merge_undo.undo_patient_merge(merge=merged.merge, by=max_, at=make.at("12:01"))
    assert (list(other.promises.all()), list(leo.promises.all())) == ([moved], [his])


@pytest.mark.parametrize(
    "nonsense",
    [
        {"owner_role": ""},
        {"owner_role": "auditor"},
        {"status": "gone"},
        {"status": "reached"},
        {"way": "pigeon"},
        {"to_whom": ""},
        {"due_at": make.at("16:00")},
        {"status": "left_word", "ended_at": make.at("17:00")},
    ],
)
def test_the_database_refuses_invalid_values(
    front: Location, nonsense: dict[str, str] | dict[str, dt.datetime] | dict[str, object]
) -> None:
    made = promise(front)
    with pytest.raises(IntegrityError), transaction.atomic():
        Promise.objects.filter(pk=made.pk).update(**nonsense)


def test_a_promise_cannot_have_two_owners(front: Location, dana: Staff) -> None:
    made = promise(front)
    with pytest.raises(IntegrityError), transaction.atomic():
        Promise.objects.filter(pk=made.pk).update(owner=dana)


def test_the_history_of_a_promise_is_append_only(front: Location, dana: Staff) -> None:
    promise_attempts.keep_promise(promise=promise(front), by=dana, at=make.at("17:10"))
    for rows in (PromiseAttempt, PromiseEscalation, PromiseHandover, ClosedDay):
        with pytest.raises(ImmutableRowError):
            rows.objects.all().delete()
        with pytest.raises(ImmutableRowError):
            rows.objects.all().update(at=make.at())


# Reads


def test_the_board_reads_promises_in_one_query_overdue_first(
    brook: Clinic,
    front: Location,
    annexe: Location,
    dana: Staff,
    django_assert_num_queries: pytest_django.DjangoAssertNumQueries,
) -> None:
    for clock in ("12:30", "10:00", "11:00", "9:30"):
        promise(front, due=clock, said=said(best_from=None, due_at=make.at(clock), to_whom=clock))
    promise(annexe, due="9:30")
    with django_assert_num_queries(1):
        rows = promise_queries.list_promises_for_board(brook, front.pk, at=make.at("10:10"))
        assert [(str(one.promise), one.is_overdue, one.promise.whose) for one in rows] == [
            ("9:30", True, "Manager"),
            ("10:00", True, "Manager"),
            ("11:00", False, "Manager"),
        ]


def test_the_lists_have_the_counts_they_show(
    brook: Clinic, front: Location, dana: Staff, max_: Staff
) -> None:
    promise(front, due="9:30")
    promise(front, owner=dana, due="10:00")
    promise(front, owner=dana)
    rows = promise_queries.list_open_promises(brook, dana, at=make.at("9:40"))
    assert promise_queries.count_promise_lists(rows) == {"all": 3, "overdue": 1, "due": 1, "mine": 2}
    assert [
        len(promise_queries.filter_promise_list(rows, show))
        for show in ("all", "overdue", "due", "mine", "nonsense")
    ] == [
        3,
        1,
        1,
        2,
        3,
    ]


def test_the_history_is_listed_in_order(brook: Clinic, front: Location, dana: Staff, noor: Staff) -> None:
    made = promise(front, by=dana, due="10:00")
    handovers.hand_over_promise(promise=made, to=noor, by=dana, at=make.at("9:30"))
    promise_attempts.attempt_promise(promise=made, result="no_answer", by=noor, at=make.at("9:50"))
    escalations.escalate_due_promises(clinic=brook, at=make.at("10:00"))
    promise_attempts.attempt_promise(
        promise=made, result="left_word", next_step="she calls", by=noor, at=make.at("10:05")
    )
    made.refresh_from_db()
    assert [one.what for one in promise_events.list_promise_events(made, clinic=brook)] == [
        "Promised to phone Ana Ruiz",
        "Handed over by Manager to Noor",
        "Tried: no answer",
        "Overdue since 10:00 AM; told: Noor",
        "Tried: left a message",
        "Message left",
    ]


def test_an_overdue_promise_is_a_need_at_the_next_visit(
    brook: Clinic, front: Location, django_assert_num_queries: pytest_django.DjangoAssertNumQueries
) -> None:
    leo = make.patient(brook)
    promise(front, patient=leo, due="9:30")
    promise(front, patient=leo, due="9:35")
    promise(front, patient=leo)
    with django_assert_num_queries(1):
        found = patient_dossiers.read_dossiers(clinic=brook, patients=[leo], at=make.at("9:40"))
    assert found.dossiers[leo.pk].overdue_promises == 2
    visit = make.visit(front, make.at("9:40"))
    assert visit.patient == leo
    assert "2 promised to this family" in visit.needs.get(kind="promise").why_words


def test_a_promise_that_falls_due_during_the_visit_becomes_a_need(brook: Clinic, front: Location) -> None:
    leo = make.patient(brook)
    promise(front, patient=leo, due="10:00")
    visit = make.visit(front, make.at("9:40"))
    escalations.escalate_due_promises(clinic=brook, at=make.at("9:59"))
    assert not visit.needs.filter(kind="promise").exists()
    for _ in range(2):
        escalations.escalate_due_promises(clinic=brook, at=make.at("10:00"))
        need = visit.needs.get(kind="promise")
        assert (need.status, need.why_words) == ("open", "1 promised to this family and not kept yet")
        assert need.noticed_at == make.at("10:00")
    before = visit.board_version
    visit.refresh_from_db()
    assert visit.board_version > before
    assert ["promise", ""] in visit.chips


def test_a_promise_that_falls_due_after_they_left_adds_no_need(
    brook: Clinic, front: Location, dana: Staff
) -> None:
    promise(front, patient=make.patient(brook), due="10:00")
    visit = make.visit(front, make.at("9:40"))
    visits.move_visit(visit=visit, to="left", by=dana, at=make.at("9:50"), reason="all can wait")
    assert len(escalations.escalate_due_promises(clinic=brook, at=make.at("10:00"))) == 1
    assert not visit.needs.filter(kind="promise").exists()


@pytest.mark.parametrize("end", ["kept", "withdrawn", "replaced"])
def test_a_need_ends_when_its_promise_ends(brook: Clinic, front: Location, dana: Staff, end: str) -> None:
    leo = make.patient(brook)
    first, second = promise(front, patient=leo, due="9:30"), promise(front, patient=leo, due="9:35")
    visit = make.visit(front, make.at("9:40"))
    hand = {"by": dana, "at": make.at("9:50")}
    promise_attempts.keep_promise(promise=second, **hand)
    need = visit.needs.get(kind="promise")
    assert (need.status, need.why_words) == ("open", "1 promised to this family and not kept yet")
    if end == "kept":
        promise_attempts.keep_promise(promise=first, **hand)
    elif end == "withdrawn":
        promises.withdraw_promise(promise=first, words="she phoned us", **hand)
    else:
        promises.replace_promise(promise=first, said=said(), owner=dana, **hand)
    need.refresh_from_db()
    visit.refresh_from_db()
    assert need.status == "lapsed"
    assert "promise" not in dict(visit.chips)


class TestAFormSentAgainWithOtherWords:
    """The second form used to be dropped, while the desk read “Promised to …” although it was not saved."""

    @pytest.mark.parametrize(
        "other",
        [
            {"about": "the other bill"},
            {"to_whom": "Rosa Delgado"},
            {"reach_at": "555-010-0199"},
            {"due_at": make.at("18:45")},
        ],
    )
    def test_a_form_with_other_words_makes_another_promise_and_only_once(
        self, front: Location, dana: Staff, other: dict[str, str] | dict[str, dt.datetime]
    ) -> None:
        key = uuid.uuid4()
        first = promise(front, by=dana, key=key)
        second = promise(front, by=dana, key=key, said=said(**other))
        assert second != first
        assert promise(front, by=dana, key=key, said=said(**other)) == second
        assert promise(front, by=dana, key=key) == first
        assert Promise.objects.count() == 2

    def test_each_distinct_form_makes_one_promise(self, front: Location, dana: Staff) -> None:
        key = uuid.uuid4()
        made = [
            promise(front, by=dana, key=key, said=said(about=word))
            for word in ("one", "two", "three", "two", "one")
        ]
        assert len(set(made)) == Promise.objects.count() == 3

    def test_a_form_sent_again_after_a_handover_returns_the_same_promise(
        self, front: Location, dana: Staff, max_: Staff
    ) -> None:
        key = uuid.uuid4()
        first = promise(front, by=dana, key=key)
        handovers.hand_over_promise(promise=first, to=max_, by=dana, at=make.at("9:30"))
        assert promise(front, by=dana, key=key) == first

    def test_the_same_form_for_another_child_makes_another_promise(
        self, brook: Clinic, front: Location, dana: Staff
    ) -> None:
        key, leo, mia = uuid.uuid4(), make.patient(brook), make.patient(brook, "Mia Ruiz")
        made = [promise(front, by=dana, key=key, patient=one) for one in (leo, mia, leo)]
        assert made[0] == made[2] != made[1]

    def test_a_replacement_sent_again_with_other_words_is_refused(self, front: Location, dana: Staff) -> None:
        key, first = uuid.uuid4(), promise(front, by=dana)
        facts = {"promise": first, "owner": dana, "by": dana, "at": make.at("9:30"), "key": key}
        made = promises.replace_promise(said=said(about="one"), **facts)
        assert promises.replace_promise(said=said(about="one"), **facts) == made
        with pytest.raises(Refused, match="already ended this"):
            promises.replace_promise(said=said(about="two"), **facts)


def test_withdrawing_it_twice_with_the_same_words_withdraws_it_once(front: Location, dana: Staff) -> None:
    made = promise(front)
    for clock in ("10:00", "10:01"):
        assert withdraw(made, dana, clock).status == "withdrawn"
    made.refresh_from_db()
    assert made.ended_at == make.at("10:00")
