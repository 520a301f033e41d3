from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from checkin.models import Appointment, Guardian, Patient, PatientIdentifier
from checkin.rules.record_rows import FHIR_ID
from tests import make

pytestmark = pytest.mark.django_db

URN = "urn:uuid:0d5f7c1e-5b8e-4b6c-9a53-6a4a7c1f2a01"


def patient(**fields: Any) -> dict[str, Any]:
    ordinary = {"id": "p1", "name": [{"family": "Ruiz", "given": ["Leo", "Max"]}], "birthDate": "2018-03-14"}
    return {"resourceType": "Patient"} | ordinary | fields


def related(**fields: Any) -> dict[str, Any]:
    ordinary = {"id": "r1", "patient": {"reference": "Patient/p1"}, "name": [{"text": "Ana Ruiz"}]}
    return {"resourceType": "RelatedPerson"} | ordinary | fields


def booking(**fields: Any) -> dict[str, Any]:
    ordinary = {
        "id": "a1",
        "status": "booked",
        "start": "2026-03-10T14:45:00Z",
        "participant": [{"actor": {"reference": "Patient/p1"}}],
    }
    return {"resourceType": "Appointment"} | ordinary | fields


def bundle(*resources: dict[str, Any], urls: tuple[str, ...] = ()) -> dict[str, Any]:
    entries = [{"resource": resource} for resource in resources]
    for entry, url in zip(entries, urls, strict=False):
        entry["fullUrl"] = url
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def identifier(value: str, system: str = "urn:mrn", kind: str = "MR") -> dict[str, Any]:
    return {"system": system, "value": value, "type": {"coding": [{"code": kind}]}}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", bundle(patient())),
        ("a.json", json.dumps(bundle(patient()), indent=2)),
        ("a.json", "\ufeff" + json.dumps(bundle(patient()))),
        ("a.json", {"entry": [{"resource": patient()}], "resourceType": "Bundle"}),
        ("a.json", patient()),
        ("a.json", [patient()]),
        ("a.ndjson", [patient()]),
        ("a.json", json.dumps(patient()) + "\n\n" + json.dumps({"resourceType": "Device"})),
        ("a.ndjson", [bundle(patient())]),
        ("a.txt", json.dumps({"fullUrl": URN, "resource": patient()}) + "\n{}"),
    ],
    ids=[
        "Bundle",
        "indented",
        "marked",
        "entry first",
        "single",
        "array",
        "NDJSON",
        "lines",
        "Bundles",
        "entries",
    ],
)
def test_patient_is_found_in_every_file_format(load: Callable[..., Any], name: str, content: Any) -> None:
    assert load(name, content) == (1, 0, 0, 0)
    leo = Patient.objects.get()
    assert (leo.given_name, leo.family_name, leo.birth_date) == ("Leo Max", "Ruiz", dt.date(2018, 3, 14))


def test_all_fields_needed_at_the_desk_are_imported(load: Callable[..., Any]) -> None:
    load(
        "a.json",
        patient(
            name=[
                {"use": "usual", "family": "R", "given": ["L"]},
                {"use": "nickname", "given": ["Lenny"]},
                {"use": "official", "family": "Ruiz García", "given": ["Leonardo"]},
            ],
            gender="male",
            telecom=[
                {"system": "email", "value": "x@example.org"},
                {"system": "phone", "use": "work", "value": "1"},
                {"system": "phone", "use": "mobile", "value": "555-010-0123"},
            ],
            address=[
                {"use": "old", "city": "Elsewhere"},
                {"line": ["12 Elm", "Apt 4"], "city": "Springfield", "postalCode": "62704"},
            ],
            communication=[{"language": {"coding": [{"code": "es"}], "text": "Spanish"}}],
            extension=[
                {
                    "url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired",
                    "valueBoolean": True,
                }
            ],
        ),
    )
    leo = Patient.objects.get()
    assert (leo.given_name, leo.family_name, leo.preferred_name) == ("Leonardo", "Ruiz García", "Lenny")
    assert (leo.phone, leo.address, leo.city) == ("555-010-0123", "12 Elm, Apt 4", "Springfield")
    assert (leo.postcode, leo.sex, leo.language, leo.interpreter_needed) == ("62704", "male", "es", True)


def test_social_security_and_license_numbers_are_never_stored(load: Callable[..., Any]) -> None:
    kept = [
        identifier("7"),
        identifier("999-13-4215", "http://hl7.org/fhir/sid/us-ssn", "SS"),
        identifier("999-13-4216", "http://hl7.org/fhir/sid/us-ssn", "XX"),
        identifier("S999", "urn:oid:2.16.840.1.113883.4.3.25", "DL"),
        identifier("X1", "http://standardhealthrecord.org/fhir/passportNumber", "PPN"),
    ]
    load("a.json", patient(identifier=kept))
    assert set(PatientIdentifier.objects.values_list("system", "value")) == {
        ("urn:mrn", "7"),
        (FHIR_ID, "p1"),
    }


def test_patient_without_identifiers_is_found_by_resource_id_or_full_url(load: Callable[..., Any]) -> None:
    assert load("a.json", bundle(patient(), patient(id=None), urls=("", URN))) == (2, 0, 0, 0)
    assert load("a.json", bundle(patient(), patient(id=None), urls=("", URN))) == (0, 0, 2, 0)


def test_same_resource_id_on_two_servers_is_not_the_same_child(load: Callable[..., Any]) -> None:
    first = patient(identifier=[identifier("A")])
    second = patient(identifier=[identifier("B")], name=[{"family": "Bell", "given": ["Ivy"]}])
    assert load("a.ndjson", [first, second]) == (1, 0, 0, 1)
    assert load("a.ndjson", [second]) == (0, 0, 0, 1)
    assert "another number of the same system" in load.reasons()[0]
    assert Patient.objects.get().given_name == "Leo Max"


def test_resource_with_identifiers_of_two_patients_is_rejected_and_not_merged(
    load: Callable[..., Any],
) -> None:
    rows = [patient(id=None, identifier=[identifier(value)]) for value in "AB"]
    assert load("a.ndjson", rows) == (2, 0, 0, 0)
    both = patient(id=None, identifier=[identifier("A"), identifier("B")], gender="male")
    assert load("a.ndjson", [both]) == (0, 0, 0, 1)
    assert "two different patients" in load.reasons()[0]
    assert not Patient.objects.exclude(sex="").exists()


@pytest.mark.parametrize(
    "reference",
    [
        {"reference": URN},
        {"reference": "https://ehr.example/fhir/Patient/p1/_history/2"},
        {"reference": "Patient/p1"},
        {"identifier": {"system": "urn:mrn", "value": "7"}},
    ],
)
@pytest.mark.parametrize("patient_first", [True, False])
def test_reference_finds_its_patient_before_or_after_it(
    load: Callable[..., Any], reference: dict, patient_first: bool
) -> None:
    child = {"fullUrl": URN, "resource": patient(identifier=[identifier("7")])}
    aunt = {"resource": related(patient=reference)}
    entries = [child, aunt] if patient_first else [aunt, child]
    assert load("a.json", {"resourceType": "Bundle", "entry": entries}) == (2, 0, 0, 0)
    assert Guardian.objects.get().patient == Patient.objects.get()


def test_reference_finds_a_patient_in_another_file_of_the_run(load: Callable[..., Any]) -> None:
    assert load.files({"a.ndjson": [booking()], "b.ndjson": [patient()]}) == (2, 0, 0, 0)
    assert load("c.ndjson", [related()]) == (0, 0, 0, 1)
    assert "--source" in load.reasons()[0]


def test_reference_finds_a_patient_from_an_earlier_run_of_a_named_source(load: Callable[..., Any]) -> None:
    load.source = "Main EHR"
    assert load("a.ndjson", [patient()]) == (1, 0, 0, 0)
    assert load("b.ndjson", [booking(), related()]) == (2, 0, 0, 0)
    load.source = "Other EHR"
    assert load("b.ndjson", [booking(), related()]) == (0, 0, 0, 2)
    assert load("a.ndjson", [patient(name=[{"family": "Bell", "given": ["Ivy"]}])]) == (1, 0, 0, 0)


def test_entries_of_a_rejected_patient_go_to_no_other_patient_with_that_id(load: Callable[..., Any]) -> None:
    load.source = "ehr"
    load("a.json", bundle(patient()))
    other = patient(name=[{"family": "Bell", "given": ["Ivy"]}], birthDate="2020-01-01")
    for content in (bundle(other, related(), booking()), bundle(related(), booking(), other)):
        assert load("b.json", content) == (0, 0, 0, 3)
    assert not Guardian.objects.exists()


def test_files_of_one_run_with_one_id_and_no_source_stay_separate(load: Callable[..., Any]) -> None:
    ivy = patient(name=[{"family": "Bell", "given": ["Ivy"]}], identifier=[identifier("B", "urn:b")])
    leo = patient(identifier=[identifier("A", "urn:a")])
    files = {
        "a.json": bundle(leo, related()),
        "b.json": bundle(ivy, booking()),
        "c.ndjson": [related(id="x")],
    }
    assert load.files(files) == (4, 0, 0, 1)
    assert Guardian.objects.get().patient.given_name == "Leo Max"
    assert Appointment.objects.get().patient.given_name == "Ivy"


def test_appointment_with_two_patients_is_rejected(load: Callable[..., Any]) -> None:
    two = [{"actor": {"reference": f"Patient/{name}"}} for name in ("p1", "p2")]
    assert load("a.ndjson", [patient(), booking(participant=two)]) == (1, 0, 0, 1)


def test_new_document_of_a_named_source_with_new_ids_duplicates_nothing(load: Callable[..., Any]) -> None:
    def document(number: int) -> dict[str, Any]:
        child = patient(id=f"p{number}", identifier=[identifier("7")])
        ref = {"reference": f"Patient/p{number}"}
        return bundle(
            child,
            related(id=f"r{number}", patient=ref, telecom=[{"system": "phone", "value": "555-010-0123"}]),
            booking(id=f"a{number}", participant=[{"actor": ref}]),
        )

    load.source = "ehr"
    assert load("a.json", document(1)) == (3, 0, 0, 0)
    assert load("b.json", document(2))[0] == 0
    assert load("a.json", document(1)) == (0, 0, 3, 0)
    assert load("b.json", document(2)) == (0, 0, 3, 0)
    assert (Guardian.objects.count(), Appointment.objects.count()) == (1, 1)


def test_two_appointments_at_one_time_with_their_own_ids_are_two(load: Callable[..., Any]) -> None:
    load.source = "ehr"
    rows = [patient(), booking(id="a1"), booking(id="a2")]
    assert load("a.ndjson", rows) == (3, 0, 0, 0)
    assert load("a.ndjson", rows) == (0, 0, 3, 0)


def test_two_appointments_under_one_identifier_in_one_file_are_two(load: Callable[..., Any]) -> None:
    own = {"identifier": [identifier("Z1", "urn:visits", "")]}
    first, second = booking(id="a1", **own), booking(id="a2", start="2026-03-11T15:00:00Z", **own)
    third = booking(
        id="a3", start="2026-03-12T15:00:00Z", participant=[{"actor": {"reference": "Patient/p2"}}]
    )
    rows = [patient(), patient(id="p2", name=[{"text": "Ivy Bell"}]), first, second, third | own]
    assert load("a.ndjson", rows) == (5, 0, 0, 0)
    assert load("a.ndjson", rows) == (0, 0, 5, 0)
    assert load("b.ndjson", [*rows[:2], *reversed(rows[2:])]) == (0, 0, 5, 0)
    assert load("c.ndjson", [rows[0], first, second | {"status": "cancelled"}]) == (0, 1, 2, 0)
    no_start = {name: said for name, said in second.items() if name != "start"} | {"status": "cancelled"}
    assert load("d.ndjson", [rows[0], first, no_start]) == (0, 0, 2, 1)
    assert "several appointments" in load.reasons()[0]
    assert load("e.ndjson", [rows[0], first | {"start": "2026-03-10T16:00:00Z"}]) == (0, 1, 1, 0)
    assert Appointment.objects.count() == 3


def test_booked_and_canceled_appointment_at_one_time_stay_separate_in_any_order(
    load: Callable[..., Any],
) -> None:
    booked, cancelled = booking(id="a1"), booking(id="a2", status="cancelled")
    assert load("a.ndjson", [patient(), booked, cancelled]) == (3, 0, 0, 0)
    assert load("b.ndjson", [patient(), cancelled | {"id": "a7"}, booked | {"id": "a8"}]) == (0, 0, 3, 0)
    arrived = booked | {"id": "a9", "status": "arrived"}
    assert load("c.ndjson", [patient(), arrived, cancelled | {"id": "a10"}]) == (0, 1, 2, 0)
    assert load("d.ndjson", [patient(), cancelled, arrived]) == (0, 0, 3, 0)
    assert list(Appointment.objects.order_by("pk").values_list("status", flat=True)) == [
        "arrived",
        "cancelled",
    ]


def test_url_made_up_for_one_bundle_means_nothing_in_another(load: Callable[..., Any]) -> None:
    child = bundle(patient(id=None, identifier=[identifier("7")]), urls=("urn:child",))
    other = bundle(related(patient={"reference": "urn:child"}))
    assert load.files({"a.json": child, "b.json": other}) == (1, 0, 0, 1)


def test_related_person_may_consent_if_the_relationship_code_says_so(load: Callable[..., Any]) -> None:
    def said(code: str) -> list[dict[str, Any]]:
        return [{"coding": [{"code": code, "display": code.title()}]}]

    rows = [
        patient(contact=[{"name": {"text": "Joe"}, "relationship": [{"text": "neighbor"}]}, {"name": {}}]),
        related(id="m", relationship=said("MTH")),
        related(id="g", name=[{"text": "Gran"}], relationship=said("GRMTH")),
        related(id="x", name=[{"text": "Ex"}], relationship=said("FTH"), active=False),
    ]
    assert load("a.ndjson", rows) == (5, 0, 0, 0)
    found = dict(Guardian.objects.values_list("name", "may_consent"))
    assert found == {"Ana Ruiz": True, "Gran": False, "Joe": False, "Ex": False}
    assert load("a.ndjson", rows) == (0, 0, 5, 0)


def test_contact_and_related_person_of_one_adult_are_one_stable_guardian(load: Callable[..., Any]) -> None:
    contact = [{"name": {"text": "Ana Ruiz"}, "telecom": [{"system": "phone", "value": "555-010-0199"}]}]
    rows = [patient(contact=contact), related(telecom=[{"system": "phone", "value": "555-010-0123"}])]
    assert load("a.ndjson", rows) == (2, 1, 0, 0)
    assert load("a.ndjson", rows) == (0, 0, 3, 0)
    assert Guardian.objects.get().phone == "555-010-0123"


@pytest.mark.parametrize(
    ("status", "ours"),
    [
        ("booked", "booked"),
        ("pending", "booked"),
        ("arrived", "arrived"),
        ("checked-in", "arrived"),
        ("fulfilled", "fulfilled"),
        ("cancelled", "cancelled"),
        ("entered-in-error", "cancelled"),
        ("noshow", "noshow"),
    ],
)
def test_appointment_status_is_mapped_to_ours(load: Callable[..., Any], status: str, ours: str) -> None:
    assert load("a.ndjson", [patient(), booking(status=status, end="2026-03-10T15:15:00Z")]) == (2, 0, 0, 0)
    found = Appointment.objects.get()
    assert (found.status, found.minutes, found.starts_at) == (ours, 30, make.at("9:45"))


def test_unbooked_and_unsupported_resources_are_counted_and_skipped(load: Callable[..., Any]) -> None:
    rows = [
        booking(status="waitlist"),
        {"resourceType": "Observation"},
        {"resourceType": "Observation"},
        {},
    ]
    replaced = patient(active=False, link=[{"type": "replaced-by", "other": {"reference": "Patient/2"}}])
    assert load("a.ndjson", [*rows, replaced]) == (0, 0, 0, 0)
    assert load.summary.passed_over == {
        "Appointment (waitlist)": 1,
        "Observation": 2,
        "no resource type": 1,
        "Patient (replaced by another)": 1,
    }


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        (patient(name=[]), "It has no name."),
        (patient(birthDate="2018-02-30"), "not in the calendar"),
        (patient(id=None), "no identifier"),
        (patient(name=[{"text": "a\x00b"}]), "NUL"),
        (patient(name=[{"family": "half \ud800"}]), "half a character"),
        (related(patient=None), "does not say whose"),
        (related(patient={"reference": "Patient/p9"}), "no patient here"),
        (related(patient={"reference": "Patient/p\x001"}), "NUL"),
        (related(name=None), "no name"),
        (booking(participant=[]), "No patient takes part"),
        (booking(start=None), "does not say when"),
        (booking(start="tomorrow"), "not a date and time"),
        (booking(status="odd"), "none that an appointment can have"),
        (booking(minutesDuration=-5), "not a number of minutes"),
    ],
)
def test_bad_resource_is_rejected_whole(
    load: Callable[..., Any], resource: dict[str, Any], reason: str
) -> None:
    assert load("a.ndjson", [resource, patient(id="p7")]) == (1, 0, 0, 1)
    (rejected,) = load.rejected()
    assert reason in rejected["reason"]
    assert (rejected["line"], rejected["resource"]) == (1, resource)


def test_broken_line_stops_nothing_and_a_fixed_reject_file_is_imported(load: Callable[..., Any]) -> None:
    lines = [
        json.dumps(patient()),
        '{"resourceType": "Pat',
        "[]",
        b"\xff{".decode("latin-1"),
        json.dumps(patient(id="q")),
    ]
    assert load("a.ndjson", "\n".join(lines)) == (2, 0, 0, 3)
    assert [row["line"] for row in load.rejected()] == [2, 3, 4]
    load("b.ndjson", [patient(id="z", birthDate="2018-02-30")])
    (path,) = load.summary.rejects
    assert load("c.ndjson", path.read_text().replace("-02-30", "-02-28")) == (1, 0, 0, 0)


def test_truncated_bundle_keeps_the_entries_before_and_says_so(load: Callable[..., Any]) -> None:
    whole = json.dumps(bundle(patient(), patient(id="q")))
    assert load("a.json", whole[:-40]) == (1, 0, 0, 0)
    assert "after entry 1" in load.summary.unreadable[0]


def test_partial_birth_date_counts_as_unknown(load: Callable[..., Any]) -> None:
    load("a.json", patient(birthDate="2018-03"))
    assert Patient.objects.get().birth_date is None


@pytest.mark.parametrize("odd", [None, 7, "x", [], {}, [7, "x", None], [[{}]], {"coding": "x"}, True])
def test_malformed_values_never_cause_an_error(load: Callable[..., Any], odd: Any) -> None:
    names = [
        "identifier",
        "name",
        "telecom",
        "address",
        "communication",
        "extension",
        "contact",
        "link",
        "gender",
        "active",
    ]
    children = [patient(id=f"p{at}") | {name: odd} for at, name in enumerate(names)]
    adults = [
        related(id=f"r{at}") | {name: odd}
        for at, name in enumerate(["relationship", "telecom", "name", "patient"])
    ]
    booked = [
        booking(id=f"a{at}") | {name: odd}
        for at, name in enumerate(["participant", "status", "start", "end", "minutesDuration", "identifier"])
    ]
    rows = [*children, *adults, *booked]
    assert sum(load("a.ndjson", rows)) + load.summary.passed_over.total() == len(rows)
    load(
        "b.json",
        {
            "resourceType": "Bundle",
            "entry": [{"resource": odd}, odd, {"fullUrl": odd, "resource": patient()}],
        },
    )


@pytest.mark.parametrize("end", ["2020-01-01", "2026-03-09", "2025", "long ago"])
def test_expired_number_finds_nobody_and_its_next_holder_is_another_patient(
    load: Callable[..., Any], end: str
) -> None:
    ended = identifier("2") | {"period": {"end": end}}
    ana = patient(id="p1", name=[{"text": "Ana Novak"}], identifier=[ended, identifier("1")])
    ben = patient(id="p2", name=[{"text": "Ben King"}], identifier=[identifier("2")])
    assert load("a.json", bundle(ana, ben)) == (2, 0, 0, 0)
    assert load("a.json", bundle(ben, ana)) == (0, 0, 2, 0)
    assert {one.given_name for one in Patient.objects.all()} == {"Ana", "Ben"}


def test_twin_under_the_other_twins_number_is_rejected_with_their_entries(load: Callable[..., Any]) -> None:
    liam = patient(id="p1", name=[{"text": "Liam Novak"}], identifier=[identifier("1")], gender="male")
    emma = patient(id="p2", name=[{"text": "Emma Novak"}], identifier=[identifier("1")], gender="female")
    shot = {"resourceType": "Immunization", "id": "i", "status": "completed", "vaccineCode": {"text": "MMR"}}
    shot |= {"occurrenceDateTime": "2019-05-06", "patient": {"reference": "Patient/p2"}}
    assert load("a.json", bundle(liam, emma, shot)) == (1, 0, 0, 2)
    only = Patient.objects.get()
    assert only.given_name == "Liam"
    assert not only.immunizations.exists()


def test_authority_with_an_unreadable_end_counts_as_ended(load: Callable[..., Any]) -> None:
    mother = [{"coding": [{"code": "MTH"}]}]
    for place, period in enumerate(({"end": "not a date"}, {"end": "2025-13-01"}, {"start": "soon"})):
        row = related(id=f"r{place}", name=[{"text": f"Ana {place}"}], relationship=mother, period=period)
        assert load("a.json", bundle(patient(id="p1", identifier=[identifier("7")]), row))[0] >= 1
    assert not Guardian.objects.filter(may_consent=True).exists()


def test_renewed_authority_is_valid_again(load: Callable[..., Any]) -> None:
    mother, own = [{"coding": [{"code": "MTH"}]}], {"identifier": [identifier("G1")]}
    child = patient(identifier=[identifier("7")])
    ended = related(relationship=mother, period={"end": "2024-01-01"}, **own)
    for renewed in (
        related(relationship=mother, **own),
        related(relationship=mother, period={"start": "2020-01-01"}, **own),
        related(relationship=mother, period={"end": "2030-01-01"}, **own),
    ):
        load("a.json", bundle(child, ended))
        assert not Guardian.objects.get().may_consent
        load("b.json", bundle(child, renewed))
        assert Guardian.objects.get().may_consent
        assert load("b.json", bundle(child, renewed)) == (0, 0, 2, 0)
    aunt = related(relationship=[{"text": "aunt"}], **own)
    load("a.json", bundle(child, ended))
    load("c.json", bundle(child, aunt))
    assert not Guardian.objects.get().may_consent


@pytest.mark.parametrize("died", ["2018-03-13", "2010", "2026-03-11", "2027-01", "2999", "soon"])
def test_death_before_birth_or_in_the_future_marks_nobody_deceased(
    load: Callable[..., Any], died: str
) -> None:
    assert load("a.json", patient(deceasedDateTime=died, identifier=[identifier("7")])) == (0, 0, 0, 1)
    assert load("b.json", patient(identifier=[identifier("7")])) == (1, 0, 0, 0)
    late = patient(deceasedDateTime=died, birthDate=None, identifier=[identifier("7")])
    assert load("c.json", late)[1] == (1 if died == "2010" else 0)


@pytest.mark.parametrize(
    ("died", "born", "day"),
    [
        ("2026", "2018-03-14", None),
        ("2026-03", "2018-03-14", None),
        ("2018", "2018-03-14", None),
        ("2026-03-11T01:00:00Z", "2018-03-14", "2026-03-10"),
        ("2026-03-10T23:59:00-05:00", "2018-03-14", "2026-03-10"),
        ("2026-03-10T02:00:00Z", "2018-03-14", "2026-03-09"),
        ("2026-03-10T00:00:00Z", "2018-03-14", "2026-03-10"),
        ("2026-03-11T00:00:00Z", "2018-03-14", "2026-03-10"),
        ("2026-03-09T02:00:00Z", "2026-03-09", "2026-03-09"),
    ],
)
def test_deceased_child_has_the_date_of_death_in_clinic_time(
    load: Callable[..., Any], died: str, born: str, day: str | None
) -> None:
    assert load("a.json", patient(deceasedDateTime=died, birthDate=born)) == (1, 0, 0, 0)
    leo = Patient.objects.get()
    assert (leo.is_deceased, leo.deceased_on and str(leo.deceased_on)) == (True, day)


def test_inactive_patient_is_skipped_unless_deceased(load: Callable[..., Any]) -> None:
    assert load("a.json", patient(active=False)) == (0, 0, 0, 0)
    assert load.summary.passed_over["Patient (not active)"] == 1
    assert load("b.json", patient(active=False, deceasedBoolean=True)) == (1, 0, 0, 0)


def test_appointment_declined_by_the_patient_is_not_booked(load: Callable[..., Any]) -> None:
    declined = [{"actor": {"reference": "Patient/p1"}, "status": "declined"}]
    adult = [
        {"actor": {"reference": "Patient/p1"}, "status": "accepted"},
        {"actor": {"reference": "Practitioner/1"}, "status": "declined"},
    ]
    rows = bundle(patient(), booking(id="a1", participant=declined), booking(id="a2", participant=adult))
    load.source = "ehr"
    assert load("a.json", rows) == (3, 0, 0, 0)
    assert dict(Appointment.objects.values_list("value", "status")) == {"a1": "cancelled", "a2": "booked"}


def test_bundle_inside_a_bundle_is_read(load: Callable[..., Any]) -> None:
    inner = bundle(patient(), related())
    for content in (bundle(inner), [inner], bundle(bundle(inner), {"resourceType": "Bundle"})):
        made, _, unchanged, rejected = load("a.json", content)
        assert (made + unchanged, rejected) == (2, 0)
    assert load("a.ndjson", [bundle(inner)])[3] == 0
    assert Patient.objects.count() == 1


def version(number: str, day: str, **fields: Any) -> dict[str, Any]:
    meta = {"versionId": number, "lastUpdated": day and f"2026-02-{day}T10:00:00Z"}
    return {"meta": {name: said for name, said in meta.items() if said}} | fields


@pytest.mark.parametrize(
    ("newer", "older"), [(("2", ""), ("1", "")), (("", "02"), ("", "01")), (("10", "02"), ("9", "02"))]
)
def test_newest_version_in_a_history_counts_and_reimport_changes_nothing(
    load: Callable[..., Any], newer: tuple[str, str], older: tuple[str, str]
) -> None:
    def phone(said: str) -> dict[str, Any]:
        return {"telecom": [{"system": "phone", "value": said}]}

    own = {"identifier": [identifier("H1", "urn:visits", "")]}
    history = bundle(
        patient(**version(*newer, **phone("312-555-0102"))),
        patient(**version(*older, **phone("312-555-0101"))),
        booking(**version(*newer, status="cancelled", **own)),
        booking(**version(*older, **own)),
        urls=(
            "http://s/Patient/p1",
            "http://s/Patient/p1",
            "http://s/Appointment/a1",
            "http://s/Appointment/a1",
        ),
    )
    deleted = {
        "request": {"method": "DELETE", "url": "Immunization/i1"},
        "fullUrl": "http://s/Immunization/i1",
    }
    shot = {"resourceType": "Immunization", "id": "i1", "status": "completed", "vaccineCode": {"text": "MMR"}}
    shot |= {"occurrenceDateTime": "2019-05-06", "patient": {"reference": "Patient/p1"}} | version(*older)
    history["entry"] += [deleted, {"fullUrl": deleted["fullUrl"], "resource": shot}]
    for counts in ((2, 0, 0, 0), (0, 0, 2, 0)):
        assert load("a.json", history) == counts
        assert load.summary.passed_over == {"older versions": 3, "entries to delete": 1}
    assert (Patient.objects.get().phone, Appointment.objects.get().status) == ("312-555-0102", "cancelled")
    assert not Patient.objects.get().immunizations.exists()


def test_resource_with_the_same_id_on_another_server_is_not_an_older_version(
    load: Callable[..., Any],
) -> None:
    leo = patient(identifier=[identifier("A", "urn:a")], **version("5", "09"))
    ivy = patient(name=[{"text": "Ivy Bell"}], identifier=[identifier("B", "urn:b")], **version("1", "01"))
    assert load("a.ndjson", [leo, ivy]) == (2, 0, 0, 0)
    assert load("b.json", bundle(leo, ivy, urls=("http://a/Patient/p1", "http://b/Patient/p1"))) == (
        0,
        0,
        2,
        0,
    )
