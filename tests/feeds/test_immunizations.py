"""Vaccines given, according to another system."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from checkin.actions import needs
from checkin.models import AuditEvent, Clinic, DueItem, Immunization, Location, Need, Staff
from checkin.rules.need_types import NeedOutcome
from checkin.rules.record_rows import fhir_id_system
from checkin.rules.vaccines import CONTENT_KEY_SYSTEM
from tests import make

pytestmark = pytest.mark.django_db

CVX = "http://hl7.org/fhir/sid/cvx"
HEAD = "patient_id,immunization_id,vaccine,cvx,given_on,status"
FLU = "7,i1,Influenza,140,2025-10-20,"


def vaccine(code: str = "140", text: str = "Influenza, seasonal", system: str = CVX) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": text}], "text": text}


def shot(**fields: Any) -> dict[str, Any]:
    ordinary = {
        "id": "i1",
        "status": "completed",
        "vaccineCode": vaccine(),
        "patient": {"reference": "Patient/p1"},
        "occurrenceDateTime": "2025-10-20",
    }
    return {"resourceType": "Immunization"} | ordinary | fields


def test_given_vaccine_is_recorded_for_its_patient_and_reimports_unchanged(
    load: Callable[..., Any], leo: Any
) -> None:
    assert load("a.json", shot()) == (1, 0, 0, 0)
    found = Immunization.objects.get()
    assert (found.patient, found.name, found.code) == (leo, "Influenza, seasonal", "140")
    assert (found.given_on, found.is_influenza, found.visit) == (dt.date(2025, 10, 20), True, None)
    before, trail = list(Immunization.objects.values()), AuditEvent.objects.count()
    assert load("a.json", shot()) == (0, 0, 1, 0)
    assert (list(Immunization.objects.values()), AuditEvent.objects.count()) == (before, trail)


def test_csv_rows_with_and_without_identifiers_are_recorded_and_reimport_unchanged(
    load: Callable[..., Any], leo: Any
) -> None:
    rows = f"{HEAD}\n{FLU}\n7,,MMR,03,2019-04-01,completed\n7,,Rabies,,04/02/2019,\n"
    assert load("a.csv", rows) == (3, 0, 0, 0)
    assert load("b.csv", rows) == (0, 0, 3, 0)
    assert load("c.csv", f"{HEAD}\n7,,mmr,3,2019-04-01,\n") == (0, 1, 0, 0)
    assert Immunization.objects.filter(system=CONTENT_KEY_SYSTEM).count() == 2


def test_headings_are_recognized_by_other_names(load: Callable[..., Any], leo: Any) -> None:
    assert load("a.csv", "MRN;Vaccination;CVX code;Date given\n7;MMR;03;2019-04-01\n") == (1, 0, 0, 0)
    assert load.summary.counts.keys() == {"immunizations"}


def test_changed_values_are_updated_and_blanks_overwrite_nothing(load: Callable[..., Any], leo: Any) -> None:
    load("a.csv", f"{HEAD}\n{FLU}\n")
    assert load("a.csv", f"{HEAD}\n7,i1,Hib (PRP-OMP),49,2025-10-20,\n") == (0, 1, 0, 0)
    assert not Immunization.objects.get().is_influenza
    assert load("a.csv", f"{HEAD}\n7,i1,,49,2025-10-21,\n") == (0, 1, 0, 0)
    found = Immunization.objects.get()
    assert (found.name, found.code, found.given_on) == ("Hib (PRP-OMP)", "49", dt.date(2025, 10, 21))


@pytest.mark.parametrize(
    ("code", "text", "is_influenza"),
    [
        ("140", "", True),
        ("88", "xyz", True),
        ("088", "xyz", True),
        ("", "Flu shot", True),
        ("49", "Hib (PRP-OMP)", False),
        ("", "Haemophilus influenzae b", False),
        ("128", "Novel influenza-H1N1-09, all formulations", False),
        ("160", "Influenza A monovalent (H5N1)", False),
        ("999", "influenza, of next year", True),
        ("²", "MMR", False),
    ],
)
def test_seasonal_influenza_is_recognized_by_code_or_else_by_name(
    load: Callable[..., Any], leo: Any, code: str, text: str, is_influenza: bool
) -> None:
    load("a.json", shot(vaccineCode=vaccine(code, text)))
    assert Immunization.objects.get().is_influenza is is_influenza


def test_code_of_another_system_is_not_taken_for_a_cvx_code(load: Callable[..., Any], leo: Any) -> None:
    load("a.json", shot(vaccineCode=vaccine("140", "Tetanus", system="http://example.org/own")))
    found = Immunization.objects.get()
    assert (found.code, found.is_influenza) == ("", False)


def test_moment_is_stored_as_the_clinics_local_day(load: Callable[..., Any], leo: Any) -> None:
    load("a.json", shot(occurrenceDateTime="2025-10-20T03:00:00Z"))
    assert Immunization.objects.get().given_on == dt.date(2025, 10, 19)


def test_day_given_as_text_is_read_and_an_unknown_day_is_skipped(load: Callable[..., Any], leo: Any) -> None:
    rows = [
        shot(occurrenceDateTime=None, occurrenceString="2025-10-20"),
        shot(id="i2", occurrenceDateTime="2025-10"),
        {key: value for key, value in shot(occurrenceString="last autumn").items() if "DateTime" not in key},
        shot(id="i3", status="not-done"),
    ]
    assert load("a.ndjson", rows) == (1, 0, 0, 0)
    assert load.summary.passed_over == {"Immunization (day not known)": 2, "Immunization (not-done)": 1}


@pytest.mark.parametrize("wrong", [shot(status="entered-in-error"), f"{HEAD}\n7,i1,,,,entered in error\n"])
def test_vaccine_entered_in_error_at_the_source_is_removed_here_and_counted(
    load: Callable[..., Any], leo: Any, wrong: Any
) -> None:
    is_csv = isinstance(wrong, str)
    load("a.csv" if is_csv else "a.json", f"{HEAD}\n{FLU}\n" if is_csv else shot())
    assert load("b.csv" if is_csv else "b.json", wrong) == (0, 1, 0, 0)
    assert not Immunization.objects.exists()
    detail = AuditEvent.objects.order_by("pk").last().detail
    assert detail == {"immunizations_changed": 1, "immunizations_removed": 1}
    assert load("b.csv" if is_csv else "b.json", wrong) == (0, 0, 1, 0)


def test_vaccine_added_and_removed_in_one_file_leaves_nothing(load: Callable[..., Any], leo: Any) -> None:
    assert load("a.ndjson", [shot(), shot(status="entered-in-error")]) == (0, 0, 2, 0)
    assert not Immunization.objects.exists()


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        (shot(status=None), "has no status"),
        (shot(status="odd"), "none that an immunization can have"),
        (shot(vaccineCode={}), "which vaccine"),
        (shot(vaccineCode=vaccine("1" * 41)), "longer than 40"),
        (shot(occurrenceDateTime=None), "when it was given"),
        (shot(occurrenceDateTime="2025-02-30"), "not in the calendar"),
        (shot(occurrenceDateTime="0001-01-01T00:00:00+14:00"), "not a date"),
        (shot(occurrenceDateTime="1066-10-14"), "not in this or the next century"),
        (shot(occurrenceDateTime="2026-12-01"), "in the future"),
        (shot(patient=None), "whose it is"),
        (shot(patient={"reference": "Patient/p9"}), "no patient here"),
        (shot(identifier=[{"system": "brought-by:need", "value": "1"}]), "this clinic itself"),
    ],
)
def test_bad_immunization_is_rejected_with_its_reason(
    load: Callable[..., Any], leo: Any, resource: dict, reason: str
) -> None:
    assert load("a.ndjson", [resource, shot(id="i2")]) == (1, 0, 0, 1)
    assert reason in load.reasons()[0]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("7,i1,,,2025-10-20,", "which vaccine"),
        ("7,i1,MMR,,,", "when it was given"),
        ("7,i1,MMR,,soon,", "not a date that can be read"),
        ("7,i1,MMR,,2026-03-11,", "in the future"),
        ("7,i1,MMR,,2025-10-20,perhaps", "none that an immunization can have"),
        ("7,i1,MMR,,2025-10-20,—", "none that an immunization can have"),
        (",i1,MMR,,2025-10-20,", "no patient_id"),
        ("9,i1,MMR,,2025-10-20,", "no patient here"),
    ],
)
def test_bad_row_is_rejected_with_its_reason(
    load: Callable[..., Any], leo: Any, row: str, reason: str
) -> None:
    assert load("a.csv", f"{HEAD}\n{row}\n{FLU}\n") == (1, 0, 0, 1)
    assert reason in load.reasons()[0]


def test_immunization_may_come_before_its_patient(load: Callable[..., Any]) -> None:
    child = {"resourceType": "Patient", "id": "p1", "name": [{"text": "Leo Ruiz"}]}
    assert load("a.ndjson", [shot(), child]) == (2, 0, 0, 0)
    assert load("b.ndjson", [shot(), child]) == (0, 0, 2, 0)


def test_another_clinics_vaccine_with_the_same_number_is_separate(
    load: Callable[..., Any], leo: Any, hill: Clinic
) -> None:
    other = make.patient(hill, "Ivy Bell")
    Immunization.objects.create(
        clinic=hill,
        patient=other,
        name="MMR",
        given_on=dt.date(2020, 1, 1),
        system=fhir_id_system("ehr"),
        value="i1",
    )
    assert load("a.json", shot()) == (1, 0, 0, 0)
    assert Immunization.objects.get(clinic=hill).name == "MMR"


def test_flu_vaccine_imported_during_a_visit_ends_the_need_for_it(
    load: Callable[..., Any], leo: Any, front: Location
) -> None:
    visit = make.visit(front)
    need = Need.objects.get(visit=visit, kind="vaccine")
    load("a.json", shot())
    need.refresh_from_db()
    assert need.status == NeedOutcome.LAPSED
    load("b.json", shot(status="entered-in-error"))
    need.refresh_from_db()
    assert need.status == NeedOutcome.OPEN


def test_vaccine_given_here_is_not_changed_by_a_feed(
    load: Callable[..., Any], leo: Any, front: Location, noor: Staff
) -> None:
    due = DueItem.objects.create(
        clinic=load.clinic, patient=leo, kind="vaccine", name="MMR", due_on=dt.date(2026, 1, 1)
    )
    visit = make.visit(front)
    need = Need.objects.get(visit=visit, due_item=due)
    needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=noor, at=make.at("9:50"))
    ours = Immunization.objects.values().get()
    load("a.ndjson", [shot(), shot(identifier=[{"system": "brought-by:need", "value": str(need.pk)}])])
    assert Immunization.objects.filter(pk=ours["id"]).values().get() == ours
    assert Immunization.objects.count() == 2


def test_several_vaccines_under_one_identifier_are_kept_separate(load: Callable[..., Any], leo: Any) -> None:
    visit = [{"system": "urn:visit", "value": "V1"}]
    flu, mmr = (
        shot(id="i1", identifier=visit),
        shot(id="i2", identifier=visit, vaccineCode=vaccine("03", "MMR")),
    )
    second = shot(id="i3", identifier=visit, occurrenceDateTime="2025-11-25")
    for order in ([flu, mmr, second], [second, mmr, flu], [flu, mmr, second]):
        load("a.ndjson", order)
        assert Immunization.objects.count() == 3
    assert load("a.ndjson", [flu, mmr, second]) == (0, 0, 3, 0)
    later = shot(
        id="i9", identifier=visit, vaccineCode=vaccine("20", "DTaP"), occurrenceDateTime="2025-12-01"
    )
    assert load("b.ndjson", [later]) == (1, 0, 0, 0)


def test_several_vaccines_under_one_spreadsheet_number_are_kept_separate(
    load: Callable[..., Any], leo: Any
) -> None:
    rows = f"{HEAD}\n{FLU}\n7,i1,MMR,03,2025-10-20,\n"
    assert load("a.csv", rows) == (2, 0, 0, 0)
    assert load("a.csv", rows) == (0, 0, 2, 0)


def test_bare_ids_of_two_servers_move_no_vaccine(load: Callable[..., Any], leo: Any, brook: Clinic) -> None:
    load.source = ""
    make.patient(brook, "Ivy Bell").identifiers.create(clinic=brook, value="8")
    for number in "78":
        child = {"identifier": {"value": number}}
        assert load(f"{number}.ndjson", [shot(id="1", patient=child)]) == (1, 0, 0, 0)
        assert load(f"{number}.ndjson", [shot(id="1", patient=child)]) == (0, 0, 1, 0)
    assert Immunization.objects.values("patient").distinct().count() == 2


def test_dates_in_fhir_versions_before_r4_are_read(load: Callable[..., Any], leo: Any) -> None:
    early = {"date": "2019-04-01", "occurrenceDateTime": None}
    assert load("a.ndjson", [shot(**early), shot(id="i2", notGiven=True, **early)]) == (1, 0, 0, 0)
    assert Immunization.objects.get().given_on == dt.date(2019, 4, 1)


@pytest.mark.parametrize(
    "said", ["2025-10-20T00:00:00Z", "2025-10-20T00:00:00+02:00", "2025-10-20T23:30:00-05:00"]
)
def test_moment_at_midnight_is_that_day(load: Callable[..., Any], leo: Any, said: str) -> None:
    load("a.json", shot(occurrenceDateTime=said))
    assert Immunization.objects.get().given_on == dt.date(2025, 10, 20)


def test_vaccine_before_birth_is_rejected(load: Callable[..., Any], leo: Any) -> None:
    before = str(leo.birth_date - dt.timedelta(days=2))
    assert load("a.json", shot(occurrenceDateTime=before)) == (0, 0, 0, 1)
    assert "before the patient was born" in load.reasons()[0]
    assert load("a.csv", f"{HEAD}\n7,i1,Influenza,140,{before},\n") == (0, 0, 0, 1)
    assert load("a.csv", f"{HEAD}\n7,i1,Influenza,140,{leo.birth_date},\n") == (1, 0, 0, 0)


@pytest.mark.parametrize("said", [",998", "No vaccine administered,", "No vaccine administered,998", ",0998"])
def test_no_vaccine_administered_is_not_imported(load: Callable[..., Any], leo: Any, said: str) -> None:
    assert load("a.csv", f"{HEAD}\n7,i1,{said},2025-10-20,\n") == (0, 0, 0, 1)
    assert load("a.json", shot(vaccineCode=vaccine("998", ""))) == (0, 0, 0, 0)
    assert not Immunization.objects.exists()


NUMBER = [{"system": "urn:shots", "value": "I1"}]


@pytest.mark.parametrize("own", [{"identifier": NUMBER}, {}], ids=["identifier", "id of a named source"])
@pytest.mark.parametrize("refused", [{"status": "not-done"}, {"notGiven": True}, {"wasNotGiven": True}])
def test_vaccine_not_given_after_all_is_removed(
    load: Callable[..., Any], leo: Any, own: dict, refused: dict
) -> None:
    load("a.json", shot(**own))
    load("c.json", shot(id="other", vaccineCode=vaccine("03", "MMR"), identifier=[{"value": "I9"}]))
    assert load("b.json", shot(**own, **refused)) == (0, 1, 0, 0)
    assert Immunization.objects.get().name == "MMR"
    assert load("b.json", shot(**own, **refused)) == (0, 0, 0, 0)
    assert load.summary.passed_over == {"Immunization (not-done)": 1}
    assert load("a.json", shot(**own)) == (1, 0, 0, 0)


def test_other_vaccine_than_the_one_not_given_stays(load: Callable[..., Any], leo: Any) -> None:
    load("a.json", shot(identifier=NUMBER))
    other = shot(status="not-done", identifier=NUMBER, vaccineCode=vaccine("03", "MMR"))
    assert load("b.json", other) == (0, 0, 0, 1)
    assert "another vaccine is on file" in load.reasons()[0]
    document = [shot(identifier=NUMBER), shot(id="i2", status="not-done", identifier=NUMBER)]
    assert load("c.ndjson", document) == (0, 0, 1, 0)
    load.source = ""
    assert load("d.json", shot(status="not-done", patient={"identifier": {"value": "7"}})) == (0, 0, 0, 0)
    assert load("e.json", shot(status="not-done", patient=None)) == (0, 0, 0, 0)
    assert Immunization.objects.count() == 1
