"""“Use the new” asks before a record would become its twin or another child, and writes nothing till then."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from checkin.actions import discrepancies, match_decisions
from checkin.actions.discrepancy_questions import AnotherChildQuestion, AnotherChildSuspected
from checkin.actions.refusals import Refused
from checkin.models import (
    AuditEvent,
    Clinic,
    Discrepancy,
    DiscrepancyDecision,
    Location,
    Patient,
    Staff,
    Visit,
)
from tests import make

KINDS = discrepancies.DiscrepancyDecisionKind
BORN = "2019-05-08"


def record(
    brook: Clinic, name: str = "Hanna Lindqvist", born: str = BORN, number: str = "", **fields: Any
) -> Patient:
    found = make.patient(brook, name, born, **fields)
    if number:
        found.identifiers.create(clinic=brook, value=number)
    return found


def linked(front: Location, to: Patient, by: Staff, **typed: Any) -> Visit:
    """A visit that somebody linked to this record, whatever was typed."""
    visit = make.visit(front, **typed)
    match_decisions.link_visit_to_patient(visit=visit, patient=to, by=by, at=make.at("9:45"))
    return Visit.objects.get(pk=visit.pk)


def the(visit: Visit, field: str) -> Discrepancy:
    return visit.discrepancies.open().get(field=field)


def use(one: Discrepancy, by: Staff, **more: Any) -> DiscrepancyDecision:
    return discrepancies.decide_discrepancy(
        discrepancy=one, kind=KINDS.USE_NEW, by=by, at=make.at("9:50"), **more
    )


def asked(one: Discrepancy, by: Staff, **more: Any) -> AnotherChildQuestion:
    with pytest.raises(AnotherChildSuspected) as found:
        use(one, by, **more)
    return found.value.question


def everything() -> list:
    return [list(model.objects.order_by("pk").values()) for model in (Patient, Discrepancy)] + [
        DiscrepancyDecision.objects.count()
    ]


@pytest.fixture
def hanna(brook: Clinic) -> Patient:
    return record(brook, number="BS-0009")


@pytest.fixture
def anna(brook: Clinic) -> Patient:
    return record(brook, "Anna Lindqvist", number="BS-0008")


@pytest.fixture
def wrong(front: Location, dana: Staff, hanna: Patient, anna: Patient) -> Visit:
    """Anna's visit, linked to her twin."""
    return linked(front, hanna, dana, name="Anna Lindqvist", born=BORN)


def test_changing_a_record_into_its_twins_name_asks_first(wrong: Visit, dana: Staff) -> None:
    before = everything()
    question = asked(the(wrong, "name"), dana)
    assert question.sentence == (
        "BS-0008, Anna Lindqvist, born May 8, 2019, has exactly this name and birth date. "
        "Is this their visit?"
    )
    assert question.record == "BS-0009"
    assert everything() == before


@pytest.mark.parametrize("typed", ["Hannah Lindqvist", "Hana Lindqvist", "Hanna Lindqvist"])
@pytest.mark.parametrize("born", ["2019-08-05", ""])
def test_a_name_one_letter_from_a_twins_is_asked_about_with_any_birth_date(
    front: Location, brook: Clinic, dana: Staff, hanna: Patient, anna: Patient, typed: str, born: str
) -> None:
    """“Hannah”, born Aug 5, was written on Anna's record at once, with her twin Hanna on file."""
    visit = linked(front, anna, dana, name=typed, born=born)
    before = everything()
    question = asked(the(visit, "name"), dana)
    assert question.sentence.startswith("BS-0009, Hanna Lindqvist, born May 8, 2019, ")
    assert question.sentence.endswith(" Is this their visit?")
    assert ("The other record", "Hanna Lindqvist") in [(role, name) for role, name, _ in question.who]
    asked(the(visit, "name"), dana, called=True)
    if born:
        asked(the(visit, "birth_date"), dana)
    assert everything() == before
    use(the(visit, "name"), dana, sure=question.mark)
    anna.refresh_from_db()
    assert anna.name == typed


def test_only_records_of_the_same_family_are_offered_as_the_other_child(
    front: Location, brook: Clinic, dana: Staff
) -> None:
    """By a guardian's phone; or the family name with a home, a phone or a guardian's name in common."""
    emma = record(brook, "Emma Lindqvist", "2017-01-01", number="E-1", address="17 Weir Road")
    make.guardian(emma, "Erik Lindqvist", phone="555-010-0108")
    visit = linked(front, emma, dana, name="Erin Lindqvist", born="")
    half = record(brook, "Erin Berg", "2021-01-01", number="H-1")
    stranger = record(brook, "Erin Lindqvist", "2021-01-01", number="S-1")

    def asks() -> str:
        return asked(the(visit, "name"), dana).sentence

    assert "Is this another child?" in asks()
    make.guardian(half, "Maja Berg", phone="555-010-0108")
    assert asks().startswith("H-1, Erin Berg")
    half.guardians.all().delete()
    for fields in ({"address": "17 Weir Road"}, {"birth_date": emma.birth_date}):
        Patient.objects.filter(pk=stranger.pk).update(**fields)
        assert asks().startswith("S-1, Erin Lindqvist")
        Patient.objects.filter(pk=stranger.pk).update(address="", birth_date="2021-01-01")
    make.guardian(stranger, "Erik Lindqvist", phone="555-010-0999")
    assert asks().startswith("S-1, Erin Lindqvist")


@pytest.mark.parametrize("typed", ["Annah Lindqvist", "Ana Lindqvist", "Anna Lindquist"])
def test_a_typo_of_the_childs_own_name_is_not_asked_about(
    front: Location, brook: Clinic, dana: Staff, hanna: Patient, anna: Patient, typed: str
) -> None:
    visit = linked(front, anna, dana, name=typed, born=BORN)
    use(the(visit, "name"), dana)
    anna.refresh_from_db()
    assert anna.name == typed


def test_a_confirmed_answer_writes_the_name_and_is_audited_as_asked(
    wrong: Visit, dana: Staff, hanna: Patient
) -> None:
    mark = asked(the(wrong, "name"), dana).mark
    assert AuditEvent.objects.filter(action="discrepancy.asked_who", staff=dana, patient_id=hanna.pk).exists()
    use(the(wrong, "name"), dana, sure=mark, seen=0)
    hanna.refresh_from_db()
    assert hanna.name == "Anna Lindqvist"
    assert AuditEvent.objects.get(action="discrepancy.use_new").detail["asked_who"] is True


def test_undo_restores_the_name_and_the_question_is_asked_again(
    wrong: Visit, dana: Staff, noor: Staff, hanna: Patient
) -> None:
    one = the(wrong, "name")
    made = use(one, dana, sure=asked(one, dana).mark)
    discrepancies.undo_discrepancy_decision(discrepancy=one, by=noor, at=make.at("9:55"), seen=made.pk)
    hanna.refresh_from_db()
    assert (hanna.name, the(wrong, "name").status) == ("Hanna Lindqvist", "open")
    asked(one, dana)


@pytest.mark.parametrize("said", ["1", "yes", "same-0", "other-1"])
def test_an_answer_that_does_not_match_the_question_is_asked_again(
    wrong: Visit, dana: Staff, said: str
) -> None:
    asked(the(wrong, "name"), dana, sure=said)


def test_another_matching_record_added_meanwhile_is_asked_about(
    wrong: Visit, brook: Clinic, dana: Staff
) -> None:
    mark = asked(the(wrong, "name"), dana).mark
    record(brook, "Anna Lindqvist", number="BS-0010")
    assert "and BS-0010 have exactly" in asked(the(wrong, "name"), dana, sure=mark).sentence


def test_a_confirmed_answer_is_refused_if_somebody_decided_first(
    wrong: Visit, dana: Staff, noor: Staff
) -> None:
    one = the(wrong, "name")
    mark = asked(one, dana).mark
    discrepancies.decide_discrepancy(discrepancy=one, kind=KINDS.KEEP_OLD, by=noor, at=make.at("9:49"))
    with pytest.raises(Refused, match="Noor kept the old at 9:49 AM"):
        use(one, dana, sure=mark, seen=0)


def test_keeping_and_asking_are_never_questioned(wrong: Visit, dana: Staff) -> None:
    for kind in (KINDS.ASK, KINDS.KEEP_OLD):
        discrepancies.decide_discrepancy(
            discrepancy=the(wrong, "name"), kind=kind, by=dana, at=make.at("9:50")
        )


@pytest.mark.parametrize(
    ("other", "fields"),
    [
        ("Lindqvist Anna", {}),
        ("Johanna Lindqvist", {"preferred_name": "Anna"}),
        ("ANNA LINDQVIST", {"status": "provisional"}),
        ("AnnaLindqvist", {}),
    ],
)
def test_the_question_finds_the_other_record_however_its_name_is_written(
    front: Location, brook: Clinic, dana: Staff, hanna: Patient, other: str, fields: dict[str, str]
) -> None:
    record(brook, other, **fields)
    visit = linked(front, hanna, dana, name="Anna Lindqvist", born=BORN)
    assert asked(the(visit, "name"), dana).sentence.startswith("Another record, ")


@pytest.mark.parametrize("status", ["entered_in_error", "merged"])
def test_a_record_no_longer_on_file_is_not_asked_about(
    front: Location, brook: Clinic, dana: Staff, hanna: Patient, status: str
) -> None:
    into = make.patient(brook, "Ola Berg", "2011-01-05") if status == "merged" else None
    record(brook, "Anna Lindqvist", status=status, merged_into=into)
    visit = linked(front, hanna, dana, name="Anna Lindqvist", born=BORN)
    assert use(the(visit, "name"), dana).after["given_name"] == "Anna"


def test_another_clinics_record_is_not_asked_about(
    front: Location, hill: Clinic, dana: Staff, hanna: Patient
) -> None:
    record(hill, "Anna Lindqvist")
    visit = linked(front, hanna, dana, name="Anna Lindqvist", born=BORN)
    assert use(the(visit, "name"), dana).after["given_name"] == "Anna"


def test_a_preferred_name_is_asked_about_too(wrong: Visit, dana: Staff, hanna: Patient) -> None:
    question = asked(the(wrong, "name"), dana, called=True)
    use(the(wrong, "name"), dana, called=True, sure=question.mark)
    hanna.refresh_from_db()
    assert (hanna.given_name, hanna.preferred_name) == ("Hanna", "Anna")


def test_a_birth_date_that_makes_two_records_identical_is_asked_about(
    front: Location, brook: Clinic, dana: Staff
) -> None:
    record(brook, "Leo Ruiz", "2018-03-14", number="A-1")
    leo = record(brook, "Leo Ruiz", "2018-03-15", number="A-2")
    visit = linked(front, leo, dana, name="Leo Ruiz", born="2018-03-14")
    question = asked(the(visit, "birth_date"), dana)
    assert question.sentence.startswith("A-1, Leo Ruiz, born Mar 14, 2018, has exactly")


ALONE = {"name": "would then say Lina Johnson, born Mar 14, 2018", "birth_date": "what was typed here says"}


@pytest.mark.parametrize("order", [("name", "birth_date"), ("birth_date", "name")])
def test_another_childs_name_and_birth_date_are_asked_about_one_by_one(
    front: Location, brook: Clinic, dana: Staff, order: tuple[str, str]
) -> None:
    emma = record(brook, "Emma Johnson", "2018-03-14", number="BS-0012")
    visit = linked(front, emma, dana, name="Lina Johnson", born="2019-05-03")
    first, second = order
    question = asked(the(visit, first), dana)
    was = "BS-0012 was about Emma Johnson, born Mar 14, 2018, and"
    assert question.sentence.startswith(f"{was} {ALONE[first]}")
    use(the(visit, first), dana, sure=question.mark)
    question = asked(the(visit, second), dana)
    says = "would then say Lina Johnson, born May 3, 2019. Is this another child?"
    assert question.sentence == f"{was} {says}"
    use(the(visit, second), dana, sure=question.mark)
    emma.refresh_from_db()
    assert emma.name == "Lina Johnson"


@pytest.mark.parametrize("born", ["2018-03-14", ""])
def test_a_different_name_without_a_birth_date_asks_first(
    front: Location, brook: Clinic, dana: Staff, born: str
) -> None:
    zofia = record(brook, "Zofia Wójcik", born, number="BS-0027")
    visit = linked(front, zofia, dana, name="Oliver Zane", born="")
    question = asked(the(visit, "name"), dana)
    known = ", born Mar 14, 2018" if born else ""
    was = f"BS-0027 was about Zofia Wójcik{known}"
    assert question.sentence == f"{was}, and would then say Oliver Zane{known}. Is this another child?"
    asked(the(visit, "name"), dana, called=True)


def test_a_family_name_alone_does_not_confirm_the_recorded_given_name(
    front: Location, brook: Clinic, dana: Staff
) -> None:
    visit = linked(front, record(brook, "Zofia Wójcik"), dana, name=" Zane", born="")
    assert "would then say Zofia Zane" in asked(the(visit, "name"), dana).sentence


def test_name_and_birth_date_are_compared_together_with_other_records(
    front: Location, brook: Clinic, dana: Staff
) -> None:
    record(brook, "Jon Ruiz", "2018-03-14", number="A-1")
    john = record(brook, "John Ruiz", "2018-03-15", number="A-2")
    visit = linked(front, john, dana, name="Jon Ruiz", born="2018-03-14")
    for field in ("name", "birth_date"):
        assert asked(the(visit, field), dana).sentence.startswith("A-1, Jon Ruiz, born Mar 14, 2018, has")


def test_kept_or_undone_fields_no_longer_count_in_the_question(
    front: Location, brook: Clinic, dana: Staff
) -> None:
    emma = record(brook, "Emma Johnson", "2018-03-14")
    visit = linked(front, emma, dana, name="Lina Johnson", born="2019-05-03")
    name = the(visit, "name")
    use(name, dana, sure=asked(name, dana).mark)
    discrepancies.undo_discrepancy_decision(discrepancy=name, by=dana, at=make.at("9:52"))
    asked(the(visit, "birth_date"), dana)
    discrepancies.decide_discrepancy(
        discrepancy=the(visit, "name"), kind=KINDS.KEEP_OLD, by=dana, at=make.at("9:53")
    )
    use(the(visit, "birth_date"), dana)


@pytest.mark.parametrize(
    ("recorded", "typed", "born"),
    [
        ("Jon Ruiz", "John Ruiz", "2018-03-15"),
        ("Leo Ruiz", "Leo Ruiz Soto", "2018-03-15"),
        ("Elizabeth Ruiz", "Lizzy Ruiz", "2018-03-15"),
        ("Hanna Ruiz", "Hana Soto", "2018-03-14"),
        ("Mia Ruiz", "Mia Ruiz", "2018-03-15"),
        ("Mia Ruiz", "Mia Ruiz", "2019-05-03"),
    ],
)
def test_a_correction_without_a_similar_record_is_never_asked_about(
    front: Location, brook: Clinic, dana: Staff, recorded: str, typed: str, born: str
) -> None:
    record(brook, "Ola Berg", "2018-03-14"), record(brook, "Mia Chen", "2018-03-15")
    one = record(brook, recorded, "2018-03-14")
    visit = linked(front, one, dana, name=typed, born=born)
    for row in visit.discrepancies.open().filter(field__in=["name", "birth_date"]):
        use(row, dana)
    one.refresh_from_db()
    assert (one.name, one.birth_date.isoformat()) == (typed, born)


def test_the_check_costs_two_queries_and_only_for_name_and_birth_date(
    front: Location, brook: Clinic, dana: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    leon = record(brook, "Leonardo Ruiz", "2018-03-15", address="12 Elm St")
    visit = linked(front, leon, dana, address="14 Oak Rd")

    def cost(field: str) -> int:
        with transaction.atomic():
            one = the(visit, field)
            with CaptureQueriesContext(connection) as queries:
                use(one, dana)
            transaction.set_rollback(True)
        return len(queries)

    fields = ("name", "birth_date", "address")
    asking = [cost(field) for field in fields]
    monkeypatch.setattr("checkin.actions.discrepancy_questions.find_identical_records", lambda *_: [])
    assert [one - cost(field) for one, field in zip(asking, fields, strict=True)] == [1, 1, 0]
    monkeypatch.setattr("checkin.actions.discrepancy_questions.find_confusable_siblings", lambda *_: [])
    assert [one - cost(field) for one, field in zip(asking, fields, strict=True)] == [2, 2, 0]
