"""Entries of a rejected patient go to nobody else, and a guardian does not become another adult."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from checkin.actions.record_imports import DOUBTFUL_PATIENT, PATIENT_LEFT_OUT
from checkin.models import Appointment, DueItem, Guardian, Immunization, Patient
from checkin.rules.record_adults import ANOTHER_ADULT
from tests.feeds.test_fhir_files import booking, bundle, identifier, patient, related

pytestmark = pytest.mark.django_db

HEAD = "patient_id,given_name,family_name,birth_date,deceased_on"
LEO = "7,Leo,Ruiz,2018-03-14,"
HIS = {
    "appointments.csv": "appointment_id,patient_id,start,minutes\nA1,7,2026-11-25 09:30,15\n",
    "due.csv": "patient_id,name,due_on\n7,MMR,2026-11-01\n",
    "guardians.csv": "patient_id,name,relationship,phone\n7,Ana Ruiz,Mother,555-201-3344\n",
    "shots.csv": "patient_id,vaccine,cvx,given_on\n7,MMR,03,2020-01-02\n",
}


def belongings() -> int:
    return sum(kind.objects.count() for kind in (Appointment, DueItem, Guardian, Immunization))


def patients(*rows: str) -> str:
    return "\n".join([HEAD, *rows]) + "\n"


@pytest.mark.parametrize(
    "row",
    [
        "7,Amira,Haddad,2020-01-01,",
        "7,Mia,Ruiz,2018-03-14,",
        "7,Amira,Haddad,31/31/2018,",
        "7,Mia,Ruiz,in March,",
        "7,,Ruiz,in March,",
        "7,Leo,Ruiz,1981-03-14,",
        "7,Leo,,2018-99-99,",
        "7,Amira,Haddad,2020-01-01,,too,many",
        "7,Amira",
        "7,Amira,Haddad,2020-01-01,2019-01-01",
    ],
)
@pytest.mark.parametrize("name", ["a-patients.csv", "z-patients.csv"])
def test_entries_of_a_rejected_patient_are_rejected_too(
    load: Callable[..., Any], row: str, name: str
) -> None:
    load("first.csv", patients(LEO))
    files = dict(sorted((HIS | {name: patients(row)}).items()))
    for load.is_trial in (True, False, False):
        assert load.files(files) == (0, 0, 0, 5)
        assert load.reasons().count(DOUBTFUL_PATIENT) == 4
    assert belongings() == 0


@pytest.mark.parametrize(
    "row", ["7,Leo,Ruiz,31/31/2018,", "7,Leo,Ruiz,2018-03-14,2017-01-01", "7,Leo Max,Ruiz,in March,"]
)
@pytest.mark.parametrize("name", ["a-patients.csv", "z-patients.csv"])
def test_entries_go_to_the_record_of_that_name_if_only_a_date_was_unreadable(
    load: Callable[..., Any], row: str, name: str
) -> None:
    load("first.csv", patients(LEO))
    files = dict(sorted((HIS | {name: patients(row)}).items()))
    for load.is_trial in (True, False):
        assert load.files(files) == (4, 0, 0, 1)
    assert load.files(files) == (0, 0, 4, 1)
    assert Patient.objects.get().guardians.get().name == "Ana Ruiz"


def test_entries_under_a_number_that_two_patients_share_are_rejected(load: Callable[..., Any]) -> None:
    files = {"patients.csv": patients(LEO, "7,Amira,Haddad,2020-01-01,")} | HIS
    for load.is_trial, counts in ((True, (1, 0, 0, 5)), (False, (1, 0, 0, 5)), (False, (0, 0, 1, 5))):
        assert load.files(files) == counts
    again = {"patients.csv": patients("7,Leo,Ruiz,in March,", LEO)} | HIS
    assert load.files(again) == (4, 0, 1, 1)


@pytest.mark.parametrize("batch", [1, 1000])
def test_dry_run_knows_the_new_patient_that_an_unreadable_row_means(
    load: Callable[..., Any], batch: int
) -> None:
    load.batch = batch
    files = {"a.csv": patients("7,Leo,Ruiz,in March,", LEO), "b.csv": patients("7,Leo,Ruiz,in March,")} | HIS
    for load.is_trial in (True, False):
        counts = load.files(files)
        assert counts == ((5, 0, 0, 2) if batch > 1 else (1, 0, 0, 6))


def test_other_numbers_and_rows_of_adults_cause_no_rejections(load: Callable[..., Any]) -> None:
    """Also with more rows than one batch, and with the patients file last."""
    load.batch = 20
    rows = [f"{number},Kim{number},Lee,2018-01-02," for number in range(100, 160)]
    head = "patient_id,given_name,family_name,birth_date,deceased_on,relationship"
    adults = "\n".join([head, f"{LEO},Self", "7,Ana,Ruiz,1985-01-01,,Mother", "8,Mia,Ruiz,2019-99-99,,"])
    files = HIS | {"z.csv": patients(*rows), "z2.csv": f"{adults}\n"}
    for load.is_trial in (True, False):
        assert load.files(files) == (65, 0, 0, 2)
    assert load.files(files) == (0, 0, 65, 2)


AMIRA = patient(
    name=[{"family": "Haddad", "given": ["Amira"]}], birthDate="2020-01-01", identifier=[identifier("7")]
)
UNREADABLE = AMIRA | {"birthDate": "1 Jan 2020"}
BY_NUMBER = {"identifier": {"system": "urn:mrn", "value": "7"}}
BY_ID = {"reference": "Patient/p1"}


def belongs(reference: dict[str, Any]) -> list[dict[str, Any]]:
    shot = {"resourceType": "Immunization", "status": "completed", "occurrenceDateTime": "2021-02-03"}
    shot |= {"vaccineCode": {"text": "MMR"}, "patient": reference, "identifier": [identifier("I1", "urn:i")]}
    actors = {"participant": [{"actor": reference | {"type": "Patient"}, "status": "accepted"}]}
    return [related(patient=reference), booking() | actors, shot]


@pytest.mark.parametrize("child", [AMIRA, UNREADABLE, UNREADABLE | {"active": False}])
@pytest.mark.parametrize("reference", [BY_NUMBER, BY_ID])
@pytest.mark.parametrize("is_last", [False, True])
@pytest.mark.parametrize("source", ["", "hospital"])
def test_reference_to_a_rejected_patient_finds_no_other_patient(
    load: Callable[..., Any], child: dict, reference: dict, is_last: bool, source: str
) -> None:
    load.batch, load.source = 3, source
    load("first.json", patient(identifier=[identifier("7")]))
    found = [*belongs(reference), child] if is_last else [child, *belongs(reference)]
    if child.get("active") is False and reference is BY_NUMBER:
        return  # The number of an inactive patient may now belong to somebody else.
    load("again.json", bundle(*found))
    assert set(load.reasons()) & {DOUBTFUL_PATIENT, PATIENT_LEFT_OUT}
    assert belongings() == 0


def test_id_of_a_skipped_patient_is_not_a_patient_of_another_file_in_the_run(
    load: Callable[..., Any],
) -> None:
    gone = patient(active=False, identifier=[], name=[{"family": "Haddad", "given": ["Amira"]}])
    files = {"a.json": bundle(gone, booking()), "b.json": bundle(patient())}
    load.files(files)
    assert Patient.objects.count() == 1
    assert belongings() == 0


def test_reference_to_a_patient_with_an_unreadable_date_finds_the_namesake(load: Callable[..., Any]) -> None:
    load("first.json", patient(identifier=[identifier("7")]))
    same = patient(identifier=[identifier("7")], birthDate="14 March")
    for counts in ((3, 0, 0, 1), (0, 0, 3, 1)):
        assert load("again.json", bundle(same, *belongs(BY_NUMBER))) == counts
        assert load("again.json", bundle(same, *belongs(BY_ID)))[:2] == (0, 0)


ADULTS = "patient_id,guardian_id,name,relationship,phone\n"


@pytest.mark.parametrize(
    ("name", "phone", "is_taken"),
    [
        ("Luis Haddad", "555-201-9999", False),
        ("Ana Haddad", "555-201-9999", False),
        ("Luis Ruiz", "555-201-9999", False),
        ("Ana Ruiz", "555-201-9999", True),
        ("ANA RUIZ", "555-201-9999", True),
        ("Ruiz, Ana", "555-201-9999", True),
        ("Mrs. Ana Ruiz", "555-201-9999", True),
        ("Ana María Ruiz", "555-201-9999", True),
        ("Anna Ruiz", "555-201-9999", True),
        ("Ana Ruiz Lopez", "555-201-9999", True),
        ("Luis Haddad", "(555) 201-3344", True),
        ("Luis Haddad", "", True),
    ],
)
def test_guardians_number_does_not_become_another_adults(
    load: Callable[..., Any], name: str, phone: str, is_taken: bool
) -> None:
    load("p.csv", patients(LEO))
    load("g.csv", f"{ADULTS}7,G1,Ana Ruiz,Mother,555-201-3344\n")
    new = f'{ADULTS}7,G1,"{name}",Mother,{phone}\n'
    for count in range(2):
        made, changed, unchanged, put_aside = load("g.csv", new)
        assert (made, put_aside) == (0, 0 if is_taken else 1)
        assert (changed, unchanged) == ((count == 0, count == 1) if is_taken else (0, 0))
        assert load.reasons() == ([] if is_taken else [ANOTHER_ADULT])
    ana = Guardian.objects.get()
    assert (ana.name == name, ana.phone == (phone or "555-201-3344")) == (is_taken, is_taken)


def test_guardian_without_a_phone_is_not_replaced_by_an_adult_with_one(load: Callable[..., Any]) -> None:
    load("p.csv", patients(LEO))
    load("g.csv", f"{ADULTS}7,G1,Ana Ruiz,Mother,\n")
    assert load("g.csv", f"{ADULTS}7,G1,Luis Haddad,Mother,555-201-9999\n") == (0, 0, 0, 1)
    load("g.csv", f"{ADULTS}7,G2,Mother,Mother,555-201-7777\n")
    assert load("g.csv", f"{ADULTS}7,G2,Eva Lopez,Mother,555-201-9999\n") == (0, 1, 0, 0)


@pytest.mark.parametrize(
    ("source", "number"), [("", True), ("hospital", False), ("hospital", True), ("", False)]
)
def test_related_person_does_not_become_another_adult(
    load: Callable[..., Any], source: str, number: bool
) -> None:
    load.source = source

    def adult(given: str, phone: str) -> dict[str, Any]:
        known = {"identifier": [identifier("G1", "urn:g")]} if number else {}
        telecom = [{"system": "phone", "value": phone}]
        return related(name=[{"family": "Ruiz", "given": [given]}], telecom=telecom, **known)

    load("a.json", bundle(patient(), adult("Ana", "555-201-3344")))
    for _ in range(2):
        assert load("b.json", bundle(patient(), adult("Luis", "555-201-9999"))) == (0, 0, 1, 1)
        assert load.reasons() == [ANOTHER_ADULT]
    assert load("b.json", bundle(patient(), adult("Ana", "555-201-9999"))) == (0, 1, 1, 0)
    is_same = source or number
    assert load("c.json", bundle(patient(), adult("Luis", "555-201-9999"))) == (
        (0, 1, 1, 0) if is_same else (0, 0, 1, 1)
    )
    assert Guardian.objects.get().name == ("Luis Ruiz" if is_same else "Ana Ruiz")


def test_newly_generated_id_finds_the_adult_with_that_name(load: Callable[..., Any]) -> None:
    def adult(given: str, own_id: str) -> dict[str, Any]:
        return related(id=own_id, name=[{"family": "Ruiz", "given": [given]}])

    load("a.json", bundle(patient(), adult("Ana", "1"), adult("Luis", "2")))
    for order in itertools.permutations(("1", "2")):
        pair = [adult(given, one) for given, one in zip(("Ana", "Luis"), order, strict=True)]
        assert load("b.json", bundle(patient(), *pair)) == (0, 0, 3, 0)
    assert set(Guardian.objects.values_list("name", flat=True)) == {"Ana Ruiz", "Luis Ruiz"}


def test_patient_with_an_unreadable_number_is_rejected_with_their_entries(load: Callable[..., Any]) -> None:
    cut = patient(identifier=[identifier("1.23457E+11")])
    assert load("a.json", bundle(cut, *belongs(BY_ID))) == (0, 0, 0, 4)
    assert belongings() == 0
