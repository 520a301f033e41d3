"""Due items from another system."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import pytest_django

from checkin.actions import needs, visits
from checkin.models import AuditEvent, Clinic, DueItem, Location, Need, Staff, Visit
from checkin.rules.need_types import NeedOutcome
from checkin.rules.record_rows import fhir_id_system
from tests import make

pytestmark = pytest.mark.django_db

HEAD = "patient_id,due_item_id,kind,name,code,due_on,status"
MMR = "7,d1,vaccine,MMR,03,2026-01-05,due"
CVX = "http://hl7.org/fhir/sid/cvx"


def criterion(code: str, value: str) -> dict[str, Any]:
    return {"code": {"coding": [{"system": "http://loinc.org", "code": code}]}, "value": value}


def recommended(name: str = "MMR", cvx: str = "03", status: str = "due", **fields: Any) -> dict[str, Any]:
    ordinary = {
        "vaccineCode": [{"coding": [{"system": CVX, "code": cvx}], "text": name}],
        "forecastStatus": {"coding": [{"code": status}]},
        "dateCriterion": [criterion("30980-7", "2026-01-05")],
    }
    return ordinary | fields


def advice(*recommendations: dict[str, Any], **fields: Any) -> dict[str, Any]:
    ordinary = {"id": "r1", "patient": {"reference": "Patient/p1"}, "date": "2026-03-01"}
    said = {"recommendation": list(recommendations or [recommended()])}
    return {"resourceType": "ImmunizationRecommendation"} | ordinary | said | fields


def statuses() -> dict[str, str]:
    return dict(DueItem.objects.values_list("name", "status"))


def test_each_vaccine_on_a_list_is_due_from_its_date_and_reimports_unchanged(
    load: Callable[..., Any], leo: Any
) -> None:
    said = advice(recommended(), recommended("DTaP", "20", "overdue"))
    assert load("a.json", said) == (2, 0, 0, 0)
    mmr, dtap = DueItem.objects.order_by("-name")
    assert (mmr.patient, mmr.kind, mmr.name, mmr.code) == (leo, "vaccine", "MMR", "03")
    assert (mmr.due_on, mmr.status, dtap.status) == (dt.date(2026, 1, 5), "due", "due")
    before, trail = list(DueItem.objects.values()), AuditEvent.objects.count()
    assert load("a.json", said) == (0, 0, 2, 0)
    assert (list(DueItem.objects.values()), AuditEvent.objects.count()) == (before, trail)


def test_csv_imports_vaccines_and_check_ups_with_or_without_an_identifier(
    load: Callable[..., Any], leo: Any
) -> None:
    rows = f"{HEAD}\n{MMR}\n7,,Check-up,Well visit,,1/5/2026,\n7,,,HPV,62,2026-02-01,overdue\n"
    assert load("a.csv", rows) == (3, 0, 0, 0)
    assert load("a.csv", rows) == (0, 0, 3, 0)
    found = set(DueItem.objects.values_list("kind", "name", "due_on"))
    assert ("check_up", "Well visit", dt.date(2026, 1, 5)) in found
    assert ("vaccine", "HPV", dt.date(2026, 2, 1)) in found


def test_headings_are_recognized_by_other_names(load: Callable[..., Any], leo: Any) -> None:
    assert load("a.csv", "MRN,First name,Vaccine,CVX,Due Date\n7,Leo,MMR,03,2026-01-05\n") == (1, 0, 0, 0)
    assert load.summary.counts.keys() == {"due_items"}


@pytest.mark.parametrize(
    ("criteria", "due_on"),
    [
        ([criterion("30981-5", "2025-01-01"), criterion("30980-7", "2025-02-01")], "2025-02-01"),
        ([criterion("59777-3", "2027-01-01"), criterion("30981-5", "2025-01-01")], "2025-01-01"),
        ([criterion("59777-3", "2027-01-01")], "2026-03-01"),
        ([criterion("30980-7", "2025-02-01T02:00:00Z")], "2025-01-31"),
        (None, "2026-03-01"),
    ],
)
def test_due_date_is_the_date_due_or_the_earliest_or_the_lists_own(
    load: Callable[..., Any], leo: Any, criteria: Any, due_on: str
) -> None:
    load("a.json", advice(recommended(dateCriterion=criteria)))
    assert DueItem.objects.get().due_on.isoformat() == due_on


@pytest.mark.parametrize("status", ["complete", "immune", "contraindicated", "LA13421-5", "LA13424-9"])
def test_item_no_longer_due_is_withdrawn_and_may_come_back(
    load: Callable[..., Any], leo: Any, status: str
) -> None:
    load("a.json", advice())
    assert load("b.json", advice(recommended(status=status))) == (0, 1, 0, 0)
    assert statuses() == {"MMR": "withdrawn"}
    assert load("b.json", advice(recommended(status=status))) == (0, 0, 1, 0)
    assert load("c.json", advice(recommended(status="overdue"))) == (0, 1, 0, 0)
    assert statuses() == {"MMR": "due"}


def test_row_with_status_withdrawn_withdraws_even_without_a_date(load: Callable[..., Any], leo: Any) -> None:
    load("a.csv", f"{HEAD}\n{MMR}\n")
    assert load("b.csv", f"{HEAD}\n7,d1,vaccine,MMR,,,withdrawn\n") == (0, 1, 0, 0)
    assert DueItem.objects.get().due_on == dt.date(2026, 1, 5)


def test_item_never_due_here_is_not_stored_to_be_withdrawn(load: Callable[..., Any], leo: Any) -> None:
    assert load("a.json", advice(recommended(status="complete"))) == (0, 0, 1, 0)
    assert not DueItem.objects.exists()


def test_item_dropped_from_a_list_is_no_longer_due_and_other_lists_stay(
    load: Callable[..., Any], leo: Any
) -> None:
    load("a.csv", f"{HEAD}\n7,d9,vaccine,HPV,62,2026-01-05,\n")
    load("a.json", advice(recommended(), recommended("DTaP", "20")))
    load("b.json", advice(recommended("Polio", "10"), id="r2"))
    assert load("c.json", advice(recommended("DTaP", "20"))) == (0, 0, 1, 0)
    assert statuses() == {"HPV": "due", "MMR": "withdrawn", "DTaP": "due", "Polio": "due"}
    assert AuditEvent.objects.order_by("pk").last().detail["due_items_withdrawn"] == 1


def test_two_doses_of_one_vaccine_on_a_list_are_two_items(load: Callable[..., Any], leo: Any) -> None:
    doses = [recommended(status="complete"), recommended(status="due")]
    assert load("a.json", advice(*doses)) == (1, 0, 1, 0)
    assert load("a.json", advice(*doses)) == (0, 0, 2, 0)


@pytest.fixture
def given_here(load: Callable[..., Any], leo: Any, front: Location, noor: Staff) -> Visit:
    """Return a visit at which MMR, due since January, was given."""
    load("first.json", advice())
    visit = make.visit(front)
    need = Need.objects.get(visit=visit, kind="vaccine", due_item=DueItem.objects.get())
    needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=noor, at=make.at("9:50"))
    return visit


@pytest.mark.parametrize("date", ["2026-01-05", "2026-02-20", "2026-03-10"])
def test_vaccine_given_here_is_not_reopened_by_an_outdated_feed(
    load: Callable[..., Any], given_here: Visit, date: str
) -> None:
    said = advice(recommended(dateCriterion=[criterion("30980-7", date)]))
    assert load("a.json", said) == (0, 0, 1, 0)
    assert statuses() == {"MMR": "given"}


def test_vaccine_given_here_stays_given_after_the_feed_knows_it(
    load: Callable[..., Any], given_here: Visit
) -> None:
    assert load("a.json", advice(recommended(status="complete"))) == (0, 0, 1, 0)
    assert load("b.json", advice(recommended("DTaP", "20", "complete"))) == (0, 0, 1, 0)
    assert statuses() == {"MMR": "given"}


def test_next_dose_is_due_after_the_day_the_last_was_given(
    load: Callable[..., Any], given_here: Visit
) -> None:
    said = advice(recommended(dateCriterion=[criterion("30980-7", "2026-04-10")]))
    assert load("a.json", said) == (0, 1, 0, 0)
    due = DueItem.objects.get()
    assert (due.status, due.due_on) == ("due", dt.date(2026, 4, 10))
    assert Need.objects.get(visit=given_here, due_item=due).status == NeedOutcome.DONE


def test_item_given_here_cannot_move_to_another_child(
    load: Callable[..., Any], given_here: Visit, brook: Clinic
) -> None:
    make.patient(brook, "Ivy Bell").identifiers.create(clinic=brook, system=fhir_id_system("ehr"), value="p2")
    assert load("a.json", advice(patient={"reference": "Patient/p2"})) == (0, 0, 0, 1)
    assert "given here already" in load.reasons()[0]


def test_needs_of_an_open_visit_follow_the_import(
    load: Callable[..., Any], leo: Any, front: Location
) -> None:
    visit, other = make.visit(front), make.visit(front, name="Ivy Bell", born="2017-01-01")
    quiet = Visit.objects.get(pk=other.pk).board_version
    load("a.json", advice())
    need = Need.objects.get(visit=visit, due_item=DueItem.objects.get())
    assert (need.status, need.label) == (NeedOutcome.OPEN, "MMR")
    assert ["vaccine", "MMR"] in Visit.objects.get(pk=visit.pk).chips
    version = Visit.objects.get(pk=visit.pk).board_version
    load("a.json", advice())
    assert Visit.objects.get(pk=visit.pk).board_version == version
    load("b.json", advice(recommended(status="contraindicated")))
    need.refresh_from_db()
    assert need.status == NeedOutcome.LAPSED
    assert Visit.objects.get(pk=other.pk).board_version == quiet


def test_an_item_is_never_moved_to_another_child(
    load: Callable[..., Any], leo: Any, brook: Clinic, front: Location
) -> None:
    load("a.json", advice())
    visit = make.visit(front)
    make.patient(brook, "Ivy Bell").identifiers.create(clinic=brook, system=fhir_id_system("ehr"), value="p2")
    assert load("b.json", advice(patient={"reference": "Patient/p2"})) == (0, 0, 0, 1)
    assert "another patient" in load.reasons()[0]
    assert DueItem.objects.get().patient == leo
    assert Need.objects.get(visit=visit, due_item__isnull=False).status == NeedOutcome.OPEN


def test_every_open_visit_is_updated_and_ended_visits_are_not(
    load: Callable[..., Any], leo: Any, front: Location, dana: Staff
) -> None:
    ended, overnight = (make.visit(front, make.at(clock, dt.date(2026, 3, 9))) for clock in ("9:40", "22:40"))
    visits.move_visit(
        visit=ended, to="left", by=dana, at=make.at("10:40", dt.date(2026, 3, 9)), reason="went home"
    )
    load("a.json", advice())
    assert not Need.objects.filter(visit=ended, due_item__isnull=False).exists()
    assert Need.objects.filter(visit=overnight, due_item__isnull=False).exists()


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        (advice(recommended(status="perhaps")), "none that a recommendation can have"),
        (advice(recommended(forecastStatus=None)), "whether MMR is due"),
        (advice(recommended(vaccineCode=[])), "which vaccine"),
        (advice(recommended(dateCriterion=[]), date=None), "when MMR is due"),
        (advice(recommended(dateCriterion=[criterion("30980-7", "soon")])), "not a date"),
        (advice(patient=None), "whose it is"),
        (advice(patient={"reference": "Patient/p9"}), "no patient here"),
    ],
)
def test_bad_list_is_rejected_whole_with_its_reason(
    load: Callable[..., Any], leo: Any, resource: dict, reason: str
) -> None:
    assert load("a.ndjson", [resource, advice(id="r2")]) == (1, 0, 0, 1)
    assert reason in load.reasons()[0]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("7,d1,vaccine,,03,2026-01-05,due", "what is due"),
        ("7,d1,vaccine,MMR,03,,due", "when it is due"),
        ("7,,vaccine,MMR,03,,withdrawn", "when it is due"),
        ("7,d1,parade,MMR,03,2026-01-05,due", "neither vaccine nor check-up"),
        ("7,d1,vaccine,MMR,03,2026-13-05,due", "not in the calendar"),
        ("7,d1,vaccine,MMR,03,3026-01-05,due", "not in this or the next century"),
        ("7,d1,vaccine,MMR,03,2026-01-05,maybe", "none that a due item can have"),
        ("9,d1,vaccine,MMR,03,2026-01-05,due", "no patient here"),
    ],
)
def test_bad_row_is_rejected_with_its_reason(
    load: Callable[..., Any], leo: Any, row: str, reason: str
) -> None:
    assert load("a.csv", f"{HEAD}\n{row}\n7,d2,vaccine,MMR,03,2026-01-05,due\n") == (1, 0, 0, 1)
    assert reason in load.reasons()[0]


def test_list_without_recommendations_is_counted_and_skipped(load: Callable[..., Any], leo: Any) -> None:
    assert load("a.json", advice() | {"recommendation": []}) == (0, 0, 0, 0)
    assert load.summary.passed_over == {"ImmunizationRecommendation (empty)": 1}


def test_recommendation_without_a_vaccine_is_named_by_its_disease(load: Callable[..., Any], leo: Any) -> None:
    load("a.json", advice(recommended(vaccineCode=None, targetDisease={"text": "Measles"})))
    assert DueItem.objects.get().name == "Measles"


def test_another_clinics_item_with_the_same_number_is_separate(
    load: Callable[..., Any], leo: Any, hill: Clinic
) -> None:
    DueItem.objects.create(
        clinic=hill,
        patient=make.patient(hill, "Ivy Bell"),
        kind="vaccine",
        name="MMR",
        due_on=dt.date(2026, 1, 1),
        value="d1",
    )
    assert load("a.csv", f"{HEAD}\n{MMR}\n") == (1, 0, 0, 0)
    assert DueItem.objects.get(clinic=hill).due_on == dt.date(2026, 1, 1)


def test_import_of_a_thousand_rows_needs_few_queries(
    load: Callable[..., Any], leo: Any, django_assert_max_num_queries: pytest_django.DjangoAssertNumQueries
) -> None:
    rows = "".join(f"7,d{at},vaccine,Vaccine {at},,2026-01-05,due\n" for at in range(900))
    with django_assert_max_num_queries(25):
        assert load("a.csv", f"{HEAD}\n{rows}") == (900, 0, 0, 0)
    with django_assert_max_num_queries(12):
        assert load("a.csv", f"{HEAD}\n{rows}") == (0, 0, 900, 0)


@pytest.mark.parametrize("own", [{"identifier": [{"system": "urn:lists", "value": "R1"}]}, {}])
@pytest.mark.parametrize(
    "bad",
    [
        recommended("DTaP", "20", "notKnownCode"),
        recommended("DTaP", "20", dateCriterion=[criterion("30980-7", "some day")]),
        recommended("DTaP", "20", forecastStatus={}),
        {"forecastStatus": {"coding": [{"code": "due"}]}},
    ],
)
def test_unreadable_recommendation_rejects_only_itself(
    load: Callable[..., Any], leo: Any, own: dict, bad: dict
) -> None:
    assert load("a.json", advice(recommended("DTaP", "20"), recommended("Polio", "10"), **own)) == (
        2,
        0,
        0,
        0,
    )
    said = advice(recommended(), bad, **own)
    assert load("b.json", said) == (1, 0, 0, 1)
    assert load("b.json", said) == (0, 0, 1, 1)
    assert statuses() == dict.fromkeys(("MMR", "DTaP", "Polio"), "due")
    assert load("c.json", advice(bad, **own)) == (0, 0, 0, 1)
    assert set(statuses().values()) == {"due"}
